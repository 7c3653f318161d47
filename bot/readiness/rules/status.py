"""How ready a company is for an examination: over a window (Type 2), or as of a date (Type 1).

A self-assessment for the company's own use; only the service auditor concludes whether criteria are met.
"Criteria" are Trust Services Criteria in SOC 2 and management's control objectives in SOC 1.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.evidence.rules.waivers import WaiverInForce
from bot.evidence.rules.windows import ControlTally
from bot.owners.rules.leave import Absence
from storage.programme import Control
from storage.terms import Disposition

Counts = dict[Disposition, int]
EXCEPTIONS = (Disposition.MISSED, Disposition.LATE)


class Unreconciled(Exception):
    """The occurrences of a report are not those that were scheduled, so the report would not be complete."""


@dataclass(frozen=True, slots=True)
class OccurrenceStanding:
    """One occurrence on the day of the report.

    `period` is its label, `owner` the name of its control's owner, `last_day` the due date plus the days of grace.
    `rejected`: a lead rejected the evidence, and the owner has handed in none since.
    """

    control_id: str
    title: str
    criteria: tuple[str, ...]
    owner: str | None
    period: str
    due_on: date
    last_day: date
    disposition: Disposition
    under_review: bool = False
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class ControlStanding:
    """One control over a window: how many of its occurrences count as what, and the name of its owner."""

    title: str
    criteria: tuple[str, ...]
    owner: str | None
    tally: ControlTally

    @property
    def control_id(self) -> str:
        return self.tally.control_id


@dataclass(frozen=True, slots=True)
class CriterionStanding:
    """`act_by` is the earliest last day of its open occurrences, without those under review: their owner has acted."""

    criterion: str
    controls: tuple[str, ...]
    counts: Counts
    act_by: date | None

    @property
    def exceptions(self) -> int:
        return sum(self.counts[each] for each in EXCEPTIONS)

    @property
    def predicted(self) -> int:
        return self.counts[Disposition.OPEN]


@dataclass(frozen=True, slots=True)
class Readiness:
    """A window's occurrences by disposition: `counts` has all five, and they sum to `scheduled`.

    `exceptions` are the occurrences that an auditor will report as deviations: missed or late. `predicted` are the
    open ones, which become exceptions unless evidence is accepted. Both are those that are listed, the soonest first.
    `under_review` counts the open ones that wait for a lead. `uncovered` are the criteria in scope for which the
    window schedules nothing.
    """

    scheduled: int
    counts: Counts
    under_review: int
    exceptions: tuple[OccurrenceStanding, ...]
    predicted: tuple[OccurrenceStanding, ...]
    by_criterion: tuple[CriterionStanding, ...]
    uncovered: tuple[str, ...]
    unowned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Design:
    """A control as of a date: its owner's name, and whether accepted evidence shows it in place."""

    control_id: str
    title: str
    criteria: tuple[str, ...]
    owner: str | None
    has_evidence: bool


@dataclass(frozen=True, slots=True)
class TypeOne:
    title: str
    as_of: date
    designs: tuple[Design, ...]
    criteria_in_scope: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypeTwo:
    """`scheduled` is counted independently of the rest; `readiness_over` compares the two.

    `standings` are all occurrences, or where `controls` count them, those that are listed one by one. `listed_twice`
    names occurrences.
    """

    title: str
    starts_on: date
    ends_on: date
    standings: tuple[OccurrenceStanding, ...]
    criteria_in_scope: tuple[str, ...]
    scheduled: int
    controls: tuple[ControlStanding, ...] | None = None
    listed_twice: tuple[str, ...] = ()

    @property
    def counted(self) -> tuple[ControlStanding, ...]:
        return tallied(self.standings) if self.controls is None else self.controls


@dataclass(frozen=True, slots=True)
class Gap:
    criterion: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypeOneReadiness:
    """The criteria in scope, each either ready or a gap with its reasons; in the order of the scope."""

    ready: tuple[str, ...]
    gaps: tuple[Gap, ...]
    unowned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A control and the names of those in charge of it.

    `owner` accepted it on `since`, and may be away; `asked` was offered the control and has yet to answer.
    """

    control_id: str
    title: str
    owner: str | None
    since: date | None
    backup: str | None
    asked: str | None
    absence: Absence | None = None


Assessed = tuple[TypeOne, TypeOneReadiness] | tuple[TypeTwo, Readiness]


@dataclass(frozen=True, slots=True)
class Status:
    """The whole report on a day in the company's zone; when `past`, as of the end of that day."""

    day: date
    past: bool
    examinations: tuple[Assessed, ...]
    roster: tuple[RosterLine, ...]
    waivers: tuple[WaiverInForce, ...] = ()

    @property
    def orphans(self) -> tuple[RosterLine, ...]:
        return tuple(each for each in self.roster if each.owner is None)


@dataclass(frozen=True, slots=True)
class ControlOnDay:
    """One control on a day in the company's zone and who was in charge of it; when `past`, at the end of that day."""

    day: date
    past: bool
    control: Control
    in_charge: RosterLine


def assess(examination: TypeOne | TypeTwo) -> Assessed:
    """The examination with its readiness. Raises Unreconciled when its occurrences do not tie."""
    if isinstance(examination, TypeOne):
        return examination, readiness_as_of(examination.designs, examination.criteria_in_scope)
    return examination, readiness_of(examination)


