"""A lead's review of what was handed in: the stored copy, and the verdict."""

from bot import under_review
from bot.desk import Desk
from bot.views import under_review as view
from bot.views.ids import Field
from handlers.slack.heard import Click, Submission


async def show(click: Click, desk: Desk) -> None:
    await under_review.show_file(desk, click.person_id, click.value)


async def accept(click: Click, desk: Desk) -> None:
    await under_review.accept_evidence(desk, click.person_id, click.value)


async def open_reject(click: Click, desk: Desk) -> None:
    given, occurrence, control = await under_review.evidence_to_reject(desk, click.person_id, click.value)
    form = view.reject_modal(given, occurrence, control)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=form)


async def reject(form: Submission, desk: Desk) -> None:
    await under_review.reject_evidence(desk, form.person_id, form.subject, form.text(Field.REASON))
