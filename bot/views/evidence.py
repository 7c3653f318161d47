"""Evidence for one occurrence of a control: the request to its owner, the form, the receipt, the review.

The day of the performance and the moment of receipt are always shown as the two facts that they are.
"""

from datetime import date
from typing import Any

from bot.rules.calendar import local_date
from bot.rules.evidence import MAX_EVIDENCE_BYTES, MIB, days_late, last_day_to_act
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
from bot.views.ids import Action, Callback, Field
from bot.views.ownership import called, told, told_plainly
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


def about(occurrence: Occurrence, control: Control) -> str:
    """Which control and which period, as evidence is named everywhere."""
    return f"{called(control)}, {occurrence.label}"


def file_name(evidence: Evidence) -> str:
    return limits.shorten(evidence.name, _FILE_NAME)


def ask(
    occurrence: Occurrence, control: Control, today: date, fault: str | None, waiver: Note = NO_NOTE
) -> Message:
    """`fault` is why the last file did not count, which may be a reviewer's own words."""
    when, counting = due(occurrence.due_on, today), _counting(occurrence, today)
    last = f"Your last file did not count: {fault}" if fault else ""
    return Message(
        lines(
            f"Evidence for {about(occurrence, control)}. {when}.",
            f"{counting} Period {_period(occurrence)}.",
            limits.shorten_bytes(escaped(last), _TEXT_BYTES),
            limits.shorten_bytes(escaped(waiver.words), _TEXT_BYTES),
            told_plainly(control),
            "Press Upload evidence." if waiver.waits else "Press Upload evidence or Not applicable.",
        ),
        [
            section(
                md(
                    "*Evidence for {about}*\nPeriod {period}\n*{due}.* {counting}",
                    about=about(occurrence, control),
                    period=_period(occurrence),
                    due=when,
                    counting=counting,
                )
            ),
            *([prose(limits.shorten(last, _TEXT))] if fault else []),
            *([prose(limits.shorten(waiver.words, _TEXT))] if waiver.words else []),
            section(told(control)),
            actions(
                _upload(occurrence, control),
                *([] if waiver.waits else [_not_applicable(occurrence, control)]),
            ),
        ],
    )


def _counting(occurrence: Occurrence, today: date) -> str:
    """How it counts from here on, in the words of `bot.rules.evidence.disposition`."""
    last_day = _last_day(occurrence)
    if today <= last_day:
        return f"Counts as on time if it is performed by {day(last_day)}."
    return f"Counted as missed after {day(last_day)} until evidence is in, which counts with its own dates."


def _last_day(occurrence: Occurrence) -> date:
    return last_day_to_act(occurrence.due_on, occurrence.grace_days)


def _period(occurrence: Occurrence) -> str:
    return f"{day(occurrence.starts_on)} to {day(occurrence.ends_on)}"


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
                    period=_period(occurrence),
                    due=due(occurrence.due_on, today),
                )
            ),
            section(md("*Good evidence:* {evidence}", evidence=evidence)),
            file_input(Field.FILE, "File", hint=f"One file of up to {MAX_EVIDENCE_BYTES // MIB} MB."),
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
    occurrence: Occurrence, control: Control, evidence: Evidence, record_number: int | None, zone: str
) -> Message:
    state = f"{_STATES[evidence.state]}: {about(occurrence, control)}"
    number = f"record no. {record_number:,}" if record_number else ""
    return Message(
        lines(
            f"{state}.",
            md("File “{name}”", name=file_name(evidence)),
            *_dates(occurrence, evidence, local_moment(evidence.received_at, zone), zone),
            f"SHA-256 {evidence.sha256}" if evidence.sha256 else "",
            number,
        ),
        [
            section(md("*{state}*", state=state)),
            context(
                lines(
                    md("File “{name}”", name=file_name(evidence)),
                    *_dates(occurrence, evidence, moment(evidence.received_at, zone), zone),
                    " · ".join(part for part in (_short_hash(evidence), number) if part),
                )
            ),
        ],
    )


