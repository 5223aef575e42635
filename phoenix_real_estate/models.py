"""What flows through the project: RawRecord -> Property -> Enrichment -> Verdict.

All models are frozen. Unknown is None: a missing fact is never defaulted into a claim.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from phoenix_real_estate.emphasis import without_emphasis
from phoenix_real_estate.postal import abbreviated

# What the id of a property without a parcel number begins with.
BY_ADDRESS = "addr-"


class Source(StrEnum):
    """Where raw records come from; the value is what collectors write into `source`."""

    MARICOPA = "maricopa_api"
    MLS = "phoenix_mls"


class Operation(StrEnum):
    """The three things a model is asked to write about a property."""

    DESCRIPTION = "description"
    FEATURES = "features"
    INVESTMENT_ANALYSIS = "investment_analysis"


class Frozen(BaseModel):
    """Base of the project's value objects; keys it does not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class RawRecord(Frozen):
    """One collected document as the collectors stored it. `claim_id` is set once a run holds it.

    `source` stays a plain string: a record from a source nobody knows is a dead letter, not a crash.
    """

    id: str
    source: str
    collected_at: datetime | None = None
    data: dict[str, JsonValue] | None = None
    html: str | None = None
    claim_id: str | None = None
    attempts: int = 0


class Address(Frozen):
    """A US address in parts. `raw` is the text it was read from, untouched."""

    street: str | None = None
    unit: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    raw: str | None = None

    @property
    def key(self) -> str | None:
        """The same for two spellings of one address; None without a street or without a city and ZIP."""
        if not self.street or not (self.city or self.zip):
            return None
        parts = (abbreviated(self.street), self.unit, self.zip or self.city)
        return "|".join("".join(c for c in (part or "").upper() if c.isalnum()) for part in parts)

    @property
    def one_line(self) -> str:
        """The address as a person writes it: 123 Main St, Phoenix, AZ 85031."""
        street = " ".join(part for part in (self.street, f"# {self.unit}" if self.unit else None) if part)
        region = " ".join(part for part in (self.state, self.zip) if part)
        return ", ".join(part for part in (street, self.city, region) if part)


class Valuation(Frozen):
    """One tax year of the Assessor's valuation, in USD. Newest first wherever they are listed."""

    tax_year: int
    full_cash_value: int | None = None
    limited_property_value: int | None = None
    assessed_limited_property_value: int | None = None
    legal_class: str | None = None
    property_use: str | None = None


class Comparables(Frozen):
    """What others of its kind stand at: the median price per square foot of `count` properties, whole USD.

    They are published ones of the same ZIP, type, kind of price (of one tax year, where it is the county's)
    and size: `size_from` square feet of living area up to `size_below`, which is None where the band is open.
    `snapshot` names the document of `market_snapshots` with their values as they stood on the day `as_of`.
    """

    price_per_square_foot: int = Field(ge=1)
    count: int = Field(ge=1)
    zip: str
    property_type: str
    price_kind: Literal["list", "full_cash_value"]
    size_from: int
    size_below: int | None = None
    as_of: date
    snapshot: str


class Conflict(Frozen):
    """Two sources disagree on a field; `kept` is the value that the precedence chose."""

    field: str
    kept: JsonValue
    kept_source: str
    other: JsonValue
    other_source: str

    def __str__(self) -> str:
        return f"{self.field}: {self.kept_source} says {self.kept}, {self.other_source} says {self.other}"


class Doubt(Frozen):
    """A source says something of a field that cannot be so: it is not taken, and the field stays unknown.

    `told` is a short number as it was told. Anything else is left out: it may be about a person.
    """

    field: str
    source: str
    told: str | None = None
    why: str

    def __str__(self) -> str:
        return f"{self.field}: {self.source} says {self.told or 'something'}, {self.why}"


def reso(name: str, description: str = "", **bounds: Any) -> Any:
    """Metadata of a field: its RESO Data Dictionary 2.0 name, and what its value means."""
    return Field(description=description, json_schema_extra={"reso": name}, **bounds)


