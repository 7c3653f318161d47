"""Readiness: over a window all occurrences count or there is no report; as of a date, gaps have reasons."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar.periods import performances
from bot.evidence.rules.dispositions import disposition, last_day_to_act
from bot.readiness.rules.status import (
    Design,
    Gap,
    OccurrenceStanding,
    TypeOne,
    TypeTwo,
    Unreconciled,
    assess,
    readiness_as_of,
    readiness_over,
)
from storage.terms import Cadence, Disposition, OccurrenceState

SCOPE = ("CC6.1", "CC6.2", "CC7.1")
REVIEW = OccurrenceStanding(
    control_id="AC-01",
    title="Access review",
    criteria=("CC6.1", "CC6.2"),
    owner="Ben",
    period="Q3 2026",
    due_on=date(2026, 10, 10),
    last_day=date(2026, 10, 15),
    disposition=Disposition.ON_TIME,
)
SCAN = replace(
    REVIEW,
    control_id="VM-01",
    title="Vulnerability scan",
    criteria=("CC7.1",),
    owner=None,
    period="September 2026",
    disposition=Disposition.MISSED,
)
NEXT_REVIEW = replace(REVIEW, period="Q4 2026", disposition=Disposition.OPEN, under_review=True)


def test_every_occurrence_is_counted_in_all_and_by_criterion():
    readiness = readiness_over([REVIEW, NEXT_REVIEW, SCAN], SCOPE, scheduled=3)
    assert readiness.counts == {
        Disposition.WAIVED: 0,
        Disposition.ON_TIME: 1,
        Disposition.LATE: 0,
        Disposition.MISSED: 1,
        Disposition.OPEN: 1,
    }
    assert (readiness.scheduled, readiness.under_review, readiness.unowned) == (3, 1, ("VM-01",))
    assert [
        (each.criterion, each.controls, sum(each.counts.values())) for each in readiness.by_criterion
    ] == [
        ("CC6.1", ("AC-01",), 2),
        ("CC6.2", ("AC-01",), 2),
        ("CC7.1", ("VM-01",), 1),
    ]


LATE = replace(REVIEW, control_id="AC-02", disposition=Disposition.LATE, last_day=date(2026, 9, 1))
SOON = replace(SCAN, period="October 2026", disposition=Disposition.OPEN, last_day=date(2026, 11, 12))
LATER = replace(SOON, period="November 2026", last_day=date(2026, 12, 12))


def test_missed_and_late_are_expected_exceptions_and_what_is_open_is_predicted_with_its_last_day():
    every = [LATER, NEXT_REVIEW, REVIEW, SCAN, SOON, LATE]
    readiness = readiness_over(every, SCOPE, scheduled=6)
    assert readiness.exceptions == (LATE, SCAN)
    assert readiness.predicted == (NEXT_REVIEW, SOON, LATER)
    assert [
        (each.criterion, each.exceptions, each.predicted, each.act_by) for each in readiness.by_criterion
    ] == [
        ("CC6.1", 1, 1, None),
        ("CC6.2", 1, 1, None),
        ("CC7.1", 1, 2, SOON.last_day),
    ]


def test_an_examination_is_assessed_by_its_type_and_one_that_does_not_tie_is_not():
    window = TypeTwo("SOC 2", date(2026, 7, 1), date(2026, 12, 31), (REVIEW,), SCOPE, scheduled=1)
    as_of = TypeOne("SOC 1", date(2026, 12, 31), (ACCESS,), ("CC6.1",))
    assert assess(window) == (window, readiness_over((REVIEW,), SCOPE, scheduled=1))
    assert assess(as_of) == (as_of, readiness_as_of((ACCESS,), ("CC6.1",)))
    with pytest.raises(Unreconciled):
        assess(replace(window, scheduled=2))


def test_a_criterion_for_which_the_window_schedules_nothing_is_uncovered():
    assert readiness_over([REVIEW], SCOPE, scheduled=1).uncovered == ("CC7.1",)
    assert readiness_over([], SCOPE, scheduled=0).uncovered == SCOPE


@pytest.mark.parametrize(
    ("standings", "scheduled", "reason"),
    [
        ([REVIEW], 2, "2 occurrences are scheduled and 1 have a disposition"),
        ([REVIEW, SCAN], 1, "1 occurrences are scheduled and 2 have"),
        ([REVIEW, REVIEW], 2, "more than once: AC-01 Q3 2026"),
    ],
)
def test_what_does_not_tie_is_not_reported(standings, scheduled, reason):
    with pytest.raises(Unreconciled, match=reason):
        readiness_over(standings, SCOPE, scheduled=scheduled)


HISTORIES = st.lists(
    st.tuples(st.sampled_from(OccurrenceState), st.integers(-60, 120)), min_size=1, max_size=60
)


@given(
    cadence=st.sampled_from(Cadence),
    starts_on=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    length=st.integers(0, 500),
    due_days=st.integers(0, 45),
    grace_days=st.integers(0, 30),
    history=HISTORIES,
    seen_in=st.integers(-30, 600),
)
def test_scheduled_is_the_sum_of_the_five_whatever_happened(
    cadence, starts_on, length, due_days, grace_days, history, seen_in
):
    scheduled = performances(cadence, starts_on, starts_on + timedelta(days=length), due_days)
    standings = []
    for n, each in enumerate(scheduled):
        state, performed_in = history[n % len(history)]
        stands = disposition(
            state,
            each.ends_on + timedelta(days=performed_in),
            each.due_on,
            grace_days,
            starts_on + timedelta(days=seen_in),
        )
        last_day = last_day_to_act(each.due_on, grace_days)
        standings.append(
            replace(REVIEW, period=each.label, due_on=each.due_on, last_day=last_day, disposition=stands)
        )
    readiness = readiness_over(standings, SCOPE, scheduled=len(scheduled))
    assert readiness.scheduled == sum(readiness.counts.values()) == len(scheduled)
    assert set(readiness.counts) == set(Disposition)
    assert all(sum(each.counts.values()) in {0, len(scheduled)} for each in readiness.by_criterion)


@given(
    st.lists(
        st.tuples(st.sampled_from(Disposition), st.sets(st.sampled_from(["CC6.1", "CC6.2", "CC7.1"]))),
        max_size=30,
    )
)
def test_a_criterion_counts_the_occurrences_mapped_to_it(mapped):
    standings = [
        replace(REVIEW, control_id=f"AC-{n}", criteria=tuple(criteria), disposition=stands)
        for n, (stands, criteria) in enumerate(mapped)
    ]
    readiness = readiness_over(standings, SCOPE, scheduled=len(standings))
    for each in readiness.by_criterion:
        for stands in Disposition:
            expected = [
                1 for disposed, criteria in mapped if each.criterion in criteria and disposed is stands
            ]
            assert each.counts[stands] == len(expected)
        assert (each.criterion in readiness.uncovered) is (sum(each.counts.values()) == 0)


ACCESS = Design("AC-01", "Access review", ("CC6.1", "CC6.2"), "Ben", has_evidence=True)
MFA = Design("AC-02", "Multi-factor sign-in", ("CC6.1",), "Farid", has_evidence=True)


@pytest.mark.parametrize(
    ("designs", "ready", "gaps"),
    [
        ([ACCESS, MFA], ("CC6.1", "CC6.2"), (Gap("CC7.1", ("no control answers it",)),)),
        (
            [ACCESS, replace(MFA, has_evidence=False)],
            ("CC6.2",),
            (
                Gap("CC6.1", ("AC-02 has no evidence of being in place",)),
                Gap("CC7.1", ("no control answers it",)),
            ),
        ),
        (
            [replace(MFA, owner=None, has_evidence=False, criteria=SCOPE), replace(ACCESS, owner=None)],
            (),
            (
                Gap("CC6.1", ("AC-01 has no owner", "AC-02 has no owner and no evidence of being in place")),
                Gap("CC6.2", ("AC-01 has no owner", "AC-02 has no owner and no evidence of being in place")),
                Gap("CC7.1", ("AC-02 has no owner and no evidence of being in place",)),
            ),
        ),
    ],
)
def test_as_of_a_date_each_criterion_is_ready_or_a_gap_with_reasons(designs, ready, gaps):
    readiness = readiness_as_of(designs, SCOPE)
    assert (readiness.ready, readiness.gaps) == (ready, gaps)


def test_as_of_a_date_the_unowned_controls_are_named_once():
    assert readiness_as_of([replace(MFA, owner=None), ACCESS], SCOPE).unowned == ("AC-02",)


def test_control_objectives_serve_as_criteria_in_soc_1():
    payroll = Design("FN-01", "Payroll reconciliation", ("CO-1",), "Grace", has_evidence=True)
    assert readiness_as_of([payroll], ("CO-1",)).ready == ("CO-1",)
