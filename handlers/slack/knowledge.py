"""Answers of the company's own: a lead's decision on what was proposed, and the next version of what is approved."""

from bot import knowledge
from bot.desk import Desk
from bot.knowledge import LeadReply
from bot.views import knowledge as view
from bot.views.ids import Field
from handlers.slack.heard import Click, Submission


async def approve(click: Click, desk: Desk) -> None:
    await knowledge.approve_proposal(desk, click.person_id, click.value)


async def open_decline(click: Click, desk: Desk) -> None:
    title = await knowledge.proposal_to_decline(desk, click.person_id, click.value)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=view.decline_modal(click.value, title))


async def decline(form: Submission, desk: Desk) -> None:
    await knowledge.decline_proposal(desk, form.person_id, form.subject, form.text(Field.REASON))


async def open_own_answers(click: Click, desk: Desk) -> None:
    answers = await knowledge.own_answers(desk, click.person_id)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=view.own_answers_modal(answers))


async def open_edit(click: Click, desk: Desk) -> None:
    """The list of answers stays below the form."""
    entry = await knowledge.answer_to_edit(desk, click.person_id, click.value)
    await desk.slack.views_push(trigger_id=click.trigger_id, view=view.edit_modal(click.value, entry))


async def edit(form: Submission, desk: Desk) -> None:
    await knowledge.edit_answer(
        desk,
        form.person_id,
        form.subject,
        form.text(Field.TITLE),
        form.text(Field.ANSWER),
        form.text(Field.PHRASINGS).splitlines(),
    )


def replied(form: Submission) -> LeadReply:
    return LeadReply(
        text=form.text(Field.ANSWER),
        title=form.text(Field.TITLE),
        entry_id=form.choice(Field.ENTRY),
        keep=form.choice(Field.KEEP) != view.ONLY_ONCE,
    )
