"""Evidence for one occurrence of a control: the request to its owner, the form, the receipt, the review.

The day of the performance and the moment of receipt are always shown as the two facts that they are.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.rules.calendar import local_date
from bot.rules.evidence import MAX_EVIDENCE_BYTES, MIB, days_late
from bot.rules.populations import asks_population
from bot.rules.waivers import NO_NOTE, Note
from bot.views import blocks, limits
from bot.views.blocks import (
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
    quote,
    section,
    text_input,
)
from bot.views.due import days, due
from bot.views.handover import not_mine
from bot.views.ids import Action, Callback, Field
from bot.views.occurrences import about, last_day, period
from bot.views.ownership import told, told_plainly
from bot.views.populations import complete_after, listing_inputs, listing_plainly, listing_told, query_quoted
from bot.views.statements import nothing_button, read_button
from bot.views.text import escaped
from storage.evidence import Evidence, Occurrence
from storage.programme import Control
from storage.terms import EvidenceState

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


def named(evidence: Evidence) -> str:
    """As evidence is called inside a sentence."""
    return "the statement that nothing happened" if evidence.is_statement else f"“{file_name(evidence)}”"


def file_name(evidence: Evidence) -> str:
    return limits.shorten(evidence.name, _FILE_NAME)


@dataclass(frozen=True, slots=True)
class Asking:
    """What goes with a request for evidence.

    `fault` is why the `last` file or statement did not count, which may be a reviewer's own words. `event` tells what
    asks for it, or of the events that a listing is to name; `why_you` tells a stand-in why they are asked; `waiver`
    how it stands with the wish not to hand anything in.
    """

    fault: str | None = None
    last: str = "file"
    event: str = ""
    why_you: str | None = None
    waiver: Note = NO_NOTE


PLAIN = Asking()


def ask(occurrence: Occurrence, control: Control, today: date, beside: Asking = PLAIN) -> Message:
    when, counting = due(occurrence.due_on, today), _counting(occurrence, today)
    failed = f"Your last {beside.last} did not count: {beside.fault}" if beside.fault else ""
    listed = asks_population(control, occurrence)
    until = complete_after(occurrence, today) if listed else ""
    return Message(
        lines(
            f"Evidence for {about(occurrence, control)}. {when}.",
            beside.why_you or "",
            f"{counting} {_span(occurrence, beside.event)}.",
            limits.shorten_bytes(escaped(failed), _TEXT_BYTES),
            limits.shorten_bytes(escaped(beside.waiver.words), _TEXT_BYTES),
            told_plainly(control),
            until,
            _press(listed=listed, waits=beside.waiver.waits),
        ),
        [
            section(
                md(
                    "*Evidence for {about}*\n{span}\n*{due}.* {counting}",
                    about=about(occurrence, control),
                    span=_span(occurrence, beside.event),
                    due=when,
                    counting=counting,
                )
            ),
            *([prose(beside.why_you)] if beside.why_you else []),
            *([prose(limits.shorten(failed, _TEXT))] if failed else []),
            *([prose(limits.shorten(beside.waiver.words, _TEXT))] if beside.waiver.words else []),
            section(told(control)),
            *([prose(until)] if until else []),
            actions(
                _upload(occurrence, control),
                *([nothing_button(occurrence, control)] if listed else []),
                not_mine(control),
                *([] if beside.waiver.waits else [_not_applicable(occurrence, control)]),
            ),
        ],
    )


def _press(*, listed: bool, waits: bool) -> str:
    """What the buttons are for; `waits`: it is being decided whether it applies."""
    presses = [
        "Upload evidence",
        *(["Nothing happened if there is nothing to list"] if listed else []),
        "Not mine if somebody else answers for it",
        *([] if waits else ["Not applicable if nothing is owed"]),
    ]
    return f"Press {', '.join(presses[:-1])}, or {presses[-1]}."


def _counting(occurrence: Occurrence, today: date) -> str:
    """How it counts from here on, in the words of `bot.rules.evidence.disposition`."""
    last = last_day(occurrence)
    if today <= last:
        return f"Counts as on time if it is performed by {day(last)}."
    return f"Counted as missed after {day(last)} until evidence is in, which counts with its own dates."


def _span(occurrence: Occurrence, event: str) -> str:
    if occurrence.trigger_id:
        return event
    return ". ".join(part for part in (f"Period {period(occurrence)}", event) if part)


def _upload(occurrence: Occurrence, control: Control) -> dict[str, Any]:
    says = f"Upload evidence for {about(occurrence, control)}"
    return button("Upload evidence", Action.OPEN_EVIDENCE, occurrence.id, style="primary", says=says)


def _not_applicable(occurrence: Occurrence, control: Control) -> dict[str, Any]:
    says = f"Not applicable: {about(occurrence, control)}"
    return button("Not applicable", Action.OPEN_NOT_APPLICABLE, occurrence.id, says=says)


def modal(occurrence: Occurrence, control: Control, today: date) -> dict[str, Any]:
    evidence = limits.shorten(control.evidence, _TEXT)
    recorded = (
        "Recorded: the file with its name and SHA-256, the day you give, the moment it arrives, your name. "
        "A compliance lead other than you reviews it."
    )
    return blocks.modal(
        "Upload evidence",
        Callback.EVIDENCE,
        [
            section(
                md(
                    "*{about}*\nPeriod {period}\n{due}",
                    about=about(occurrence, control),
                    period=period(occurrence),
                    due=due(occurrence.due_on, today),
                )
            ),
            section(md("*Good evidence:* {evidence}", evidence=evidence)),
            file_input(Field.FILE, "File", hint=f"One file of up to {MAX_EVIDENCE_BYTES // MIB} MB."),
            *(listing_inputs(control) if asks_population(control, occurrence) else []),
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


def receiving(occurrence: Occurrence, control: Control, evidence: Evidence) -> Message:
    words = (
        f"Received “{file_name(evidence)}” for {about(occurrence, control)}. "
        "It is being fetched and checked. This turns into the receipt, or I tell you why it cannot be used."
    )
    return Message(words, [prose(words)])


def receipt(
    occurrence: Occurrence,
    control: Control,
    evidence: Evidence,
    record_number: int | None,
    zone: str,
    event: str = "",
) -> Message:
    state = f"{_STATES[evidence.state]}: {about(occurrence, control)}"
    number = f"record no. {record_number:,}" if record_number else ""
    return Message(
        lines(
            f"{state}.",
            event,
            _what(evidence),
            *_dates(occurrence, evidence, local_moment(evidence.received_at, zone), zone),
            listing_plainly(control, evidence, zone),
            f"SHA-256 {evidence.sha256}" if evidence.sha256 else "",
            number,
        ),
        [
            section(md("*{state}*", state=state)),
            context(
                lines(
                    event,
                    _what(evidence),
                    *_dates(occurrence, evidence, moment(evidence.received_at, zone), zone),
                    listing_told(control, evidence, zone),
                    " · ".join(part for part in (_short_hash(evidence), number) if part),
                )
            ),
            *query_quoted(evidence),
        ],
    )


def _what(evidence: Evidence) -> Mrkdwn:
    if evidence.is_statement:
        return md("Statement: nothing happened")
    return md("File “{name}”", name=file_name(evidence))


def closed(occurrence: Occurrence, control: Control, passed_on: str | None = None) -> Message:
    """For somebody who was asked and does not own the control any more.

    `passed_on` tells an owner who is away who is asked in their place; they can still hand it in themselves.
    """
    words = f"Closed: evidence for {about(occurrence, control)} is not asked of you any more."
    if passed_on is None:
        return Message(words, [prose(words)])
    words = f"Evidence for {about(occurrence, control)}. {passed_on}"
    return Message(words, [prose(words), actions(_upload(occurrence, control))])


def _dates(occurrence: Occurrence, evidence: Evidence, received: str, zone: str = "UTC") -> list[Mrkdwn]:
    """Both facts, and what follows from each; only the first decides whether the control was late."""
    shown = [
        md(
            "Performed on {performed}, received {received}",
            performed=day(evidence.performed_on),
            received=received,
        )
    ]
    last = last_day(occurrence)
    if evidence.performed_on > last:
        shown.append(md("Late: it had to be performed by {last}", last=day(last)))
    if late := days_late(local_date(evidence.received_at, zone), occurrence.due_on):
        shown.append(md("The evidence came {late} after it was due", late=days(late)))
    return shown


def _short_hash(evidence: Evidence) -> str:
    return f"SHA-256 {evidence.sha256[:_HASH_SHOWN]}…" if evidence.sha256 else ""


def refused(occurrence: Occurrence, control: Control, reason: str, *, theirs: bool = True) -> Message:
    """For who sent the file; `theirs`: the control still is, so that they can send another."""
    lead = f"Your file for {about(occurrence, control)} could not be used, and the request is open again."
    then = (
        "Press Upload evidence to send another file."
        if theirs
        else "Nothing is left for you to do: who answers for it now is asked."
    )
    return Message(
        lines(lead, limits.shorten_bytes(escaped(reason), _TEXT_BYTES), then),
        [
            prose(f"{lead} {limits.shorten(reason, _TEXT)}"),
            actions(_upload(occurrence, control)) if theirs else context(then),
        ],
    )


def review_ask(
    evidence: Evidence,
    occurrence: Occurrence,
    control: Control,
    submitter: str,
    viewed: bool,
    own: bool,
    event: str = "",
) -> Message:
    """For a lead. `viewed`: they have the stored copy or read the statement; `own`: they submitted it themselves."""
    lead = f"Review the evidence for {about(occurrence, control)}"
    told = md("{by} submitted {what}.", by=submitter, what=named(evidence))
    step = _step(evidence, viewed, own)
    return Message(
        lines(
            f"{lead}.",
            event,
            told,
            *_dates(occurrence, evidence, local_moment(evidence.received_at, "UTC")),
            listing_plainly(control, evidence, "UTC"),
            limits.shorten_bytes(escaped(f"Note: {evidence.note}"), _TEXT_BYTES) if evidence.note else "",
            limits.shorten_bytes(escaped(f"Good evidence: {control.evidence}"), _TEXT_BYTES),
            step,
        ),
        [
            section(
                lines(
                    md("*{lead}*", lead=lead),
                    event,
                    told,
                    *_dates(occurrence, evidence, moment(evidence.received_at, "UTC")),
                    listing_told(control, evidence, "UTC"),
                )
            ),
            *query_quoted(evidence),
            *([quote(limits.shorten(evidence.note, _NOTE))] if evidence.note else []),
            context(
                md("*Good evidence:* {evidence}", evidence=limits.shorten(control.evidence, _TEXT)), step
            ),
            actions(*_review_buttons(evidence, viewed and not own)),
        ],
    )


def _step(evidence: Evidence, viewed: bool, own: bool) -> str:
    if own:
        return f"You submitted this {kind_word(evidence)}, so another compliance lead has to review it."
    if evidence.is_statement and not viewed:
        return "Press Read statement: it opens in full, and Accept and Reject appear here."
    if evidence.is_statement:
        return "You have read the statement. Press Accept or Reject; Reject asks for your reason."
    if not viewed:
        return "Press Show file: the stored copy comes to you in Messages, and Accept and Reject appear here."
    return "The stored copy is in Messages. Press Accept or Reject; Reject asks for your reason."


def _review_buttons(evidence: Evidence, may_judge: bool) -> list[dict[str, Any]]:
    opener = (
        read_button(evidence) if evidence.is_statement else button("Show file", Action.SHOW_FILE, evidence.id)
    )
    if not may_judge:
        return [opener]
    return [
        button("Accept", Action.ACCEPT_EVIDENCE, evidence.id, style="primary"),
        button("Reject", Action.OPEN_REJECT, evidence.id),
        opener,
    ]


def reviewed(evidence: Evidence, occurrence: Occurrence, control: Control, by: str | None) -> Message:
    what = named(evidence) if evidence.is_statement else f"file {named(evidence)}"
    subject, whose = f"{about(occurrence, control)}, {what}", f" by {by}" if by else ""
    words = f"No review is needed from you any more: {subject}."
    if evidence.state is EvidenceState.ACCEPTED:
        words = f"Accepted{whose}: {subject}."
    elif evidence.state is EvidenceState.REJECTED:
        words = f"Not accepted{whose}: {subject}. The owner is asked again, with the reason."
    return Message(words, [prose(words)])


def reject_modal(evidence: Evidence, occurrence: Occurrence, control: Control) -> dict[str, Any]:
    return blocks.modal(
        "Reject evidence",
        Callback.REJECT,
        [
            prose(f"What does not count: {named(evidence)}, for {about(occurrence, control)}."),
            text_input(
                Field.REASON,
                "What is missing",
                multiline=True,
                max_length=_NOTE,
                hint="The owner reads it and is asked again. What they gave and your reason stay in the record.",
            ),
        ],
        submit="Reject",
        subject=evidence.id,
    )


def file_comment(evidence: Evidence, occurrence: Occurrence, control: Control) -> str:
    """Goes with the stored copy, where Slack would read markup."""
    return md(
        "The stored copy of “{name}” for {about}. SHA-256 {sha256}.",
        name=file_name(evidence),
        about=about(occurrence, control),
        sha256=evidence.sha256 or "not known",
    )
