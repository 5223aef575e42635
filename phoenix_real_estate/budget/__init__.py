"""The day's money: no model is called with money that is not there.

    reserve the worst case -> call -> settle at what was used

At any concurrency, number of processes and crash: what the vendor billed <= what the ledger says <= the
limit, as long as a reservation covers its call's worst case. Money is integer micro-USD (1 USD = 1,000,000).
"""

from phoenix_real_estate.budget.ledger import Ledger
from phoenix_real_estate.budget.terms import (
    BudgetPolicy,
    BudgetTiedUp,
    Call,
    CallLabel,
    DaySpend,
    Reservation,
    RunSpend,
    Usage,
)

__all__ = [
    "BudgetPolicy",
    "BudgetTiedUp",
    "Call",
    "CallLabel",
    "DaySpend",
    "Ledger",
    "Reservation",
    "RunSpend",
    "Usage",
]
