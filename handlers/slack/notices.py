"""A word to one person about what they just did: beside the message, or in a modal where there is no message."""

from slack_sdk.errors import SlackApiError

from bot.blocks.ids import Callback
from bot.blocks.kit import Message, modal, prose
from bot.delivery.composers import say_note
from bot.desk import Desk
from handlers.slack.payloads import Click

# Whoever pressed has waited too long, or pressed twice.
TRIGGER_GONE = {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"}
# /soc and its answer's buttons work where we were never invited.
OUT_OF_REACH = {"channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived"}


async def tell(desk: Desk, click: Click, words: str) -> None:
    """Where neither a message nor a modal can say it, a direct message does."""
    try:
        if click.channel:
            await _beside(desk, click, click.channel, words)
        elif click.in_modal:
            await desk.slack.views_push(trigger_id=click.trigger_id, view=notice(words))
        else:
            await desk.slack.views_open(trigger_id=click.trigger_id, view=notice(words))
    except SlackApiError as refusal:
        if refusal.response.get("error") not in TRIGGER_GONE | OUT_OF_REACH:
            raise
        once = f"told:{click.person_id}:{click.action}:{click.pressed_at}"
        await say_note(desk, click.person_id, words, once=once)


def notice(words: str) -> dict[str, object]:
    return modal("Socrates", Callback.NOTICE, [prose(words)])


async def _beside(desk: Desk, click: Click, channel: str, words: str) -> None:
    message = Message(words, [prose(words)])
    await desk.slack.chat_postEphemeral(
        channel=channel,
        user=click.person_id,
        text=message.text,
        blocks=message.blocks,
        thread_ts=click.thread,
    )
