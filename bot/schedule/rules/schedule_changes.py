"""What a new schedule changes in the stored occurrences: a past one, or one with anything handed in, stays."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import date

from bot.calendar.periods import Scheduled, local_date
from storage.evidence import AWAITED, Occurrence
from storage.terms import OccurrenceState


@dataclass(frozen=True)
class ScheduleChange:
    """The occurrences that a new schedule adds, withdraws, or moves to another due date or grace.

    ``revived`` were withdrawn, and the new schedule has them again; they count as added.
    """

    added: list[Scheduled] = field(default_factory=list)
    revived: list[tuple[Occurrence, Scheduled]] = field(default_factory=list)
    withdrawn: list[Occurrence] = field(default_factory=list)
    moved: list[tuple[Occurrence, Scheduled]] = field(default_factory=list)

    @property
    def effect(self) -> "ScheduleEffect":
        return ScheduleEffect(len(self.added) + len(self.revived), len(self.withdrawn), len(self.moved))


@dataclass(frozen=True, order=True)
class ScheduleEffect:
    """How many occurrences a change adds, withdraws and moves."""

    added: int = 0
    withdrawn: int = 0
    moved: int = 0

    def __add__(self, other: "ScheduleEffect") -> "ScheduleEffect":
        return ScheduleEffect(
            self.added + other.added, self.withdrawn + other.withdrawn, self.moved + other.moved
        )


def schedule_change(
    occurrences: Sequence[Occurrence],
    periods: Iterable[Scheduled],
    touched: Set[str],
    today: date,
    grace_days: int,
    *,
    once: bool = False,
) -> ScheduleChange:
    """Compares all occurrences that one control ever had with the periods that its examinations now look at.

    Only a period that ends on or after ``today`` is added, withdrawn or moved. ``touched`` are the ids of the
    occurrences for which anything was handed in; an occurrence that does not await its owner counts as touched too.
    A control that is performed ``once`` gets no second occurrence after a touched one, however the window moves.
    An occurrence that an event set off belongs to no schedule, and stays whatever the cadence becomes.
    """
    scheduled = [row for row in occurrences if row.trigger_id is None]
    by_period = {(row.starts_on, row.ends_on): row for row in scheduled}
    change, wanted = ScheduleChange(), set()
    performed_once = once and any(
        not _untouched(row, touched) and row.state is not OccurrenceState.WITHDRAWN for row in scheduled
    )
    for period in periods:
        days = (period.starts_on, period.ends_on)
        wanted.add(days)
        row = by_period.get(days)
        if period.ends_on < today:
            continue
        if (row is None or row.state is OccurrenceState.WITHDRAWN) and performed_once:
            continue
        if row is None:
            change.added.append(period)
        elif row.state is OccurrenceState.WITHDRAWN:
            change.revived.append((row, period))
        elif _untouched(row, touched) and (row.due_on, row.grace_days) != (period.due_on, grace_days):
            change.moved.append((row, period))
    for days, row in by_period.items():
        if days not in wanted and row.ends_on >= today and _untouched(row, touched):
            change.withdrawn.append(row)
    return change


def replaced_occurrences(
    restored: Iterable[Occurrence],
    occurrences: Iterable[Occurrence],
    periods: Iterable[Scheduled],
    zone: str,
) -> list[Occurrence]:
    """Of the occurrences whose waiver has ended, those that another period of the present schedule replaces.

    Such an occurrence was not over when the replacing period, which shares days with it, was scheduled: only the
    waiver kept it from being withdrawn then. It is replaced even if it is over by now.
    """
    wanted = {(period.starts_on, period.ends_on) for period in periods}
    replacing = [
        row
        for row in occurrences
        if row.trigger_id is None
        and row.state is not OccurrenceState.WITHDRAWN
        and (row.starts_on, row.ends_on) in wanted
    ]
    return [
        row
        for row in restored
        if row.trigger_id is None
        and row.state is OccurrenceState.OPEN
        and (row.starts_on, row.ends_on) not in wanted
        and any(
            other.starts_on <= row.ends_on
            and row.starts_on <= other.ends_on
            and local_date(other.scheduled_at, zone) <= row.ends_on
            for other in replacing
        )
    ]


def freed_with_event(row: Occurrence, touched: Set[str]) -> bool:
    """Whether the occurrence goes when the event that set it off is withdrawn: it is awaited or waived, and nothing
    was handed in for it.
    """
    return row.id not in touched and (row.state in AWAITED or row.state is OccurrenceState.WAIVED)


def _untouched(row: Occurrence, touched: Set[str]) -> bool:
    """It awaits its owner, and nothing was ever handed in for it."""
    return row.state in AWAITED and row.id not in touched
