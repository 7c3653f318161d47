"""Reminders: when the first, the last call and the overdue ones come, and when a lead's digest does."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.calendar import is_working_day, local_date, previous_working_day, wall_clock
from bot.rules.nags import (
    BUNDLE_AT,
    first_nag,
    in_working_hours,
    is_stale,
    needs_digest,
    next_digest,
    next_nag,
)

BERLIN, NEW_YORK, SINGAPORE, SAMOA = "Europe/Berlin", "America/New_York", "Asia/Singapore", "Pacific/Apia"
DAY = timedelta(days=1)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.timezone_keys(allow_prefix=False)


def at(zone: str, text: str) -> datetime:
    """ "2026-10-05 09:30" on the clocks of the zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "opened", "nagged"),
    [
        (BERLIN, "2026-10-05 07:00", "2026-10-05 09:30"),
        (BERLIN, "2026-10-05 09:30", "2026-10-05 09:30"),
        (BERLIN, "2026-10-05 09:31", "2026-10-06 09:30"),
        (BERLIN, "2026-10-09 09:31", "2026-10-12 09:30"),
        (BERLIN, "2026-10-10 00:00", "2026-10-12 09:30"),
        (BERLIN, "2026-10-11 23:59", "2026-10-12 09:30"),
        (NEW_YORK, "2026-03-06 12:00", "2026-03-09 09:30"),
        (BERLIN, "2026-10-23 12:00", "2026-10-26 09:30"),
        (BERLIN, "2026-12-31 12:00", "2027-01-01 09:30"),
        (SINGAPORE, "2028-02-28 12:00", "2028-02-29 09:30"),
        (SAMOA, "2011-12-29 12:00", "2012-01-02 09:30"),
    ],
)
def test_the_first_nag_is_the_next_bundle(zone, opened, nagged):
    assert first_nag(at(zone, opened), zone) == at(zone, nagged)


def test_on_a_public_holiday_of_the_company_nobody_is_asked():
    """Ascension Day, Thursday 14 May 2026, and Whit Monday, 25 May."""
    ascension, friday = at(BERLIN, "2026-05-14 09:30"), at(BERLIN, "2026-05-15 09:30")
    assert first_nag(ascension, BERLIN, "DE") == friday
    assert first_nag(ascension, BERLIN) == ascension
    assert next_nag(date(2026, 5, 14), at(BERLIN, "2026-05-04 09:30"), BERLIN, "DE") == at(
        BERLIN, "2026-05-13 09:30"
    )
    assert not in_working_hours(ascension, BERLIN, "DE")
    assert is_stale(ascension, ascension, BERLIN, "DE")
    whit_monday, tuesday = at(BERLIN, "2026-05-25 09:30"), at(BERLIN, "2026-05-26 09:30")
    assert next_digest(whit_monday, BERLIN, None, "DE") == tuesday
    assert not needs_digest(whit_monday, BERLIN, None, "DE")
    assert needs_digest(tuesday, BERLIN, date(2026, 5, 18), "DE")


def test_the_same_instant_is_another_morning_elsewhere():
    opened_at = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
    assert first_nag(opened_at, BERLIN) == datetime(2026, 10, 5, 7, 30, tzinfo=UTC)
    assert first_nag(opened_at, NEW_YORK) == datetime(2026, 10, 5, 13, 30, tzinfo=UTC)
    assert first_nag(opened_at, SINGAPORE) == datetime(2026, 10, 6, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "nagged", "again"),
    [
        ("2026-10-15", "2026-10-05 09:30", "2026-10-15 09:30"),
        ("2026-10-17", "2026-10-05 09:30", "2026-10-16 09:30"),
        ("2026-10-18", "2026-10-16 09:30", "2026-10-19 09:30"),
        ("2026-10-15", "2026-10-15 09:30", "2026-10-16 09:30"),
        ("2026-10-15", "2026-10-15 16:00", "2026-10-16 09:30"),
        ("2026-10-15", "2026-10-16 09:30", "2026-10-19 09:30"),
        ("2026-10-15", "2026-10-14 23:00", "2026-10-15 09:30"),
        ("2026-03-31", "2026-03-27 09:30", "2026-03-31 09:30"),
        ("2026-01-02", "2025-12-31 09:30", "2026-01-02 09:30"),
    ],
)
def test_the_next_nag_is_the_last_call_and_then_daily(due, nagged, again):
    assert next_nag(date.fromisoformat(due), at(BERLIN, nagged), BERLIN) == at(BERLIN, again)


