"""Evidence for one occurrence of a control: the request to its owner, the form, the receipt, the refusal of a file.

Every view shows the day of the performance and the moment of receipt as two facts.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.blocks import kit, limits
from bot.blocks.ids import Action, Callback, Field
from bot.blocks.kit import (
    Message,
    Mrkdwn,
    actions,
    button,
    context,
    date_input,
    day,
    file_input,
    lines,
    local_moment,
    md,
    moment,
    prose,
    section,
    text_input,
)
from bot.blocks.text import escaped
from bot.blocks.wording import days, due_words
from bot.evidence.rules.dispositions import Timeliness, too_late_to_act
from bot.evidence.rules.files import MAX_EVIDENCE_BYTES, MIB
from bot.evidence.rules.listings import requires_listing
from bot.evidence.rules.waivers import NO_WAIVER_NOTE, WaiverNote
from bot.evidence.views.listings import (
    complete_after_note,
    listing_inputs,
    listing_lines,
    listing_text,
    query_quote,
)
from bot.evidence.views.occurrences import last_day_of, occurrence_name, period_dates
from bot.evidence.views.statements import nothing_button
from bot.owners.views.handovers import not_mine_button
from bot.owners.views.ownership import control_brief, control_brief_text
from storage.evidence import Evidence, Occurrence
from storage.programme import Control
from storage.terms import EvidenceState, OccurrenceState

_TEXT = 500
_TEXT_BYTES = 300
_FILE_NAME = 120
_HASH_SHOWN = 12
_NOTE = 1_000
_STATES = {
    EvidenceState.FETCHING: "Received, and being fetched and checked",
    EvidenceState.REFUSED: "Could not be used",
    EvidenceState.SUBMITTED: "Submitted, waiting for review",
    EvidenceState.ACCEPTED: "Reviewed and accepted",
    EvidenceState.REJECTED: "Reviewed and not accepted",
}


def kind_word(evidence: Evidence) -> str:
    return "statement" if evidence.is_statement else "file"


def evidence_name(evidence: Evidence) -> str:
    """The evidence as the object of a sentence."""
    return "the statement that nothing happened" if evidence.is_statement else f"“{file_name(evidence)}”"


def file_name(evidence: Evidence) -> str:
    return limits.shorten(evidence.name, _FILE_NAME)


@dataclass(frozen=True, slots=True)
class RequestDetails:
    """What a request for evidence says besides the control and the period.

    `fault` is why the last file or statement (`last_kind`) did not count, perhaps in a reviewer's own words. `event` is
    the event that requires the evidence, or the number of events that a listing has to name. `why_you` tells a person
    who does not own the control why they are asked. `waiver` tells of a waiver that was requested, declined or ended.
    """

    fault: str | None = None
    last_kind: str = "file"
    event: str = ""
    why_you: str | None = None
    waiver: WaiverNote = NO_WAIVER_NOTE


NO_DETAILS = RequestDetails()


def evidence_request(
    occurrence: Occurrence, control: Control, today: date, details: RequestDetails = NO_DETAILS
) -> Message:
    """`today` is the company's date, like the due date."""
    when, counting = due_words(occurrence.due_on, today), _counting(occurrence, today)
    last_fault = f"Your last {details.last_kind} did not count: {details.fault}" if details.fault else ""
    with_listing = requires_listing(control, occurrence)
    listing_note = complete_after_note(occurrence, today) if with_listing else ""
    return Message(
        lines(
            f"Evidence for {occurrence_name(occurrence, control)}. {when}.",
            details.why_you or "",
            f"{counting} {_span(occurrence, details.event)}.",
            limits.shorten_bytes(escaped(last_fault), _TEXT_BYTES),
            limits.shorten_bytes(escaped(details.waiver.words), _TEXT_BYTES),
            control_brief_text(control),
            listing_note,
            _press(details, with_listing=with_listing),
        ),
        [
            section(
                md(
                    "*Evidence for {about}*\n{span}\n*{due}.* {counting}",
                    about=occurrence_name(occurrence, control),
                    span=_span(occurrence, details.event),
                    due=when,
                    counting=counting,
                )
            ),
            *([prose(details.why_you)] if details.why_you else []),
            *([prose(limits.shorten(last_fault, _TEXT))] if last_fault else []),
            *([prose(limits.shorten(details.waiver.words, _TEXT))] if details.waiver.words else []),
            section(control_brief(control)),
            *([prose(listing_note)] if listing_note else []),
            actions(
                _upload(occurrence, control),
                *([nothing_button(occurrence, control)] if with_listing else []),
                *([] if details.why_you else [not_mine_button(control)]),
                *([] if details.waiver.undecided else [_not_applicable(occurrence, control)]),
            ),
        ],
    )