class Property(Frozen):
    """The facts of one property, in the project's field names.

    `comparables` are computed from what is published of other properties, not told by a source.
    `provenance` maps a field to the source its value came from. Where a model read it from the source's
    page, `confidence` (0 to 1) says how sure it was and `read_by` which model and prompt. `conflicts` lists
    what the sources disagree on, `doubts` what a source says and nobody can believe. Money is whole USD,
    areas are square feet, `hoa_fee` is USD a month.
    """

    address: Address = Address()
    parcel_number: Annotated[str | None, reso("ParcelNumber", "Maricopa APN without dashes")] = None
    property_type: Annotated[str | None, reso("PropertySubType", "RESO PropertySubType value")] = None
    listing_status: Annotated[str | None, reso("StandardStatus")] = None
    bedrooms: Annotated[int | None, reso("BedroomsTotal")] = None
    bathrooms: Annotated[float | None, reso("BathroomsTotalDecimal")] = None
    square_feet: Annotated[int | None, reso("LivingArea", "livable area, sq ft")] = None
    lot_size: Annotated[int | None, reso("LotSizeSquareFeet", "sq ft")] = None
    year_built: Annotated[int | None, reso("YearBuilt")] = None
    price: Annotated[int | None, reso("ListPrice", "USD; see price_kind")] = None
    price_kind: Literal["list", "sale", "full_cash_value"] | None = None
    valuations: tuple[Valuation, ...] = ()
    annual_tax: Annotated[int | None, reso("TaxAnnualAmount", "USD a year")] = None
    garage_spaces: Annotated[float | None, reso("GarageSpaces")] = None
    carport_spaces: Annotated[float | None, reso("CarportSpaces")] = None
    pool_type: Annotated[Literal["private", "community", "both", "none"] | None, reso("PoolFeatures")] = None
    flood_irrigation_rights: Annotated[bool | None, reso("IrrigationWaterRightsYN")] = None
    irrigation_district: Annotated[str | None, reso("IrrigationSource")] = None
    flood_zone: Annotated[str | None, reso("FloodZone", "FEMA zone code")] = None
    hoa_name: Annotated[str | None, reso("AssociationName")] = None
    hoa_fee: Annotated[float | None, reso("AssociationFee", "USD a month; 0 means no association")] = None
    solar_panels: Annotated[
        Literal["owned", "leased", "yes", "none"] | None, reso("PowerProductionOwnership")
    ] = None
    desert_landscaping_pct: Annotated[float | None, reso("DesertLandscapingPercent", "0 to 100")] = None
    cooling_type: Annotated[str | None, reso("Cooling")] = None
    roof_type: Annotated[str | None, reso("Roof")] = None
    neighborhood: Annotated[str | None, reso("MLSAreaMinor")] = None
    subdivision: Annotated[str | None, reso("SubdivisionName")] = None
    school_district: Annotated[str | None, reso("HighSchoolDistrict")] = None
    remarks: Annotated[str | None, reso("PublicRemarks", "untrusted text")] = None
    comparables: Comparables | None = None
    collected_at: datetime | None = None
    provenance: dict[str, str] = {}
    confidence: dict[str, float] = {}
    read_by: dict[str, str] = {}
    conflicts: tuple[Conflict, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def property_id(self) -> str:
        """The parcel number when known, else a hash of the normalized address."""
        if self.parcel_number:
            return self.parcel_number
        return BY_ADDRESS + hashlib.sha256((self.address.key or "").encode()).hexdigest()[:20]

    @property
    def value(self) -> int | None:
        """USD, for routing and arithmetic: the price, else the newest full cash value."""
        if self.price:
            return self.price
        return next((v.full_cash_value for v in self.valuations if v.full_cash_value), None)


Prose = Annotated[str, AfterValidator(without_emphasis)]
"""A text for readers, without the Markdown that models like to write: no page shows its signs."""


class Feature(Frozen):
    """One selling point: at most ten words, its category, and why it appeals."""

    feature: Prose = ""
    category: str = ""
    appeal: Prose = ""


class InvestmentAnalysis(Frozen):
    """The narrative around the computed figures. Keys beyond these are kept and judged too."""

    model_config = ConfigDict(frozen=True, extra="allow")

    recommendation: Prose = ""
    narrative: Prose = ""
    risks: tuple[Prose, ...] = ()
    opportunities: tuple[Prose, ...] = ()
    figures: dict[str, JsonValue] = {}


class Enrichment(Frozen):
    """What was written about a property. None is a part that is not there; empty is a defect."""

    description: Prose | None = None
    features: tuple[Feature, ...] | None = None
    investment_analysis: InvestmentAnalysis | None = None

    @property
    def parts(self) -> Iterator[Operation]:
        """The operations whose part is there."""
        return (operation for operation in Operation if getattr(self, operation.value) is not None)


class OperationRecord(Frozen):
    """How one part came about. Costs are integer micro-USD (1 USD = 1,000,000).

    `seconds` is the time from the question to the answer, waiting and asking again included; None where
    no model was asked.
    """

    provider: str
    model: str
    prompt_version: str
    tier: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_micro_usd: int = 0
    cached: bool = False
    seconds: float | None = None
    notes: tuple[str, ...] = Field(default=(), description="why this model: route, fallbacks, replacement")


class ExtractedRecord(RawRecord):
    """A record whose page was read: its facts are its `data`, and the page is no longer needed.

    `confidence` tells, by field, how sure a model was of what it read; what the page's markup labels and
    what patterns find is not in it. `extraction` is how the reading came about.
    """

    confidence: dict[str, float] = {}
    extraction: OperationRecord

    @property
    def reader(self) -> str:
        """The model and the prompt: "ollama/llama3.2:latest, extraction phoenix_mls/v1"."""
        by = self.extraction
        return f"{by.provider}/{by.model}, extraction {by.prompt_version}"


class EnrichedProperty(Frozen):
    """A property with its texts and how each came about: what a task returns and the gate judges."""

    property: Property
    enrichment: Enrichment
    operations: dict[Operation, OperationRecord] = {}


class Decision(StrEnum):
    """What the gate says of one row."""

    PUBLISH = "publish"
    REVIEW = "review"
    REJECT = "reject"


class Severity(StrEnum):
    """critical rejects the part it is about, warning sends to review, info is only told."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Finding(Frozen):
    """One thing that is wrong, and where: `field` is a path into the enrichment or the property.

    `span` is the offending words themselves, or None where there is nothing to point at.
    """

    rule: str
    severity: Severity
    field: str
    span: str | None = None
    why: str


class Verdict(Frozen):
    """The gate's judgement of one row. Scores lie in 0 to 1; `quality_score` is their mean."""

    property_id: str
    decision: Decision
    quality_score: float
    scores: dict[str, float]
    reasons: tuple[Finding, ...] = ()
