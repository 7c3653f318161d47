"""One sentence to the person who pressed a button: beside the message, or in a modal where there is no message."""

from slack_sdk.errors import SlackApiError

from bot.blocks.ids import Callback
from bot.blocks.kit import Message, modal, prose
from bot.delivery.notes import say_note
from bot.desk import Desk
from handlers.slack.payloads import Click

# The press is older than three seconds, or was used already.
TRIGGER_GONE = {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"}
# /soc and the buttons under its answer work in channels that Socrates was never invited to.
OUT_OF_REACH = {"channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived"}


async def show_notice(desk: Desk, click: Click, words: str) -> None:
    """Sends a direct message when Slack takes neither an ephemeral message nor a modal any more."""
    try:
        if click.channel:
            await _show_beside(desk, click, click.channel, words)
        elif click.in_modal:
            await desk.slack.views_push(trigger_id=click.trigger_id, view=notice_modal(words))
        else:
            await desk.slack.views_open(trigger_id=click.trigger_id, view=notice_modal(words))
    except SlackApiError as refusal:
        if refusal.response.get("error") not in TRIGGER_GONE | OUT_OF_REACH:
            raise
        once = f"told:{click.person_id}:{click.action}:{click.pressed_at}"
        await say_note(desk, click.person_id, words, once=once)


def notice_modal(words: str) -> dict[str, object]:
    return modal("Socrates", Callback.NOTICE, [prose(words)])


async def _show_beside(desk: Desk, click: Click, channel: str, words: str) -> None:
    message = Message(words, [prose(words)])
    await desk.slack.chat_postEphemeral(
        channel=channel,
        user=click.person_id,
        text=message.text,
        blocks=message.blocks,
        thread_ts=click.thread,
    )
