"""What the app receives when a person acts: the JSON of interactions and the form of a slash command."""

import copy
from typing import Any

from handlers.sandbox import shapes
from handlers.sandbox.elements import interactive, option, value_of
from handlers.sandbox.nouns import Channel, Json, Message, Person, View
from handlers.sandbox.refusals import Impossible
from handlers.sandbox.workspace import Workspace

TOKEN = "sandbox-verification"  # noqa: S105 - Slack's deprecated verification token, no secret


def envelope(workspace: Workspace, person: Person, kind: str) -> Json:
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
    workspace: Workspace, person: Person, channel: Channel, message: Message, action: Json, values: Json
) -> Json:
    ephemeral = message.only_for is not None
    container = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    container["is_ephemeral"] = ephemeral
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = envelope(workspace, person, "block_actions") | {
        "container": container,
        "channel": {"id": channel.id, "name": channel.name},
        "state": {"values": values},
        "response_url": workspace.new_response_url(person.id, channel.id, message.ts),
        "actions": [action],
    }
    if not ephemeral:  # Slack leaves the source out of an ephemeral message's payload
        payload["message"] = shapes.message(workspace, channel, message)
    return payload


def press_in_view(workspace: Workspace, person: Person, view: View, action: Json) -> Json:
    return envelope(workspace, person, "block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "view": shown_view(workspace, view),
        "actions": [action],
    }


def submission(workspace: Workspace, view: View) -> Json:
    person = workspace.people[view.person]
    payload = envelope(workspace, person, "view_submission")
    return payload | {"view": shown_view(workspace, view), "response_urls": []}


def closed_view(workspace: Workspace, view: View, *, cleared: bool) -> Json:
    payload = envelope(workspace, workspace.people[view.person], "view_closed")
    del payload["trigger_id"]
    return payload | {"view": shown_view(workspace, view), "is_cleared": cleared}


def shortcut(workspace: Workspace, person: Person, callback_id: str) -> Json:
    payload = envelope(workspace, person, "shortcut")
    return payload | {"callback_id": callback_id, "action_ts": workspace.next_ts()}


def message_shortcut(
    workspace: Workspace, person: Person, callback_id: str, channel: Channel, message: Message
) -> Json:
    return envelope(workspace, person, "message_action") | {
        "callback_id": callback_id,
        "action_ts": workspace.next_ts(),
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel.name},
        "message": shapes.message(workspace, channel, message),
        "response_url": workspace.new_response_url(person.id, channel.id, message.ts),
    }


def slash_command(workspace: Workspace, person: Person, channel: Channel, command: str, text: str) -> Json:
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
        "response_url": workspace.new_response_url(person.id, channel.id, None),
        "trigger_id": workspace.new_trigger(person.id),
    }


def action(workspace: Workspace, block: Json, element: Json, selected: Any) -> Json:
    """One entry of `actions`; `selected` is the value for what is not a plain button."""
    kind = element["type"]
    told = {"action_id": element["action_id"], "block_id": block["block_id"], "type": kind}
    if kind == "feedback_buttons":
        told |= _feedback(element, selected)
    elif kind == "overflow":
        told["selected_option"] = option(element, selected)
    elif kind in ("button", "icon_button", "workflow_button"):
        told |= {name: element[name] for name in ("text", "value", "style", "url") if name in element}
    else:
        told |= value_of(element, selected)
    return told | {"action_ts": workspace.next_ts()}


def _feedback(element: Json, selected: Any) -> Json:
    for name in ("positive", "negative"):
        choice = element[f"{name}_button"]
        if selected in (name, choice["value"]):
            return {"text": choice["text"], "value": choice["value"]}
    raise Impossible("Choose the positive or the negative button.")


def shown_view(workspace: Workspace, view: View) -> Json:
    """The view with file ids in its values expanded to whole files."""
    body = copy.deepcopy(view.body)
    file_inputs = {
        e["action_id"] for block in view.blocks for e in interactive(block) if e["type"] == "file_input"
    }
    for block_values in body["state"]["values"].values():
        for action_id in file_inputs & set(block_values):
            held = block_values[action_id]
            held["files"] = [shapes.file(workspace, workspace.files[file_id]) for file_id in held["files"]]
    return body
