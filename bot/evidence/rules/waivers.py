"""What a waiver covers and until when, and whether one was in force at an instant.

That an expiry is at most a year ahead is practice, not a standard: exceptions are approved anew at least once a year.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from storage.evidence import AWAITED, Occurrence
from storage.programme import Control
from storage.terms import WaiverState
from storage.waivers import GRANTED, Waiver


@dataclass(frozen=True, slots=True)
class WaiverPlan:
    """What a lead decides on: the request, what its approval until ``expires_on`` covers, and what else waits.

    ``missed`` counts what it covers that is past its last day and so counts as missed until the approval.
    """

    waiver: Waiver
    occurrence: Occurrence
    control: Control
    asked_by: str
    expires_on: date
    covers: Sequence[Occurrence]
    not_covered: Sequence[Occurrence]
    missed: int = 0

    @property
    def mark(self) -> str:
        """Another one for every other day and every other list of periods."""
        return sha256(repr((self.expires_on, [row.id for row in self.covers])).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class InForce:
    """An approved waiver in a list: of which control and periods, in order, until when, and by whom."""

    waiver_id: str
    control_id: str
    title: str
    periods: tuple[str, ...]
    expires_on: date
    approved_by: str


@dataclass(frozen=True, slots=True)
class Note:
    """What an owner who is asked for evidence is told of a waiver for it; `waits`: a lead has yet to decide."""

    words: str = ""
    waits: bool = False


NO_NOTE = Note()


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done to a waiver, for a control's history; `period` is the one that it was asked for.

    `by` is None where nobody did it; `covered` counts the periods of an approval.
    """

    on: date
    state: WaiverState
    period: str
    by: str | None
    reason: str | None = None
    expires_on: date | None = None
    covered: int = 0


def in_force(waiver: Waiver, instant: datetime) -> bool:
    """Whether it was approved by then and not yet ended. One that has expired still covers what it covers."""
    if waiver.state not in GRANTED or waiver.decided_at is None or instant < waiver.decided_at:
        return False
    return waiver.ended_at is None or instant < waiver.ended_at


def by_occurrence(granted: Iterable[Waiver]) -> dict[str, list[Waiver]]:
    """The waivers that ever covered each occurrence."""
    found: defaultdict[str, list[Waiver]] = defaultdict(list)
    for waiver in granted:
        for occurrence_id in waiver.covers:
            found[occurrence_id].append(waiver)
    return found


def awaiting(listed: Iterable[Occurrence], receiving: AbstractSet[str]) -> list[Occurrence]:
    """What of one control can be waived, the soonest due first: it awaits its owner, and no file is on its way.

    `receiving` are the ids of occurrences whose file is promised and not here yet.
    """
    return _soonest(row for row in listed if row.state in AWAITED and row.id not in receiving)


def covered(waiting: Iterable[Occurrence], asked_for: Occurrence, expires_on: date) -> list[Occurrence]:
    """Of what can be waived: due no earlier than what it was asked for, and on or before the expiry."""
    return [row for row in waiting if asked_for.due_on <= row.due_on <= expires_on]


def expiry_fault(expires_on: date | None, due_on: date, today: date) -> str | None:
    """Why a waiver asked for what is due on `due_on` cannot run until then, said to the lead; None if it can."""
    if expires_on is None:
        return "Please give the day until which the waiver is valid."
    if expires_on < today:
        return "That day is over. A waiver ends today at the earliest."
    if expires_on > latest_expiry(today):
        return f"A waiver is valid for a year at most, until {latest_expiry(today):%Y-%m-%d}."
    if expires_on < due_on:
        return f"Until then nothing is due. What it is asked for is due on {due_on:%Y-%m-%d}."
    return None


def latest_expiry(today: date) -> date:
    """A year ahead; of a leap day, the last of February."""
    try:
        return today.replace(year=today.year + 1)
    except ValueError:
        return date(today.year + 1, 2, 28)


def usual_expiry(wished: date | None, due_on: date, today: date) -> date:
    """What a form begins with: the asker's wish if it is still possible, else the due date, and never a past day."""
    if wished and expiry_fault(wished, due_on, today) is None:
        return wished
    return max(due_on, today)


def periods(waiver: Waiver, listed: Collection[Occurrence]) -> tuple[str, ...]:
    """The labels of what it covers, the soonest due first."""
    covers = set(waiver.covers)
    return tuple(row.label for row in _soonest(row for row in listed if row.id in covers))


def _soonest(rows: Iterable[Occurrence]) -> list[Occurrence]:
    return sorted(rows, key=lambda row: (row.due_on, row.starts_on, row.id))
