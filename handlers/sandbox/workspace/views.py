"""Modals and Home tabs: opening, stacking, replacing and closing views. The app hears of no close, since it never
sets `notify_on_close`.
"""

import copy
import secrets

from handlers.sandbox.blocks.elements import state_values
from handlers.sandbox.terms import ErrorAnswer, Json
from handlers.sandbox.workspace.messages import name_blocks
from handlers.sandbox.workspace.nouns import OpenView
from handlers.sandbox.workspace.workspace import SlackWorkspace, new_id

DEEPEST = 3


def push(workspace: SlackWorkspace, person: str, view_json: Json) -> OpenView:
    stack = workspace.stacks.setdefault(person, [])
    if len(stack) >= DEEPEST:
        raise ErrorAnswer("push_limit_reached")
    view = OpenView(new_id("V"), person, {})
    below = {
        "root_view_id": stack[0] if stack else view.id,
        "previous_view_id": stack[-1] if stack else None,
    }
    view.body = _body(workspace, view.id, view_json) | below
    workspace.views[view.id] = view
    stack.append(view.id)
    workspace.changed()
    return view


def replace(workspace: SlackWorkspace, view: OpenView, view_json: Json) -> None:
    """Inputs with the same ids keep their values."""
    place = {name: view.body[name] for name in ("root_view_id", "previous_view_id")}
    view.body = _body(workspace, view.id, view_json, before=view.values) | place
    workspace.changed()


def publish(workspace: SlackWorkspace, person: str, view_json: Json) -> OpenView:
    view = workspace.home_of(person)
    if view is None:
        view = OpenView(new_id("V"), person, {})
        workspace.views[view.id] = view
        workspace.homes[person] = view.id
    view.body = _body(workspace, view.id, view_json) | {"root_view_id": view.id, "previous_view_id": None}
    workspace.changed()
    return view


def close(workspace: SlackWorkspace, view: OpenView) -> None:
    """Close this modal and those above it."""
    stack = workspace.stacks.get(view.person, [])
    if view.id in stack:
        for view_id in stack[stack.index(view.id) :]:
            del workspace.views[view_id]
        del stack[stack.index(view.id) :]
        workspace.changed()


def close_all(workspace: SlackWorkspace, person: str) -> None:
    for view in workspace.open_views(person)[:1]:
        close(workspace, view)


def _body(workspace: SlackWorkspace, view_id: str, view_json: Json, before: Json | None = None) -> Json:
    blocks = copy.deepcopy(view_json["blocks"])
    name_blocks(workspace, blocks)
    return {
        "id": view_id,
        "team_id": workspace.team["id"],
        "type": view_json["type"],
        "title": view_json.get("title"),
        "submit": view_json.get("submit"),
        "close": view_json.get("close"),
        "blocks": blocks,
        "private_metadata": view_json.get("private_metadata", ""),
        "callback_id": view_json.get("callback_id", ""),
        "external_id": "",
        "state": {"values": state_values(blocks, before)},
        "hash": f"{workspace.now_seconds()}.{secrets.token_hex(4)}",
        "clear_on_close": False,
        "notify_on_close": False,
        "submit_disabled": False,
        "app_id": workspace.app_id,
        "app_installed_team_id": workspace.team["id"],
        "bot_id": workspace.bot_id,
    }
