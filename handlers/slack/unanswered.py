"""What people asked in vain: a lead opens a group from Home and answers it."""

from bot.answers import unanswered
from bot.answers.views.unanswered import answer_modal
from bot.desk import Desk
from handlers.slack.payloads import Click, Submission
from handlers.slack.proposals import replied


async def open_answer(click: Click, desk: Desk) -> None:
    gap, askers, entries = await unanswered.gap_to_answer(desk, click.person_id, click.value)
    form = answer_modal(gap, askers, entries, unanswered.ANSWERED_AT_ONCE)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=form)


async def answer(form: Submission, desk: Desk) -> None:
    await unanswered.answer_gap(desk, form.person_id, form.subject.split(), replied(form))
