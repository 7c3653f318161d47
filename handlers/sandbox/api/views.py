"""Web API: views.* methods, and the rules of modals: triggers that live 3 s and open one view, a stack of
three, hashes against races.
"""

import time
from typing import Any

from handlers.sandbox.api.call import Call
from handlers.sandbox.blocks.limits import HOME, MODAL, check_view
from handlers.sandbox.terms import ErrorAnswer, Json
from handlers.sandbox.workspace import views
from handlers.sandbox.workspace.nouns import OpenView


def open_view(call: Call) -> Json:
    view_json = _view_argument(call, MODAL)
    person = _spend_trigger(call)
    views.close_all(call.workspace, person)
    return {"view": views.push(call.workspace, person, view_json).body}


def push_view(call: Call) -> Json:
    view_json = _view_argument(call, MODAL)
    person = _spend_trigger(call)
    return {"view": views.push(call.workspace, person, view_json).body}


def update_view(call: Call) -> Json:
    view = _open_view(call)
    view_json = _view_argument(call, MODAL)
    _same_hash(call, view)
    views.replace(call.workspace, view, view_json)
    return {"view": view.body}


def publish_view(call: Call) -> Json:
    person_id = call.required("user_id")
    person = call.workspace.people.get(person_id)
    if person is None or person.is_bot:
        raise ErrorAnswer("user_not_found")
    view_json = _view_argument(call, HOME)
    view = call.workspace.home_of(person_id)
    if view is not None:
        _same_hash(call, view)
    return {"view": views.publish(call.workspace, person_id, view_json).body}


def _view_argument(call: Call, kind: str) -> Json:
    view: Any = call.parsed("view", "invalid_arguments")
    check_view(view, kind)
    return view


def _spend_trigger(call: Call) -> str:
    """The trigger's person. The trigger is spent even when the call is refused later."""
    trigger = call.workspace.triggers.get(call.required("trigger_id", "invalid_trigger_id"))
    if trigger is None:
        raise ErrorAnswer("invalid_trigger_id")
    if trigger.used:
        raise ErrorAnswer("exchanged_trigger_id")
    if time.monotonic() - trigger.born > call.patience.trigger_lives:
        raise ErrorAnswer("expired_trigger_id")
    trigger.used = True
    return trigger.person


def _open_view(call: Call) -> OpenView:
    view = call.workspace.views.get(call.text("view_id"))
    if view is None or view.body["type"] != MODAL:
        raise ErrorAnswer("not_found")
    return view


def _same_hash(call: Call, view: OpenView) -> None:
    view_hash = call.text("hash")
    if view_hash and view_hash != view.hash:
        raise ErrorAnswer("hash_conflict")