def _press(details: RequestDetails, *, with_listing: bool) -> str:
    """What each button is for. A stand-in cannot press Not mine."""
    choices = [
        "Upload evidence",
        *(["Nothing happened if there is nothing to list"] if with_listing else []),
        *([] if details.why_you else ["Not mine if somebody else answers for it"]),
        *([] if details.waiver.undecided else ["Not applicable if nothing is owed"]),
    ]
    *others, last = choices
    return f"Press {', '.join(others)}, or {last}." if others else f"Press {last}."


def _counting(occurrence: Occurrence, today: date) -> str:
    """How the occurrence counts from now on, by the rule `disposition`."""
    last = last_day_of(occurrence)
    if not too_late_to_act(occurrence.due_on, occurrence.grace_days, today):
        return f"Counts as on time if it is performed by {day(last)}."
    return f"Counted as missed after {day(last)} until evidence is in, which counts with its own dates."


def _span(occurrence: Occurrence, event: str) -> str:
    if occurrence.trigger_id:
        return event
    return ". ".join(part for part in (f"Period {period_dates(occurrence)}", event) if part)


def _upload(occurrence: Occurrence, control: Control) -> dict[str, Any]:
    says = f"Upload evidence for {occurrence_name(occurrence, control)}"
    return button("Upload evidence", Action.OPEN_EVIDENCE, occurrence.id, style="primary", says=says)


def _not_applicable(occurrence: Occurrence, control: Control) -> dict[str, Any]:
    says = f"Not applicable: {occurrence_name(occurrence, control)}"
    return button("Not applicable", Action.OPEN_NOT_APPLICABLE, occurrence.id, says=says)


def evidence_modal(occurrence: Occurrence, control: Control, today: date) -> dict[str, Any]:
    good_evidence = limits.shorten(control.evidence, _TEXT)
    recorded = (
        "Recorded: the file with its name and SHA-256, the day you give, the moment it arrives, your name. "
        "A compliance lead other than you reviews it."
    )
    return kit.modal(
        "Upload evidence",
        Callback.EVIDENCE,
        [
            section(
                md(
                    "*{about}*\nPeriod {period}\n{due}",
                    about=occurrence_name(occurrence, control),
                    period=period_dates(occurrence),
                    due=due_words(occurrence.due_on, today),
                )
            ),
            section(md("*Good evidence:* {evidence}", evidence=good_evidence)),
            file_input(Field.FILE, "File", hint=f"One file of up to {MAX_EVIDENCE_BYTES // MIB} MB."),
            *(listing_inputs(control) if requires_listing(control, occurrence) else []),
            date_input(
                Field.PERFORMED_ON,
                "Performed on",
                hint="The day on which the control was performed, not the day of this upload.",
            ),
            text_input(
                Field.NOTE,
                "Note for the reviewer",
                optional=True,
                multiline=True,
                max_length=_NOTE,
            ),
            context(recorded),
        ],
        submit="Submit",
        subject=occurrence.id,
    )


