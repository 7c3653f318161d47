"""When entries are to be looked at again: a week's reviews are one request, to the lead who stands behind them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.rules.entry_reviews import ReviewedEntry, monday_of, reviews_due, week_label
from content.library import load_library

ENTRIES = load_library().knowledge
MONDAY = date(2026, 10, 5)
DAY = timedelta(days=1)


def reviewed(number: int, on: date = MONDAY, by: str = "U0CLEO", every: int = 365) -> ReviewedEntry:
    return ReviewedEntry(ENTRIES[number].model_copy(update={"review_every": every}), by, on)


def test_a_library_that_was_adopted_at_once_is_one_request():
    [week] = reviews_due(
        [ReviewedEntry(entry, "U0CLEO", MONDAY) for entry in ENTRIES[:150]], ["U0CLEO", "U0DAN"]
    )
    assert len(week.entries) == 150
    assert (week.owner, week.monday, week.due_on) == ("U0CLEO", "2027-10-04", MONDAY + 365 * DAY)


def test_weeks_and_leads_are_apart_and_the_first_due_comes_first():
    weeks = reviews_due(
        [reviewed(1, every=3), reviewed(2, every=1), reviewed(3, every=7), reviewed(4, by="U0DAN", every=1)],
        ["U0CLEO", "U0DAN"],
    )
    assert [
        (week.owner, week.monday, [entry.id for entry in week.entries], week.due_on) for week in weeks
    ] == [
        ("U0CLEO", "2026-10-05", [ENTRIES[2].id, ENTRIES[1].id], MONDAY + DAY),
        ("U0CLEO", "2026-10-12", [ENTRIES[3].id], MONDAY + 7 * DAY),
        ("U0DAN", "2026-10-05", [ENTRIES[4].id], MONDAY + DAY),
    ]


def test_what_somebody_reviewed_who_leads_no_more_is_every_lead_s():
    weeks = reviews_due([reviewed(1, by="U0GONE"), reviewed(2, by="U0DAN")], ["U0CLEO", "U0DAN"])
    assert {(week.owner, len(week.entries)) for week in weeks} == {("U0CLEO", 1), ("U0DAN", 2)}
    assert reviews_due([reviewed(1, by="U0GONE")], []) == []


@pytest.mark.parametrize(
    ("week", "label"), [("2027-10-04", "week 40 of 2027"), ("2026-12-28", "week 53 of 2026")]
)
def test_what_a_week_is_called(week: str, label: str):
    assert week_label(week) == label


@given(
    st.lists(
        st.tuples(st.integers(0, 100), st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(1, 800))
    )
)
def test_every_entry_is_due_once_in_the_week_of_its_day(reviews: list[tuple[int, date, int]]):
    entries = [reviewed(number, on, every=days) for number, on, days in reviews]
    weeks = reviews_due(entries, ["U0CLEO"])
    assert sum(len(week.entries) for week in weeks) == len(entries)
    assert {week.monday for week in weeks} == {monday_of(each.due_on).isoformat() for each in entries}
    for week in weeks:
        assert monday_of(week.due_on).isoformat() == week.monday
