"""A new schedule: what is past or touched stays, the rest becomes what is asked for."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar.periods import performances
from bot.schedule.rules.schedule_changes import (
    ScheduleChange,
    ScheduleEffect,
    freed_with_event,
    replaced_occurrences,
    schedule_change,
)
from storage.evidence import AWAITED, Occurrence
from storage.terms import Cadence, OccurrenceState

TODAY = date(2026, 10, 5)
WINDOW = (date(2026, 7, 1), date(2026, 12, 31))
LISTED_AT = datetime(2026, 7, 1, tzinfo=UTC)
STATES = st.sampled_from([state for state in OccurrenceState if state is not OccurrenceState.WITHDRAWN])


def occurrences(cadence: Cadence, due_days: int = 10, grace_days: int = 5) -> list[Occurrence]:
    return [
        Occurrence(
            control_id="AC-01",
            label=each.label,
            starts_on=each.starts_on,
            ends_on=each.ends_on,
            due_on=each.due_on,
            grace_days=grace_days,
            scheduled_at=LISTED_AT,
        )
        for each in performances(cadence, *WINDOW, due_days)
    ]


def new_schedule(
    rows: list[Occurrence], cadence: Cadence, touched: frozenset[str] = frozenset(), due_days: int = 10
) -> ScheduleChange:
    return schedule_change(rows, performances(cadence, *WINDOW, due_days), touched, TODAY, 5)


def labels(change: ScheduleChange) -> tuple[list[str], list[str], list[str]]:
    return (
        [each.label for each in change.added],
        [row.label for row in change.withdrawn],
        [row.label for row, _ in change.moved],
    )


def test_from_quarterly_to_monthly_the_past_quarter_stays_and_no_past_month_is_added():
    change = new_schedule(occurrences(Cadence.QUARTERLY), Cadence.MONTHLY)

    assert labels(change) == (["October 2026", "November 2026", "December 2026"], ["Q4 2026"], [])
    assert change.effect == ScheduleEffect(added=3, withdrawn=1)


def test_other_due_days_move_what_is_to_come_only():
    change = new_schedule(occurrences(Cadence.QUARTERLY), Cadence.QUARTERLY, due_days=20)

    assert labels(change) == ([], [], ["Q4 2026"])


def test_what_was_handed_in_stays():
    rows = occurrences(Cadence.QUARTERLY)
    touched = frozenset({rows[-1].id})

    assert labels(new_schedule(rows, Cadence.MONTHLY, touched))[1] == []
    assert new_schedule(rows, Cadence.QUARTERLY, touched, due_days=20) == ScheduleChange()


def test_what_is_done_once_is_not_asked_for_again_when_the_window_moves():
    rows = occurrences(Cadence.ONE_OFF)
    earlier = performances(Cadence.ONE_OFF, date(2026, 6, 1), WINDOW[1], 10)

    assert labels(schedule_change(rows, earlier, {rows[0].id}, TODAY, 5, once=True)) == ([], [], [])
    untouched = schedule_change(rows, earlier, set(), TODAY, 5, once=True)
    assert untouched.effect == ScheduleEffect(added=1, withdrawn=1)


def test_what_was_withdrawn_comes_back_as_the_same_row():
    rows = occurrences(Cadence.QUARTERLY)
    rows[-1].state = OccurrenceState.WITHDRAWN

    change = new_schedule(rows, Cadence.QUARTERLY)

    assert [(row.label, each.label) for row, each in change.revived] == [("Q4 2026", "Q4 2026")]
    assert change.effect == ScheduleEffect(added=1)


@given(
    st.sampled_from(Cadence),
    st.sampled_from(Cadence),
    st.integers(0, 90),
    st.data(),
    st.dates(date(2026, 6, 1), date(2027, 1, 31)),
)
def test_nothing_past_or_touched_is_altered_and_nothing_asked_for_is_missing(
    before: Cadence, after: Cadence, due_days: int, data: st.DataObject, today: date
):
    rows = occurrences(before)
    for row in rows:
        row.state = data.draw(STATES)
    touched = {row.id for row in rows if data.draw(st.booleans())}
    periods = performances(after, *WINDOW, due_days)

    change = schedule_change(rows, periods, touched, today, 7)

    altered = [*change.withdrawn, *(row for row, _ in change.moved)]
    assert all(row.ends_on >= today for row in altered)
    assert all(row.state in AWAITED and row.id not in touched for row in altered)
    gone = {row.id for row in change.withdrawn}
    stays = {(row.starts_on, row.ends_on) for row in rows if row.id not in gone}
    stays |= {(each.starts_on, each.ends_on) for each in change.added}
    wanted = {(each.starts_on, each.ends_on) for each in periods if each.ends_on >= today}
    assert wanted <= stays
    assert len(stays) == len(rows) - len(gone) + len(change.added)
    once = today - timedelta(days=1)
    assert all(each.ends_on > once for each in change.added)


@pytest.mark.parametrize(
    ("scheduled_at", "labels"),
    [
        (datetime(2026, 10, 5, tzinfo=UTC), ["October 2026", "November 2026", "December 2026"]),
        (datetime(2026, 11, 5, tzinfo=UTC), ["November 2026", "December 2026"]),
        (datetime(2027, 1, 5, tzinfo=UTC), []),
    ],
)
def test_months_are_replaced_by_a_quarter_that_was_listed_before_they_were_over(
    scheduled_at: datetime, labels: list[str]
):
    months, quarters = occurrences(Cadence.MONTHLY), occurrences(Cadence.QUARTERLY)
    fourth = quarters[-1]
    fourth.scheduled_at = scheduled_at
    periods = performances(Cadence.QUARTERLY, *WINDOW, 10)
    rows = replaced_occurrences(months, [*months, fourth], periods, "Europe/Berlin")
    assert [row.label for row in rows] == labels
    assert replaced_occurrences([fourth], [*months, fourth], periods, "Europe/Berlin") == []
    for row in months:
        row.state = OccurrenceState.REJECTED
    assert replaced_occurrences(months, [*months, fourth], periods, "Europe/Berlin") == []


@given(STATES, st.booleans())
def test_what_is_waived_or_awaited_is_freed_unless_anything_was_handed_in(
    state: OccurrenceState, handed_in: bool
):
    row = occurrences(Cadence.QUARTERLY)[0]
    row.state = state
    touched = {row.id} if handed_in else set()
    assert freed_with_event(row, touched) is (not handed_in and state in {*AWAITED, OccurrenceState.WAIVED})
