"""What an occurrence counts for: its state at an instant, its disposition, and how late its evidence is.

The day of the performance and the moment of receipt are two facts; no rule derives one from the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.calendar.periods import local_date
from bot.evidence.rules.listings import before_period_end
from bot.evidence.rules.waivers import in_force
from storage.evidence import AWAITED, Evidence, Occurrence
from storage.evidence_reviews import SubmittedEvidence
from storage.terms import Disposition, OccurrenceState, Verdict
from storage.waivers import Waiver


def occurrence_state_at(
    waivers: Iterable[Waiver], submissions: Iterable[SubmittedEvidence], instant: datetime
) -> tuple[OccurrenceState, date | None]:
    """An occurrence's state at an instant, and the day of its performance if evidence of it was accepted by then.

    ``waivers`` and ``submissions`` are all that the occurrence ever had.
    """
    if any(in_force(waiver, instant) for waiver in waivers):
        return OccurrenceState.WAIVED, None
    verdicts = [(each, _verdict_at(each, instant)) for each in submissions if each.stored_at <= instant]
    for submission, verdict in verdicts:
        if verdict is Verdict.ACCEPTED:
            return OccurrenceState.ACCEPTED, submission.performed_on
    if any(verdict is None for _, verdict in verdicts):
        return OccurrenceState.SUBMITTED, None
    return (OccurrenceState.REJECTED if verdicts else OccurrenceState.OPEN), None


def _verdict_at(submission: SubmittedEvidence, instant: datetime) -> Verdict | None:
    decided = submission.decided_at is not None and submission.decided_at <= instant
    return submission.verdict if decided else None


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How late one piece of evidence is, in days of the company's zone, for every reader alike.

    ``performed_late`` counts the days from ``last_day`` to the performance, ``received_late`` those from the due date
    to the receipt; 0 is in time. ``listed_early``: the listing was produced before its period ended.
    """

    last_day: date
    performed_late: int
    received_late: int
    listed_early: bool


def timeliness(occurrence: Occurrence, evidence: Evidence, company_zone: str) -> Timeliness:
    """The performance decides the disposition; a late receipt never changes it."""
    last_day = last_day_to_act(occurrence.due_on, occurrence.grace_days)
    as_of = evidence.as_of
    return Timeliness(
        last_day=last_day,
        performed_late=_days_after(last_day, evidence.performed_on),
        received_late=_days_after(occurrence.due_on, local_date(evidence.received_at, company_zone)),
        listed_early=as_of is not None and before_period_end(as_of, occurrence.ends_on, company_zone),
    )


def _days_after(limit: date, day: date) -> int:
    return max(0, (day - limit).days)


def last_day_to_act(due_on: date, grace_days: int) -> date:
    """The last date on which a performance counts as on time: due + grace, in calendar days."""
    return due_on + timedelta(days=grace_days)


def too_late_to_act(due_on: date, grace_days: int, as_of: date) -> bool:
    """Whether the last day is over on ``as_of``, the company's date."""
    return as_of > last_day_to_act(due_on, grace_days)


def disposition(
    state: OccurrenceState, performed_on: date | None, due_on: date, grace_days: int, as_of: date
) -> Disposition:
    """What an auditor counts for an occurrence on ``as_of``, the company's date.

    Evidence under review counts as open, neither accepted nor missed. Rejected evidence counts like none at all.
    ``performed_on`` comes from the accepted evidence; an accepted occurrence without it raises ValueError. Counting by
    the day of performance is practice, not a standard.
    """
    if state is OccurrenceState.WAIVED:
        return Disposition.WAIVED
    if state is OccurrenceState.ACCEPTED:
        if performed_on is None:
            raise ValueError("accepted evidence states when the control was performed")
        late = _days_after(last_day_to_act(due_on, grace_days), performed_on)
        return Disposition.LATE if late else Disposition.ON_TIME
    if state in AWAITED and too_late_to_act(due_on, grace_days, as_of):
        return Disposition.MISSED
    return Disposition.OPEN


def performance_date_fault(performed_on: date, period_starts_on: date | None, today: date) -> str | None:
    """Why the control cannot have been performed that day, as words to the owner; None if it can.

    A performance before the period began belongs to an earlier period. After an event ``period_starts_on`` is None: an
    agreement is signed, or a vendor checked, before the event's own day.
    """
    if performed_on > today:
        return "That day has not come yet. Please give the day on which the control was performed."
    if period_starts_on and performed_on < period_starts_on:
        return f"That is before the period began on {period_starts_on:%Y-%m-%d}."
    return None
