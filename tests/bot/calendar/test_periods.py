"""The calendar: every period once and in order with its due date; local time over both changes of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from holidays import list_supported_countries
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar.periods import (
    Scheduled,
    is_working_day,
    local_date,
    local_instant,
    next_working_day,
    performances,
    period_around,
    schedule,
    wall_clock,
)
from content.models import countries
from storage.terms import Cadence

DAY = timedelta(days=1)
WINDOW = (date(2026, 7, 1), date(2026, 12, 31))
# A Sunday that ends two weeks; the others are found by counting days from it.
TWO_WEEKS_END = date(2026, 8, 9)
ENDS_A_PERIOD = {
    Cadence.DAILY: lambda day: True,
    Cadence.WEEKLY: lambda day: day.isoweekday() == 7,
    Cadence.BIWEEKLY: lambda day: (day - TWO_WEEKS_END).days % 14 == 0,
    Cadence.MONTHLY: lambda day: (day + DAY).day == 1,
    Cadence.BIMONTHLY: lambda day: (day + DAY).day == 1 and day.month % 2 == 0,
    Cadence.CONTINUOUS: lambda day: (day + DAY).day == 1 and day.month in {3, 6, 9, 12},
    Cadence.QUARTERLY: lambda day: (day + DAY).day == 1 and day.month in {3, 6, 9, 12},
    Cadence.SEMI_ANNUAL: lambda day: (day + DAY).day == 1 and day.month in {6, 12},
    Cadence.ANNUAL: lambda day: (day.month, day.day) == (12, 31),
    Cadence.BIENNIAL: lambda day: (day.month, day.day) == (12, 31) and day.year % 2 == 1,
}


@pytest.mark.parametrize(
    ("cadence", "labels"),
    [
        (
            Cadence.MONTHLY,
            "January February March April May June July August September October November December",
        ),
        (Cadence.BIMONTHLY, "Jan–Feb Mar–Apr May–Jun Jul–Aug Sep–Oct Nov–Dec"),
        (Cadence.CONTINUOUS, "Q1 Q2 Q3 Q4"),
        (Cadence.QUARTERLY, "Q1 Q2 Q3 Q4"),
        (Cadence.SEMI_ANNUAL, "H1 H2"),
    ],
)
def test_the_periods_of_a_year(cadence, labels):
    year = (date(2026, 1, 1), date(2026, 12, 31))
    assert [each.label for each in performances(cadence, *year, 10)] == [
        f"{name} 2026" for name in labels.split()
    ]


def test_a_period_is_due_some_days_after_its_end_and_never_on_a_weekend():
    assert performances(Cadence.QUARTERLY, *WINDOW, 10) == [
        Scheduled(date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 12), "Q3 2026"),
        Scheduled(date(2026, 10, 1), date(2026, 12, 31), date(2027, 1, 11), "Q4 2026"),
    ]


def test_an_annual_period_may_begin_before_the_window():
    assert performances(Cadence.ANNUAL, *WINDOW, 0) == [
        Scheduled(date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 31), "2026")
    ]


def test_two_years_begin_with_an_even_one():
    assert performances(Cadence.BIENNIAL, *WINDOW, 0) == []
    assert performances(Cadence.BIENNIAL, date(2027, 7, 1), date(2027, 12, 31), 10) == [
        Scheduled(date(2026, 1, 1), date(2027, 12, 31), date(2028, 1, 10), "2026–2027")
    ]


def test_a_one_off_has_the_whole_window_and_events_are_listed_each_quarter():
    assert performances(Cadence.ONE_OFF, *WINDOW, 10) == [
        Scheduled(*WINDOW, date(2027, 1, 11), "once by 31 December 2026")
    ]
    assert performances(Cadence.ON_EVENT, *WINDOW, 10) == performances(Cadence.QUARTERLY, *WINDOW, 10)


@pytest.mark.parametrize(
    ("country", "due_on"),
    [
        (None, date(2026, 12, 25)),
        ("DE", date(2026, 12, 28)),
        ("GB", date(2026, 12, 29)),
        ("SA", date(2026, 12, 27)),
    ],
)
def test_what_would_be_due_on_a_public_holiday_is_due_on_the_next_working_day(country, due_on):
    [week] = performances(Cadence.WEEKLY, date(2026, 12, 20), date(2026, 12, 20), 5, country)
    assert week.due_on == due_on


def test_a_control_in_two_examinations_is_performed_once_for_both():
    soc2, soc1, short = (
        WINDOW,
        (date(2026, 10, 1), date(2026, 12, 31)),
        (date(2026, 10, 1), date(2026, 11, 30)),
    )
    quarters = schedule(Cadence.QUARTERLY, [soc1, soc2, short], 10)
    assert [each.label for each in quarters] == ["Q3 2026", "Q4 2026"]
    [once] = schedule(Cadence.ONE_OFF, [soc2, soc1, short], 10)
    assert (once.starts_on, once.ends_on) == short
    assert schedule(Cadence.ONE_OFF, [], 10) == []
    assert schedule(Cadence.ON_EVENT, [soc1, soc2, short], 10) == quarters


def test_every_day_is_a_period_of_its_own():
    assert performances(Cadence.DAILY, date(2028, 2, 28), date(2028, 3, 1), 1) == [
        Scheduled(date(2028, 2, 28), date(2028, 2, 28), date(2028, 2, 29), "28 February 2028"),
        Scheduled(date(2028, 2, 29), date(2028, 2, 29), date(2028, 3, 1), "29 February 2028"),
        Scheduled(date(2028, 3, 1), date(2028, 3, 1), date(2028, 3, 2), "1 March 2028"),
    ]


@pytest.mark.parametrize(
    ("starts_on", "label"),
    [
        (date(2026, 7, 27), "weeks 31–32 of 2026"),
        (date(2020, 12, 21), "weeks 52–53 of 2020"),
        (date(2026, 12, 28), "week 53 of 2026 and week 1 of 2027"),
        (date(2027, 1, 11), "weeks 2–3 of 2027"),
    ],
)
def test_two_weeks_keep_their_rhythm_over_the_end_of_a_year(starts_on, label):
    [pair] = performances(Cadence.BIWEEKLY, starts_on, starts_on + 14 * DAY, 3)
    ends_on = starts_on + 13 * DAY
    assert pair == Scheduled(starts_on, ends_on, ends_on + 3 * DAY, label)


def test_a_window_too_short_for_the_cadence_has_none():
    assert performances(Cadence.ANNUAL, date(2026, 7, 1), date(2026, 9, 30), 5) == []
    assert performances(Cadence.QUARTERLY, date(2026, 7, 1), date(2026, 9, 29), 5) == []
    assert performances(Cadence.MONTHLY, date(2026, 9, 30), date(2026, 9, 1), 5) == []


def test_both_ends_of_the_window_count():
    assert [
        each.label for each in performances(Cadence.MONTHLY, date(2026, 9, 30), date(2026, 9, 30), 0)
    ] == ["September 2026"]


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2026, 8, 2), "week 31 of 2026"),
        (date(2027, 1, 3), "week 53 of 2026"),
        (date(2025, 1, 5), "week 1 of 2025"),
        (date(2024, 12, 29), "week 52 of 2024"),
    ],
)
def test_weeks_are_iso_weeks_and_end_on_sunday(day, label):
    [week] = performances(Cadence.WEEKLY, day, day, 3)
    assert (week.starts_on, week.ends_on, week.due_on, week.label) == (
        day - 6 * DAY,
        day,
        day + 3 * DAY,
        label,
    )


@pytest.mark.parametrize(("year", "last"), [(2023, 28), (2024, 29), (2028, 29), (2100, 28)])
def test_february_ends_when_it_ends(year, last):
    [february] = performances(Cadence.MONTHLY, date(year, 2, 1), date(year, 2, last), 1)
    assert (february.ends_on, february.due_on) == (date(year, 2, last), date(year, 3, 1))


CALENDAR_CADENCES = st.sampled_from(sorted(ENDS_A_PERIOD))
COUNTRIES = st.sampled_from([None, "DE", "US", "IN", "JP"])


@given(
    cadence=CALENDAR_CADENCES,
    starts_on=st.dates(date(1999, 1, 1), date(2080, 12, 31)),
    days=st.integers(0, 20 * 366),
    due_days=st.integers(0, 90),
    country=COUNTRIES,
)
def test_no_period_is_skipped_or_doubled(cadence, starts_on, days, due_days, country):
    window = [starts_on + n * DAY for n in range(days + 1)]
    scheduled = performances(cadence, window[0], window[-1], due_days, country)
    assert [each.ends_on for each in scheduled] == [day for day in window if ENDS_A_PERIOD[cadence](day)]
    assert len({each.label for each in scheduled}) == len(scheduled)
    assert all(before.ends_on + DAY == after.starts_on for before, after in pairwise(scheduled))
    assert all(before.due_on <= after.due_on for before, after in pairwise(scheduled))
    if scheduled:
        assert scheduled[0].starts_on <= scheduled[0].ends_on
        assert ENDS_A_PERIOD[cadence](scheduled[0].starts_on - DAY)


@given(
    cadence=CALENDAR_CADENCES,
    starts_on=st.dates(date(1999, 1, 1), date(2080, 12, 31)),
    days=st.lists(st.integers(1, 5 * 366), min_size=2, max_size=4),
    country=COUNTRIES,
)
def test_the_calendar_decides_what_is_next_wherever_one_begins_to_count(cadence, starts_on, days, country):
    """Windows laid end to end ask for what the one that spans them asks for, so no beginning moves a period."""
    begins = [starts_on + sum(days[:n]) * DAY for n in range(len(days) + 1)]
    windows = [(first, after - DAY) for first, after in pairwise(begins)]
    whole = performances(cadence, starts_on, begins[-1] - DAY, 10, country)
    assert [each for window in windows for each in performances(cadence, *window, 10, country)] == whole
    assert schedule(cadence, windows, 10, country) == whole


@given(cadence=CALENDAR_CADENCES, day=st.dates(date(1999, 1, 1), date(2080, 12, 31)))
def test_every_day_lies_in_one_period_and_the_next_begins_after_it(cadence, day):
    starts_on, ends_on = period_around(cadence, day)
    assert starts_on <= day <= ends_on
    assert period_around(cadence, starts_on) == period_around(cadence, ends_on) == (starts_on, ends_on)
    assert period_around(cadence, ends_on + DAY)[0] == ends_on + DAY
    assert period_around(cadence, starts_on - DAY)[1] == starts_on - DAY


@given(ends_on=st.dates(date(2000, 1, 1), date(2045, 12, 31)), due_days=st.integers(0, 90), country=COUNTRIES)
def test_due_is_the_first_working_day_on_or_after_the_day_promised(ends_on, due_days, country):
    [day] = performances(Cadence.DAILY, ends_on, ends_on, due_days, country)
    promised_on = ends_on + due_days * DAY
    assert is_working_day(day.due_on, country)
    passed = [promised_on + n * DAY for n in range((day.due_on - promised_on).days)]
    assert not any(is_working_day(each, country) for each in passed)


@given(
    cadence=CALENDAR_CADENCES,
    day=st.dates(date(2010, 1, 1), date(2040, 12, 31)),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana"]),
)
def test_a_change_of_clocks_moves_no_period(cadence, day, zone):
    """In Havana clocks jump ahead at midnight, so that some days begin at one o'clock."""
    starts_on, ends_on = period_around(cadence, day)
    begins, next_begins = (local_instant(each, time(0), zone) for each in (starts_on, ends_on + DAY))
    assert local_date(begins, zone) == starts_on
    assert local_date(next_begins, zone) == ends_on + DAY
    assert local_date(begins - timedelta(microseconds=1), zone) == starts_on - DAY
    assert local_date(next_begins - timedelta(microseconds=1), zone) == ends_on


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_the_next_working_day_is_the_nearest_weekday(day):
    after = next_working_day(day)
    assert is_working_day(after)
    assert (day == after) is is_working_day(day)
    assert is_working_day(day) is (day.strftime("%w") not in "06")
    assert (after - day).days in range(3)


