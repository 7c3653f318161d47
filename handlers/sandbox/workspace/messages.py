"""Posting and editing messages, and the event that the app gets for each."""

from typing import Any

from handlers.sandbox.blocks import elements
from handlers.sandbox.terms import Json
from handlers.sandbox.workspace import slack_json
from handlers.sandbox.workspace.nouns import Channel, ChannelMessage
from handlers.sandbox.workspace.workspace import SlackWorkspace

REMEMBERED_EDITS = 3  # a slow screen may still show a button from before this many edits


def post(workspace: SlackWorkspace, channel: Channel, user: str, text: str, **fields: Any) -> ChannelMessage:
    """Add a message; `fields` are those of `ChannelMessage`. Blocks without an id get one."""
    message = ChannelMessage(workspace.next_ts(), user, text, **fields)
    name_blocks(workspace, message.blocks)
    channel.add(message)
    for file_id in message.files:
        shared_in = workspace.files[file_id].shared_in
        if channel.id not in shared_in:
            shared_in.append(channel.id)
    message.changed = workspace.changed()
    _announce(workspace, channel, message)
    return message


def edit(workspace: SlackWorkspace, channel: Channel, message: ChannelMessage, **fields: Any) -> None:
    before = slack_json.message(workspace, channel, message)
    message.earlier = [*message.earlier, message.blocks][-REMEMBERED_EDITS:]
    for name, value in fields.items():
        setattr(message, name, value)
    name_blocks(workspace, message.blocks)
    now = workspace.next_ts()
    editor = workspace.bot_id if message.bot else message.user
    message.edited = {"user": editor, "ts": now}
    message.changed = workspace.changed()
    after = slack_json.message(workspace, channel, message)
    if channel.im_with is not None:  # the app is subscribed to `message.im` alone
        event: Json = {"type": "message", "subtype": "message_changed", "hidden": True, "channel": channel.id}
        event |= {"message": after, "previous_message": before}
        workspace.outlet(event | {"ts": now, "event_ts": now, "channel_type": "im"})


def name_blocks(workspace: SlackWorkspace, blocks: list[Json]) -> None:
    """Give blocks and elements the ids that the app left out."""
    for block in blocks:
        block.setdefault("block_id", workspace.block_id())
        for element in elements.unnamed(block):
            element["action_id"] = workspace.block_id()


def _announce(workspace: SlackWorkspace, channel: Channel, message: ChannelMessage) -> None:
    if message.only_for is not None:
        return
    body = slack_json.message(workspace, channel, message)
    body |= {"channel": channel.id, "event_ts": message.ts}
    if channel.im_with is not None:
        if message.files:
            body["subtype"] = "file_share"
        workspace.outlet(body | {"channel_type": "im"})
    elif not message.bot and f"<@{workspace.bot_user_id}>" in message.text:
        workspace.outlet(body | {"type": "app_mention"})
