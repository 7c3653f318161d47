"""Questions and their answers: people ask in every way that Slack has, and leads answer, approve and review."""

from hashlib import sha256
from typing import Any

from bot.answers import adopted_entries, answering, asking, entry_reviews, proposals, unanswered
from bot.answers.incoming import IncomingQuestion
from bot.answers.proposals import LeadReply
from bot.answers.rules.chooser import Asker, Deadline, Needs, Reliance, advise
from bot.answers.views import chooser
from bot.answers.views.answers import rating_receipt
from bot.answers.views.entry_reviews import read_entries_modal
from bot.answers.views.proposals import (
    ONLY_ONCE,
    decline_proposal_modal,
    edit_answer_modal,
    own_answers_modal,
    quoted_question,
    reply_modal,
)
from bot.answers.views.replies import follow_up_modal, question_modal
from bot.answers.views.unanswered import answer_group_modal
from bot.blocks.ids import Callback, Field
from bot.blocks.kit import Message
from bot.delivery.notes import say_note
from bot.desk import Desk
from bot.people import require_member
from handlers.slack.notices import show_notice
from handlers.slack.pages import open_or_turn_page, open_page
from handlers.slack.payloads import (
    LONGEST_QUESTION,
    Click,
    MessageShortcut,
    Payload,
    SlashCommand,
    Submission,
    message_question,
)
from storage.terms import Category, Feedback, Via

# Slack sends our own edits back as message_changed; of all subtypes only these are people's messages.
SPOKEN = {None, "file_share", "thread_broadcast"}
UPLOAD_HINT = (
    "To hand in evidence, press “Upload evidence” in my request or in my Home tab, so that it is filed "
    "under the right control and period."
)


async def on_message(body: Payload, desk: Desk) -> None:
    """A direct message; a file in it gets a hint, and only words make it a question."""
    event = body["event"]
    if event.get("subtype") not in SPOKEN or event.get("bot_id") or event.get("channel_type") != "im":
        return
    question = message_question(body, Via.DM, desk.identity.bot_user_id)
    has_files = bool(event.get("files"))
    if question.text or not has_files:
        await answering.answer_question(desk, question)
    if has_files:
        await require_member(desk, question.person_id)
        once = f"upload-hint:{question.event_id}"
        await say_note(desk, question.channel, UPLOAD_HINT, once=once, thread_ts=question.thread_ts)


async def on_mention(body: Payload, desk: Desk) -> None:
    """In a channel. Other apps' posts are no questions, and a mention in a direct message arrives as a message too."""
    event = body["event"]
    if event.get("bot_id") or "user" not in event or event["channel"].startswith("D"):
        return
    question = message_question(body, Via.MENTION, desk.identity.bot_user_id)
    await answering.answer_question(desk, question)


async def command_question(command: SlashCommand, desk: Desk) -> Message:
    """/soc QUESTION"""
    text = command.text[:LONGEST_QUESTION]
    question = IncomingQuestion(command.person_id, text, Via.COMMAND, command.channel)
    return await answering.answer_command(desk, question)


async def ask_about_message(shortcut: MessageShortcut, desk: Desk) -> None:
    """The answer comes to the person's direct messages, not into the conversation in which the message is."""
    question = IncomingQuestion(
        shortcut.person_id,
        shortcut.text[:LONGEST_QUESTION],
        Via.SHORTCUT,
        shortcut.person_id,
        event_id=f"shortcut:{shortcut.person_id}:{shortcut.pressed_at}",
    )
    await answering.answer_question(desk, question)


async def ask_entry(click: Click, desk: Desk) -> None:
    """The person pressed an entry below an answer; its answer comes below the same message."""
    channel, root = click.channel, click.root
    if channel is None or click.ephemeral:
        channel, root = click.person_id, None
    via = Via.MENTION if channel.startswith(("C", "G")) else Via.DM
    press = f"{click.value} {click.person_id} {click.channel} {click.message_ts}"
    once = f"entry:{sha256(press.encode()).hexdigest()[:32]}"
    question = IncomingQuestion(click.person_id, "", via, channel, root)
    await answering.answer_from_entry(desk, question, click.value, once)


async def open_question_form(click: Click, desk: Desk) -> None:
    await require_member(desk, click.person_id)
    await open_page(desk, click, question_modal())


async def ask_question(form: Submission, desk: Desk) -> None:
    await asking.ask_from_home(desk, form.person_id, form.text(Field.QUESTION), f"form:{form.view_id}")


async def open_follow_up_form(click: Click, desk: Desk) -> None:
    question = await asking.question_to_follow(desk, click.person_id, click.value)
    await open_page(desk, click, follow_up_modal(question.id, question.text))


async def ask_follow_up(form: Submission, desk: Desk) -> None:
    text, once = form.text(Field.QUESTION), f"form:{form.view_id}"
    await asking.ask_follow_up(desk, form.person_id, form.subject, text, once)


