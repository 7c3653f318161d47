"""A lead's review of what was handed in: the stored copy, and the verdict."""

from bot.blocks.ids import Field
from bot.desk import Desk
from bot.evidence import reviewing
from bot.evidence.views.reviewing import reject_modal
from handlers.slack.payloads import Click, Submission


async def show(click: Click, desk: Desk) -> None:
    await reviewing.show_file(desk, click.person_id, click.value)


async def accept(click: Click, desk: Desk) -> None:
    await reviewing.accept_evidence(desk, click.person_id, click.value)


async def open_reject(click: Click, desk: Desk) -> None:
    given, occurrence, control = await reviewing.evidence_to_reject(desk, click.person_id, click.value)
    form = reject_modal(given, occurrence, control)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=form)


async def reject(form: Submission, desk: Desk) -> None:
    await reviewing.reject_evidence(desk, form.person_id, form.subject, form.text(Field.REASON))
