"""A lead's review: the evidence with both its dates, what good evidence is, the verdict, the form of a rejection."""

from typing import Any

from bot.blocks import kit, limits
from bot.blocks.ids import Action, Callback, Field
from bot.blocks.kit import (
    Message,
    actions,
    button,
    context,
    lines,
    local_moment,
    md,
    moment,
    prose,
    quote,
    section,
    text_input,
)
from bot.blocks.text import escaped
from bot.evidence.rules.dispositions import Timeliness
from bot.evidence.views.handing_in import date_lines, evidence_name, file_name
from bot.evidence.views.listings import listing_lines, listing_text, query_quote
from bot.evidence.views.occurrences import occurrence_name
from bot.evidence.views.statements import read_button
from storage.evidence import Evidence, Occurrence
from storage.programme import Control
from storage.terms import EvidenceState

_TEXT = 500
_TEXT_BYTES = 300
_NOTE = 1_000


def review_request(
    evidence: Evidence,
    occurrence: Occurrence,
    control: Control,
    timeliness: Timeliness,
    zone: str,
    submitter: str,
    viewed: bool,
    refusal: str | None,
    event: str = "",
) -> Message:
    """For a lead, who reads moments in `zone`.

    `viewed`: the lead has the stored copy or has read the statement. `refusal`: why this lead may not judge it.
    """
    lead = f"Review the evidence for {occurrence_name(occurrence, control)}"
    submitted = md("{by} submitted {what}.", by=submitter, what=evidence_name(evidence))
    step = refusal or _step(evidence, viewed)
    return Message(
        lines(
            f"{lead}.",
            event,
            submitted,
            *date_lines(evidence, timeliness, local_moment(evidence.received_at, zone)),
            listing_text(occurrence, control, evidence, timeliness, zone),
            limits.shorten_bytes(escaped(f"Note: {evidence.note}"), _TEXT_BYTES) if evidence.note else "",
            limits.shorten_bytes(escaped(f"Good evidence: {control.evidence}"), _TEXT_BYTES),
            step,
        ),
        [
            section(
                lines(
                    md("*{lead}*", lead=lead),
                    event,
                    submitted,
                    *date_lines(evidence, timeliness, moment(evidence.received_at, zone)),
                    listing_lines(occurrence, control, evidence, timeliness, zone),
                )
            ),
            *query_quote(evidence),
            *([quote(limits.shorten(evidence.note, _NOTE))] if evidence.note else []),
            context(
                md("*Good evidence:* {evidence}", evidence=limits.shorten(control.evidence, _TEXT)), step
            ),
            actions(*_review_buttons(evidence, viewed and not refusal)),
        ],
    )


def _step(evidence: Evidence, viewed: bool) -> str:
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


def review_outcome(evidence: Evidence, occurrence: Occurrence, control: Control, by: str | None) -> Message:
    what = evidence_name(evidence) if evidence.is_statement else f"file {evidence_name(evidence)}"
    subject, reviewer = f"{occurrence_name(occurrence, control)}, {what}", f" by {by}" if by else ""
    words = f"No review is needed from you any more: {subject}."
    if evidence.state is EvidenceState.ACCEPTED:
        words = f"Accepted{reviewer}: {subject}."
    elif evidence.state is EvidenceState.REJECTED:
        words = f"Not accepted{reviewer}: {subject}. The owner is asked again, with the reason."
    return Message(words, [prose(words)])


def reject_modal(evidence: Evidence, occurrence: Occurrence, control: Control) -> dict[str, Any]:
    return kit.modal(
        "Reject evidence",
        Callback.REJECT,
        [
            prose(
                f"What does not count: {evidence_name(evidence)}, for {occurrence_name(occurrence, control)}."
            ),
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
    """The comment on the stored copy, escaped because Slack reads markup there."""
    return md(
        "The stored copy of “{name}” for {about}. SHA-256 {sha256}.",
        name=file_name(evidence),
        about=occurrence_name(occurrence, control),
        sha256=evidence.sha256 or "not known",
    )
