"""Owning a control: the offer's buttons, the reason for a no, and a lead's assignment."""

from typing import Any

from bot.blocks.ids import Field
from bot.desk import Desk
from bot.owners import ownership
from bot.owners.views.ownership import assign_modal, decline_modal
from bot.register.controls import control_card
from bot.register.views.controls import card_modal
from handlers.slack.pages import turn_page
from handlers.slack.payloads import Click, Submission


async def accept(click: Click, desk: Desk) -> None:
    await ownership.accept_ownership(desk, click.person_id, click.value)


async def open_decline(click: Click, desk: Desk) -> None:
    held, control = await ownership.offer_to_decide(desk, click.person_id, click.value)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=decline_modal(held, control))


async def decline(form: Submission, desk: Desk) -> None:
    await ownership.decline_ownership(desk, form.person_id, form.subject, form.text(Field.REASON))


async def open_assign(click: Click, desk: Desk) -> None:
    """From a control's card the form takes its place, and gives it back."""
    controls = await ownership.controls_to_assign(desk, click.person_id, click.value or None)
    if click.in_modal:
        await turn_page(desk, click, assign_modal(controls, click.value or None, back_to=click.value))
    else:
        form = assign_modal(controls, click.value or None)
        await desk.slack.views_open(trigger_id=click.trigger_id, view=form)


async def assign(form: Submission, desk: Desk) -> dict[str, Any] | None:
    await ownership.assign_control(
        desk,
        form.person_id,
        form.choice(Field.CONTROL),
        form.person(Field.OWNER) or "",
        form.person(Field.BACKUP),
    )
    if not form.subject:
        return None
    return card_modal(await control_card(desk, form.person_id, form.choice(Field.CONTROL)))
