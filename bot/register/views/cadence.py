"""The form for how often a control is performed, and what a change of schedule means, in words."""

from typing import Any

from bot.blocks import limits
from bot.blocks.due import HOW_OFTEN, called, counted, days
from bot.blocks.ids import Callback, Field
from bot.blocks.kit import choice, md, modal, number_input, section, text_input
from bot.owners.views.ownership import rhythm
from bot.register.rules.controls import Rhythm
from bot.schedule.rules.occurrences import ScheduleEffect
from storage.programme import Control
from storage.terms import Cadence

LONGEST_DAYS = 90
_TITLE = 110


def rhythm_modal(
    control: Control, shown: Rhythm, reason: str, effect: ScheduleEffect | None, token: str
) -> dict[str, Any]:
    """With an `effect`, what was asked for is shown once more, and one more press of Save does it."""
    options = [(each.value, HOW_OFTEN[each].capitalize()) for each in Cadence]
    now = how_often(control)
    return modal(
        "Change cadence",
        Callback.RHYTHM,
        [
            section(md("*{control}*\nNow: {now}", control=limits.shorten(called(control), _TITLE), now=now)),
            *([section(md("*Before you save*\n{effect}", effect=effect_words(effect)))] if effect else []),
            choice(Field.CADENCE, "How often", options, initial=shown.cadence),
            number_input(
                Field.DUE_DAYS,
                "Days after the period ends until evidence is due",
                LONGEST_DAYS,
                initial=shown.due_days,
            ),
            number_input(
                Field.GRACE_DAYS, "Days of grace after that", LONGEST_DAYS, initial=shown.grace_days
            ),
            text_input(
                Field.REASON,
                "Why",
                multiline=True,
                initial=reason or None,
                hint="It is kept in the record with what was and what is.",
            ),
        ],
        submit="Save" if effect else "Continue",
        subject=f"{control.id} {token}",
    )


def how_often(control: Control) -> str:
    """With when it is due, and what sets it off where that is an event."""
    if control.cadence in (Cadence.ON_EVENT, Cadence.ONE_OFF):
        return f"{rhythm(control).removesuffix('.')}, {days(control.grace_days)} of grace"
    return (
        f"{HOW_OFTEN[control.cadence]}, due {days(control.due_days)} after the period ends, "
        f"{days(control.grace_days)} of grace"
    )


def effect_words(effect: ScheduleEffect) -> str:
    """ "3 occurrences are added and 1 is withdrawn." What is over stays."""
    parts = [
        f"{counted(count, 'occurrence')} {'is' if count == 1 else 'are'} {done}"
        for count, done in (
            (effect.added, "added"),
            (effect.withdrawn, "withdrawn"),
            (effect.moved, "given new dates"),
        )
        if count
    ]
    told = f"{', '.join(parts)}." if parts else "No occurrence is added or withdrawn."
    return f"{told} What is over, or has anything handed in, stays as it is."
