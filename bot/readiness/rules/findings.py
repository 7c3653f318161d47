"""What an auditor would find in a sample, from stored facts, with the sums by control and by criterion.

A self-assessment: only the service auditor concludes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from storage.evidence import Evidence
from storage.evidence_reviews import Review
from storage.terms import AccountKind, AuditFinding, Cadence, Disposition, Verdict

# Test deviations: an auditor counts them and reports them in section 4.
EXCEPTIONS: tuple[AuditFinding, ...] = (
    AuditFinding.MISSING,
    AuditFinding.PERFORMED_LATE,
    AuditFinding.FILE_BROKEN,
)
# Findings without a conclusion yet: to settle or to document before the auditor comes.
OPEN_POINTS: tuple[AuditFinding, ...] = (
    AuditFinding.UNREVIEWED,
    AuditFinding.WAIVED,
    AuditFinding.NOT_YET_DUE,
)
# Findings that an auditor notes and does not count: the control was performed.
REMARKS: tuple[AuditFinding, ...] = (AuditFinding.EVIDENCE_LATE, AuditFinding.NOBODY_ACCOUNTABLE)


@dataclass(frozen=True, slots=True)
class SampledOccurrence:
    """An occurrence on the day of the sample.

    ``received_late`` (in days after the due date), ``sha256`` and ``size`` (in bytes) are of the evidence that counts:
    the accepted evidence, or else the evidence under review. A statement has no file, so no hash and size 0.
    ``accountable`` tells whether the control had an owner who had accepted it when the occurrence was due.
    """

    occurrence_id: str
    disposition: Disposition
    under_review: bool
    received_late: int
    sha256: str | None
    size: int
    accountable: bool


@dataclass(frozen=True, slots=True)
class SampledItem:
    """A sampled occurrence with its findings; ``title`` is the control's, ``period`` the label of the period."""

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
    """The sums of one population; ``several`` when its control has another population in the sample."""

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
    """The sums of the controls that address a criterion; one control may count for several criteria."""

    criterion: str
    controls: int
    population: int
    sampled: int
    exceptions: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """A sample with its findings. ``title`` is the examination's, ``made_by`` a person's name.

    ``number`` is that of the record entry. A sample that was not recorded has neither ``made_by`` nor ``number``.
    ``made_before`` is the last earlier day on which the same sample was drawn.
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
    items: tuple[SampledItem, ...]
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
        """How many sampled occurrences have an open point and no exception."""
        return sum(not each.is_exception and bool({*each.findings} & {*OPEN_POINTS}) for each in self.items)


@dataclass(frozen=True, slots=True)
class PastAssessment:
    """A line of the list of self-assessments; ``title`` is the examination's, ``made_by`` a person's name."""

    id: str
    title: str
    on: date
    made_by: str
    seed: str
    sampled: int
    exceptions: int
    files_read: bool


def is_exception(audit_findings: Iterable[AuditFinding]) -> bool:
    return any(finding in EXCEPTIONS for finding in audit_findings)


def evidence_that_counts(
    reviewed: Iterable[tuple[Evidence, Review | None]], instant: datetime
) -> Evidence | None:
    """The evidence that had been accepted by this instant, or else the last that was under review."""
    accepted, under_review = None, None
    for evidence, review in reviewed:
        if review is None or review.at > instant:
            under_review = evidence
        elif review.verdict is Verdict.ACCEPTED:
            accepted = evidence
    return accepted or under_review


def findings(facts: SampledOccurrence, broken: frozenset[str] = frozenset()) -> tuple[AuditFinding, ...]:
    """In the order of `AuditFinding`; ``broken`` has the hashes of stored files that are gone or have changed."""
    applies = {
        AuditFinding.MISSING: facts.disposition is Disposition.MISSED,
        AuditFinding.PERFORMED_LATE: facts.disposition is Disposition.LATE,
        AuditFinding.FILE_BROKEN: facts.sha256 in broken,
        AuditFinding.UNREVIEWED: facts.under_review,
        AuditFinding.WAIVED: facts.disposition is Disposition.WAIVED,
        AuditFinding.NOT_YET_DUE: facts.disposition is Disposition.OPEN and not facts.under_review,
        AuditFinding.EVIDENCE_LATE: facts.received_late > 0,
        AuditFinding.NOBODY_ACCOUNTABLE: not facts.accountable,
    }
    return tuple(finding for finding, is_so in applies.items() if is_so)


def members_at(
    account_kinds: Mapping[str, Sequence[tuple[datetime, AccountKind]]], instant: datetime
) -> set[str]:
    """The ids of people who were members, from the changes of each person's kind of account, the oldest first."""
    last = {
        person_id: [kind for at, kind in changes if at <= instant][-1:]
        for person_id, changes in account_kinds.items()
    }
    return {person_id for person_id, kinds in last.items() if kinds == [AccountKind.MEMBER]}


def sums_by_criterion(controls: Sequence[ControlSum], scope: Iterable[str]) -> tuple[CriterionSum, ...]:
    """The sums of each criterion in scope that some control addresses, in the order of the scope."""
    sums = {criterion: [each for each in controls if criterion in each.criteria] for criterion in scope}
    return tuple(
        CriterionSum(
            criterion,
            len({each.control_id for each in of_criterion}),
            sum(each.population for each in of_criterion),
            sum(each.sampled for each in of_criterion),
            sum(each.exceptions for each in of_criterion),
        )
        for criterion, of_criterion in sums.items()
        if of_criterion
    )