@pytest.mark.parametrize(
    ("day", "country", "working"),
    [
        (date(2026, 5, 14), "DE", False),
        (date(2026, 5, 14), "GB", True),
        (date(2026, 7, 3), "US", False),
        (date(2026, 7, 3), "DE", True),
        (date(2027, 1, 1), "JP", False),
        (date(2027, 1, 1), None, True),
        (date(2026, 11, 8), "IL", True),  # a Sunday
        (date(2026, 11, 6), "IL", False),
        (date(2026, 11, 6), "SA", False),
        (date(2026, 11, 7), "SA", False),
        (date(2026, 11, 7), "IR", True),  # a Saturday
        (date(2026, 11, 6), "IR", False),
        (date(2026, 2, 14), "CN", True),  # a Saturday that makes up for the Spring Festival
        (date(2026, 4, 6), "GB", False),  # Easter Monday, which Scotland works
        (date(2026, 8, 31), "GB", False),
        (date(2026, 4, 6), "GB-SCT", True),
        (date(2026, 11, 30), "GB-SCT", False),
        (date(2026, 1, 6), "DE", True),
        (date(2026, 1, 6), "DE-BY", False),
    ],
)
def test_each_country_and_region_has_its_own_week_and_public_holidays(day, country, working):
    assert is_working_day(day, country) is working


