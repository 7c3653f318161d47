"""Web API: chat.* methods."""

from typing import Any

from handlers.sandbox import shapes, talk
from handlers.sandbox.call import Call
from handlers.sandbox.limits import check_message_blocks
from handlers.sandbox.nouns import Channel, Json, Message
from handlers.sandbox.refusals import Refused

UPDATED_TEXT = 4000
POSTED_TEXT = 40_000
METADATA_KEYS = {"event_type", "event_payload"}


def post_message(call: Call) -> Json:
    channel = _writable(call, call.channel(opening=True))
    content = _content(call)
    thread_ts = _thread(call, channel)
    message = talk.post(
        call.workspace,
        channel,
        call.workspace.bot_user_id,
        content.pop("text")[:POSTED_TEXT],
        bot=True,
        thread_ts=thread_ts,
        broadcast=bool(thread_ts) and call.flag("reply_broadcast"),
        metadata=_metadata(call),
        **content,
    )
    body = shapes.message(call.workspace, channel, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": body}


def post_ephemeral(call: Call) -> Json:
    channel = _writable(call, call.channel(opening=False))
    reader = call.required("user", "invalid_arguments")
    if reader not in channel.members:
        raise Refused("user_not_in_channel")
    content = _content(call)
    message = talk.post(
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
    message = _own(call, channel, "cant_update_message")
    changes = _content(call)
    if len(changes["text"]) > UPDATED_TEXT:
        raise Refused("msg_too_long")
    if "blocks" not in call.args:
        del changes["blocks"]
    if "text" not in call.args:
        changes["text"] = message.text
    metadata = _metadata(call)
    if metadata is not None:
        changes["metadata"] = metadata
    talk.edit(call.workspace, channel, message, **changes)
    body = shapes.message(call.workspace, channel, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": body}


def delete(call: Call) -> Json:
    channel = call.channel()
    message = _own(call, channel, "cant_delete_message")
    talk.delete(call.workspace, channel, message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    channel = call.channel()
    message = channel.messages.get(call.required("message_ts", "message_not_found"))
    if message is None or message.only_for:
        raise Refused("message_not_found")
    link = f"{call.workspace.url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if not message.is_root:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _writable(call: Call, channel: Channel) -> Channel:
    if call.workspace.bot_user_id not in channel.members:
        raise Refused("not_in_channel")
    return channel


def _own(call: Call, channel: Channel, code: str) -> Message:
    message = channel.messages.get(call.required("ts", "message_not_found"))
    if message is None or message.only_for or message.deleted:
        raise Refused("message_not_found")
    if not message.bot:
        raise Refused(code)
    return message


def _content(call: Call) -> dict[str, Any]:
    blocks = call.parsed("blocks", "invalid_blocks_format")
    if blocks is None:
        blocks = []
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise Refused("invalid_blocks_format")
    text, markdown = call.text("text"), call.text("markdown_text")
    if markdown and (text or blocks):
        raise Refused("markdown_text_conflict")
    if markdown:
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    check_message_blocks(blocks)
    if not text and not blocks:
        raise Refused("no_text")
    return {"text": text, "blocks": blocks}


def _thread(call: Call, channel: Channel) -> str | None:
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return None
    root = channel.messages.get(thread_ts)
    if root is None:
        raise Refused("thread_not_found")
    if not root.is_root or root.only_for:
        raise Refused("cannot_reply_to_message")
    return thread_ts


def _metadata(call: Call) -> Json | None:
    metadata = call.parsed("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or set(metadata) != METADATA_KEYS:
        raise Refused("invalid_metadata_format")
    if not isinstance(metadata["event_type"], str) or not isinstance(metadata["event_payload"], dict):
        raise Refused("invalid_metadata_format")
    return metadata