@given(opened_at=INSTANTS, due_in=st.integers(-10, 60), zone=ZONES)
def test_nags_come_in_the_morning_of_distinct_working_days(opened_at, due_in, zone):
    due_on = local_date(opened_at, zone) + due_in * DAY
    nags = [first_nag(opened_at, zone)]
    while len(nags) < 8:
        nags.append(next_nag(due_on, nags[-1], zone))
    shown = [wall_clock(nag, zone) for nag in nags]
    assert nags[0] >= opened_at
    assert nags[0] - opened_at <= timedelta(days=3, hours=2)  # a weekend, and the clocks may go back
    assert all(each.time() == BUNDLE_AT and is_working_day(each.date()) for each in shown)
    assert all(before < after for before, after in pairwise(nags))
    assert all(before.date() < after.date() for before, after in pairwise(shown))


@given(nagged_at=INSTANTS, due_in=st.integers(-10, 60), zone=ZONES)
def test_between_a_nag_and_the_last_call_nobody_is_disturbed(nagged_at, due_in, zone):
    nagged_on = local_date(nagged_at, zone)
    last_call_on = previous_working_day(nagged_on + due_in * DAY)
    again_on = local_date(next_nag(nagged_on + due_in * DAY, nagged_at, zone), zone)
    if last_call_on > nagged_on:
        assert again_on == last_call_on
    else:
        assert nagged_on < again_on <= nagged_on + 3 * DAY


@pytest.mark.parametrize(
    ("now", "last_digest_on", "needed"),
    [
        ("2026-10-05 09:29", None, False),
        ("2026-10-05 09:30", None, True),
        ("2026-10-05 09:30", "2026-09-28", True),
        ("2026-10-05 09:30", "2026-10-05", False),
        ("2026-10-06 12:00", "2026-10-05", False),
        ("2026-10-06 12:00", "2026-10-02", True),
        ("2026-10-06 03:00", "2026-10-02", False),
        ("2026-10-06 20:00", "2026-10-02", False),
        ("2026-10-10 12:00", "2026-10-02", False),
        ("2026-10-11 23:59", "2026-10-05", False),
        ("2026-10-12 09:30", "2026-10-09", True),
        ("2027-01-04 09:30", "2027-01-02", True),
    ],
)
def test_a_digest_is_needed_once_an_iso_week(now, last_digest_on, needed):
    last_on = date.fromisoformat(last_digest_on) if last_digest_on else None
    assert needs_digest(at(BERLIN, now), BERLIN, last_on) is needed


@pytest.mark.parametrize(
    ("now", "last_digest_on", "expected"),
    [
        ("2026-10-05 07:00", None, "2026-10-05 09:30"),
        ("2026-10-05 09:30", "2026-10-05", "2026-10-12 09:30"),
        ("2026-10-07 11:15", None, "2026-10-07 11:15"),
        ("2026-10-07 22:00", None, "2026-10-08 09:30"),
        ("2026-10-10 11:00", None, "2026-10-12 09:30"),
        ("2026-10-23 11:00", "2026-10-19", "2026-10-26 09:30"),
    ],
)
def test_a_missed_digest_is_caught_up_in_working_hours(now, last_digest_on, expected):
    last_on = date.fromisoformat(last_digest_on) if last_digest_on else None
    assert next_digest(at(BERLIN, now), BERLIN, last_on) == at(BERLIN, expected)


@given(now=INSTANTS, zone=ZONES, days_ago=st.none() | st.integers(0, 20))
def test_a_digest_becomes_needed_exactly_when_it_was_foretold(now, zone, days_ago):
    last_on = None if days_ago is None else local_date(now, zone) - days_ago * DAY
    comes_at = next_digest(now, zone, last_on)
    assert needs_digest(comes_at, zone, last_on)
    assert in_working_hours(comes_at, zone)
    assert not needs_digest(comes_at - timedelta(seconds=1), zone, last_on) or comes_at == now
    assert not needs_digest(comes_at, zone, local_date(comes_at, zone))


@pytest.mark.parametrize(
    ("now", "calm"),
    [
        ("2026-10-05 09:29", False),
        ("2026-10-05 09:30", True),
        ("2026-10-05 17:29", True),
        ("2026-10-05 17:30", False),
        ("2026-10-10 12:00", False),
    ],
)
def test_working_hours(now, calm):
    assert in_working_hours(at(BERLIN, now), BERLIN) is calm
    assert in_working_hours(at(BERLIN, now).astimezone(UTC), BERLIN) is calm


@pytest.mark.parametrize(
    ("queued", "now", "stale"),
    [
        ("2026-10-05 09:30", "2026-10-05 09:31", False),
        ("2026-10-05 09:30", "2026-10-05 17:29", False),
        ("2026-10-05 09:30", "2026-10-05 17:30", True),
        ("2026-10-05 09:30", "2026-10-06 09:30", True),
        ("2026-10-09 09:30", "2026-10-10 12:00", True),
    ],
)
def test_what_was_held_up_until_evening_or_the_next_day_is_stale(queued, now, stale):
    assert is_stale(at(BERLIN, queued), at(BERLIN, now), BERLIN) is stale
