"""Questions: a message to us, a mention, /soc, a message shortcut, Home, and the buttons under an answer."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from bot.answers import answering, asking
from bot.answers.answering import IncomingQuestion
from bot.answers.views import proposals, replies
from bot.answers.views.answers import noted
from bot.blocks.ids import Callback, Field
from bot.blocks.kit import Message, md, section
from bot.delivery.composers import say_note
from bot.desk import Desk
from bot.people import require_member
from handlers.slack import notices, readiness
from handlers.slack.payloads import Chosen, Click, Ordered, Said, Submission, said
from handlers.slack.proposals import replied
from storage.terms import Feedback, Via

# Our own edits come back as message_changed; of all subtypes only these are people speaking.
SPOKEN = {None, "file_share", "thread_broadcast"}
LONGEST_QUESTION = 3_000
UPLOAD_HINT = (
    "To hand in evidence, press “Upload evidence” in my request or in my Home tab, so that it is filed "
    "under the right control and period."
)
HELP = md(
    "*What I do*\nAsk me about SOC 1 and SOC 2: here with `/soc how long is a type 2 window?`, in a direct "
    "message, or by mentioning me in a channel. I answer only from curated entries, and say so when I do not "
    "know.\n*What is waiting for you* stands in my Home tab.\n*Compliance leads* see how ready we are with "
    "`/soc status`, or were with `/soc status 2026-08-05`, and who was in charge of a control then with "
    "`/soc status 2026-08-05 AC-01`; they see what an auditor would find with `/soc sample`, find controls with "
    "`/soc controls access`, assign them with `/soc assign AC-01 @Ada` or, all of a criterion, with "
    "`/soc assign CC6.1 @Ada`, and report what sets a control off with `/soc event leaver today Ada Nguyen`.\n"
    "*Away?* Say `/soc away 2026-12-21 2027-01-02`: I do not remind you then, and your backups stand in."
)


async def on_message(body: Mapping[str, Any], desk: Desk) -> None:
    event = body["event"]
    if event.get("subtype") not in SPOKEN or event.get("bot_id") or event.get("channel_type") != "im":
        return
    heard = said(body, desk.identity.bot_user_id)
    if heard.text or not heard.files:
        await _answer(heard, desk, Via.DM)
    if heard.files:
        await require_member(desk, heard.person_id)
        once = f"upload-hint:{heard.event_id}"
        await say_note(desk, heard.channel, UPLOAD_HINT, once=once, thread_ts=heard.root)


async def on_mention(body: Mapping[str, Any], desk: Desk) -> None:
    """What other apps post is no question; in a direct conversation the message itself is heard."""
    if body["event"].get("bot_id") or "user" not in body["event"]:
        return
    heard = said(body, desk.identity.bot_user_id)
    if not heard.in_dm:
        await _answer(heard, desk, Via.MENTION)


async def command(order: Ordered, desk: Desk) -> Message:
    if order.text.lower() in ("", "help"):
        return Message(HELP, [section(HELP)])
    if readiness.is_status(order):
        return await readiness.command(order, desk)
    asked = IncomingQuestion(order.person_id, order.text[:LONGEST_QUESTION], Via.COMMAND, order.channel)
    return await answering.answer_command(desk, asked)


async def ask_about_message(choice: Chosen, desk: Desk) -> None:
    """The answer comes to the chooser's DM, not into somebody else's conversation."""
    asked = IncomingQuestion(
        choice.person_id,
        choice.text[:LONGEST_QUESTION],
        Via.SHORTCUT,
        choice.person_id,
        event_id=f"shortcut:{choice.person_id}:{choice.pressed_at}",
    )
    await answering.answer_question(desk, asked)


async def ask_entry(click: Click, desk: Desk) -> None:
    """An offered entry was pressed; its answer comes where the offer stands."""
    channel, root = click.channel, click.root
    if channel is None or click.ephemeral:
        channel, root = click.person_id, None
    via = Via.MENTION if channel.startswith(("C", "G")) else Via.DM
    pressed = f"{click.value} {click.person_id} {click.channel} {click.message_ts}"
    once = f"entry:{sha256(pressed.encode()).hexdigest()[:32]}"
    await answering.answer_from_entry(
        desk, IncomingQuestion(click.person_id, "", via, channel, root), click.value, once
    )


async def rate_helpful(click: Click, desk: Desk) -> None:
    await _rate(click, desk, Feedback.HELPFUL)


async def rate_not_helpful(click: Click, desk: Desk) -> None:
    await _rate(click, desk, Feedback.NOT_HELPFUL)


async def ask_compliance(click: Click, desk: Desk) -> None:
    await answering.route_question(desk, click.person_id, click.value)


async def open_ask(click: Click, desk: Desk) -> None:
    await require_member(desk, click.person_id)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=replies.question_modal())


async def ask(form: Submission, desk: Desk) -> None:
    await asking.ask_from_home(desk, form.person_id, form.text(Field.QUESTION), f"form:{form.view_id}")


async def open_follow_up(click: Click, desk: Desk) -> None:
    question = await asking.question_to_follow(desk, click.person_id, click.value)
    form = replies.follow_up_modal(question.id, question.text)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=form)


async def ask_follow_up(form: Submission, desk: Desk) -> None:
    text, once = form.text(Field.QUESTION), f"form:{form.view_id}"
    await asking.ask_follow_up(desk, form.person_id, form.subject, text, once)


async def open_answer(click: Click, desk: Desk) -> None:
    question, asker, entries = await answering.routed_question(desk, click.person_id, click.value)
    form = proposals.reply_modal(
        Callback.ANSWER,
        question.id,
        proposals.asked_by(asker, question.text),
        question.text,
        entries,
        f"{asker} gets it in a message, with your name.",
    )
    await desk.slack.views_open(trigger_id=click.trigger_id, view=form)


async def answer(form: Submission, desk: Desk) -> None:
    await answering.answer_routed(desk, form.person_id, form.subject, replied(form))


async def _answer(heard: Said, desk: Desk, via: Via) -> None:
    asked = IncomingQuestion(
        heard.person_id, heard.text[:LONGEST_QUESTION], via, heard.channel, heard.root, heard.event_id
    )
    await answering.answer_question(desk, asked)


async def _rate(click: Click, desk: Desk, feedback: Feedback) -> None:
    await answering.rate_answer(desk, click.person_id, click.value, feedback)
    await notices.tell(desk, click, noted(helpful=feedback is Feedback.HELPFUL))
