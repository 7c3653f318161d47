"""What an auditor would find of an occurrence, and how it adds up."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.readiness.rules.findings import (
    EXCEPTIONS,
    OPEN_POINTS,
    REMARKS,
    ControlSum,
    CriterionSum,
    SampledOccurrence,
    evidence_that_counts,
    findings,
    is_exception,
    members_at,
    sums_by_criterion,
)
from storage.evidence import Evidence
from storage.evidence_reviews import Review
from storage.terms import AccountKind, AuditFinding, Cadence, Disposition, EvidenceState, Verdict

FINE = SampledOccurrence(
    occurrence_id="o1",
    disposition=Disposition.ON_TIME,
    under_review=False,
    received_late=0,
    sha256="a" * 64,
    size=10,
    accountable=True,
)
NOTHING = replace(FINE, sha256=None, size=0)
FOUND = {
    "performed and reviewed": (FINE, []),
    "performed late": (replace(FINE, disposition=Disposition.LATE), [AuditFinding.PERFORMED_LATE]),
    "performed in time, and told late": (
        replace(FINE, received_late=1),
        [AuditFinding.EVIDENCE_LATE],
    ),
    "nothing came": (replace(NOTHING, disposition=Disposition.MISSED), [AuditFinding.MISSING]),
    "nothing came yet": (replace(NOTHING, disposition=Disposition.OPEN), [AuditFinding.NOT_YET_DUE]),
    "waived": (replace(NOTHING, disposition=Disposition.WAIVED), [AuditFinding.WAIVED]),
    "under review": (
        replace(FINE, disposition=Disposition.OPEN, under_review=True),
        [AuditFinding.UNREVIEWED],
    ),
    "nobody owned it": (replace(FINE, accountable=False), [AuditFinding.NOBODY_ACCOUNTABLE]),
    "forgotten, and nobody owned it": (
        replace(NOTHING, disposition=Disposition.MISSED, accountable=False),
        [AuditFinding.MISSING, AuditFinding.NOBODY_ACCOUNTABLE],
    ),
}


@pytest.mark.parametrize(("facts", "expected"), FOUND.values(), ids=FOUND)
def test_what_is_found(facts: SampledOccurrence, expected: list[AuditFinding]):
    assert list(findings(facts)) == expected


def test_a_broken_file_is_found_and_only_of_the_occurrence_that_it_belongs_to():
    broken = frozenset({FINE.sha256 or ""})
    assert findings(FINE, broken) == (AuditFinding.FILE_BROKEN,)
    assert findings(replace(FINE, sha256="b" * 64), broken) == ()
    assert findings(NOTHING, broken) == ()


def test_every_finding_is_an_exception_or_open_or_a_remark():
    assert sorted([*EXCEPTIONS, *OPEN_POINTS, *REMARKS]) == sorted(AuditFinding)
    assert is_exception([AuditFinding.NOBODY_ACCOUNTABLE, AuditFinding.MISSING])
    assert not is_exception([AuditFinding.WAIVED, AuditFinding.EVIDENCE_LATE])


def at(day: int) -> datetime:
    return datetime(2026, 10, day, 9, tzinfo=UTC)


def handed_in(day: int, verdict: Verdict | None = None, decided: int = 0) -> tuple[Evidence, Review | None]:
    evidence = Evidence(
        id=f"e{day}",
        occurrence_id="o1",
        submitted_by="U0BEN",
        state=EvidenceState.SUBMITTED,
        slack_file_id="F1",
        name="q3.csv",
        declared_size=1,
        declared_type="text/csv",
        performed_on=date(2026, 10, day),
        received_at=at(day),
        stored_at=at(day),
    )
    if verdict is None:
        return evidence, None
    return evidence, Review(evidence_id=evidence.id, reviewer_id="U0DAN", verdict=verdict, at=at(decided))


@pytest.mark.parametrize(
    ("reviewed", "expected"),
    [
        ([], None),
        ([handed_in(1, Verdict.REJECTED, 2)], None),
        ([handed_in(1, Verdict.REJECTED, 2), handed_in(3)], "e3"),
        ([handed_in(1, Verdict.REJECTED, 2), handed_in(3, Verdict.ACCEPTED, 4)], "e3"),
        ([handed_in(3, Verdict.ACCEPTED, 9)], "e3"),
        ([handed_in(3, Verdict.REJECTED, 9)], "e3"),
    ],
)
def test_the_evidence_that_counts_is_accepted_or_under_review(
    reviewed: list[tuple[Evidence, Review | None]], expected: str | None
):
    counted = evidence_that_counts(reviewed, at(5))
    assert (counted.id if counted else None) == expected


def test_who_could_act_is_told_by_what_they_were_then():
    standings = {
        "U0BEN": [(at(1), AccountKind.MEMBER), (at(8), AccountKind.DEACTIVATED)],
        "U0EVA": [(at(6), AccountKind.MEMBER)],
        "U0GUEST": [(at(1), AccountKind.GUEST)],
    }
    assert members_at(standings, at(5)) == {"U0BEN"}
    assert members_at(standings, at(7)) == {"U0BEN", "U0EVA"}
    assert members_at(standings, at(8)) == {"U0EVA"}


def control(control_id: str, criteria: tuple[str, ...], sampled: int, exceptions: int) -> ControlSum:
    return ControlSum(control_id, control_id, criteria, Cadence.WEEKLY, 2 * sampled, sampled, exceptions)


def test_a_control_with_two_populations_is_one_control():
    one = control("AC-07", ("CC6.2",), 2, 1)
    [criterion] = sums_by_criterion([one, replace(one, cadence=Cadence.ON_EVENT)], ["CC6.2"])
    assert (criterion.controls, criterion.sampled, criterion.exceptions) == (1, 4, 2)


def test_a_criterion_is_the_sum_of_the_controls_that_answer_it():
    controls = [control("A", ("CC6.1", "CC6.2"), 5, 1), control("B", ("CC6.1",), 2, 0)]
    assert sums_by_criterion(controls, ("CC6.1", "CC6.2", "CC7.1")) == (
        CriterionSum("CC6.1", 2, 14, 7, 1),
        CriterionSum("CC6.2", 1, 10, 5, 1),
    )
