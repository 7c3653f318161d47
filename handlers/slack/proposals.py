"""Answers of the company's own: a lead's decision on what was proposed, and the next version of what is approved."""

from bot.answers import proposals
from bot.answers.proposals import LeadReply
from bot.answers.views.proposals import ONLY_ONCE, decline_modal, edit_modal, own_answers_modal
from bot.blocks.ids import Field
from bot.desk import Desk
from handlers.slack.payloads import Click, Submission


async def approve(click: Click, desk: Desk) -> None:
    await proposals.approve_proposal(desk, click.person_id, click.value)


async def open_decline(click: Click, desk: Desk) -> None:
    title = await proposals.proposal_to_decline(desk, click.person_id, click.value)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=decline_modal(click.value, title))


async def decline(form: Submission, desk: Desk) -> None:
    await proposals.decline_proposal(desk, form.person_id, form.subject, form.text(Field.REASON))


async def open_own_answers(click: Click, desk: Desk) -> None:
    answers = await proposals.own_answers(desk, click.person_id)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=own_answers_modal(answers))


async def open_edit(click: Click, desk: Desk) -> None:
    """The list of answers stays below the form."""
    entry = await proposals.answer_to_edit(desk, click.person_id, click.value)
    await desk.slack.views_push(trigger_id=click.trigger_id, view=edit_modal(click.value, entry))


async def edit(form: Submission, desk: Desk) -> None:
    await proposals.edit_answer(
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
        keep=form.choice(Field.KEEP) != ONLY_ONCE,
    )
