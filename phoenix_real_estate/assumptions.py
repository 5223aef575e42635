"""What an investment analysis assumes where the records do not tell.

Every one can be set in the environment (`settings.Settings` has these fields too) and is stored with each
result. The defaults are ours, plain and on the cautious side.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainSerializer

from phoenix_real_estate.models import Frozen

Number = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
Percent = Annotated[Number, Field(ge=0, le=100)]


class Assumptions(Frozen):
    """The percentages and years that the formulas of `investment` take.

    `tax_rate_pct` stands for the rates of all taxing districts together, USD per 100 USD assessed; they
    differ by address. `tax_pct_of_value` is what it comes to where nothing assessed is known: a limited
    property value of about half the market value, assessed at 10 percent, taxed at 11, and rounded up.
    """

    down_payment_pct: Percent = Field(default=Decimal(20), description="of the value")
    mortgage_rate_pct: Percent = Field(default=Decimal("6.5"), description="a year, fixed")
    mortgage_years: int = Field(default=30, ge=1, le=50)
    vacancy_pct: Percent = Field(default=Decimal(5), description="of gross scheduled income")
    maintenance_pct: Percent = Field(default=Decimal(8), description="of gross scheduled income")
    management_pct: Percent = Field(default=Decimal(8), description="of effective gross income")
    insurance_pct: Percent = Field(default=Decimal("0.4"), description="of the value, a year")
    tax_rate_pct: Percent = Field(default=Decimal(11), description="of the assessed value, all districts")
    tax_pct_of_value: Percent = Field(default=Decimal("0.6"), description="a year, nothing assessed known")
