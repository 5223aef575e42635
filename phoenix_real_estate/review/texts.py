"""The parts of an enrichment that a person may edit: the figures and the recommendation are computed."""

from __future__ import annotations

from pydantic import ConfigDict

from phoenix_real_estate.models import Enrichment, Feature, Frozen, InvestmentAnalysis, Operation


class EditedFeature(Frozen):
    """At most ten words; interior, exterior, location, financial, systems or community; why it appeals."""

    model_config = ConfigDict(extra="forbid")

    feature: str = ""
    category: str = ""
    appeal: str = ""


class Texts(Frozen):
    """Description, features and the narrative of the analysis. None leaves a part as it is.

    A name that is none of these is refused: misspelt, an edit would publish the text as it was.
    """

    model_config = ConfigDict(extra="forbid")

    description: str | None = None
    features: tuple[EditedFeature, ...] | None = None
    narrative: str | None = None

    @classmethod
    def of(cls, enrichment: Enrichment) -> Texts:
        """The texts as they stand."""
        analysis = enrichment.investment_analysis
        return cls(
            description=enrichment.description,
            features=None
            if enrichment.features is None
            else tuple(EditedFeature.model_validate(one.model_dump()) for one in enrichment.features),
            narrative=analysis.narrative if analysis else None,
        )

    def put_into(self, enrichment: Enrichment) -> Enrichment:
        """The enrichment with these texts in the place of its own."""
        changed: dict[str, object] = {}
        if self.description is not None:
            changed["description"] = self.description
        if self.features is not None:
            changed["features"] = tuple(Feature.model_validate(one.model_dump()) for one in self.features)
        if self.narrative is not None:
            analysis = enrichment.investment_analysis or InvestmentAnalysis()
            changed["investment_analysis"] = analysis.model_copy(update={"narrative": self.narrative})
        return enrichment.model_copy(update=changed)


def changed_parts(before: Enrichment, after: Enrichment) -> tuple[Operation, ...]:
    """The operations whose part is another one now."""
    return tuple(one for one in Operation if getattr(before, one.value) != getattr(after, one.value))
