"""Handing over a control: the form, and what the owner, the person named and the leads read about it."""

from collections.abc import Sequence
from typing import Any

from bot.blocks import limits
from bot.blocks.ids import Action, Callback, Field
from bot.blocks.kit import (
    Block,
    Element,
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
from bot.blocks.wording import control_name
from bot.owners.rules.ownership import DigestHandover, PendingHandover
from bot.owners.views.ownership import assign_request
from storage.handovers import Handover
from storage.programme import Control
from storage.terms import HandoverState

_TEXT = 500
_TEXT_BYTES = 300
_REASON = 1_000
_TITLE = 110
_NAME = 60
_SHORT = 40
_ON_HOME = 5
_CONSEQUENCE = (
    "Whoever you name is asked with their next reminder. Until they accept, the control stays yours and I ask "
    "you for its evidence. If you name nobody, the compliance team is asked to find its owner."
)
_RECEIPTS = {
    HandoverState.ASKED: "You asked somebody to take over {control}. It is yours until they accept.",
    HandoverState.RETURNED: "{control} came back to you. You have not said yet what now.",
    HandoverState.ACCEPTED: "Done: {control} is handed over.",
    HandoverState.KEPT: "You keep {control}.",
    HandoverState.ENDED: "Closed: what you asked about {control} is settled otherwise. Nothing is left to do.",
}


def not_mine_button(control: Control) -> Element:
    return button("Not mine", Action.NOT_MINE, control.id, says=f"Not mine: hand over {control.id}")


def handover_form(controls: Sequence[Control]) -> dict[str, Any]:
    """For one control, or with a menu for several."""
    [first, *others] = controls
    options = [(each.id, limits.shorten(control_name(each), limits.OPTION_LABEL)) for each in controls]
    which = (
        choice(Field.CONTROL, "Control", options) if others else section(md("*{it}*", it=control_name(first)))
    )
    return modal(
        "Hand over a control",
        Callback.HAND_OVER,
        [
            which,
            person_select(
                Field.OWNER,
                "Who is to own it?",
                optional=True,
                hint="Leave this empty if you do not know.",
            ),
            text_input(
                Field.REASON,
                "Why",
                multiline=True,
                max_length=_REASON,
                hint="Whoever you name reads it, and so does the compliance team. It is kept in the record.",
            ),
            context(_CONSEQUENCE),
        ],
        submit="Hand over",
        subject="" if others else first.id,
    )


def handover_notice(control: Control, name: str | None) -> dict[str, Any]:
    """Replaces the form; ``name`` is None where the owner named nobody."""
    words = (
        f"{name} is asked to own {control_name(control)} with their next reminder. Until they accept, it stays yours."
        if name
        else f"The compliance team is asked to find an owner for {control_name(control)}. Until then it stays yours."
    )
    return modal("Hand over a control", Callback.NOTICE, [prose(words)])


def handover_unanswered_words(control_id: str, name: str | None) -> str:
    """``name`` is None where the owner named nobody."""
    whom = f"{name} is asked" if name else "the compliance team is asked to find somebody"
    return f"You have handed over {control_id} already: {whom} and has not answered. In my Home tab you can keep it."


def handover_settled_words(handover: Handover) -> str:
    return _RECEIPTS[handover.state].format(control=handover.control_id)


def taking_over_words(giver: str, reason: str) -> str:
    """For the person named; ``giver`` is the owner's name."""
    return f"{giver} owns it until you accept, and says: “{limits.shorten(reason, _TEXT)}”"


def stepping_in_words(vacancy: str) -> str:
    """For the backup of an owner who cannot act any more, which ``vacancy`` says in a sentence."""
    return f"{vacancy} You are its backup, so I ask you for its evidence until you have answered."


def successor_left_words(name: str) -> str:
    """For the owner who named this person."""
    return f"{name}, whom you asked, cannot act in this workspace any more."


def returned_handover_request(handover: Handover, control: Control, why: str) -> Message:
    """For the owner; ``why`` may quote the person named."""
    lead = f"{control_name(control)} stays yours, as you found nobody yet"
    then = "Keep it, or name somebody else. Both are kept in the record, and the compliance team sees it."
    return Message(
        lines(
            f"{lead}.",
            limits.shorten_bytes(escaped(why), _TEXT_BYTES),
            then,
            "Press Keep it or Name somebody else.",
        ),
        [
            section(md("*{lead}*", lead=lead)),
            prose(limits.shorten(why, _TEXT)),
            context(then),
            actions(
                _keep_button(handover, control),
                button(
                    "Name somebody else",
                    Action.NOT_MINE,
                    control.id,
                    says=f"Name somebody else for {control.id}",
                ),
            ),
        ],
    )


def handover_receipt(handover: Handover, control: Control) -> Message:
    words = _RECEIPTS[handover.state].format(control=control_name(control))
    return Message(words, [prose(words)])


def unclaimed_request(control: Control, owner: str, reason: str) -> Message:
    """For a lead: the owner says that the control is not theirs, and named nobody."""
    lead = f"{owner} asks you to find an owner for {control_name(control)}."
    stays = f"{owner} stays its owner until you assign it to somebody."
    return assign_request(control, lead, f"“{reason}”", stays)


def owner_left_request(control: Control, heir: str, vacancy: str, *, backup: bool) -> Message:
    """For a lead: the owner has left, and the ``heir`` is asked to own the control.

    The heir is its ``backup``, or the person whom the owner had named.
    """
    who = f"{heir}, the backup," if backup else heir
    meanwhile = "and is asked for its evidence meanwhile" if backup else "and has not answered yet"
    lead = f"{who} has been offered {control_name(control)}."
    return assign_request(
        control,
        lead,
        vacancy,
        f"{heir} can accept or decline, {meanwhile}. To choose somebody else, assign it.",
    )


def handover_on_card(handover: PendingHandover) -> Mrkdwn:
    """For leads, until it is settled."""
    by = limits.shorten(handover.by, _NAME)
    to = limits.shorten(handover.to, _NAME) if handover.to else "the compliance team to find somebody"
    answer = limits.shorten(handover.answer, _TEXT) if handover.answer else "Not answered yet."
    return md(
        "*Being handed over:* on {on} {by} asked {to}, and owns it until that is settled. “{reason}”\n{answer}",
        on=day(handover.on),
        by=by,
        to=to,
        reason=limits.shorten(handover.reason, _TEXT),
        answer=answer,
    )


def handover_in_digest(handover: DigestHandover) -> str:
    by, on = limits.shorten(handover.by, _SHORT), day(handover.on)
    to = limits.shorten(handover.to, _SHORT) if handover.to else "the compliance team"
    match handover.state:
        case HandoverState.ACCEPTED:
            return f"{handover.control_id}: from {by} to {to}, accepted on {on}"
        case HandoverState.KEPT:
            return f"{handover.control_id}: {by} keeps it, since {on}"
        case HandoverState.RETURNED:
            return f"{handover.control_id}: still with {by}, who asked {to} on {on} and found nobody yet"
        case _:
            return f"{handover.control_id}: still with {by}, who asked {to} on {on}; no answer yet"


def handovers_on_home(
    may_hand_over: bool, unanswered: Sequence[tuple[Handover, Control, str | None]]
) -> list[Block]:
    """Below a person's controls: their hand-overs that are not answered, each with the name that they gave."""
    rows = [
        section(_waiting(control, name), _keep_button(handover, control))
        for handover, control, name in unanswered[:_ON_HOME]
    ]
    left = len(unanswered) - len(rows)
    more = [context(f"and {left:,} more that you have handed over")] if left > 0 else []
    opener = button("Not mine", Action.NOT_MINE, says="Not mine: hand over one of your controls")
    return [*rows, *more, *([actions(opener)] if may_hand_over else [])]


def _waiting(control: Control, name: str | None) -> Mrkdwn:
    whom = (
        f"{limits.shorten(name, _NAME)} is asked" if name else "the compliance team is asked to find an owner"
    )
    return md(
        "You handed over *{control}*: {whom}. It is yours until that is settled.",
        control=limits.shorten(control_name(control), _TITLE),
        whom=whom,
    )


def _keep_button(handover: Handover, control: Control) -> Element:
    return button("Keep it", Action.KEEP_CONTROL, handover.id, says=f"Keep {control.id}")
