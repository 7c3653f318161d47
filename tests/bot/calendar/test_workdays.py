"""Working days: weekends, the public holidays of the country in which a person's zone lies, and leave."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar.bundle_times import first_nag, in_working_hours, next_digest, next_nag, replanned_nag
from bot.calendar.periods import is_working_day, local_date
from bot.calendar.workdays import Away, Workdays, workdays_in
from content.models import countries
from content.zones import country_of

DAY = timedelta(days=1)
DATES = st.dates(date(2025, 1, 1), date(2028, 12, 31))
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
LEAVES = st.lists(
    st.builds(lambda first, days: Away(first, first + days * DAY), DATES, st.integers(0, 60)), max_size=6
).map(tuple)
WORKDAYS = st.builds(
    workdays_in,
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Singapore", "Pacific/Apia", "UTC"]),
    st.sampled_from([None, "DE"]),
    LEAVES,
)


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Europe/Berlin", "DE"),
        ("Europe/Stockholm", "SE"),
        ("America/New_York", "US"),
        ("Asia/Singapore", "SG"),
        ("Asia/Kolkata", "IN"),
        ("Asia/Calcutta", "IN"),
        ("US/Pacific", "US"),
        ("Europe/Kiev", "UA"),
        ("Atlantic/Reykjavik", "IS"),
        ("Iceland", None),
        ("Africa/Asmera", None),
        ("UTC", None),
        ("Etc/GMT+5", None),
        ("Nowhere/Land", None),
    ],
)
def test_a_zone_lies_in_one_country_or_in_none_that_is_known(zone, country):
    assert country_of(zone) == country


@given(st.timezone_keys(allow_prefix=False))
def test_a_zone_s_country_is_one_whose_holidays_are_known(zone):
    assert country_of(zone) in {None, *countries()}


@pytest.mark.parametrize(
    ("zone", "day", "works"),
    [
        ("America/New_York", date(2026, 5, 14), True),  # Ascension Day, the company's
        ("America/New_York", date(2026, 11, 26), False),  # Thanksgiving
        ("Europe/Berlin", date(2026, 11, 26), True),
        ("Europe/Berlin", date(2026, 5, 14), False),
        ("UTC", date(2026, 5, 14), False),
        ("UTC", date(2026, 11, 26), True),
        ("Asia/Singapore", date(2026, 11, 9), False),  # the Monday after Deepavali
        ("Asia/Singapore", date(2026, 11, 7), False),
    ],
)
def test_a_person_has_the_holidays_of_where_they_are_and_nowhere_the_company_s(zone, day, works):
    assert workdays_in(zone, "DE").includes(day) is works


@pytest.mark.parametrize(
    ("zone", "works"),
    [("Europe/Berlin", False), ("UTC", False), ("Europe/Vienna", False), ("Europe/Paris", True)],
)
def test_the_company_s_region_is_that_of_whoever_is_in_its_country(zone, works):
    epiphany = date(2026, 1, 6)
    assert workdays_in(zone, "DE-BY").includes(epiphany) is works
    assert workdays_in("Europe/Berlin", "DE").includes(epiphany)


def test_the_week_s_first_bundle_in_riyadh_comes_on_sunday():
    thursday_evening = datetime(2026, 11, 5, 18, tzinfo=UTC)
    days = workdays_in("Asia/Riyadh", "DE")
    assert days.today(first_nag(thursday_evening, days)) == date(2026, 11, 8)


def test_both_ends_of_a_leave_belong_to_it():
    days = Workdays("Europe/Berlin", None, (Away(date(2026, 10, 6), date(2026, 10, 8)),))
    worked = [day for day in range(5, 10) if days.includes(date(2026, 10, day))]
    assert worked == [5, 9]
    assert days.first_from(date(2026, 10, 6)) == date(2026, 10, 9)
    assert days.last_until(date(2026, 10, 8)) == date(2026, 10, 5)


def test_a_deadline_is_a_day_on_which_the_person_works():
    days = Workdays("Europe/Berlin", "DE", (Away(date(2026, 10, 8), date(2026, 10, 14)),))
    assert days.deadline(datetime(2026, 10, 5, 8, tzinfo=UTC), timedelta(days=3)) == date(2026, 10, 15)


@given(days=WORKDAYS, day=DATES)
def test_there_is_always_a_working_day_after_and_before(days, day):
    after, before = days.first_from(day), days.last_until(day)
    assert before <= day <= after
    for each in (before, after):
        assert is_working_day(each, days.country)
        assert not any(leave.covers(each) for leave in days.leaves)
    between = [before + n * DAY for n in range(1, (after - before).days)]
    assert not any(days.includes(each) for each in between)


@given(days=WORKDAYS, now=INSTANTS, due_in=st.integers(-10, 60), planned_in=st.integers(0, 40))
def test_nothing_unsolicited_comes_on_a_day_off(days, now, due_in, planned_in):
    due_on = days.today(now) + due_in * DAY
    comes_at = [
        first_nag(now, days),
        next_nag(due_on, now, days),
        replanned_nag(due_on, now + planned_in * DAY, now, days),
        next_digest(now, None, days),
    ]
    for instant in comes_at:
        assert instant >= now
        assert days.includes(local_date(instant, days.zone))
        assert in_working_hours(instant, days)
