"""Reminders: when the first, the last call and the overdue ones come, and when a lead's digest does."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar.bundle_times import (
    BUNDLE_AT,
    first_nag,
    in_working_hours,
    is_stale,
    needs_digest,
    next_digest,
    next_nag,
    replanned_nag,
)
from bot.calendar.periods import is_working_day, local_date, wall_clock
from bot.calendar.workdays import Away, Workdays

BERLIN, NEW_YORK, SINGAPORE, SAMOA = "Europe/Berlin", "America/New_York", "Asia/Singapore", "Pacific/Apia"
DAY = timedelta(days=1)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.timezone_keys(allow_prefix=False)
IN_BERLIN, IN_GERMANY = Workdays(BERLIN), Workdays(BERLIN, "DE")


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
    assert first_nag(at(zone, opened), Workdays(zone)) == at(zone, nagged)


def test_on_a_public_holiday_nobody_is_asked():
    """Ascension Day, Thursday 14 May 2026, and Whit Monday, 25 May."""
    ascension, friday = at(BERLIN, "2026-05-14 09:30"), at(BERLIN, "2026-05-15 09:30")
    assert first_nag(ascension, IN_GERMANY) == friday
    assert first_nag(ascension, IN_BERLIN) == ascension
    assert next_nag(date(2026, 5, 14), at(BERLIN, "2026-05-04 09:30"), IN_GERMANY) == at(
        BERLIN, "2026-05-13 09:30"
    )
    assert not in_working_hours(ascension, IN_GERMANY)
    assert is_stale(ascension, ascension, IN_GERMANY)
    whit_monday, tuesday = at(BERLIN, "2026-05-25 09:30"), at(BERLIN, "2026-05-26 09:30")
    assert next_digest(whit_monday, None, IN_GERMANY) == tuesday
    assert not needs_digest(whit_monday, None, IN_GERMANY)
    assert needs_digest(tuesday, date(2026, 5, 18), IN_GERMANY)


def test_on_leave_nobody_is_asked():
    """From Thursday 8 to Wednesday 14 October."""
    days = Workdays(BERLIN, "DE", (Away(date(2026, 10, 8), date(2026, 10, 14)),))
    assert first_nag(at(BERLIN, "2026-10-08 08:00"), days) == at(BERLIN, "2026-10-15 09:30")
    assert next_nag(date(2026, 10, 12), at(BERLIN, "2026-10-05 09:30"), days) == at(
        BERLIN, "2026-10-07 09:30"
    )
    assert not in_working_hours(at(BERLIN, "2026-10-08 10:00"), days)
    assert next_digest(at(BERLIN, "2026-10-08 10:00"), date(2026, 10, 5), days) == at(
        BERLIN, "2026-10-15 09:30"
    )


@pytest.mark.parametrize(
    ("due", "planned", "now", "again"),
    [
        ("2026-10-12", "2026-10-12 09:30", "2026-10-05 10:00", "2026-10-07 09:30"),
        ("2026-10-12", "2026-10-12 09:30", "2026-10-07 08:00", "2026-10-07 09:30"),
        ("2026-10-12", "2026-10-12 09:30", "2026-10-07 10:00", "2026-10-15 09:30"),
        ("2026-10-01", "2026-10-06 09:30", "2026-10-05 10:00", "2026-10-06 09:30"),
        ("2026-10-01", "2026-10-09 09:30", "2026-10-08 10:00", "2026-10-15 09:30"),
        ("2026-10-20", "2026-10-20 09:30", "2026-10-05 10:00", "2026-10-20 09:30"),
    ],
)
def test_before_leave_comes_the_last_call_and_what_was_planned_within_it_waits(due, planned, now, again):
    """The same leave, noted while a reminder is planned already."""
    days = Workdays(BERLIN, "DE", (Away(date(2026, 10, 8), date(2026, 10, 14)),))
    due_on = date.fromisoformat(due)
    assert replanned_nag(due_on, at(BERLIN, planned), at(BERLIN, now), days) == at(BERLIN, again)


def test_the_same_instant_is_another_morning_elsewhere():
    opened_at = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
    assert first_nag(opened_at, Workdays(BERLIN)) == datetime(2026, 10, 5, 7, 30, tzinfo=UTC)
    assert first_nag(opened_at, Workdays(NEW_YORK)) == datetime(2026, 10, 5, 13, 30, tzinfo=UTC)
    assert first_nag(opened_at, Workdays(SINGAPORE)) == datetime(2026, 10, 6, 1, 30, tzinfo=UTC)


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
    assert next_nag(date.fromisoformat(due), at(BERLIN, nagged), IN_BERLIN) == at(BERLIN, again)


@given(opened_at=INSTANTS, due_in=st.integers(-10, 60), zone=ZONES)
def test_nags_come_in_the_morning_of_distinct_working_days(opened_at, due_in, zone):
    due_on, days = local_date(opened_at, zone) + due_in * DAY, Workdays(zone)
    nags = [first_nag(opened_at, days)]
    while len(nags) < 8:
        nags.append(next_nag(due_on, nags[-1], days))
    shown = [wall_clock(nag, zone) for nag in nags]
    assert nags[0] >= opened_at
    assert nags[0] - opened_at <= timedelta(days=3, hours=2)  # a weekend, and the clocks may go back
    assert all(each.time() == BUNDLE_AT and is_working_day(each.date()) for each in shown)
    assert all(before < after for before, after in pairwise(nags))
    assert all(before.date() < after.date() for before, after in pairwise(shown))


@given(nagged_at=INSTANTS, due_in=st.integers(-10, 60), zone=ZONES)
def test_between_a_nag_and_the_last_call_nobody_is_disturbed(nagged_at, due_in, zone):
    nagged_on, days = local_date(nagged_at, zone), Workdays(zone)
    last_call_on = days.last_until(nagged_on + due_in * DAY)
    again_on = local_date(next_nag(nagged_on + due_in * DAY, nagged_at, days), zone)
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
    assert needs_digest(at(BERLIN, now), last_on, IN_BERLIN) is needed


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
    assert next_digest(at(BERLIN, now), last_on, IN_BERLIN) == at(BERLIN, expected)


@given(now=INSTANTS, zone=ZONES, days_ago=st.none() | st.integers(0, 20))
def test_a_digest_becomes_needed_exactly_when_it_was_foretold(now, zone, days_ago):
    last_on = None if days_ago is None else local_date(now, zone) - days_ago * DAY
    days = Workdays(zone)
    comes_at = next_digest(now, last_on, days)
    assert needs_digest(comes_at, last_on, days)
    assert in_working_hours(comes_at, days)
    assert not needs_digest(comes_at - timedelta(seconds=1), last_on, days) or comes_at == now
    assert not needs_digest(comes_at, local_date(comes_at, zone), days)


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
    assert in_working_hours(at(BERLIN, now), IN_BERLIN) is calm
    assert in_working_hours(at(BERLIN, now).astimezone(UTC), IN_BERLIN) is calm


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
    assert is_stale(at(BERLIN, queued), at(BERLIN, now), IN_BERLIN) is stale
