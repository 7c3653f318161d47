"""When a person is asked: one bundle a working day at half past nine, where that person is.

Practice, not a standard: few reminders, at a humane hour, each of them on the record (TSP 100, CC2.2).
What is owed is asked for when it opens, on the last working day before it is due, and daily once overdue.
`country` is the company's, whose public holidays are nobody's working day; Slack does not tell a person's own.
"""

from datetime import date, datetime, time

from bot.rules.calendar import (
    DAY,
    is_working_day,
    local_date,
    local_instant,
    next_working_day,
    previous_working_day,
    wall_clock,
)

BUNDLE_AT = time(9, 30)
DAY_ENDS_AT = time(17, 30)


def first_nag(opened_at: datetime, zone: str, country: str | None = None) -> datetime:
    """The first bundle at or after `opened_at`, in UTC."""
    opened_on = local_date(opened_at, zone)
    bundle = _bundle_from(opened_on, zone, country)
    return bundle if bundle >= opened_at else _bundle_from(opened_on + DAY, zone, country)


def next_nag(due_on: date, nagged_at: datetime, zone: str, country: str | None = None) -> datetime:
    """The bundle after a nag, in UTC: on the last working day before it is due, and daily from then on."""
    nagged_on = local_date(nagged_at, zone)
    last_call_on = previous_working_day(due_on, country)
    return _bundle_from(max(last_call_on, nagged_on + DAY), zone, country)


def in_working_hours(now: datetime, zone: str, country: str | None = None) -> bool:
    """Whether an unsolicited message may arrive now; what an outage held up until evening should wait."""
    local = wall_clock(now, zone)
    return is_working_day(local.date(), country) and BUNDLE_AT <= local.time() < DAY_ENDS_AT


def is_stale(queued_at: datetime, now: datetime, zone: str, country: str | None = None) -> bool:
    """Whether what was meant for one working day was held up: its day or its hours are over."""
    return local_date(queued_at, zone) != local_date(now, zone) or not in_working_hours(now, zone, country)


def next_digest(
    now: datetime, zone: str, last_digest_on: date | None, country: str | None = None
) -> datetime:
    """When a lead's next digest is due: Monday's bundle or, if that was missed, the next working hours.

    `last_digest_on` is the lead's local date of the last one. The answer is `now` itself when it is due.
    """
    today = local_date(now, zone)
    monday = today - today.weekday() * DAY
    if last_digest_on is not None and last_digest_on >= monday:
        monday += 7 * DAY
    due_at = max(now, _bundle_from(monday, zone, country))
    return due_at if in_working_hours(due_at, zone, country) else first_nag(due_at, zone, country)


def needs_digest(now: datetime, zone: str, last_digest_on: date | None, country: str | None = None) -> bool:
    """Whether Monday 09:30 of this ISO week has come, none was sent since, and these are working hours."""
    return next_digest(now, zone, last_digest_on, country) <= now


def _bundle_from(day: date, zone: str, country: str | None) -> datetime:
    """09:30 on the first working day from this one; a date that the zone leaves out altogether has no bundle.

    (Samoa had no 30 December 2011.)
    """
    day = next_working_day(day, country)
    instant = local_instant(day, BUNDLE_AT, zone)
    return instant if local_date(instant, zone) == day else _bundle_from(day + DAY, zone, country)
