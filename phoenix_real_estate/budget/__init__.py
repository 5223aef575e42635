"""The day's money: no model is called with money that is not there.

    reserve the worst case -> call -> settle at what was used

At any concurrency, number of processes and crash: what the vendor billed <= what the ledger says <= the
limit. Two things are taken from the vendor on trust: that no attempt is billed above the worst case that was
reserved for it (its input bounded by our count, its output by the limit sent along), and that the usage told
with an answer is what is billed. A vendor that tells more than the worst case has all of it booked, and the
day's rest is less by it. Money is integer micro-USD (1 USD = 1,000,000).
"""

from phoenix_real_estate.budget.cashier import Cashier
from phoenix_real_estate.budget.ledger import NEARLY_SPENT_PERCENT, Ledger
from phoenix_real_estate.budget.terms import (
    BudgetPolicy,
    BudgetTiedUp,
    Call,
    CallAverage,
    CallLabel,
    DaySpend,
    Mark,
    Reservation,
    RunSpend,
    SpendPoint,
    Usage,
)

__all__ = [
    "NEARLY_SPENT_PERCENT",
    "BudgetPolicy",
    "BudgetTiedUp",
    "Call",
    "CallAverage",
    "CallLabel",
    "Cashier",
    "DaySpend",
    "Ledger",
    "Mark",
    "Reservation",
    "RunSpend",
    "SpendPoint",
    "Usage",
]
