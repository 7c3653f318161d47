"""Which days a leave may have, who answers for a control meanwhile, and when nobody can."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.calendar.periods import DAY
from bot.calendar.workdays import Away, Workdays

# Nobody plans further ahead: a longer or later leave is a slip in the year.
LONGEST_LEAVE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Respondent:
    """The person who is asked for evidence. A stand-in answers for the owner, away until and including that day."""

    person_id: str
    stands_in_for: str | None = None
    until: date | None = None

    @property
    def people(self) -> tuple[str | None, ...]:
        """Who may hand in the evidence: the person who is asked, and the owner even on leave."""
        return self.person_id, self.stands_in_for


@dataclass(frozen=True, slots=True)
class NotedLeave:
    """A leave that is not over; ``by`` is the name of the lead who noted it, None when the person did."""

    id: str
    away: Away
    by: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedLeave:
    """The leaves of a person that are not over, at their own date ``today``; ``own`` when that person is the reader."""

    name: str
    leaves: Sequence[NotedLeave]
    today: date
    own: bool


@dataclass(frozen=True, slots=True)
class Absence:
    """The owner of a control is away ``until`` and including that day; ``stand_in`` is a name."""

    until: date
    stand_in: str | None = None


def fault_in_days(away: Away, today: date) -> str | None:
    """Why these days cannot be noted, in words for the person; None if they can be."""
    if away.ends_on < away.starts_on:
        return "The last day is before the first. Please give the first and the last day away."
    if away.ends_on < today:
        return "These days are over. Please give days of which the last is today or later."
    if away.starts_on > today + LONGEST_LEAVE:
        return "That begins more than a year from now. Is the year right?"
    if away.ends_on - away.starts_on >= LONGEST_LEAVE:
        return "That is longer than a year. Please give a last day within a year of the first."
    return None


def leaves_touching(away: Away, leaves: Iterable[Away]) -> list[Away]:
    """The leaves that share a day with ``away``, or that lie next to it without a day between."""
    return [
        leave
        for leave in leaves
        if leave.starts_on <= away.ends_on + DAY and away.starts_on <= leave.ends_on + DAY
    ]


def joined_days(leaves: Iterable[Away]) -> Away:
    """From the first day of all the leaves to the last."""
    parts = list(leaves)
    return Away(min(leave.starts_on for leave in parts), max(leave.ends_on for leave in parts))


def leave_at_due(days: Workdays, due_on: date, now: datetime) -> Away | None:
    """The leave, begun or planned, that covers the due date, or today where that is past."""
    return days.leave_on(max(due_on, days.today(now)))


def respondent_for(
    owner: str, backup: str | None, due_on: date, days: Mapping[str, Workdays], now: datetime
) -> Respondent:
    """Who is asked now for evidence that is due on a day; owner and backup have accepted the control and can act.

    The backup stands in once the owner's leave has begun, if it lasts to the due date. The owner is asked before the
    leave begins, when it ends in time, and when the backup is away too.
    """
    leave = _away_now(days[owner], due_on, now)
    if leave is None or backup is None or _away_now(days[backup], due_on, now):
        return Respondent(owner)
    return Respondent(backup, stands_in_for=owner, until=leave.ends_on)


def uncovered_leave(
    owner: str, backup: str | None, due_on: date, days: Mapping[str, Workdays], now: datetime
) -> Away | None:
    """The owner's leave, begun or planned, that covers the due date while no backup is there either."""
    leave = leave_at_due(days[owner], due_on, now)
    if backup and not leave_at_due(days[backup], due_on, now):
        return None
    return leave


def _away_now(days: Workdays, due_on: date, now: datetime) -> Away | None:
    leave = leave_at_due(days, due_on, now)
    return leave if leave and leave.starts_on <= days.today(now) else None
