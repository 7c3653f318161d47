"""What leave does: which days it may have, who answers for a control meanwhile, and what nobody can answer for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.calendar.periods import DAY
from bot.calendar.workdays import Away, Workdays

# Nobody plans further; what is longer or later is a slip in the year.
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Answering:
    """Whom to ask about a request. A stand-in answers for the owner, who is away until that day, it included."""

    person_id: str
    stands_in_for: str | None = None
    until: date | None = None

    @property
    def people(self) -> tuple[str | None, ...]:
        """Who may hand it in: whoever is asked, and the owner, leave or not."""
        return self.person_id, self.stands_in_for


@dataclass(frozen=True, slots=True)
class Noted:
    """A leave that stands; ``by`` is the name of the lead who noted it, None when the person did."""

    id: str
    away: Away
    by: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedLeave:
    """What stands of somebody's leave; ``today`` is their date, and ``own`` whether they look at it themselves."""

    name: str
    leaves: Sequence[Noted]
    today: date
    own: bool


@dataclass(frozen=True, slots=True)
class Absence:
    """The owner of a control is away until that day, it included; by name who stands in, if anybody can."""

    until: date
    stand_in: str | None = None


def wrong_days(asked: Away, today: date) -> str | None:
    """Why nobody can be noted as away on these days, said to the person; None if they can be."""
    if asked.ends_on < asked.starts_on:
        return "The last day is before the first. Please give the first and the last day away."
    if asked.ends_on < today:
        return "These days are over. Please give days of which the last is today or later."
    if asked.starts_on > today + LONGEST:
        return "That begins more than a year from now. Is the year right?"
    if asked.ends_on - asked.starts_on >= LONGEST:
        return "That is longer than a year. Please give a last day within a year of the first."
    return None


def touching(asked: Away, known: Iterable[Away]) -> list[Away]:
    """Those that share a day with it, or follow on it without a day between."""
    return [
        each
        for each in known
        if each.starts_on <= asked.ends_on + DAY and asked.starts_on <= each.ends_on + DAY
    ]


def joined(several: Iterable[Away]) -> Away:
    """From the first day of all of them to the last."""
    parts = list(several)
    return Away(min(each.starts_on for each in parts), max(each.ends_on for each in parts))


def leave_at_due(days: Workdays, due_on: date, now: datetime) -> Away | None:
    """The leave, begun or planned, in which this falls due for somebody; what is overdue falls due today."""
    return days.leave_on(max(due_on, days.today(now)))


def answerable(
    owner: str, backup: str | None, due_on: date, days: Mapping[str, Workdays], now: datetime
) -> Answering:
    """Who answers at this moment for what is due of a control; both have accepted it and can act.

    The backup stands in once a leave of the owner's has begun that lasts to the due date: an owner who is back in
    time is asked, and so is one who has not left yet. When neither can, it stays with the owner.
    """
    leave = _away_now(days[owner], due_on, now)
    if leave is None or backup is None or _away_now(days[backup], due_on, now):
        return Answering(owner)
    return Answering(backup, stands_in_for=owner, until=leave.ends_on)


def uncovered(
    owner: str, backup: str | None, due_on: date, days: Mapping[str, Workdays], now: datetime
) -> Away | None:
    """The owner's leave, begun or planned, in which this falls due while no backup is there either."""
    leave = leave_at_due(days[owner], due_on, now)
    if backup and not leave_at_due(days[backup], due_on, now):
        return None
    return leave


def _away_now(days: Workdays, due_on: date, now: datetime) -> Away | None:
    leave = leave_at_due(days, due_on, now)
    return leave if leave and leave.starts_on <= days.today(now) else None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is to see to a control; ``accepted`` when they have said yes, ``absence`` while an owner is away."""

    name: str
    accepted: bool
    absence: Absence | None = None
