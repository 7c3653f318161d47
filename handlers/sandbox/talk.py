"""Messages: posting, editing and deleting them, and the events that the app hears of each."""

from typing import Any

from handlers.sandbox import elements, shapes
from handlers.sandbox.nouns import Channel, Json, Message
from handlers.sandbox.workspace import Workspace

KEPT_BLOCKS = 3  # edits back to which a slow screen may still show a button


def post(workspace: Workspace, channel: Channel, user: str, text: str, **fields: Any) -> Message:
    """Add a message; `fields` are those of `Message`. Blocks without an id get one."""
    message = Message(workspace.next_ts(), user, text, **fields)
    name_blocks(workspace, message.blocks)
    channel.add(message)
    channel.status = "" if message.bot else channel.status
    for file_id in message.files:
        shared_in = workspace.files[file_id].shared_in
        if channel.id not in shared_in:
            shared_in.append(channel.id)
    message.changed = workspace.changed()
    _announce(workspace, channel, message)
    return message


def edit(workspace: Workspace, channel: Channel, message: Message, **fields: Any) -> None:
    before = shapes.message(workspace, channel, message)
    message.earlier = [*message.earlier, message.blocks][-KEPT_BLOCKS:]
    for name, value in fields.items():
        setattr(message, name, value)
    name_blocks(workspace, message.blocks)
    now = workspace.next_ts()
    editor = workspace.bot_id if message.bot else message.user
    message.edited = {"user": editor, "ts": now}
    message.changed = workspace.changed()
    after = shapes.message(workspace, channel, message)
    _announce_change(
        workspace, channel, "message_changed", now, {"message": after, "previous_message": before}
    )


def delete(workspace: Workspace, channel: Channel, message: Message) -> None:
    """A root with replies stays as a tombstone, as in Slack."""
    before = shapes.message(workspace, channel, message)
    if channel.replies(message.ts):
        message.deleted, message.text, message.blocks, message.files = True, "", [], []
    else:
        del channel.messages[message.ts]
        if message.thread_ts and message.thread_ts != message.ts:
            channel.threads[message.thread_ts].remove(message.ts)
    message.changed = workspace.changed()
    now = workspace.next_ts()
    facts = {"deleted_ts": message.ts, "previous_message": before}
    _announce_change(workspace, channel, "message_deleted", now, facts)


def name_blocks(workspace: Workspace, blocks: list[Json]) -> None:
    """Give blocks and elements the ids that the app left out."""
    for block in blocks:
        block.setdefault("block_id", workspace.block_id())
        for element in elements.unnamed(block):
            element["action_id"] = workspace.block_id()


def _announce(workspace: Workspace, channel: Channel, message: Message) -> None:
    if message.only_for is not None:
        return
    body = shapes.message(workspace, channel, message)
    body |= {"channel": channel.id, "event_ts": message.ts}
    if channel.im_with is not None:
        if message.files:
            body["subtype"] = "file_share"
        workspace.outlet(body | {"channel_type": "im"})
    elif not message.bot and f"<@{workspace.bot_user_id}>" in message.text:
        workspace.outlet(body | {"type": "app_mention"})


def _announce_change(workspace: Workspace, channel: Channel, subtype: str, now: str, facts: Json) -> None:
    """The app is subscribed to `message.im` alone, so a channel's changes are not told."""
    if channel.im_with is not None:
        event = {"type": "message", "subtype": subtype, "hidden": True, "channel": channel.id}
        workspace.outlet(event | facts | {"ts": now, "event_ts": now, "channel_type": "im"})
