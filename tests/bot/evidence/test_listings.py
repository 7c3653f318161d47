"""Listings: which counts, queries and moments are refused, to the minute and to the character."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence.rules.listings import (
    LONGEST_QUERY,
    MOST_ITEMS,
    as_of_fault,
    before_period_end,
    item_count_fault,
    query_fault,
    requires_listing,
    running_period_fault,
)
from tests.bot.samples import control, occurrence, population

STARTS_ON, ENDS_ON, BERLIN = date(2026, 7, 1), date(2026, 9, 30), "Europe/Berlin"
BEGUN = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
# Midnight in Berlin, where it is summer.
OVER = datetime(2026, 9, 30, 22, 0, tzinfo=UTC)
NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_only_where_samples_are_drawn_from_a_full_listing():
    assert requires_listing(population(), occurrence())
    assert not requires_listing(control(), occurrence())
    assert not requires_listing(population(), occurrence(trigger_id="t1")), "it is about one event"


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        (None, "Please give the number of items in the listing, as a whole number such as 42."),
        (-1, "A listing cannot have fewer than 0 items."),
        (0, "A listing without items means that nothing happened."),
        (1, None),
        (MOST_ITEMS, None),
        (MOST_ITEMS + 1, "Please give a number of up to 999,999,999 items."),
    ],
)
def test_a_count_of_a_file(count: int | None, reason: str | None):
    fault = item_count_fault(count)
    assert (fault is None) if reason is None else (fault or "").startswith(reason)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (None, "Please say where the listing comes from"),
        ("", "Please say where the listing comes from"),
        (" \n\t", "Please say where the listing comes from"),
        ("x", None),
        (f"  {'x' * LONGEST_QUERY}  ", None),
        ("x" * (LONGEST_QUERY + 1), "Please keep this to 1,000 characters"),
        ("x" * 40_000, "Please keep this to 1,000 characters"),
    ],
)
def test_a_query(query: str | None, reason: str | None):
    fault = query_fault(query)
    assert (fault is None) if reason is None else (fault or "").startswith(reason)


@pytest.mark.parametrize(
    ("as_of", "reason"),
    [
        (None, "Please give the date and time at which the listing was produced."),
        (NOW + MINUTE, "That moment has not come yet."),
        (NOW, None),
        (OVER - MINUTE, None),
        (BEGUN, None),
        (BEGUN - MINUTE, "That is before the period began on 2026-07-01."),
    ],
)
def test_a_listing_is_produced_once_the_period_has_begun_and_not_ahead_of_now(
    as_of: datetime | None, reason: str | None
):
    fault = as_of_fault(as_of, STARTS_ON, BERLIN, NOW)
    assert (fault is None) if reason is None else (fault or "").startswith(reason)


@pytest.mark.parametrize(
    ("today", "running"), [(ENDS_ON - timedelta(days=1), True), (ENDS_ON, True), (date(2026, 10, 1), False)]
)
def test_a_period_runs_to_the_end_of_its_last_day(today: date, running: bool):
    fault = running_period_fault(ENDS_ON, today)
    assert ((fault or "").startswith("The period runs until 2026-09-30.")) is running


ZONES = st.sampled_from(["Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles", "UTC"])


@given(ends_on=st.dates(date(2026, 1, 1), date(2027, 12, 31)), zone=ZONES, hours=st.integers(0, 24 * 40))
def test_what_is_listed_now_is_early_just_while_the_period_runs(ends_on: date, zone: str, hours: int):
    """Both rules draw the line at the same midnight, in every zone."""
    now = datetime(ends_on.year, ends_on.month, ends_on.day, tzinfo=UTC) + timedelta(hours=hours - 24 * 20)
    today = now.astimezone(ZoneInfo(zone)).date()
    assert before_period_end(now, ends_on, zone) == (running_period_fault(ends_on, today) is not None)
