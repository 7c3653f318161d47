"""The window guard: what a Type 2 window will lack, known while there is time to act."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar.periods import performances
from bot.register.rules.window_guard import (
    NotPerformedInWindow,
    ScheduledControl,
    ScheduledPerformance,
    ShortWindow,
    findings_on_window,
    is_short_window,
)
from storage.terms import Cadence

DAY = timedelta(days=1)
JULY, DECEMBER = date(2026, 7, 1), date(2026, 12, 31)
YEAR_ENDS, TODAY = date(2026, 12, 31), date(2026, 10, 5)


def watched(
    *turns: ScheduledPerformance, cadence: Cadence = Cadence.ANNUAL, control_id: str = "AC-01"
) -> ScheduledControl:
    return ScheduledControl(control_id, "Access review", cadence, turns)


def findings_of(
    control: ScheduledControl, starts_on: date = JULY, ends_on: date = DECEMBER, as_of: date = TODAY
):
    return findings_on_window("SOC 2", starts_on, ends_on, [control], as_of)


def test_a_yearly_control_that_ran_before_the_window_is_to_run_again_in_it():
    assert findings_of(watched(ScheduledPerformance(YEAR_ENDS, date(2026, 2, 3)))) == [
        NotPerformedInWindow(
            "SOC 2",
            JULY,
            DECEMBER,
            "AC-01",
            "Access review",
            Cadence.ANNUAL,
            last_on=date(2026, 2, 3),
            over=False,
        )
    ]


@pytest.mark.parametrize(
    ("turns", "lacking"),
    [
        ([], True),
        ([ScheduledPerformance(YEAR_ENDS, None)], False),
        ([ScheduledPerformance(YEAR_ENDS, JULY - DAY)], True),
        ([ScheduledPerformance(YEAR_ENDS, JULY)], False),
        ([ScheduledPerformance(YEAR_ENDS, DECEMBER + 5 * DAY)], False),
        ([ScheduledPerformance(date(2025, 12, 31), date(2026, 1, 9))], True),
        ([ScheduledPerformance(date(2025, 12, 31), date(2026, 7, 9))], False),
        ([ScheduledPerformance(date(2027, 12, 31), None)], True),
        ([ScheduledPerformance(date(2027, 12, 31), DECEMBER)], False),
        ([ScheduledPerformance(date(2027, 12, 31), DECEMBER + DAY)], True),
        (
            [
                ScheduledPerformance(date(2025, 12, 31), date(2026, 1, 9)),
                ScheduledPerformance(YEAR_ENDS, None),
            ],
            False,
        ),
        ([ScheduledPerformance(date(2026, 9, 30), JULY - DAY), ScheduledPerformance(YEAR_ENDS, None)], False),
    ],
)
def test_what_is_performed_in_the_window_or_still_asked_for_is_enough(turns, lacking):
    assert bool(findings_of(watched(*turns))) is lacking


def test_the_last_performance_is_told_and_whether_the_window_is_over():
    control = watched(
        ScheduledPerformance(date(2024, 12, 31), date(2024, 5, 2)),
        ScheduledPerformance(date(2025, 12, 31), date(2025, 6, 1)),
    )
    [before], [last_day] = findings_of(control, as_of=JULY - DAY), findings_of(control, as_of=DECEMBER)
    [after] = findings_of(control, as_of=DECEMBER + DAY)
    assert isinstance(before, NotPerformedInWindow)
    assert isinstance(after, NotPerformedInWindow)
    assert before == last_day
    assert (before.last_on, before.over, after.over) == (date(2025, 6, 1), False, True)


def test_what_has_no_calendar_is_not_looked_for():
    assert findings_of(watched(cadence=Cadence.ONE_OFF)) == []


def test_the_listing_of_events_is_looked_for():
    [lacking] = findings_of(watched(cadence=Cadence.ON_EVENT))
    assert isinstance(lacking, NotPerformedInWindow)
    assert findings_of(watched(ScheduledPerformance(date(2026, 9, 30), None), cadence=Cadence.ON_EVENT)) == []


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "short"),
    [
        (date(2026, 7, 1), date(2026, 9, 30), False),
        (date(2026, 7, 1), date(2026, 9, 29), True),
        (date(2026, 11, 15), date(2027, 2, 14), False),
        (date(2026, 11, 15), date(2027, 2, 13), True),
        (date(2026, 11, 30), date(2027, 2, 27), False),
        (date(2027, 11, 30), date(2028, 2, 28), False),
        (date(2027, 11, 30), date(2028, 2, 27), True),
        (date(2026, 10, 1), date(2026, 12, 31), False),
    ],
)
def test_a_window_has_three_months_at_least(starts_on, ends_on, short):
    assert is_short_window(starts_on, ends_on) is short
    pointed_out = [ShortWindow("SOC 2", starts_on, ends_on)] if short else []
    assert findings_on_window("SOC 2", starts_on, ends_on, [], starts_on) == pointed_out
    assert findings_on_window("SOC 2", starts_on, ends_on, [], ends_on + DAY) == []


def test_findings_come_by_control():
    controls = [watched(control_id=control_id) for control_id in ("PR-01", "AC-01", "BK-01")]
    findings_by_control = findings_on_window("SOC 2", JULY, DECEMBER, controls, TODAY)
    assert [each.control_id for each in findings_by_control if isinstance(each, NotPerformedInWindow)] == [
        "AC-01",
        "BK-01",
        "PR-01",
    ]


@given(
    cadence=st.sampled_from(sorted(set(Cadence) - {Cadence.ONE_OFF})),
    starts_on=st.dates(date(2020, 1, 1), date(2040, 12, 31)),
    days=st.integers(1, 800),
    early=st.integers(1, 400),
)
def test_a_control_is_pointed_out_exactly_when_the_window_schedules_nothing(cadence, starts_on, days, early):
    ends_on = starts_on + days * DAY
    scheduled = [each.ends_on for each in performances(cadence, starts_on, ends_on, 10)]

    def lacking(*turns: ScheduledPerformance) -> bool:
        lacks = findings_of(watched(*turns, cadence=cadence), starts_on, ends_on)
        return any(isinstance(each, NotPerformedInWindow) for each in lacks)

    assert lacking(*(ScheduledPerformance(each, None) for each in scheduled)) is (not scheduled)
    assert lacking(*(ScheduledPerformance(each, starts_on - early * DAY) for each in scheduled))
    assert not lacking(ScheduledPerformance(starts_on - early * DAY, starts_on))
