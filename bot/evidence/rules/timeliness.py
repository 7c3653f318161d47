"""What evidence counts for: an occurrence's disposition, how late evidence came, and what is not usable.

When a control was performed and when its evidence arrived are two facts; neither is read from the other.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.calendar.periods import local_date
from bot.evidence.rules.listings import before_the_end
from bot.evidence.rules.waivers import in_force
from storage.evidence import AWAITED, Evidence, Occurrence
from storage.terms import Disposition, OccurrenceState, Verdict
from storage.under_review import SubmittedEvidence
from storage.waivers import Waiver

MIB = 1024 * 1024
MAX_EVIDENCE_BYTES = 10 * MIB
HTML_OPENINGS = (b"<!doctype html", b"<html", b"<head")
HTML_NAMES = (".html", ".htm", ".xhtml")


def state_at(
    waivers: Iterable[Waiver], given: Iterable[SubmittedEvidence], instant: datetime
) -> tuple[OccurrenceState, date | None]:
    """Where an occurrence stood at a past instant, and when its control was performed if that was accepted then.

    `waivers` are all that ever covered it, and `given` is all that was handed in for it.
    """
    if any(in_force(each, instant) for each in waivers):
        return OccurrenceState.WAIVED, None
    verdicts = [(each, _verdict_at(each, instant)) for each in given if each.stored_at <= instant]
    for each, verdict in verdicts:
        if verdict is Verdict.ACCEPTED:
            return OccurrenceState.ACCEPTED, each.performed_on
    if any(verdict is None for _, verdict in verdicts):
        return OccurrenceState.SUBMITTED, None
    return (OccurrenceState.REJECTED if verdicts else OccurrenceState.OPEN), None


def _verdict_at(given: SubmittedEvidence, instant: datetime) -> Verdict | None:
    return given.verdict if given.decided_at and given.decided_at <= instant else None


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How one piece of evidence keeps to its dates, in days of the company's zone; every reader is told this.

    `performed_late` counts the days from `last_day` to the performance, `received_late` those from the due date to the
    receipt; 0 is in time. `listed_early`: the listing was produced before its period had ended.
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
        listed_early=as_of is not None and before_the_end(as_of, occurrence.ends_on, company_zone),
    )


def _days_after(limit: date, day: date) -> int:
    return max(0, (day - limit).days)


def last_day_to_act(due_on: date, grace_days: int) -> date:
    """The last date on which a performance still counts as on time: due + grace, in calendar days."""
    return due_on + timedelta(days=grace_days)


def too_late_to_act(due_on: date, grace_days: int, as_of: date) -> bool:
    """Whether the last day is over on `as_of`, a date in the company's zone."""
    return as_of > last_day_to_act(due_on, grace_days)


def disposition(
    state: OccurrenceState, performed_on: date | None, due_on: date, grace_days: int, as_of: date
) -> Disposition:
    """What an auditor counts for this occurrence on `as_of`, a date in the company's zone; first match wins.

    Evidence under review is neither accepted nor missed: still open. What was rejected waits for its owner like what
    was never handed in. `performed_on` is that of the accepted evidence; accepted without one raises ValueError. To
    count by performance is practice, not a standard.
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


def misdated(performed_on: date, period_starts_on: date | None, today: date) -> str | None:
    """Why the period's control cannot have been performed that day, said to the person; None if it can.

    Nothing is dated ahead, and what was done before the period began belongs to an earlier one. What an event asks for
    has no such beginning: an agreement is signed, or a vendor checked, before the day itself.
    """
    if performed_on > today:
        return "That day has not come yet. Please give the day on which the control was performed."
    if period_starts_on and performed_on < period_starts_on:
        return f"That is before the period began on {period_starts_on:%Y-%m-%d}."
    return None


def refusal_at_submission(name: str, declared_size: int | None) -> str | None:
    """Why a file is unusable by what Slack says of it, before it is fetched; None if it may be fetched."""
    if declared_size == 0:
        return f"“{name}” is empty. Please choose the file again."
    if declared_size is not None and declared_size > MAX_EVIDENCE_BYTES:
        return _too_large(name, declared_size)
    return None


def refusal(
    name: str, declared_size: int | None, size: int, content_type: str, head: bytes, declared_type: str
) -> str | None:
    """Why fetched bytes are unusable, as one sentence or two for their owner; None if they can be kept.

    Declared is what Slack's file object says. `size` counts the bytes fetched, which may stop just over the
    limit; `content_type` is the download's header; `head` is its first bytes, 64 or more.
    """
    refused = refusal_at_submission(name, declared_size)
    if refused:
        return refused
    if size > MAX_EVIDENCE_BYTES:
        return _too_large(name, size)
    if size == 0:
        return f"“{name}” arrived empty. Please upload it again."
    if _is_html(content_type, head) and not (_may_be_html(name, declared_type) and size == declared_size):
        return f"Slack sent a web page in place of “{name}”. Please upload the file again."
    if declared_size is not None and size < declared_size:
        return f"Only {size:,} of the {declared_size:,} bytes of “{name}” arrived. Please upload it again."
    return None


def _too_large(name: str, size: int) -> str:
    shown = math.ceil(size / MIB * 10) / 10
    return (
        f"“{name}” is {shown:.1f} MB and the limit is {MAX_EVIDENCE_BYTES // MIB} MB. "
        "Please upload a smaller export, or split it."
    )


def _is_html(content_type: str, head: bytes) -> bool:
    """A download without a valid token is answered 200 with Slack's sign-in page."""
    opening = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return content_type.lower().startswith("text/html") or opening.startswith(HTML_OPENINGS)


def _may_be_html(name: str, declared_type: str) -> bool:
    """Whether HTML can be the file itself; only its exact size then tells it from a sign-in page."""
    return declared_type.lower().startswith("text/") or name.lower().endswith(HTML_NAMES)
