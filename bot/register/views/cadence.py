"""The form for how often a control is performed; and what a change of the schedule means, before a lead saves it."""

from collections.abc import Sequence
from typing import Any

from bot.blocks import limits
from bot.blocks.ids import Callback, Field
from bot.blocks.kit import Block, choice, md, modal, number_input, section, text_input
from bot.blocks.wording import CADENCE_WORDS, control_name, counted, days
from bot.owners.views.ownership import cadence_words
from bot.register.rules.controls import MOST_DAYS, Rhythm
from bot.schedule.rules.schedule_changes import ScheduleEffect
from storage.programme import Control
from storage.terms import Cadence

_TITLE_LENGTH = 110


def rhythm_modal(
    control: Control, chosen: Rhythm, reason: str, effect: ScheduleEffect | None, token: str
) -> dict[str, Any]:
    options = [(each.value, CADENCE_WORDS[each].capitalize()) for each in Cadence]
    title, now = limits.shorten(control_name(control), _TITLE_LENGTH), how_often(control)
    return schedule_modal(
        "Change cadence",
        Callback.RHYTHM,
        about=[section(md("*{control}*\nNow: {now}", control=title, now=now))],
        effect=effect,
        inputs=[
            choice(Field.CADENCE, "How often", options, initial=chosen.cadence),
            number_input(
                Field.DUE_DAYS,
                "Days after the period ends until evidence is due",
                MOST_DAYS,
                initial=chosen.due_days,
            ),
            number_input(Field.GRACE_DAYS, "Days of grace after that", MOST_DAYS, initial=chosen.grace_days),
            reason_input(reason),
        ],
        subject=f"{control.id} {token}",
    )


def schedule_modal(
    title: str,
    callback: Callback,
    *,
    about: Sequence[Block] = (),
    effect: ScheduleEffect | None,
    inputs: Sequence[Block],
    subject: str,
) -> dict[str, Any]:
    """A form that changes the schedule. Its first submission shows the ``effect``, and its second saves."""
    shown_effect = [section(md("*Before you save*\n{effect}", effect=effect_words(effect)))] if effect else []
    return modal(
        title,
        callback,
        [*about, *shown_effect, *inputs],
        submit="Save" if effect else "Continue",
        subject=subject,
    )


def reason_input(reason: str) -> Block:
    return text_input(
        Field.REASON,
        "Why",
        multiline=True,
        initial=reason or None,
        hint="It is kept in the record with what was and what is.",
    )


def how_often(control: Control) -> str:
    """The cadence with its days, and the event that sets the control off, if one does."""
    if control.cadence in (Cadence.ON_EVENT, Cadence.ONE_OFF):
        return f"{cadence_words(control).removesuffix('.')}, {days(control.grace_days)} of grace"
    return (
        f"{CADENCE_WORDS[control.cadence]}, due {days(control.due_days)} after the period ends, "
        f"{days(control.grace_days)} of grace"
    )


def effect_words(effect: ScheduleEffect) -> str:
    """ "3 occurrences are added, 1 occurrence is withdrawn." And that past ones stay."""
    parts = [
        f"{counted(count, 'occurrence')} {'is' if count == 1 else 'are'} {verb}"
        for count, verb in (
            (effect.added, "added"),
            (effect.withdrawn, "withdrawn"),
            (effect.moved, "given new dates"),
        )
        if count
    ]
    changes = f"{', '.join(parts)}." if parts else "No occurrence is added or withdrawn."
    return f"{changes} What is over, or has anything handed in, stays as it is."
