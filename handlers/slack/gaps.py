"""What people asked in vain: a lead opens a group from Home and answers it."""

from bot import gaps
from bot.desk import Desk
from bot.views import gaps as view
from handlers.slack.heard import Click, Submission
from handlers.slack.knowledge import replied


async def open_answer(click: Click, desk: Desk) -> None:
    gap, askers, entries = await gaps.gap_to_answer(desk, click.person_id, click.value)
    form = view.answer_modal(gap, askers, entries, gaps.ANSWERED_AT_ONCE)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=form)


async def answer(form: Submission, desk: Desk) -> None:
    await gaps.answer_gap(desk, form.person_id, form.subject.split(), replied(form))
