"""What a compliance lead needs to know on Monday, the worst first in each list.

What changed, what will become an exception and when, who is silent or late, what nobody owns, and what waits
for the lead. A person is a string here, and equal strings are one person.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.answers.rules.unanswered import UnansweredTopic
from bot.calendar.periods import period_around, period_label
from bot.evidence.rules.windows import NEAR
from bot.owners.rules.ownership import DigestHandover
from bot.readiness.rules.findings import PastAssessment
from bot.readiness.rules.status import (
    ControlStanding,
    Counts,
    Design,
    Gap,
    OccurrenceStanding,
    TypeOne,
    TypeTwo,
    readiness_as_of,
    readiness_of,
)
from bot.register.rules.window_guard import WindowFinding
from bot.reminders.rules.comparison import Before, ReadAt, deltas, key_of
from bot.reminders.rules.trimming import Trimmed, trimmed
from storage.terms import Cadence, Disposition, ObligationKind

SILENT_AFTER = 3
# The digest shows one line of them.
REASONS_READ = 10
# Two weeks: an occurrence is in two digests before it is too late, should one of them go unread.
HORIZON = NEAR
WORST_FIRST = (
    Disposition.MISSED,
    Disposition.LATE,
    Disposition.WAIVED,
    Disposition.OPEN,
    Disposition.ON_TIME,
)


@dataclass(frozen=True, slots=True)
class Debt:
    """An open obligation. `asked` counts the reminders that arrived; `away`: the person is on leave that day."""

    person: str
    kind: ObligationKind
    subject: str
    due_on: date
    asked: int
    away: bool


@dataclass(frozen=True, slots=True)
class Campaign:
    """A published policy version. `roster` and `acknowledged` are counts, `waiting` names without leavers."""

    policy: str
    version: str
    due_on: date
    roster: int
    acknowledged: int
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    text: str
    asked_by: str
    asked_on: date


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """What storage has on `as_of`, the company's date; `week_of` is the reader's own date.

    `before` is what the last digest counted, None for the first. The standings of a window are those that are listed,
    and with them all that have changed since the last digest. `gaps` come with the most frequent first. `assessed` is
    the latest self-assessment; `head` is size and root of the last signed head of the record.
    """

    as_of: date
    examinations: tuple[TypeOne | TypeTwo, ...]
    before: Before | None
    debts: tuple[Debt, ...]
    campaigns: tuple[Campaign, ...]
    questions: tuple[OpenQuestion, ...]
    to_review: int
    head: str
    gaps: tuple[UnansweredTopic, ...]
    window: tuple[WindowFinding, ...]
    assessed: PastAssessment | None
    handed_over: tuple[DigestHandover, ...]
    week_of: date
    read_at: ReadAt


@dataclass(frozen=True, slots=True)
class TypeOneLine:
    """`days_left` until the date of the report, negative afterwards."""

    title: str
    as_of: date
    days_left: int
    criteria: int
    ready: int
    gaps: Trimmed[Gap]


@dataclass(frozen=True, slots=True)
class TypeTwoLine:
    """`days_left` in the window, negative afterwards; `deltas` since the last digest, None in the first."""

    title: str
    starts_on: date
    ends_on: date
    days_left: int
    scheduled: int
    counts: Counts
    under_review: int
    deltas: Counts | None
    uncovered: Trimmed[str]


@dataclass(frozen=True, slots=True)
class Movement:
    """An occurrence whose disposition has changed; `was` is None for one that was scheduled since."""

    standing: OccurrenceStanding
    was: Disposition | None


@dataclass(frozen=True, slots=True)
class ExceptionAhead:
    """An occurrence that will be missed unless its owner acts by `standing.last_day`; 0 days left is today."""

    standing: OccurrenceStanding
    days_left: int


@dataclass(frozen=True, slots=True)
class Arrears:
    """What one person owes: how many things, and the most reminders that one of these got."""

    person: str
    count: int
    oldest_due_on: date
    reminders: int
    subjects: Trimmed[str]


@dataclass(frozen=True, slots=True)
class Progress:
    campaign: Campaign
    overdue: bool
    waiting: Trimmed[str]


@dataclass(frozen=True, slots=True)
class Orphan:
    """A control that nobody owns. `last_day` to act is that of its most urgent open occurrence, if it has one."""

    control_id: str
    title: str
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Digest:
    """`changes` is None in the first digest, which has nothing to compare with."""

    week: str
    examinations: tuple[TypeOneLine | TypeTwoLine, ...]
    changes: Trimmed[Movement] | None
    exceptions_ahead: Trimmed[ExceptionAhead]
    window: Trimmed[WindowFinding]
    silent: Trimmed[Arrears]
    overdue: Trimmed[Arrears]
    acknowledgements: Trimmed[Progress]
    questions: Trimmed[OpenQuestion]
    gaps: Trimmed[UnansweredTopic]
    orphans: Trimmed[Orphan]
    to_review: int
    assessed: PastAssessment | None
    head: str
    read_at: ReadAt
    handed_over: Trimmed[DigestHandover]


def digest_of(facts: DigestFacts) -> Digest:
    """Raises Unreconciled when occurrences do not tie."""
    standings = _occurrences(facts.examinations)
    overdue = (debt for debt in facts.debts if debt.due_on < facts.as_of)
    silent = (debt for debt in facts.debts if debt.asked >= SILENT_AFTER and not debt.away)
    return Digest(
        week=period_label(Cadence.WEEKLY, period_around(Cadence.WEEKLY, facts.week_of)[0]),
        examinations=tuple(_line(examination, facts) for examination in facts.examinations),
        changes=None if facts.before is None else _changes(standings, facts.before.dispositions),
        exceptions_ahead=_exceptions_ahead(standings.values(), facts.as_of),
        window=trimmed(facts.window),
        silent=_arrears(silent),
        overdue=_arrears(debt for debt in overdue if debt.kind is not ObligationKind.ACKNOWLEDGE),
        acknowledgements=_acknowledgements(facts.campaigns, facts.as_of),
        questions=trimmed(facts.questions, key=lambda question: (question.asked_on, question.text)),
        gaps=trimmed(facts.gaps),
        orphans=_orphans(facts.examinations),
        to_review=facts.to_review,
        assessed=facts.assessed,
        head=facts.head,
        read_at=facts.read_at,
        handed_over=trimmed(facts.handed_over),
    )


def _occurrences(examinations: Iterable[TypeOne | TypeTwo]) -> dict[str, OccurrenceStanding]:
    """Each occurrence once, though a control may serve two examinations."""
    windows = (each for each in examinations if isinstance(each, TypeTwo))
    return {key_of(standing): standing for window in windows for standing in window.standings}


def _line(examination: TypeOne | TypeTwo, facts: DigestFacts) -> TypeOneLine | TypeTwoLine:
    if isinstance(examination, TypeOne):
        return _type_one_line(examination, facts.as_of)
    return _type_two_line(examination, facts)


def _type_one_line(examination: TypeOne, today: date) -> TypeOneLine:
    readiness = readiness_as_of(examination.designs, examination.criteria_in_scope)
    days_left = (examination.as_of - today).days
    return TypeOneLine(
        examination.title,
        examination.as_of,
        days_left,
        len(examination.criteria_in_scope),
        len(readiness.ready),
        trimmed(Gap(gap.criterion, gap.reasons[:REASONS_READ]) for gap in readiness.gaps),
    )


def _type_two_line(examination: TypeTwo, facts: DigestFacts) -> TypeTwoLine:
    readiness = readiness_of(examination)
    return TypeTwoLine(
        title=examination.title,
        starts_on=examination.starts_on,
        ends_on=examination.ends_on,
        days_left=(examination.ends_on - facts.as_of).days,
        scheduled=readiness.scheduled,
        counts=readiness.counts,
        under_review=readiness.under_review,
        deltas=None if facts.before is None else deltas(examination, readiness.counts, facts.before),
        uncovered=trimmed(readiness.uncovered),
    )


def _changes(
    standings: Mapping[str, OccurrenceStanding], before: Mapping[str, Disposition]
) -> Trimmed[Movement]:
    """The worst first. An occurrence that is merely new and open is left out."""
    movements = [
        Movement(standing, before.get(key))
        for key, standing in standings.items()
        if before.get(key, Disposition.OPEN) != standing.disposition
    ]
    return trimmed(
        movements, key=lambda each: (WORST_FIRST.index(each.standing.disposition), key_of(each.standing))
    )


def _exceptions_ahead(standings: Iterable[OccurrenceStanding], today: date) -> Trimmed[ExceptionAhead]:
    """Open, not under review, and the last day to act within the horizon; the most urgent first."""
    ahead = [
        ExceptionAhead(standing, (standing.last_day - today).days)
        for standing in standings
        if standing.disposition is Disposition.OPEN
        and not standing.under_review
        and standing.last_day - today <= HORIZON
    ]
    return trimmed(ahead, key=lambda each: (each.days_left, key_of(each.standing)))


def _arrears(debts: Iterable[Debt]) -> Trimmed[Arrears]:
    """One line a person, the oldest first; whoever only has a policy to acknowledge comes last."""
    by_person: defaultdict[str, list[Debt]] = defaultdict(list)
    for debt in sorted(debts, key=_urgency):
        by_person[debt.person].append(debt)
    in_order = sorted(by_person.values(), key=lambda debts: (_urgency(debts[0]), debts[0].person))
    return trimmed([_arrears_of_one(debts) for debts in in_order])


def _urgency(debt: Debt) -> tuple[bool, date, str]:
    return debt.kind is ObligationKind.ACKNOWLEDGE, debt.due_on, debt.subject


def _arrears_of_one(debts: Sequence[Debt]) -> Arrears:
    return Arrears(
        person=debts[0].person,
        count=len(debts),
        oldest_due_on=min(debt.due_on for debt in debts),
        reminders=max(debt.asked for debt in debts),
        subjects=trimmed([debt.subject for debt in debts]),
    )


def _acknowledgements(campaigns: Iterable[Campaign], today: date) -> Trimmed[Progress]:
    """The unfinished ones first, by due date."""
    progress = [
        Progress(
            each, overdue=bool(each.waiting) and each.due_on < today, waiting=trimmed(sorted(each.waiting))
        )
        for each in campaigns
    ]
    return trimmed(
        progress, key=lambda each: (not each.campaign.waiting, each.campaign.due_on, each.campaign.policy)
    )


def _orphans(examinations: Iterable[TypeOne | TypeTwo]) -> Trimmed[Orphan]:
    """Each control without an owner once, though two examinations may test it; the most urgent first."""
    open_until: defaultdict[tuple[str, str], list[date]] = defaultdict(list)
    for control in _controls(examinations):
        if control.owner is None:
            open_until[control.control_id, control.title] += _last_days(control)
    orphans = [Orphan(*control, min(days, default=None)) for control, days in open_until.items()]
    return trimmed(orphans, key=lambda each: (each.last_day or date.max, each.control_id))


def _controls(examinations: Iterable[TypeOne | TypeTwo]) -> Iterable[ControlStanding | Design]:
    for examination in examinations:
        yield from examination.designs if isinstance(examination, TypeOne) else examination.counted


def _last_days(control: ControlStanding | Design) -> list[date]:
    last_day = control.tally.last_day if isinstance(control, ControlStanding) else None
    return [last_day] if last_day else []