def closed(occurrence: Occurrence, control: Control) -> Message:
    """For somebody who was asked and does not own the control any more."""
    words = f"Closed: evidence for {about(occurrence, control)} is not asked of you any more."
    return Message(words, [prose(words)])


def _dates(occurrence: Occurrence, evidence: Evidence, received: str, zone: str = "UTC") -> list[Mrkdwn]:
    """Both facts, and what follows from each; only the first decides whether the control was late."""
    shown = [
        md(
            "Performed on {performed}, received {received}",
            performed=day(evidence.performed_on),
            received=received,
        )
    ]
    if evidence.performed_on > _last_day(occurrence):
        shown.append(md("Late: it had to be performed by {last_day}", last_day=day(_last_day(occurrence))))
    if late := days_late(local_date(evidence.received_at, zone), occurrence.due_on):
        shown.append(md("The evidence came {late} after it was due", late=days(late)))
    return shown


def _short_hash(evidence: Evidence) -> str:
    return f"SHA-256 {evidence.sha256[:_HASH_SHOWN]}…" if evidence.sha256 else ""


def refused(occurrence: Occurrence, control: Control, reason: str) -> Message:
    lead = f"Your file for {about(occurrence, control)} could not be used, and the request is open again."
    return Message(
        lines(
            lead,
            limits.shorten_bytes(escaped(reason), _TEXT_BYTES),
            "Press Upload evidence to send another file.",
        ),
        [prose(f"{lead} {limits.shorten(reason, _TEXT)}"), actions(_upload(occurrence, control))],
    )


def review_ask(
    evidence: Evidence, occurrence: Occurrence, control: Control, submitter: str, viewed: bool, own: bool
) -> Message:
    """For a lead. `viewed`: the stored copy reached them; `own`: they submitted it themselves."""
    lead = f"Review the evidence for {about(occurrence, control)}"
    told = md("{by} submitted “{name}”.", by=submitter, name=file_name(evidence))
    step = _step(viewed, own)
    return Message(
        lines(
            f"{lead}.",
            told,
            *_dates(occurrence, evidence, local_moment(evidence.received_at, "UTC")),
            limits.shorten_bytes(escaped(f"Note: {evidence.note}"), _TEXT_BYTES) if evidence.note else "",
            limits.shorten_bytes(escaped(f"Good evidence: {control.evidence}"), _TEXT_BYTES),
            step,
        ),
        [
            section(
                lines(
                    md("*{lead}*", lead=lead),
                    told,
                    *_dates(occurrence, evidence, moment(evidence.received_at, "UTC")),
                )
            ),
            *([quote(limits.shorten(evidence.note, _NOTE))] if evidence.note else []),
            context(
                md("*Good evidence:* {evidence}", evidence=limits.shorten(control.evidence, _TEXT)), step
            ),
            actions(*_review_buttons(evidence, viewed and not own)),
        ],
    )


def _step(viewed: bool, own: bool) -> str:
    if own:
        return "You submitted this file, so another compliance lead has to review it."
    if not viewed:
        return "Press Show file: the stored copy comes to you in Messages, and Accept and Reject appear here."
    return "The stored copy is in Messages. Press Accept or Reject; Reject asks for your reason."


def _review_buttons(evidence: Evidence, may_judge: bool) -> list[dict[str, Any]]:
    if not may_judge:
        return [button("Show file", Action.SHOW_FILE, evidence.id)]
    return [
        button("Accept", Action.ACCEPT_EVIDENCE, evidence.id, style="primary"),
        button("Reject", Action.OPEN_REJECT, evidence.id),
        button("Show file", Action.SHOW_FILE, evidence.id),
    ]


def reviewed(evidence: Evidence, occurrence: Occurrence, control: Control, by: str | None) -> Message:
    subject, whose = f"{about(occurrence, control)}, file “{file_name(evidence)}”", f" by {by}" if by else ""
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
            prose(f"“{file_name(evidence)}” for {about(occurrence, control)} does not count."),
            text_input(
                Field.REASON,
                "What is missing",
                multiline=True,
                max_length=_NOTE,
                hint="The owner reads it and is asked again. The file and your reason stay in the record.",
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
