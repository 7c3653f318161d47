"""Owning a control: the offer's buttons, the reason for a no, and a lead's assignment."""

from bot import ownership
from bot.desk import Desk
from bot.views import ownership as view
from bot.views.ids import Field
from handlers.slack.heard import Click, Submission


async def accept(click: Click, desk: Desk) -> None:
    await ownership.accept_ownership(desk, click.person_id, click.value)


async def open_decline(click: Click, desk: Desk) -> None:
    held, control = await ownership.offer_to_decide(desk, click.person_id, click.value)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=view.decline_modal(held, control))


async def decline(form: Submission, desk: Desk) -> None:
    await ownership.decline_ownership(desk, form.person_id, form.subject, form.text(Field.REASON))


async def open_assign(click: Click, desk: Desk) -> None:
    controls = await ownership.controls_to_assign(desk, click.person_id, click.value or None)
    form = view.assign_modal(controls, click.value or None)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=form)


async def assign(form: Submission, desk: Desk) -> None:
    await ownership.assign_control(
        desk,
        form.person_id,
        form.choice(Field.CONTROL),
        form.person(Field.OWNER) or "",
        form.person(Field.BACKUP),
    )
