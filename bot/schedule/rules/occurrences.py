"""What a new schedule means for the occurrences that are listed: what is past or touched stays as it is."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date

from bot.calendar.periods import Scheduled, local_date
from storage.evidence import AWAITED, Occurrence
from storage.terms import OccurrenceState


@dataclass(frozen=True)
class ScheduleChange:
    """What is added and withdrawn, and what becomes due on another day or with other grace.

    ``revived`` were withdrawn once and are asked for again; they count as added.
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


def changes(
    listed: Sequence[Occurrence],
    asked: Iterable[Scheduled],
    touched: AbstractSet[str],
    today: date,
    grace_days: int,
    *,
    once: bool = False,
) -> ScheduleChange:
    """`listed` is all that was ever scheduled of one control, `asked` what its examinations ask for from now on.

    Only periods that end on or after `today` are added, withdrawn or moved. `touched` are the ids of occurrences
    for which anything was handed in; whatever does not await its owner is touched too. What is performed `once` and is
    touched is asked for no second time, however the window moves. What an event set off no schedule asks for, and
    none takes back: it stays, whatever becomes of the cadence.
    """
    scheduled = [row for row in listed if row.trigger_id is None]
    known = {(row.starts_on, row.ends_on): row for row in scheduled}
    change, wanted = ScheduleChange(), set()
    done_once = once and any(
        not untouched(row, touched) and row.state is not OccurrenceState.WITHDRAWN for row in scheduled
    )
    for each in asked:
        period = (each.starts_on, each.ends_on)
        wanted.add(period)
        row = known.get(period)
        if each.ends_on < today:
            continue
        if (row is None or row.state is OccurrenceState.WITHDRAWN) and done_once:
            continue
        if row is None:
            change.added.append(each)
        elif row.state is OccurrenceState.WITHDRAWN:
            change.revived.append((row, each))
        elif untouched(row, touched) and (row.due_on, row.grace_days) != (each.due_on, grace_days):
            change.moved.append((row, each))
    for period, row in known.items():
        if period not in wanted and row.ends_on >= today and untouched(row, touched):
            change.withdrawn.append(row)
    return change


def replaced(
    restored: Iterable[Occurrence],
    listed: Iterable[Occurrence],
    asked: Iterable[Scheduled],
    zone: str,
) -> list[Occurrence]:
    """Of what was waived until now, that for which another schedule asks in its place, be it over by now.

    It was not over when a period that shares days with it was ``listed``; only the waiver kept it from being withdrawn
    then.
    """
    wanted = {(each.starts_on, each.ends_on) for each in asked}
    standing = [
        row for row in listed if row.trigger_id is None and row.state is not OccurrenceState.WITHDRAWN
    ]
    return [
        row
        for row in restored
        if row.trigger_id is None
        and row.state is OccurrenceState.OPEN
        and (row.starts_on, row.ends_on) not in wanted
        and any(
            (each.starts_on, each.ends_on) in wanted
            and each.starts_on <= row.ends_on
            and row.starts_on <= each.ends_on
            and local_date(each.scheduled_at, zone) <= row.ends_on
            for each in standing
        )
    ]


def freed(row: Occurrence, touched: AbstractSet[str]) -> bool:
    """Whether nobody is asked for it when what set it off never happened: also what is waived, unless there is
    anything that was handed in.
    """
    return row.id not in touched and (row.state in AWAITED or row.state is OccurrenceState.WAIVED)


def untouched(row: Occurrence, touched: AbstractSet[str]) -> bool:
    """It awaits its owner, and nothing was ever handed in for it."""
    return row.state in AWAITED and row.id not in touched
