"""Waivers: what one covers, until when it may run, and what the lead who decides is shown."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence.rules.waivers import (
    WaiverPlan,
    covered_occurrences,
    covered_periods,
    expiry_fault,
    latest_expiry,
    suggested_expiry,
    waivable_occurrences,
    waiver_fault,
    waivers_by_occurrence,
    within_a_waivers_reach,
)
from storage.evidence import Occurrence
from storage.programme import Control
from storage.terms import Cadence, OccurrenceState
from storage.waivers import Waiver

TODAY, DAY = date(2026, 10, 5), timedelta(days=1)
DUE = date(2026, 10, 12)
DAYS = st.integers(-400, 800).map(lambda days: TODAY + days * DAY)


def occurrence(name: str, due_on: date, state: OccurrenceState = OccurrenceState.OPEN) -> Occurrence:
    return Occurrence(
        id=name,
        control_id="AC-01",
        label=name,
        starts_on=due_on - 30 * DAY,
        ends_on=due_on,
        due_on=due_on,
        grace_days=5,
        state=state,
        scheduled_at=datetime(2026, 7, 1, tzinfo=UTC),
    )


OCCURRENCES = st.lists(st.tuples(DAYS, st.sampled_from(OccurrenceState)), max_size=12).map(
    lambda drawn: [occurrence(f"period {n}", *each) for n, each in enumerate(drawn)]
)


def waiver(**changes: object) -> Waiver:
    row = Waiver(
        id="waiver1",
        control_id="AC-01",
        occurrence_id="period 0",
        asked_by="BEN",
        asked_at=datetime(2026, 10, 5, 8, tzinfo=UTC),
        reason="Nobody joined.",
    )
    for name, value in changes.items():
        setattr(row, name, value)
    return row


@given(OCCURRENCES, st.sets(st.integers(0, 11)), DAYS, DAYS)
def test_it_covers_what_waits_from_what_it_was_asked_for_to_its_expiry(rows, receiving, first_due, until):
    on_its_way = {f"period {n}" for n in receiving}
    first = occurrence("first", first_due)
    covers = covered_occurrences(waivable_occurrences([*rows, first], on_its_way), first, until)
    assert [row.due_on for row in covers] == sorted(row.due_on for row in covers)
    assert (first in covers) is (first_due <= until)
    waits = {OccurrenceState.OPEN, OccurrenceState.REJECTED}
    for row in rows:
        can_be = row.state in waits and row.id not in on_its_way
        assert (row in covers) is (can_be and first_due <= row.due_on <= until)


@pytest.mark.parametrize(
    ("state", "receiving", "words"),
    [
        (OccurrenceState.OPEN, set(), None),
        (OccurrenceState.REJECTED, {"another"}, None),
        (OccurrenceState.OPEN, {"period"}, "A file for this period has been received and is being checked."),
        (OccurrenceState.ACCEPTED, set(), "This period is already accepted, so it cannot be waived."),
        (OccurrenceState.SUBMITTED, {"period"}, "This period is already submitted, so it cannot be waived."),
    ],
)
def test_whoever_asks_is_told_why_a_period_cannot_be_waived_and_no_list_offers_it(state, receiving, words):
    row = occurrence("period", DUE, state)
    assert waiver_fault(row, receiving) == words
    assert waivable_occurrences([row], receiving) == ([] if words else [row])


@given(DAYS, DAYS)
def test_a_lead_can_name_a_period_if_some_expiry_reaches_its_due_date(due_on, today):
    row = occurrence("period", due_on)
    some_expiry = expiry_fault(max(due_on, today), due_on, today) is None
    assert within_a_waivers_reach([row], today) == ([row] if some_expiry else [])


@pytest.mark.parametrize(
    ("expires_on", "words"),
    [
        (None, "Please give the day"),
        (TODAY - DAY, "That day is over"),
        (TODAY, "What it is asked for is due on 2026-10-12"),
        (DUE - DAY, "What it is asked for is due on 2026-10-12"),
        (DUE, None),
        (date(2027, 10, 5), None),
        (date(2027, 10, 6), "for a year at most, until 2027-10-05"),
    ],
)
def test_an_expiry_is_given_reaches_the_due_date_and_is_at_most_a_year_ahead(expires_on, words):
    fault = expiry_fault(expires_on, DUE, TODAY)
    assert fault is None if words is None else words in (fault or "")


def test_what_is_past_due_can_be_waived_until_today():
    assert expiry_fault(TODAY, TODAY - 90 * DAY, TODAY) is None


def test_a_year_after_a_leap_day_is_the_last_of_february():
    assert latest_expiry(date(2028, 2, 29)) == date(2029, 2, 28)
    assert latest_expiry(date(2027, 2, 28)) == date(2028, 2, 28)


@given(st.none() | DAYS, DAYS.filter(lambda due: due <= latest_expiry(TODAY)))
def test_what_a_form_begins_with_can_be_approved(wish, due_on):
    begins = suggested_expiry(wish, due_on, TODAY)
    assert expiry_fault(begins, due_on, TODAY) is None
    if wish and expiry_fault(wish, due_on, TODAY) is None:
        assert begins == wish


def test_the_mark_is_of_the_day_and_of_each_period():
    control = Control(
        id="AC-01",
        title="Review",
        does="",
        why="",
        owner_role="",
        cadence=Cadence.WEEKLY,
        due_days=1,
        grace_days=1,
        evidence="",
    )
    one, other = occurrence("one", DUE), occurrence("other", DUE)
    plan = WaiverPlan(waiver(), one, control, "Ben", DUE, [one], [other])
    assert plan.mark == replace(plan, not_covered=[]).mark
    assert len({plan.mark, replace(plan, expires_on=DUE + DAY).mark, replace(plan, covers=[other]).mark}) == 3


def test_periods_are_told_in_the_order_in_which_they_are_due():
    rows = [occurrence("late", DUE + DAY), occurrence("other", DUE), occurrence("soon", DUE)]
    granted = waiver(covers=["late", "soon"])
    assert covered_periods(granted, {row.id: row for row in rows}) == ("soon", "late")
    assert waivers_by_occurrence([granted]) == {"late": [granted], "soon": [granted]}
