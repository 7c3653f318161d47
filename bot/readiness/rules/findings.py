"""What an auditor would find in a sample, told from stored facts, and how it adds up by control and by criterion.

A self-assessment: only the service auditor concludes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from storage.evidence import Evidence
from storage.terms import AccountKind, AuditFinding, Cadence, Disposition, Verdict
from storage.under_review import Review

# A test deviation: it is counted, and stands in section 4 of the report.
EXCEPTIONS: tuple[AuditFinding, ...] = (
    AuditFinding.MISSING,
    AuditFinding.PERFORMED_LATE,
    AuditFinding.FILE_BROKEN,
)
# No conclusion yet: to be settled or shown before the auditor comes.
OPEN_POINTS: tuple[AuditFinding, ...] = (
    AuditFinding.UNREVIEWED,
    AuditFinding.WAIVED,
    AuditFinding.NOT_YET_DUE,
)
# Noted, and not counted: the control was performed.
REMARKS: tuple[AuditFinding, ...] = (AuditFinding.EVIDENCE_LATE, AuditFinding.NOBODY_ACCOUNTABLE)


@dataclass(frozen=True, slots=True)
class SampledOccurrence:
    """An occurrence on the day of the sample. ``received_late``, ``sha256`` and ``size`` are of the evidence that
    counts: what was accepted, or else what is under review; a statement has no file. ``received_late`` counts days
    after the due date. ``accountable`` tells whether somebody had accepted to own its control when it was due.
    """

    occurrence_id: str
    disposition: Disposition
    under_review: bool
    received_late: int
    sha256: str | None
    size: int
    accountable: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A sampled occurrence, in the words that its control and its period go by."""

    occurrence_id: str
    control_id: str
    title: str
    period: str
    due_on: date
    last_day: date
    findings: tuple[AuditFinding, ...]

    @property
    def is_exception(self) -> bool:
        return is_exception(self.findings)


@dataclass(frozen=True, slots=True)
class ControlSum:
    """The sum of one population of a control; ``several`` when the control has another one in the same sample."""

    control_id: str
    title: str
    criteria: tuple[str, ...]
    cadence: Cadence
    population: int
    sampled: int
    exceptions: int
    several: bool = False


@dataclass(frozen=True, slots=True)
class CriterionSum:
    """The sums of the controls that answer a criterion; one control may count for several criteria."""

    criterion: str
    controls: int
    population: int
    sampled: int
    exceptions: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """A sample with what was found. ``title`` is the examination's; ``made_by`` a name, ``number`` that of the record
    entry, both empty for one that was not logged. ``made_before`` is the day on which the same was drawn before.
    """

    id: str
    examination_id: str
    title: str
    starts_on: date
    ends_on: date
    day: date
    seed: str
    digest: str
    made_by: str | None
    number: int | None
    made_before: date | None
    files: int
    files_read: bool
    items: tuple[Item, ...]
    controls: tuple[ControlSum, ...]
    criteria: tuple[CriterionSum, ...]

    @property
    def population(self) -> int:
        return sum(each.population for each in self.controls)

    @property
    def exceptions(self) -> int:
        return sum(each.is_exception for each in self.items)

    @property
    def unsettled(self) -> int:
        """How many are no exception yet, and may become one."""
        return sum(not each.is_exception and bool({*each.findings} & {*OPEN_POINTS}) for each in self.items)


@dataclass(frozen=True, slots=True)
class Past:
    """A self-assessment in the list of those that were made."""

    id: str
    title: str
    on: date
    made_by: str
    seed: str
    sampled: int
    exceptions: int
    files_read: bool


def is_exception(noted: Iterable[AuditFinding]) -> bool:
    return any(each in EXCEPTIONS for each in noted)


def evidence_that_counts(
    given: Iterable[tuple[Evidence, Review | None]], instant: datetime
) -> Evidence | None:
    """What had been accepted by then, or else the last that was under review."""
    accepted, waiting = None, None
    for each, review in given:
        if review is None or review.at > instant:
            waiting = each
        elif review.verdict is Verdict.ACCEPTED:
            accepted = each
    return accepted or waiting


def findings(facts: SampledOccurrence, broken: frozenset[str] = frozenset()) -> tuple[AuditFinding, ...]:
    """In the order of their vocabulary; ``broken`` are the hashes of stored files that are gone or have changed."""
    noted = {
        AuditFinding.MISSING: facts.disposition is Disposition.MISSED,
        AuditFinding.PERFORMED_LATE: facts.disposition is Disposition.LATE,
        AuditFinding.FILE_BROKEN: facts.sha256 in broken,
        AuditFinding.UNREVIEWED: facts.under_review,
        AuditFinding.WAIVED: facts.disposition is Disposition.WAIVED,
        AuditFinding.NOT_YET_DUE: facts.disposition is Disposition.OPEN and not facts.under_review,
        AuditFinding.EVIDENCE_LATE: facts.received_late > 0,
        AuditFinding.NOBODY_ACCOUNTABLE: not facts.accountable,
    }
    return tuple(finding for finding, holds in noted.items() if holds)


def members_at(
    standings: Mapping[str, Sequence[tuple[datetime, AccountKind]]], instant: datetime
) -> set[str]:
    """Who could act then, from what each was since when, oldest first."""
    last = {
        person_id: [standing for at, standing in known if at <= instant][-1:]
        for person_id, known in standings.items()
    }
    return {person_id for person_id, known in last.items() if known == [AccountKind.MEMBER]}


def by_criterion(controls: Sequence[ControlSum], scope: Iterable[str]) -> tuple[CriterionSum, ...]:
    """Of each criterion in scope that some control answers, in the order of the scope."""
    answered = {criterion: [each for each in controls if criterion in each.criteria] for criterion in scope}
    return tuple(
        CriterionSum(
            criterion,
            len({each.control_id for each in mapped}),
            sum(each.population for each in mapped),
            sum(each.sampled for each in mapped),
            sum(each.exceptions for each in mapped),
        )
        for criterion, mapped in answered.items()
        if mapped
    )
