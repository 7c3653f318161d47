"""Who answers for a control: the request to own it, its receipt, and what leads read while nobody does."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.blocks import limits
from bot.blocks.ids import Action, Callback, Field
from bot.blocks.kit import (
    Message,
    Mrkdwn,
    actions,
    button,
    choice,
    context,
    day,
    lines,
    md,
    modal,
    person_select,
    prose,
    section,
    text_input,
)
from bot.blocks.text import escaped
from bot.blocks.wording import CADENCE_WORDS, control_name, days, trigger_kind_name
from storage.ownership import Ownership
from storage.programme import Control
from storage.terms import Cadence, OwnershipRole, OwnershipState

NOBODY_ASKED = "Nobody has been asked yet."
_ROLES = {OwnershipRole.PRIMARY: "owner", OwnershipRole.BACKUP: "backup owner"}
_PARTS = {
    OwnershipRole.PRIMARY: "You see that it is done, and I ask you for the evidence.",
    OwnershipRole.BACKUP: "You step in when the owner cannot.",
}
_RECEIPTS = {
    OwnershipState.OFFERED: "You are asked to be the {role} of {control}. You have not answered yet.",
    OwnershipState.ACCEPTED: "You accepted: you are the {role} of {control}.",
    OwnershipState.DECLINED: "You declined to be the {role} of {control}. Your reason is with who asked you.",
    OwnershipState.ENDED: "Closed: you are not the {role} of {control} any more. Nothing is left to do.",
}
_TEXT = 500
_TEXT_BYTES = 300
_NAME = 24


def control_brief(control: Control) -> Mrkdwn:
    """What is done, why, and what good evidence is, for blocks."""
    return lines(
        md("*What is done:* {does}", does=limits.shorten(control.does, _TEXT)),
        md("*Why:* {why}", why=limits.shorten(control.why, _TEXT)),
        md("*Good evidence:* {evidence}", evidence=limits.shorten(control.evidence, _TEXT)),
    )


def control_brief_text(control: Control) -> str:
    """The same as ``control_brief``, for a fallback text, which has less room."""
    parts = (("What is done", control.does), ("Why", control.why), ("Good evidence", control.evidence))
    return lines(*(limits.shorten_bytes(escaped(f"{label}: {text}"), _TEXT_BYTES) for label, text in parts))


def cadence_words(control: Control) -> str:
    """How often the control is performed, and when its evidence is due."""
    often = CADENCE_WORDS[control.cadence].capitalize()
    due = f"evidence is due {f'{days(control.due_days)} after' if control.due_days else 'when'}"
    if control.sla_days is not None:
        within = f"within {days(control.sla_days)}" if control.sla_days else "on the same day"
        after = f"After each {trigger_kind_name(control.triggered_by)}" if control.triggered_by else often
        listing = f"{days(control.due_days)} after" if control.due_days else "when"
        return f"{after}, {within}; the list of them all is due {listing} each quarter ends."
    ends = "the window ends" if control.cadence is Cadence.ONE_OFF else "each period ends"
    return f"{often}; {due} {ends}."


def next_due_words(control: Control, due_on: date | None) -> str:
    """When evidence of the control is due next; without a date, why there is none."""
    if due_on:
        return f"next due {day(due_on)}"
    return "due after the next event" if control.cadence is Cadence.ON_EVENT else "nothing scheduled"


def offer_request(
    ownership: Ownership, control: Control, offered_by: str, why: str = "", goes_to: str = "compliance"
) -> Message:
    """``offered_by`` is a name, empty where no person decided it; ``why`` may quote people.

    ``goes_to`` names who learns that it is declined.
    """
    asks = f"{offered_by} asks you" if offered_by else "You are asked"
    lead = f"{asks} to be the {_ROLES[ownership.role]} of {control_name(control)}"
    how_often = cadence_words(control)
    recorded = (
        f"Accept puts your name in the record. Decline asks for your reason and goes back to {goes_to}."
    )
    return Message(
        lines(
            f"{lead}.",
            limits.shorten_bytes(escaped(why), _TEXT_BYTES),
            _PARTS[ownership.role],
            f"How often: {how_often}",
            control_brief_text(control),
            "Press Accept or Decline.",
        ),
        [
            section(md("*{lead}*\n{part}", lead=lead, part=_PARTS[ownership.role])),
            *([prose(limits.shorten(why, _TEXT))] if why else []),
            section(lines(md("*How often:* {how_often}", how_often=how_often), control_brief(control))),
            context(recorded),
            actions(
                button("Accept", Action.ACCEPT_OWNERSHIP, ownership.id, style="primary"),
                button("Decline", Action.DECLINE_OWNERSHIP, ownership.id),
            ),
        ],
    )


def offer_receipt(ownership: Ownership, control: Control) -> Message:
    words = _RECEIPTS[ownership.state].format(role=_ROLES[ownership.role], control=control_name(control))
    return Message(words, [prose(words)])


def decline_ownership_modal(ownership: Ownership, control: Control) -> dict[str, Any]:
    return modal(
        "Decline a control",
        Callback.DECLINE,
        [
            prose(f"You decline to be the {_ROLES[ownership.role]} of {control_name(control)}."),
            text_input(
                Field.REASON,
                "Why",
                multiline=True,
                hint="Whoever asked you reads it, and the compliance team. It is kept in the record.",
            ),
        ],
        submit="Decline",
        subject=ownership.id,
    )


def assign_modal(
    controls: Sequence[tuple[Control, str | None]], chosen: str | None = None, back_to: str = ""
) -> dict[str, Any]:
    """Each control with the name of its present owner; ``chosen`` is a control's id.

    ``back_to`` is the id of the control whose card the form returns to.
    """
    options = [(control.id, _option(control, owner)) for control, owner in controls]
    hint = "They are asked with their next reminder, and own the control once they accept."
    return modal(
        "Assign a control",
        Callback.ASSIGN,
        [
            choice(Field.CONTROL, "Control", options, initial=chosen),
            person_select(Field.OWNER, "Owner", hint=hint),
            person_select(
                Field.BACKUP,
                "Backup owner",
                optional=True,
                hint="Somebody else, who steps in when the owner cannot.",
            ),
        ],
        submit="Assign",
        subject=back_to,
    )


def _option(control: Control, owner: str | None) -> str:
    """The owner stays readable; a long title gives way."""
    tail = f" — now: {limits.shorten(owner, _NAME)}" if owner else " — now: nobody"
    return limits.shorten(control_name(control), limits.OPTION_LABEL - len(tail)) + tail


def former_holder_words(ended: Ownership, name: str, until: date) -> str:
    """Who was its owner or backup, or was asked to be, until a day."""
    was = "was" if ended.decided_at else "was asked to be"
    return f"{name} {was} its {_ROLES[ended.role]} until {day(until)}, and is not any more."


def declined_words(declined: Ownership, name: str) -> str:
    """Quotes the person who declined."""
    return f"{name} declined: “{declined.reason}”"


def leaver_words(name: str) -> str:
    """Of the last owner or backup, or of whoever was asked to be."""
    return f"{name}, who was to see to it, cannot act in this workspace any more."


def promoted_backup_words(name: str) -> str:
    return f"{name}, who was its backup, owns it now."


def unowned_request(control: Control, why: str) -> Message:
    """``why`` may quote people."""
    often = CADENCE_WORDS[control.cadence]
    consequence = f"It is done {often}. While it has no owner, nobody is asked for its evidence."
    return assign_request(control, f"Nobody answers for {control_name(control)}.", why, consequence)


def missing_backup_request(control: Control, owner: str, why: str) -> Message:
    """``why`` may quote people."""
    stays = f"{owner} stays its owner. To name another backup, assign both again."
    return assign_request(control, f"{control_name(control)} has no backup owner.", why, stays)


def assign_request(control: Control, lead: str, why: str, then: str) -> Message:
    """A request to a lead that ends in the button Assign; ``why`` may quote people."""
    return Message(
        lines(lead, limits.shorten_bytes(escaped(why), _TEXT_BYTES), f"{then} Press Assign."),
        [
            section(md("*{lead}*", lead=lead)),
            prose(limits.shorten(why, _TEXT)),
            context(then),
            actions(
                button(
                    "Assign",
                    Action.OPEN_ASSIGN,
                    control.id,
                    style="primary",
                    says=f"Assign {control.id} to somebody",
                )
            ),
        ],
    )


def unowned_receipt(control: Control, owner: str | None, *, backed: bool = True) -> Message:
    words = f"Closed: {control_name(control)} does not wait for an owner any more."
    if owner:
        words = (
            f"Done: {control_name(control)} is with {owner}{'' if backed else ', without a backup owner'}."
        )
    return Message(words, [prose(words)])
