"""The form that a paused review shows: what was decided, by whom, and the texts to edit."""

from __future__ import annotations

from typing import Literal

from prefect.input import RunInput
from pydantic import Field, create_model

from phoenix_real_estate.review import Answer, Choice, Notes, Texts
from phoenix_real_estate.review.texts import EditedFeature

Decision = Literal["approve", "edit and approve", "reject", "re-enrich", "skip"]


NAME = "Your name. Decisions are kept with it."
WHY = "Why. Needed to reject; kept with every decision."
# Blank lines between the items: the UI joins the lines of a paragraph.
CHOICES = """
### Your decision

- **approve**: publish the texts as they are

- **edit and approve**: publish the texts as they stand in this form

- **reject**: publish nothing; the records become dead letters with your reason

- **re-enrich**: the records go round again with the next run

- **skip**: it stays in review
"""


class ReviewForm(RunInput):
    """What a person decides on the property that is shown."""

    decision: Decision = "skip"
    reviewer: str = ""
    reason: str = ""
    description: str = ""
    features: list[EditedFeature] = Field(default=[])
    narrative: str = ""

    def answer(self, answer_id: str, shown: Texts) -> Answer:
        """The answer; a text that was not there and was not written is still not there."""
        texts = Texts(
            description=_given(self.description, shown.description),
            features=tuple(self.features) if self.features or shown.features else None,
            narrative=_given(self.narrative, shown.narrative),
        )
        choice = Choice(self.decision)
        return Answer(
            choice=choice, by=self.reviewer.strip(), reason=self.reason.strip(), texts=texts, id=answer_id
        )


def form_of(notes: Notes, texts: Texts, **filled: str) -> type[ReviewForm]:
    """The form with these texts and values filled in, and the notes beside its fields.

    Beside its fields, where the UI renders markdown at its full height: above a form as long as this one the
    UI folds a description away.
    """
    default = {"decision": "skip", "reviewer": "", "reason": ""} | filled
    fields = {
        "decision": (Decision, _field(default["decision"], f"{notes.decision}\n\n{CHOICES}")),
        "reviewer": (str, _field(default["reviewer"], NAME)),
        "reason": (str, _field(default["reason"], WHY)),
        "description": (str, _field(texts.description or "", notes.description)),
        "features": (list[EditedFeature], _field(list(texts.features or ()), notes.features)),
        "narrative": (str, _field(texts.narrative or "", notes.narrative)),
    }
    form: type[ReviewForm] = create_model(  # type: ignore[call-overload]
        ReviewForm.__name__, __base__=ReviewForm, **fields
    )
    return form


def _field(default: object, description: str) -> object:
    return Field(default=default, description=description)


def _given(text: str, shown: str | None) -> str | None:
    return text.strip() if text.strip() or shown is not None else None
