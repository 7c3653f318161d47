"""When a person is asked: one bundle a working day at half past nine, where that person is.

Practice, not a standard: few reminders, at a humane hour, each of them on the record (TSP 100, CC2.2).
What is owed is asked for when it opens, on the last working day before it is due, and daily once overdue.
`days` are the working days of the person who is asked.
"""

from datetime import date, datetime, time

from bot.calendar.periods import DAY, local_date, local_instant, wall_clock
from bot.calendar.workdays import Workdays

BUNDLE_AT = time(9, 30)
DAY_ENDS_AT = time(17, 30)


def first_nag(opened_at: datetime, days: Workdays) -> datetime:
    """The first bundle at or after `opened_at`, in UTC."""
    opened_on = days.today(opened_at)
    bundle = _bundle_from(opened_on, days)
    return bundle if bundle >= opened_at else _bundle_from(opened_on + DAY, days)


def next_nag(due_on: date, nagged_at: datetime, days: Workdays) -> datetime:
    """The bundle after a nag, in UTC: on the last working day before it is due, and daily from then on."""
    return _bundle_from(max(days.last_until(due_on), days.today(nagged_at) + DAY), days)


def replanned_nag(due_on: date, planned_at: datetime, now: datetime, days: Workdays) -> datetime:
    """When somebody who was asked is asked again, now that their working days have changed.

    It stays as planned, but for a last call that must come before leave, and for what was planned within one.
    """
    last_call_at = local_instant(days.last_until(due_on), BUNDLE_AT, days.zone)
    return first_nag(max(now, min(planned_at, last_call_at)), days)


def in_working_hours(now: datetime, days: Workdays) -> bool:
    """Whether an unsolicited message may arrive now; what an outage held up until evening should wait."""
    local = wall_clock(now, days.zone)
    return days.includes(local.date()) and BUNDLE_AT <= local.time() < DAY_ENDS_AT


def is_stale(queued_at: datetime, now: datetime, days: Workdays) -> bool:
    """Whether what was meant for one working day was held up: its day or its hours are over."""
    return days.today(queued_at) != days.today(now) or not in_working_hours(now, days)


def next_digest(now: datetime, last_digest_on: date | None, days: Workdays) -> datetime:
    """When a lead's next digest is due: Monday's bundle or, if that was missed, the next working hours.

    `last_digest_on` is the lead's local date of the last one. The answer is `now` itself when it is due.
    """
    today = days.today(now)
    monday = today - today.weekday() * DAY
    if last_digest_on is not None and last_digest_on >= monday:
        monday += 7 * DAY
    due_at = max(now, _bundle_from(monday, days))
    return due_at if in_working_hours(due_at, days) else first_nag(due_at, days)


def needs_digest(now: datetime, last_digest_on: date | None, days: Workdays) -> bool:
    """Whether Monday 09:30 of this ISO week has come, none was sent since, and these are working hours."""
    return next_digest(now, last_digest_on, days) <= now


def _bundle_from(day: date, days: Workdays) -> datetime:
    """09:30 on the first working day from this one; a date that the zone leaves out altogether has no bundle.

    (Samoa had no 30 December 2011.)
    """
    day = days.first_from(day)
    instant = local_instant(day, BUNDLE_AT, days.zone)
    return instant if local_date(instant, days.zone) == day else _bundle_from(day + DAY, days)
