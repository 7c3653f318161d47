"""Modals and Home tabs of people: opening, stacking, replacing and closing views. The app is told of a close
only by whoever closes for the person.
"""

import copy
import secrets

from handlers.sandbox.elements import held_values
from handlers.sandbox.nouns import Json, View
from handlers.sandbox.refusals import Refused
from handlers.sandbox.talk import name_blocks
from handlers.sandbox.workspace import Workspace, new_id

DEEPEST = 3


def push(workspace: Workspace, person: str, given: Json) -> View:
    stack = workspace.stacks.setdefault(person, [])
    if len(stack) >= DEEPEST:
        raise Refused("push_limit_reached")
    _refuse_twin(workspace, given, None)
    view = View(new_id("V"), person, {})
    below = {
        "root_view_id": stack[0] if stack else view.id,
        "previous_view_id": stack[-1] if stack else None,
    }
    view.body = _body(workspace, view.id, given) | below
    workspace.views[view.id] = view
    stack.append(view.id)
    workspace.changed()
    return view


def replace(workspace: Workspace, view: View, given: Json) -> None:
    """What was typed into inputs with the same ids stays."""
    _refuse_twin(workspace, given, view)
    kept = {name: view.body[name] for name in ("root_view_id", "previous_view_id")}
    view.body = _body(workspace, view.id, given, before=view.values) | kept
    workspace.changed()


def publish(workspace: Workspace, person: str, given: Json) -> View:
    view = workspace.home_of(person)
    if view is None:
        view = View(new_id("V"), person, {})
        workspace.views[view.id] = view
        workspace.homes[person] = view.id
    view.body = _body(workspace, view.id, given) | {"root_view_id": view.id, "previous_view_id": None}
    workspace.changed()
    return view


def close(workspace: Workspace, view: View) -> None:
    """Close this modal and those above it."""
    stack = workspace.stacks.get(view.person, [])
    if view.id in stack:
        for view_id in stack[stack.index(view.id) :]:
            del workspace.views[view_id]
        del stack[stack.index(view.id) :]
        workspace.changed()


def close_all(workspace: Workspace, person: str) -> None:
    for view in workspace.open_views(person)[:1]:
        close(workspace, view)


def _refuse_twin(workspace: Workspace, given: Json, view: View | None) -> None:
    external_id = given.get("external_id")
    for other in workspace.views.values():
        if external_id and other is not view and other.body["external_id"] == external_id:
            raise Refused("duplicate_external_id")


def _body(workspace: Workspace, view_id: str, given: Json, before: Json | None = None) -> Json:
    blocks = copy.deepcopy(given["blocks"])
    name_blocks(workspace, blocks)
    return {
        "id": view_id,
        "team_id": workspace.team["id"],
        "type": given["type"],
        "title": given.get("title"),
        "submit": given.get("submit"),
        "close": given.get("close"),
        "blocks": blocks,
        "private_metadata": given.get("private_metadata", ""),
        "callback_id": given.get("callback_id", ""),
        "external_id": given.get("external_id", ""),
        "state": {"values": held_values(blocks, before)},
        "hash": f"{workspace.now_seconds()}.{secrets.token_hex(4)}",
        "clear_on_close": given.get("clear_on_close", False),
        "notify_on_close": given.get("notify_on_close", False),
        "submit_disabled": given.get("submit_disabled", False),
        "app_id": workspace.app_id,
        "app_installed_team_id": workspace.team["id"],
        "bot_id": workspace.bot_id,
    }
