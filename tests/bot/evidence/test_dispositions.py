"""Evidence: the five dispositions and their edges, lateness, and impossible dates."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence.rules.dispositions import (
    disposition,
    last_day_to_act,
    occurrence_state_at,
    performance_date_fault,
    timeliness,
)
from storage.evidence import Evidence, Occurrence
from storage.evidence_reviews import SubmittedEvidence
from storage.terms import Disposition, OccurrenceState, Verdict, WaiverState
from storage.waivers import Waiver

DUE, GRACE, LAST_DAY = date(2026, 10, 10), 5, date(2026, 10, 15)
DAY = timedelta(days=1)
BERLIN = "Europe/Berlin"


NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
TWICE = [
    SubmittedEvidence(DUE, NOON + DAY, Verdict.REJECTED, NOON + 2 * DAY),
    SubmittedEvidence(LAST_DAY, NOON + 4 * DAY, Verdict.ACCEPTED, NOON + 9 * DAY),
]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (0, OccurrenceState.OPEN),
        (1, OccurrenceState.SUBMITTED),
        (2, OccurrenceState.REJECTED),
        (3, OccurrenceState.REJECTED),
        (4, OccurrenceState.SUBMITTED),
        (8, OccurrenceState.SUBMITTED),
        (9, OccurrenceState.ACCEPTED),
    ],
)
def test_evidence_accepted_on_the_tenth_was_not_accepted_on_the_fifth(day, expected):
    performed_on = LAST_DAY if expected is OccurrenceState.ACCEPTED else None
    assert occurrence_state_at([], TWICE, NOON + day * DAY) == (expected, performed_on)


def waiver(approved: int, ended: int | None = None) -> Waiver:
    """With the days after noon on which it was approved and ended."""
    return Waiver(
        control_id="AC-01",
        occurrence_id="occ1",
        asked_by="U0BEN",
        asked_at=NOON,
        reason="Nobody joined.",
        state=WaiverState.APPROVED if ended is None else WaiverState.ENDED,
        covers=["occ1"],
        decided_at=NOON + approved * DAY,
        ended_at=None if ended is None else NOON + ended * DAY,
    )


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (-1, OccurrenceState.OPEN),
        (0, OccurrenceState.WAIVED),
        (1, OccurrenceState.WAIVED),
        (2, OccurrenceState.REJECTED),
        (3, OccurrenceState.WAIVED),
        (90, OccurrenceState.WAIVED),
    ],
)
def test_what_was_waived_counts_from_the_approval_to_the_end(day, expected):
    """The file was rejected before the first waiver was ended early; the second one stays."""
    waivers = [waiver(0, ended=2), waiver(3)]
    assert occurrence_state_at(waivers, TWICE[:1], NOON + day * DAY) == (expected, None)


def test_what_was_only_asked_for_or_declined_waives_nothing():
    for state in (WaiverState.REQUESTED, WaiverState.DECLINED, WaiverState.WITHDRAWN):
        not_granted = waiver(0)
        not_granted.state = state
        assert occurrence_state_at([not_granted], [], NOON + DAY) == (OccurrenceState.OPEN, None)


@pytest.mark.parametrize(
    ("state", "performed_on", "as_of", "expected"),
    [
        (OccurrenceState.OPEN, None, DUE, Disposition.OPEN),
        (OccurrenceState.OPEN, None, LAST_DAY, Disposition.OPEN),
        (OccurrenceState.OPEN, None, LAST_DAY + DAY, Disposition.MISSED),
        (OccurrenceState.OPEN, LAST_DAY, LAST_DAY + DAY, Disposition.MISSED),
        (OccurrenceState.REJECTED, None, LAST_DAY, Disposition.OPEN),
        (OccurrenceState.REJECTED, None, LAST_DAY + DAY, Disposition.MISSED),
        (OccurrenceState.SUBMITTED, DUE, DUE, Disposition.OPEN),
        (OccurrenceState.SUBMITTED, DUE, LAST_DAY + 90 * DAY, Disposition.OPEN),
        (OccurrenceState.ACCEPTED, DUE - 30 * DAY, DUE, Disposition.ON_TIME),
        (OccurrenceState.ACCEPTED, LAST_DAY, LAST_DAY, Disposition.ON_TIME),
        (OccurrenceState.ACCEPTED, LAST_DAY, LAST_DAY + 90 * DAY, Disposition.ON_TIME),
        (OccurrenceState.ACCEPTED, LAST_DAY + DAY, LAST_DAY + DAY, Disposition.LATE),
        (OccurrenceState.WAIVED, None, DUE, Disposition.WAIVED),
        (OccurrenceState.WAIVED, LAST_DAY + DAY, LAST_DAY + 90 * DAY, Disposition.WAIVED),
    ],
)
def test_dispositions(state, performed_on, as_of, expected):
    assert disposition(state, performed_on, DUE, GRACE, as_of) is expected


def test_accepted_evidence_has_a_date_of_performance():
    with pytest.raises(ValueError, match="performed"):
        disposition(OccurrenceState.ACCEPTED, None, DUE, GRACE, DUE)


@given(
    performed_in=st.integers(-100, 100),
    grace=st.integers(0, 60),
    seen_in=st.integers(-100, 400),
    more=st.integers(0, 400),
)
def test_time_alone_turns_open_into_missed_and_nothing_else(performed_in, grace, seen_in, more):
    early, late = DUE + seen_in * DAY, DUE + (seen_in + more) * DAY
    for state in OccurrenceState:
        before, after = (
            disposition(state, DUE + performed_in * DAY, DUE, grace, as_of) for as_of in (early, late)
        )
        assert before is after or (before, after) == (Disposition.OPEN, Disposition.MISSED)
        assert (before is after) or early <= last_day_to_act(DUE, grace) < late


def handed_in(received_at: datetime, performed_on: date = DUE, as_of: datetime | None = None) -> Evidence:
    return Evidence(
        occurrence_id="occ1",
        submitted_by="U0BEN",
        slack_file_id="F1",
        name="access.csv",
        declared_size=1,
        declared_type="text/csv",
        performed_on=performed_on,
        received_at=received_at,
        as_of=as_of,
    )


def due(due_on: date = DUE, grace_days: int = GRACE) -> Occurrence:
    return Occurrence(
        control_id="AC-01",
        label="Q3 2026",
        starts_on=date(2026, 7, 1),
        ends_on=date(2026, 9, 30),
        due_on=due_on,
        grace_days=grace_days,
        scheduled_at=datetime(2026, 7, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("received_on", "late"), [(DUE - DAY, 0), (DUE, 0), (DUE + DAY, 1), (date(2027, 10, 10), 365)]
)
def test_a_late_receipt_counts_from_the_due_date(received_on, late):
    noon = datetime.combine(received_on, time(12), tzinfo=UTC)
    assert timeliness(due(), handed_in(noon), BERLIN).received_late == late


@pytest.mark.parametrize(
    ("received_at", "berlin", "new_york", "dubai"),
    [
        ("2026-10-12T19:59:00+00:00", 0, 0, 0),
        ("2026-10-12T20:00:00+00:00", 0, 0, 1),
        ("2026-10-12T21:59:00+00:00", 0, 0, 1),
        ("2026-10-12T22:00:00+00:00", 1, 0, 1),
        ("2026-10-12T22:30:00+00:00", 1, 0, 1),
        ("2026-10-13T02:00:00+00:00", 1, 0, 1),
        ("2026-10-13T03:59:00+00:00", 1, 0, 1),
        ("2026-10-13T04:00:00+00:00", 1, 1, 1),
        ("2026-10-13T20:00:00+00:00", 1, 1, 2),
    ],
)
def test_a_day_ends_at_midnight_where_the_company_is(received_at, berlin, new_york, dubai):
    submission, monday = handed_in(datetime.fromisoformat(received_at)), due(date(2026, 10, 12))
    for zone, late in ((BERLIN, berlin), ("America/New_York", new_york), ("Asia/Dubai", dubai)):
        assert timeliness(monday, submission, zone).received_late == late


@pytest.mark.parametrize(("performed_on", "late"), [(DUE, 0), (LAST_DAY, 0), (LAST_DAY + 3 * DAY, 3)])
def test_a_late_performance_counts_from_the_last_day_and_no_receipt_changes_it(performed_on, late):
    for received_at in (NOON, NOON + 300 * DAY):
        lateness = timeliness(due(), handed_in(received_at, performed_on), BERLIN)
        assert (lateness.last_day, lateness.performed_late) == (LAST_DAY, late)


@given(
    performed_in=st.integers(-100, 100), grace=st.integers(0, 60), due_on=st.dates(max_value=date(2100, 1, 1))
)
def test_what_is_told_of_a_performance_is_how_it_is_counted(performed_in, grace, due_on):
    performed_on = date(2026, 10, 1) + performed_in * DAY
    counted = disposition(OccurrenceState.ACCEPTED, performed_on, due_on, grace, performed_on)
    lateness = timeliness(due(due_on, grace), handed_in(NOON, performed_on), BERLIN)
    assert (lateness.performed_late > 0) is (counted is Disposition.LATE)


@pytest.mark.parametrize(
    ("as_of", "early"),
    [(None, False), ("2026-09-30T21:59:59+00:00", True), ("2026-09-30T22:00:00+00:00", False)],
)
def test_a_listing_is_early_until_the_period_ends_where_the_company_is(as_of, early):
    submission = handed_in(NOON, as_of=datetime.fromisoformat(as_of) if as_of else None)
    assert timeliness(due(), submission, BERLIN).listed_early is early


def test_a_leap_day_is_a_day():
    assert last_day_to_act(date(2028, 2, 25), 5) == date(2028, 3, 1)
    first_of_march = datetime(2028, 3, 1, 12, tzinfo=UTC)
    assert timeliness(due(date(2028, 2, 28)), handed_in(first_of_march), BERLIN).received_late == 2


@pytest.mark.parametrize(
    ("performed_on", "reason"),
    [
        (date(2026, 6, 30), "before the period began on 2026-07-01"),
        (date(2026, 7, 1), None),
        (date(2026, 10, 5), None),
        (date(2026, 10, 6), "has not come yet"),
    ],
)
def test_a_performance_is_neither_ahead_of_today_nor_before_its_period(performed_on, reason):
    fault = performance_date_fault(performed_on, date(2026, 7, 1), today=date(2026, 10, 5))
    assert fault is None if reason is None else reason in (fault or "")
