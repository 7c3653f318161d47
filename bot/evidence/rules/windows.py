"""A window judged on a day: how each control's occurrences count, and those of which somebody may have to read."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import islice

from bot.evidence.rules.dispositions import disposition, last_day_to_act
from storage.terms import Disposition, OccurrenceState
from storage.windows import AlikeOccurrences, WindowOccurrence

# An open occurrence is listed from two weeks before it is due; until then it is counted.
NEAR = timedelta(days=14)
Span = tuple[date, date]
LISTED_AT_LEAST = 5


@dataclass(frozen=True, slots=True)
class JudgedOccurrence:
    """`last_day` is the due date plus the days of grace."""

    id: str
    control_id: str
    period: str
    due_on: date
    last_day: date
    disposition: Disposition
    under_review: bool
    rejected: bool


@dataclass(slots=True)
class ControlTally:
    """How many occurrences of one control count as what.

    `last_day` is the earliest of its open occurrences, `act_by` of those that are not under review. The performances
    are those that were accepted.
    """

    control_id: str
    counts: dict[Disposition, int] = field(default_factory=lambda: dict.fromkeys(Disposition, 0))
    under_review: int = 0
    last_day: date | None = None
    act_by: date | None = None
    first_performed_on: date | None = None
    last_performed_on: date | None = None

    def add(
        self, counts_as: Disposition, last_day: date, times: int = 1, *, under_review: bool = False
    ) -> None:
        self.counts[counts_as] += times
        self.under_review += under_review
        if counts_as is Disposition.OPEN:
            self.last_day = min(self.last_day or last_day, last_day)
            if not under_review:
                self.act_by = min(self.act_by or last_day, last_day)

    def add_performances(self, first_on: date, last_on: date) -> None:
        self.first_performed_on = min(self.first_performed_on or first_on, first_on)
        self.last_performed_on = max(self.last_performed_on or last_on, last_on)

    @property
    def scheduled(self) -> int:
        return sum(self.counts.values())

    @property
    def accepted(self) -> int:
        return self.counts[Disposition.ON_TIME] + self.counts[Disposition.LATE]


@dataclass(frozen=True, slots=True)
class JudgedWindow:
    """`span` is its first and last day. `settled`: it reads the same on any later day.

    `listed` are the occurrences that are missed, late or open, the soonest last day first; of the open ones that are
    due after `due_after` those under review alone.
    """

    span: Span
    as_of: date
    due_after: date
    tallies: Mapping[str, ControlTally]
    listed: tuple[JudgedOccurrence, ...]
    settled: bool
    listed_twice: tuple[str, ...] = ()

    def holds_on(self, day: date) -> bool:
        return day == self.as_of or (self.settled and day > self.as_of)

    def with_controls(self, again: "JudgedWindow", control_ids: Set[str]) -> "JudgedWindow":
        """The same with what these controls count as now, as it was judged ``again``."""
        others = {key: tally for key, tally in self.tallies.items() if key not in control_ids}
        names = tuple(f"{control_id} " for control_id in control_ids)
        return replace(
            again,
            tallies=others | dict(again.tallies),
            listed=tuple(
                sorted(
                    (*(each for each in self.listed if each.control_id not in control_ids), *again.listed),
                    key=soonest,
                )
            ),
            settled=all(each.act_by is None for each in (*others.values(), *again.tallies.values())),
            listed_twice=tuple(
                sorted(
                    (*(each for each in self.listed_twice if not each.startswith(names)), *again.listed_twice)
                )
            ),
        )

    def first_listed(self, most: int = LISTED_AT_LEAST) -> list[JudgedOccurrence]:
        """The first exceptions, and the first open occurrences."""
        is_open = [each.disposition is Disposition.OPEN for each in self.listed]
        exceptions = (each for each, waits in zip(self.listed, is_open, strict=True) if not waits)
        waiting = (each for each, waits in zip(self.listed, is_open, strict=True) if waits)
        return [*islice(exceptions, most), *islice(waiting, most)]

    def moving(self, since: date, changed: Iterable[WindowOccurrence]) -> list[JudgedOccurrence]:
        """What is listed as open, what was missed since that day, and what has ``changed``, if it counts here."""
        listed = {
            each.id: each
            for each in self.listed
            if each.disposition is Disposition.OPEN
            or (each.disposition is Disposition.MISSED and each.last_day >= since)
        }
        touched = {row.id: judge_occurrence(row, self.as_of) for row in changed if self.has(row)}
        return list((listed | touched).values())

    def has(self, row: WindowOccurrence) -> bool:
        first, last = self.span
        return row.state is not OccurrenceState.WITHDRAWN and first <= row.ends_on <= last

    @property
    def lists_enough(self) -> bool:
        """Whether nothing is sooner than the first open occurrences that are listed."""
        surely = sum(
            each.disposition is Disposition.OPEN and each.last_day <= self.due_after for each in self.listed
        )
        return surely >= min(
            LISTED_AT_LEAST, sum(each.counts[Disposition.OPEN] for each in self.tallies.values())
        )


def judge_window(
    span: Span,
    as_of: date,
    due_after: date,
    occurrences: Iterable[WindowOccurrence],
    alike: Iterable[AlikeOccurrences] = (),
    listed_twice: Sequence[tuple[str, str]] = (),
) -> JudgedWindow:
    """Alike occurrences count as the soonest due of them does: they were performed by their due date, or are waived,
    or have yet to be due.
    """
    tallies: dict[str, ControlTally] = {}
    for each in alike:
        performed_on = each.due_on if each.state is OccurrenceState.ACCEPTED else None
        tally = tallies.setdefault(each.control_id, ControlTally(each.control_id))
        tally.add(
            disposition(each.state, performed_on, each.due_on, each.grace_days, as_of),
            last_day_to_act(each.due_on, each.grace_days),
            each.times,
        )
        if performed_on and each.first_performed_on and each.last_performed_on:
            tally.add_performances(each.first_performed_on, each.last_performed_on)
    listed: list[JudgedOccurrence] = []
    for row in occurrences:
        judged = judge_occurrence(row, as_of)
        tally = tallies.setdefault(row.control_id, ControlTally(row.control_id))
        tally.add(judged.disposition, judged.last_day, under_review=judged.under_review)
        if row.state is OccurrenceState.ACCEPTED and row.performed_on:
            tally.add_performances(row.performed_on, row.performed_on)
        if _is_listed(judged, due_after):
            listed.append(judged)
    return JudgedWindow(
        span,
        as_of,
        due_after,
        tallies,
        tuple(sorted(listed, key=soonest)),
        settled=all(each.act_by is None for each in tallies.values()),
        listed_twice=tuple(sorted(f"{control_id} {label}" for control_id, label in listed_twice)),
    )


def listed_twice(rows: Iterable[WindowOccurrence]) -> list[tuple[str, str]]:
    """Control id and label, where two of these occurrences have the same."""
    times = Counter((row.control_id, row.label) for row in rows)
    return [name for name, count in times.items() if count > 1]


def judge_occurrence(row: WindowOccurrence, as_of: date) -> JudgedOccurrence:
    return JudgedOccurrence(
        row.id,
        row.control_id,
        row.label,
        row.due_on,
        last_day_to_act(row.due_on, row.grace_days),
        disposition(row.state, row.performed_on, row.due_on, row.grace_days, as_of),
        under_review=row.state is OccurrenceState.SUBMITTED,
        rejected=row.state is OccurrenceState.REJECTED,
    )


def soonest(each: JudgedOccurrence) -> tuple[date, str, str]:
    return each.last_day, each.control_id, each.period


def _is_listed(judged: JudgedOccurrence, due_after: date) -> bool:
    if judged.disposition is Disposition.OPEN:
        return judged.under_review or judged.due_on <= due_after
    return judged.disposition in (Disposition.MISSED, Disposition.LATE)
