"""Web API: chat.* methods."""

from typing import Any

from handlers.sandbox.api.call import Call
from handlers.sandbox.blocks.limits import check_message_blocks
from handlers.sandbox.terms import ErrorAnswer, Json
from handlers.sandbox.workspace import messages, slack_json
from handlers.sandbox.workspace.nouns import Channel, ChannelMessage

UPDATED_TEXT = 4000
POSTED_TEXT = 40_000
METADATA_KEYS = {"event_type", "event_payload"}


def post_message(call: Call) -> Json:
    channel = _writable(call, call.channel(opening=True))
    content = _content(call)
    message = messages.post(
        call.workspace,
        channel,
        call.workspace.bot_user_id,
        content.pop("text")[:POSTED_TEXT],
        bot=True,
        thread_ts=_thread(call, channel),
        metadata=_metadata(call),
        **content,
    )
    body = slack_json.message(call.workspace, channel, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": body}


def post_ephemeral(call: Call) -> Json:
    channel = _writable(call, call.channel())
    reader = call.required("user")
    if reader not in channel.members:
        raise ErrorAnswer("user_not_in_channel")
    content = _content(call)
    message = messages.post(
        call.workspace,
        channel,
        call.workspace.bot_user_id,
        content.pop("text"),
        bot=True,
        thread_ts=_thread(call, channel),
        only_for=reader,
        **content,
    )
    return {"message_ts": message.ts}


def update(call: Call) -> Json:
    """As Slack documents: blocks and metadata that are not given are kept."""
    channel = call.channel()
    message = _own(call, channel)
    changes = _content(call)
    if len(changes["text"]) > UPDATED_TEXT:
        raise ErrorAnswer("msg_too_long")
    if "blocks" not in call.args:
        del changes["blocks"]
    if "text" not in call.args:
        changes["text"] = message.text
    metadata = _metadata(call)
    if metadata is not None:
        changes["metadata"] = metadata
    messages.edit(call.workspace, channel, message, **changes)
    body = slack_json.message(call.workspace, channel, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": body}


def _writable(call: Call, channel: Channel) -> Channel:
    if call.workspace.bot_user_id not in channel.members:
        raise ErrorAnswer("not_in_channel")
    return channel


def _own(call: Call, channel: Channel) -> ChannelMessage:
    message = channel.messages.get(call.required("ts", "message_not_found"))
    if message is None or message.only_for:
        raise ErrorAnswer("message_not_found")
    if not message.bot:
        raise ErrorAnswer("cant_update_message")
    return message


def _content(call: Call) -> dict[str, Any]:
    blocks = call.parsed("blocks", "invalid_blocks_format")
    if blocks is None:
        blocks = []
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise ErrorAnswer("invalid_blocks_format")
    text = call.text("text")
    check_message_blocks(blocks)
    if not text and not blocks:
        raise ErrorAnswer("no_text")
    return {"text": text, "blocks": blocks}


def _thread(call: Call, channel: Channel) -> str | None:
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return None
    root = channel.messages.get(thread_ts)
    if root is None:
        raise ErrorAnswer("thread_not_found")
    if not root.is_root or root.only_for:
        raise ErrorAnswer("cannot_reply_to_message")
    return thread_ts


def _metadata(call: Call) -> Json | None:
    metadata = call.parsed("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or set(metadata) != METADATA_KEYS:
        raise ErrorAnswer("invalid_metadata_format")
    if not isinstance(metadata["event_type"], str) or not isinstance(metadata["event_payload"], dict):
        raise ErrorAnswer("invalid_metadata_format")
    return metadata