async def rate_helpful(click: Click, desk: Desk) -> None:
    await _rate(click, desk, Feedback.HELPFUL)


async def rate_not_helpful(click: Click, desk: Desk) -> None:
    await _rate(click, desk, Feedback.NOT_HELPFUL)


async def _rate(click: Click, desk: Desk, feedback: Feedback) -> None:
    await answering.rate_answer(desk, click.person_id, click.value, feedback)
    await show_notice(desk, click, rating_receipt(helpful=feedback is Feedback.HELPFUL))


async def ask_compliance(click: Click, desk: Desk) -> None:
    await answering.route_question(desk, click.person_id, click.value)


async def open_answer_form(click: Click, desk: Desk) -> None:
    """For a lead, to answer a question that a person passed to compliance."""
    question, asker, entries = await answering.routed_question(desk, click.person_id, click.value)
    page = reply_modal(
        Callback.ANSWER,
        question.id,
        quoted_question(asker, question.text),
        question.text,
        entries,
        f"{asker} gets it in a message, with your name.",
    )
    await open_page(desk, click, page)


async def answer_routed(form: Submission, desk: Desk) -> None:
    await answering.answer_routed(desk, form.person_id, form.subject, _lead_reply(form))


async def open_unanswered_form(click: Click, desk: Desk) -> None:
    """For a lead, to answer at once all askers of one unanswered question."""
    group, askers, entries = await unanswered.group_to_answer(desk, click.person_id, click.value)
    await open_page(desk, click, answer_group_modal(group, askers, entries, unanswered.ANSWERED_AT_ONCE))


async def answer_unanswered(form: Submission, desk: Desk) -> None:
    await unanswered.answer_group(desk, form.person_id, form.subject.split(), _lead_reply(form))


def _lead_reply(form: Submission) -> LeadReply:
    return LeadReply(
        text=form.text(Field.ANSWER),
        title=form.text(Field.TITLE),
        entry_id=form.choice(Field.ENTRY),
        keep=form.choice(Field.KEEP) != ONLY_ONCE,
    )


async def approve_proposal(click: Click, desk: Desk) -> None:
    await proposals.approve_proposal(desk, click.person_id, click.value)


async def open_decline_proposal_form(click: Click, desk: Desk) -> None:
    title = await proposals.proposal_to_decline(desk, click.person_id, click.value)
    await open_page(desk, click, decline_proposal_modal(click.value, title))


async def decline_proposal(form: Submission, desk: Desk) -> None:
    await proposals.decline_proposal(desk, form.person_id, form.subject, form.text(Field.REASON))


async def open_own_answers(click: Click, desk: Desk) -> None:
    own_answers = await proposals.own_answers(desk, click.person_id)
    await open_page(desk, click, own_answers_modal(own_answers))


async def open_edit_form(click: Click, desk: Desk) -> None:
    """Over the list of the company's own answers."""
    entry = await proposals.answer_to_edit(desk, click.person_id, click.value)
    await open_page(desk, click, edit_answer_modal(click.value, entry))


async def edit_answer(form: Submission, desk: Desk) -> None:
    await proposals.edit_answer(
        desk,
        form.person_id,
        form.subject,
        form.text(Field.TITLE),
        form.text(Field.ANSWER),
        form.text(Field.PHRASINGS).splitlines(),
    )


async def adopt_entries(click: Click, desk: Desk) -> None:
    await adopted_entries.adopt_entries(desk, click.person_id)


async def read_entries(click: Click, desk: Desk) -> None:
    """The first page as a modal of its own, each further page in the place of the last."""
    obligation_id, _, start = click.value.partition(" ")
    due = await entry_reviews.entries_to_verify(desk, click.person_id, obligation_id)
    await open_or_turn_page(desk, click, read_entries_modal(obligation_id, due, start))


async def verify_entries(click: Click, desk: Desk) -> None:
    """The lead says that the entries are still right; the mark names the texts that the button stood below."""
    obligation_id, _, mark = click.value.partition(" ")
    await entry_reviews.verify_entries(desk, click.person_id, obligation_id, mark)


async def open_chooser(click: Click, desk: Desk) -> None:
    """“Which report do we need?”"""
    await require_member(desk, click.person_id)
    await open_page(desk, click, chooser.chooser_modal())


async def choose_report(form: Submission, desk: Desk) -> dict[str, Any]:
    """The advice takes the place of the form; nothing is stored."""
    await require_member(desk, form.person_id)
    needs = Needs(
        relied_on=frozenset(map(Reliance, form.choices(Field.RELIED_ON))),
        asked_by=frozenset(map(Asker, form.choices(Field.ASKED_BY))),
        promises=frozenset(map(Category, form.choices(Field.PROMISES))),
        needed_by=Deadline(form.choice(Field.NEEDED_BY)),
        running=form.choice(Field.RUNNING) == chooser.YES,
    )
    return chooser.advice_modal(advise(needs))
