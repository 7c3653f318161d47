"""What a waiver covers, until when, who may decide on it, and whether it was in force at an instant.

An expiry is at most a year ahead. That is practice, not a standard: exceptions are approved anew at least once a year.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from bot.blocks.forms import mark_of
from storage.evidence import AWAITED, Occurrence
from storage.programme import Control
from storage.terms import WaiverState
from storage.waivers import GRANTED, CoveredPeriod, Waiver

P = TypeVar("P", bound=Occurrence | CoveredPeriod)


@dataclass(frozen=True, slots=True)
class WaiverPlan:
    """What an approval until ``expires_on`` would cover, for the lead who decides.

    ``not_covered`` are the other periods that await their owner. ``missed`` counts the covered periods past their last
    day, which count as missed until the approval.
    """

    waiver: Waiver
    occurrence: Occurrence
    control: Control
    asker_name: str
    expires_on: date
    covers: Sequence[Occurrence]
    not_covered: Sequence[Occurrence]
    missed: int = 0

    @property
    def mark(self) -> str:
        """Sixteen hex digits that identify the expiry and the covered periods."""
        return mark_of(self.expires_on, [row.id for row in self.covers])


@dataclass(frozen=True, slots=True)
class WaiverInForce:
    """An approved waiver in a list; ``periods`` are labels, the soonest due first, ``approved_by`` is a name."""

    waiver_id: str
    control_id: str
    title: str
    periods: tuple[str, ...]
    expires_on: date
    approved_by: str


@dataclass(frozen=True, slots=True)
class WaiverNote:
    """What a request for evidence tells its owner of a waiver; ``undecided``: no lead has decided yet."""

    words: str = ""
    undecided: bool = False


NO_WAIVER_NOTE = WaiverNote()


@dataclass(frozen=True, slots=True)
class WaiverStep:
    """One change of a waiver, for a control's history; ``period`` labels the one that the asker named.

    ``by`` is a name, or None if no person did it. ``period_count`` is of an approval.
    """

    on: date
    state: WaiverState
    period: str
    by: str | None
    reason: str | None = None
    expires_on: date | None = None
    period_count: int = 0


def in_force(waiver: Waiver, instant: datetime) -> bool:
    """Whether it was approved by then and not ended. An expired waiver still covers its periods."""
    if waiver.state not in GRANTED or waiver.decided_at is None or instant < waiver.decided_at:
        return False
    return waiver.ended_at is None or instant < waiver.ended_at


def waivers_by_occurrence(granted: Iterable[Waiver]) -> dict[str, list[Waiver]]:
    """Occurrence id → every waiver that ever covered it."""
    waivers: defaultdict[str, list[Waiver]] = defaultdict(list)
    for waiver in granted:
        for occurrence_id in waiver.covers:
            waivers[occurrence_id].append(waiver)
    return waivers


def waiver_fault(occurrence: Occurrence, receiving: Set[str]) -> str | None:
    """Why it cannot be waived, as words to whoever asks; None if it awaits its owner and no file is on its way.

    ``receiving`` are the ids of occurrences whose file is promised and not stored yet.
    """
    if occurrence.state not in AWAITED:
        return f"This period is already {occurrence.state}, so it cannot be waived."
    if occurrence.id in receiving:
        return "A file for this period has been received and is being checked."
    return None


def waivable_occurrences(occurrences: Iterable[Occurrence], receiving: Set[str]) -> list[Occurrence]:
    """Those that can be waived, the soonest due first."""
    return _soonest_first(row for row in occurrences if waiver_fault(row, receiving) is None)


def within_a_waivers_reach(waivable: Iterable[Occurrence], today: date) -> list[Occurrence]:
    """Those from which on a lead can request a waiver: one due later than a year ahead is out of its reach."""
    return [row for row in waivable if row.due_on <= latest_expiry(today)]


def covered_occurrences(
    waivable: Iterable[Occurrence], first: Occurrence, expires_on: date
) -> list[Occurrence]:
    """Those due from the occurrence that the asker named to the expiry, both days included."""
    return [row for row in waivable if first.due_on <= row.due_on <= expires_on]


def expiry_fault(expires_on: date | None, due_on: date, today: date) -> str | None:
    """Why a waiver for a period due on ``due_on`` cannot run until that day, as words to the lead; None if it can."""
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
    """A year ahead; for a leap day, the last of February."""
    try:
        return today.replace(year=today.year + 1)
    except ValueError:
        return date(today.year + 1, 2, 28)


def suggested_expiry(wish: date | None, due_on: date, today: date) -> date:
    """What a form begins with: the asker's wish while it can be approved, else the due date or today if later."""
    if wish and expiry_fault(wish, due_on, today) is None:
        return wish
    return max(due_on, today)


def covered_periods(waiver: Waiver, occurrences: Mapping[str, Occurrence | CoveredPeriod]) -> tuple[str, ...]:
    """The labels of the covered periods, the soonest due first; ``occurrences`` are by id."""
    covered = [occurrences[each] for each in waiver.covers if each in occurrences]
    return tuple(row.label for row in _soonest_first(covered))


def _soonest_first(occurrences: Iterable[P]) -> list[P]:
    return sorted(occurrences, key=lambda row: (row.due_on, row.starts_on, row.id))
