"""Handing over a control: the form behind Not mine, and keeping it after all."""

from typing import Any

from bot.blocks.ids import Field
from bot.desk import Desk
from bot.owners import handovers
from bot.owners.views import handovers as view
from handlers.slack.payloads import Click, Submission


async def open_form(click: Click, desk: Desk) -> None:
    """From a request the control is known; from Home it is chosen in the form."""
    controls = await handovers.controls_to_hand_over(desk, click.person_id, click.value or None)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=view.form(controls))


async def hand_over(form: Submission, desk: Desk) -> dict[str, Any]:
    control, to = await handovers.hand_over(
        desk,
        form.person_id,
        form.subject or form.choice(Field.CONTROL),
        form.person(Field.OWNER),
        form.text(Field.REASON),
    )
    return view.asked_notice(control, to.name if to else None)


async def keep(click: Click, desk: Desk) -> None:
    await handovers.keep_control(desk, click.person_id, click.value)
