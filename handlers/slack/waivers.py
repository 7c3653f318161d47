"""Waivers: the owner's "not applicable", a lead's decision on it, and from a control's card a wish or an early end."""

from typing import Any

from bot.blocks.ids import Field
from bot.desk import Desk
from bot.evidence import waivers
from bot.evidence.views.waivers import (
    approve_modal,
    decline_modal,
    end_modal,
    not_applicable_modal,
    waive_modal,
)
from bot.register.controls import control_card
from bot.register.views.controls import card_modal
from handlers.slack.pages import turn_page
from handlers.slack.payloads import Click, Submission


async def open_not_applicable(click: Click, desk: Desk) -> None:
    occurrence, control, decidable = await waivers.request_to_exempt(desk, click.person_id, click.value)
    form = not_applicable_modal(occurrence, control, decidable=decidable)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=form)


async def say_not_applicable(form: Submission, desk: Desk) -> None:
    await waivers.say_not_applicable(desk, form.person_id, form.subject, form.text(Field.REASON))


async def open_approve(click: Click, desk: Desk) -> None:
    plan = await waivers.first_plan(desk, click.person_id, click.value)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=approve_modal(plan))


async def approve(form: Submission, desk: Desk) -> dict[str, Any] | None:
    """With another day than was shown, first what it covers then; sent once more unchanged, the approval."""
    waiver_id, _, seen = form.subject.partition(" ")
    expires_on = form.day(Field.EXPIRES_ON)
    plan = await waivers.plan_of_approval(desk, form.person_id, waiver_id, expires_on)
    if plan.mark != seen:
        return approve_modal(plan, again=True)
    await waivers.approve_waiver(desk, form.person_id, waiver_id, expires_on, seen)
    return None


async def open_decline(click: Click, desk: Desk) -> None:
    asked, occurrence, control = await waivers.waiver_to_decline(desk, click.person_id, click.value)
    form = decline_modal(asked, occurrence, control)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=form)


async def decline(form: Submission, desk: Desk) -> None:
    await waivers.decline_waiver(desk, form.person_id, form.subject, form.text(Field.REASON))


async def open_waive(click: Click, desk: Desk) -> None:
    """In the place of the card."""
    control, waiting, until, decidable = await waivers.periods_to_waive(desk, click.person_id, click.value)
    await turn_page(desk, click, waive_modal(control, waiting, until, decidable=decidable))


async def ask(form: Submission, desk: Desk) -> dict[str, Any]:
    """The card stands there again afterwards."""
    await waivers.ask_for_waiver(
        desk,
        form.person_id,
        form.choice(Field.PERIOD),
        form.day(Field.EXPIRES_ON),
        form.text(Field.REASON),
    )
    return card_modal(await control_card(desk, form.person_id, form.subject))


async def open_end(click: Click, desk: Desk) -> None:
    """In the place of the card."""
    shown = await waivers.waiver_to_end(desk, click.person_id, click.value)
    await turn_page(desk, click, end_modal(shown))


async def end(form: Submission, desk: Desk) -> dict[str, Any]:
    """The card stands there again afterwards."""
    control_id, _, waiver_id = form.subject.partition(" ")
    await waivers.end_waiver(desk, form.person_id, waiver_id, form.text(Field.REASON))
    return card_modal(await control_card(desk, form.person_id, control_id))