def readiness_of(window: TypeTwo) -> Readiness:
    return readiness_over(
        window.standings,
        window.criteria_in_scope,
        scheduled=window.scheduled,
        controls=window.controls,
        listed_twice=window.listed_twice,
    )


def readiness_over(
    standings: Sequence[OccurrenceStanding],
    criteria_in_scope: Sequence[str],
    *,
    scheduled: int,
    controls: Sequence[ControlStanding] | None = None,
    listed_twice: Iterable[str] = (),
) -> Readiness:
    """Readiness over a Type 2 window from the standing of each of its occurrences.

    `scheduled` is an independent count of the window's occurrences. Where `controls` count them all, `standings` are
    those that are listed. A lost or doubled occurrence raises Unreconciled: an auditor first asks whether the
    population is complete and accurate (AT-C 205, on information produced by the entity).
    """
    controls = tallied(standings) if controls is None else controls
    counts = _sum_of(each.tally for each in controls)
    _reconcile(standings, counts, scheduled, listed_twice)
    by_criterion = _by_criterion(criteria_in_scope, controls)
    return Readiness(
        scheduled=scheduled,
        counts=counts,
        under_review=sum(each.tally.under_review for each in controls),
        exceptions=_soonest(standing for standing in standings if standing.disposition in EXCEPTIONS),
        predicted=_soonest(standing for standing in standings if standing.disposition is Disposition.OPEN),
        by_criterion=by_criterion,
        uncovered=tuple(each.criterion for each in by_criterion if not each.controls),
        unowned=_unowned(controls),
    )


def tallied(standings: Iterable[OccurrenceStanding]) -> tuple[ControlStanding, ...]:
    """Each control with the count of its occurrences."""
    controls: dict[str, ControlStanding] = {}
    for each in standings:
        control = controls.get(each.control_id)
        if control is None:
            control = ControlStanding(each.title, each.criteria, each.owner, ControlTally(each.control_id))
            controls[each.control_id] = control
        control.tally.add(each.disposition, each.last_day, under_review=each.under_review)
    return tuple(controls.values())


def _reconcile(
    standings: Iterable[OccurrenceStanding], counts: Counts, scheduled: int, listed_twice: Iterable[str]
) -> None:
    disposed = sum(counts.values())
    if disposed != scheduled:
        raise Unreconciled(f"{scheduled} occurrences are scheduled and {disposed} have a disposition")
    times_listed = Counter((standing.control_id, standing.period) for standing in standings)
    doubled = {f"{control_id} {period}" for (control_id, period), times in times_listed.items() if times > 1}
    if doubled := doubled.union(listed_twice):
        raise Unreconciled(f"listed more than once: {', '.join(sorted(doubled))}")


def _by_criterion(
    criteria: Sequence[str], controls: Iterable[ControlStanding]
) -> tuple[CriterionStanding, ...]:
    mapped: dict[str, list[ControlTally]] = {criterion: [] for criterion in criteria}
    for control in controls:
        for criterion in {*control.criteria}:
            if criterion in mapped:
                mapped[criterion].append(control.tally)
    return tuple(
        CriterionStanding(
            criterion,
            tuple(sorted(each.control_id for each in tallies)),
            _sum_of(tallies),
            min((each.act_by for each in tallies if each.act_by), default=None),
        )
        for criterion, tallies in mapped.items()
    )


def _sum_of(tallies: Iterable[ControlTally]) -> Counts:
    counts = dict.fromkeys(Disposition, 0)
    for tally in tallies:
        for each, times in tally.counts.items():
            counts[each] += times
    return counts


def _soonest(standings: Iterable[OccurrenceStanding]) -> tuple[OccurrenceStanding, ...]:
    return tuple(sorted(standings, key=lambda each: (each.last_day, each.control_id, each.period)))


def _unowned(controls: Iterable[ControlStanding | Design]) -> tuple[str, ...]:
    return tuple(sorted({control.control_id for control in controls if control.owner is None}))


def readiness_as_of(designs: Sequence[Design], criteria_in_scope: Sequence[str]) -> TypeOneReadiness:
    """Readiness for a Type 1 report: design and implementation as of a date.

    A criterion is ready when a control addresses it, and every such control has an owner and evidence of being in
    place. Source for "every": practice; an auditor examines each control that the description states.
    """
    gaps = {criterion: _gap_reasons(criterion, designs) for criterion in criteria_in_scope}
    return TypeOneReadiness(
        ready=tuple(criterion for criterion, reasons in gaps.items() if not reasons),
        gaps=tuple(Gap(criterion, reasons) for criterion, reasons in gaps.items() if reasons),
        unowned=_unowned(designs),
    )


def _gap_reasons(criterion: str, designs: Sequence[Design]) -> tuple[str, ...]:
    mapped = [design for design in designs if criterion in design.criteria]
    if not mapped:
        return ("no control answers it",)
    by_id = sorted(mapped, key=lambda design: design.control_id)
    return tuple(f"{design.control_id} {lacking}" for design in by_id if (lacking := _lacking(design)))


def _lacking(design: Design) -> str:
    missing = [] if design.owner else ["owner"]
    missing += [] if design.has_evidence else ["evidence of being in place"]
    return f"has no {' and no '.join(missing)}" if missing else ""