def test_the_holidays_of_every_country_that_content_may_name_are_known():
    assert countries() <= set(list_supported_countries())


@pytest.mark.parametrize(
    ("day", "at", "zone", "expected"),
    [
        (date(2026, 3, 28), time(9, 30), "Europe/Berlin", datetime(2026, 3, 28, 8, 30, tzinfo=UTC)),
        (date(2026, 3, 29), time(9, 30), "Europe/Berlin", datetime(2026, 3, 29, 7, 30, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 30), "Europe/Berlin", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 30), "Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 3, 8), time(2, 30), "America/New_York", datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
        (date(2026, 11, 1), time(1, 30), "America/New_York", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        (date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe", datetime(2026, 10, 3, 15, 45, tzinfo=UTC)),
        (date(2026, 10, 5), time(9, 30), "Asia/Dubai", datetime(2026, 10, 5, 5, 30, tzinfo=UTC)),
        (date(2026, 10, 5), time(9, 30), "Pacific/Kiritimati", datetime(2026, 10, 4, 19, 30, tzinfo=UTC)),
    ],
)
def test_local_time_becomes_one_instant(day, at, zone, expected):
    instant = local_instant(day, at, zone)
    assert instant == expected
    assert instant.tzinfo is UTC


def test_a_time_that_the_clocks_leave_out_comes_as_much_later():
    instant = local_instant(date(2026, 3, 29), time(2, 30), "Europe/Berlin")
    assert wall_clock(instant, "Europe/Berlin").time() == time(3, 30)


@given(
    day=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    at=st.times(),
    zone=st.timezone_keys(allow_prefix=False),
)
def test_local_time_comes_back_as_it_was_wherever_it_exists(day, at, zone):
    shown = wall_clock(local_instant(day, at, zone), zone)
    wanted = datetime.combine(day, at)
    assert shown.fold == 0
    assert shown.replace(tzinfo=None) == wanted or not _exists(wanted, zone)


def _exists(wall: datetime, zone: str) -> bool:
    """Not by round trip: where clocks jump ahead, fold 1 gives the greater offset (PEP 495)."""
    before, after = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1))
    assert before is not None
    assert after is not None
    return before >= after


@pytest.mark.parametrize(
    ("instant", "zone", "expected"),
    [
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "Europe/Berlin", date(2027, 1, 1)),
        (datetime(2027, 1, 1, 4, 59, tzinfo=UTC), "America/New_York", date(2026, 12, 31)),
        (datetime(2028, 2, 29, 12, 0, tzinfo=UTC), "Asia/Singapore", date(2028, 2, 29)),
    ],
)
def test_the_date_depends_on_where_you_are(instant, zone, expected):
    assert local_date(instant, zone) == expected


def test_a_naive_instant_has_no_date():
    with pytest.raises(ValueError, match="no time zone"):
        local_date(datetime(2026, 10, 5, 9, 0), "Europe/Berlin")  # noqa: DTZ001  that is the point
