"""What the app receives when a person acts: the JSON of interactions and the form of a slash command, without a
`response_url`, since the product never answers there.
"""

import copy
from typing import Any

from handlers.sandbox.blocks.elements import BUTTON, value_of
from handlers.sandbox.terms import Json
from handlers.sandbox.workspace import slack_json
from handlers.sandbox.workspace.nouns import Channel, ChannelMessage, Member, OpenView
from handlers.sandbox.workspace.workspace import SlackWorkspace

TOKEN = "sandbox-verification"  # noqa: S105 - Slack's deprecated verification token, no secret


def envelope(workspace: SlackWorkspace, person: Member, kind: str) -> Json:
    team = workspace.team
    return {
        "type": kind,
        "user": {
            "id": person.id,
            "username": person.user_name,
            "name": person.user_name,
            "team_id": team["id"],
        },
        "api_app_id": workspace.app_id,
        "token": TOKEN,
        "trigger_id": workspace.new_trigger(person.id),
        "team": {"id": team["id"], "domain": team["domain"]},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def press_in_message(
    workspace: SlackWorkspace, person: Member, channel: Channel, message: ChannelMessage, action: Json
) -> Json:
    ephemeral = message.only_for is not None
    container = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    container["is_ephemeral"] = ephemeral
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = envelope(workspace, person, "block_actions") | {
        "container": container,
        "channel": {"id": channel.id, "name": channel.name},
        "state": {"values": {}},
        "actions": [action],
    }
    if not ephemeral:  # Slack leaves the source out of an ephemeral message's payload
        payload["message"] = slack_json.message(workspace, channel, message)
    return payload


def press_in_view(workspace: SlackWorkspace, person: Member, view: OpenView, action: Json) -> Json:
    return envelope(workspace, person, "block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "view": view_with_files(workspace, view),
        "actions": [action],
    }


def submission(workspace: SlackWorkspace, view: OpenView) -> Json:
    person = workspace.people[view.person]
    payload = envelope(workspace, person, "view_submission")
    return payload | {"view": view_with_files(workspace, view), "response_urls": []}


def shortcut(workspace: SlackWorkspace, person: Member, callback_id: str) -> Json:
    payload = envelope(workspace, person, "shortcut")
    return payload | {"callback_id": callback_id, "action_ts": workspace.next_ts()}


def message_shortcut(
    workspace: SlackWorkspace, person: Member, callback_id: str, channel: Channel, message: ChannelMessage
) -> Json:
    return envelope(workspace, person, "message_action") | {
        "callback_id": callback_id,
        "action_ts": workspace.next_ts(),
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel.name},
        "message": slack_json.message(workspace, channel, message),
    }


def slash_command(
    workspace: SlackWorkspace, person: Member, channel: Channel, command: str, text: str
) -> Json:
    return {
        "token": TOKEN,
        "team_id": workspace.team["id"],
        "team_domain": workspace.team["domain"],
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": person.id,
        "user_name": person.user_name,
        "command": command,
        "text": text,
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "false",
        "trigger_id": workspace.new_trigger(person.id),
    }


def action(workspace: SlackWorkspace, block: Json, element: Json, selected: Any) -> Json:
    """One entry of `actions`; `selected` is the new value of an element that is no button."""
    entry = {"action_id": element["action_id"], "block_id": block["block_id"], "type": element["type"]}
    if element["type"] == BUTTON:
        entry |= {name: element[name] for name in ("text", "value", "style", "url") if name in element}
    else:
        entry |= value_of(element, selected)
    return entry | {"action_ts": workspace.next_ts()}


def view_with_files(workspace: SlackWorkspace, view: OpenView) -> Json:
    """The view, with whole files in the place of the file ids in its values."""
    body = copy.deepcopy(view.body)
    for block_values in body["state"]["values"].values():
        for value in block_values.values():
            if value["type"] == "file_input":
                files = [workspace.files[file_id] for file_id in value["files"]]
                value["files"] = [slack_json.file(workspace, file) for file in files]
    return body