def file_being_checked(occurrence: Occurrence, control: Control, evidence: Evidence) -> Message:
    words = (
        f"Received “{file_name(evidence)}” for {occurrence_name(occurrence, control)}. "
        "It is being fetched and checked. This turns into the receipt, or I tell you why it cannot be used."
    )
    return Message(words, [prose(words)])


def evidence_receipt(
    occurrence: Occurrence,
    control: Control,
    evidence: Evidence,
    timeliness: Timeliness,
    record_number: int | None,
    zone: str,
    event: str = "",
) -> Message:
    state = f"{_STATES[evidence.state]}: {occurrence_name(occurrence, control)}"
    number = f"record no. {record_number:,}" if record_number else ""
    return Message(
        lines(
            f"{state}.",
            event,
            _what(evidence),
            *date_lines(evidence, timeliness, local_moment(evidence.received_at, zone)),
            listing_text(occurrence, control, evidence, timeliness, zone),
            f"SHA-256 {evidence.sha256}" if evidence.sha256 else "",
            number,
        ),
        [
            section(md("*{state}*", state=state)),
            context(
                lines(
                    event,
                    _what(evidence),
                    *date_lines(evidence, timeliness, moment(evidence.received_at, zone)),
                    listing_lines(occurrence, control, evidence, timeliness, zone),
                    " · ".join(part for part in (_short_hash(evidence), number) if part),
                )
            ),
            *query_quote(evidence),
        ],
    )


def _what(evidence: Evidence) -> Mrkdwn:
    if evidence.is_statement:
        return md("Statement: nothing happened")
    return md("File “{name}”", name=file_name(evidence))


def closed_request(occurrence: Occurrence, control: Control, passed_on: str | None = None) -> Message:
    """For a person who was asked and does not own the control any more.

    `passed_on` tells an owner on leave who is asked instead; the owner can still hand evidence in.
    """
    words = f"Closed: evidence for {occurrence_name(occurrence, control)} is not asked of you any more."
    if passed_on is None:
        return Message(words, [prose(words)])
    words = f"Evidence for {occurrence_name(occurrence, control)}. {passed_on}"
    return Message(words, [prose(words), actions(_upload(occurrence, control))])


def date_lines(evidence: Evidence, timeliness: Timeliness, received: str) -> list[Mrkdwn]:
    """The day of the performance and the moment of receipt, and how late each was.

    Only the performance decides whether the control was late.
    """
    parts = [
        md(
            "Performed on {performed}, received {received}",
            performed=day(evidence.performed_on),
            received=received,
        )
    ]
    if timeliness.performed_late:
        parts.append(md("Late: it had to be performed by {last}", last=day(timeliness.last_day)))
    if timeliness.received_late:
        parts.append(md("The evidence came {late} after it was due", late=days(timeliness.received_late)))
    return parts


def _short_hash(evidence: Evidence) -> str:
    return f"SHA-256 {evidence.sha256[:_HASH_SHOWN]}…" if evidence.sha256 else ""


def file_refusal(
    occurrence: Occurrence, control: Control, reason: str, *, still_answers: bool = True
) -> Message:
    """For the person who sent the file, and who can send another if they still answer for the control."""
    request_closed = occurrence.state is OccurrenceState.WITHDRAWN
    lead = (
        f"Your file for {occurrence_name(occurrence, control)} could not be used, "
        f"and {'nothing is asked for it any more' if request_closed else 'the request is open again'}."
    )
    if request_closed:
        then = "Nothing is left for you to do."
    elif still_answers:
        then = "Press Upload evidence to send another file."
    else:
        then = "Nothing is left for you to do: who answers for it now is asked."
    return Message(
        lines(lead, limits.shorten_bytes(escaped(reason), _TEXT_BYTES), then),
        [
            prose(f"{lead} {limits.shorten(reason, _TEXT)}"),
            actions(_upload(occurrence, control)) if still_answers and not request_closed else context(then),
        ],
    )
