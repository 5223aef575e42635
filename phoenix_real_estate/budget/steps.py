"""What calls reserve and settle at the same time, in as few steps of the day's account as it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple, Protocol

from phoenix_real_estate.budget.days import Days
from phoenix_real_estate.budget.invoice import Invoice
from phoenix_real_estate.budget.terms import Call, Reservation
from phoenix_real_estate.budget.together import Together


class Settlement(NamedTuple):
    """What an attempt cost, for the reservation with this id."""

    key: str
    call: Call


class PutAside(Protocol):
    """One step of a day: True when the reservations fit once the calls are booked, which they are then."""

    def __call__(
        self, reservations: Sequence[Reservation], lease: timedelta | None, calls: Mapping[str, Call] = {}
    ) -> bool: ...


class Steps:
    """Safe to share between threads; what they ask for at the same time is done together."""

    def __init__(self, days: Days, invoice: Invoice, put_aside: PutAside) -> None:
        """`put_aside` holds reservations to the limit in force."""
        self._days = days
        self._invoice = invoice
        self._put_aside = put_aside
        self._together: Together[Reservation | Settlement, bool | Exception] = Together(self._worked_off)

    def put_aside(self, reservation: Reservation) -> bool:
        """True when it fits."""
        return self._together(reservation) is True

    def book(self, key: str, call: Call) -> bool:
        """True when the reservation with this key was open; the call is on the invoice then."""
        booked = self._together(Settlement(key, call))
        if isinstance(booked, Exception):
            raise booked
        return booked

    def put_aside_each(
        self, reservations: Sequence[Reservation], lease: timedelta | None = None
    ) -> list[bool]:
        """All in one step when they fit together, else one by one in the order they came."""
        days = {reservation.day for reservation in reservations}
        if len(days) == 1 and self._put_aside(reservations, lease):
            return [True] * len(reservations)
        for day in days:
            self._days.open_day(day)
        return [self._put_aside([reservation], lease) for reservation in reservations]

    def _worked_off(self, items: Sequence[Reservation | Settlement]) -> list[bool | Exception]:
        """In one step when all of it fits; else what settles goes first, and makes room."""
        reservations = [item for item in items if isinstance(item, Reservation)]
        settlements = [item for item in items if isinstance(item, Settlement)]
        if self._exchanged(reservations, settlements):
            fit, booked = [True] * len(reservations), [True] * len(settlements)
        else:
            booked = self._booked_each(settlements)
            fit = self.put_aside_each(reservations)
        fits, ends = iter(fit), iter(self._invoiced(settlements, booked))
        return [next(fits) if isinstance(item, Reservation) else next(ends) for item in items]

    def _exchanged(self, reservations: Sequence[Reservation], settlements: Sequence[Settlement]) -> bool:
        """True when the calls were booked and the reservations put aside in one step."""
        calls = {one.key: one.call for one in settlements}
        days = {one.day for one in reservations} | {call.day for call in calls.values()}
        if not (reservations and settlements) or len(calls) != len(settlements) or len(days) > 1:
            return False
        return self._put_aside(reservations, None, calls)

    def _booked_each(self, settlements: Sequence[Settlement]) -> list[bool]:
        """All in one step when each is open, else one by one."""
        calls = {one.key: one.call for one in settlements}
        days = {call.day for call in calls.values()}
        if len(calls) == len(settlements) and len(days) == 1 and self._days.book(calls):
            return [True] * len(settlements)
        return [self._days.book({one.key: one.call}) for one in settlements]

    def _invoiced(self, settlements: Sequence[Settlement], booked: Sequence[bool]) -> list[bool | Exception]:
        """What each settlement has come to. What the invoice does not take is no matter of who reserves."""
        days: dict[str, dict[str, Call]] = {}
        for (key, call), done in zip(settlements, booked, strict=True):
            if done:
                days.setdefault(call.day, {})[key] = call
        ends = {day: self._taken(day, calls) for day, calls in days.items()}
        return [done and (ends[one.call.day] or True) for one, done in zip(settlements, booked, strict=True)]

    def _taken(self, day: str, calls: Mapping[str, Call]) -> Exception | None:
        try:
            self._invoice.take(day, {key: call.model_dump() for key, call in calls.items()})
        except Exception as problem:  # noqa: BLE001 - it belongs to those who settle
            return problem
        return None
