"""Web API: views.* methods, and the rules of modals: triggers that live 3 s and open one view, a stack of
three, hashes against races.
"""

import time
from typing import Any

from handlers.sandbox import modals
from handlers.sandbox.call import Call
from handlers.sandbox.limit_tables import HOME, MODAL
from handlers.sandbox.limits import check_view
from handlers.sandbox.nouns import Json, View
from handlers.sandbox.refusals import Refused


def open_view(call: Call) -> Json:
    given = _given(call, MODAL)
    person = _spend_trigger(call)
    modals.close_all(call.workspace, person)
    return {"view": modals.push(call.workspace, person, given).body}


def push_view(call: Call) -> Json:
    given = _given(call, MODAL)
    person = _spend_trigger(call)
    return {"view": modals.push(call.workspace, person, given).body}


def update_view(call: Call) -> Json:
    view = _open_view(call)
    given = _given(call, MODAL)
    _same_hash(call, view)
    modals.replace(call.workspace, view, given)
    return {"view": view.body}


def publish_view(call: Call) -> Json:
    person_id = call.required("user_id")
    person = call.workspace.people.get(person_id)
    if person is None or person.is_bot:
        raise Refused("user_not_found")
    given = _given(call, HOME)
    view = call.workspace.home_of(person_id)
    if view is not None:
        _same_hash(call, view)
    return {"view": modals.publish(call.workspace, person_id, given).body}


def _given(call: Call, kind: str) -> Json:
    view: Any = call.parsed("view", "invalid_arguments")
    check_view(view, kind)
    return view


def _spend_trigger(call: Call) -> str:
    """The person whose trigger this is; it is spent even when the call is refused later."""
    trigger = call.workspace.triggers.get(call.required("trigger_id", "invalid_trigger_id"))
    if trigger is None:
        raise Refused("invalid_trigger_id")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    if time.monotonic() - trigger.born > call.patience.trigger_lives:
        raise Refused("expired_trigger_id")
    trigger.used = True
    return trigger.person


def _open_view(call: Call) -> View:
    view_id, external_id = call.text("view_id"), call.text("external_id")
    for view in call.workspace.views.values():
        if view.body["type"] == MODAL and (
            view.id == view_id or (external_id and view.body["external_id"] == external_id)
        ):
            return view
    raise Refused("not_found")


def _same_hash(call: Call, view: View) -> None:
    given = call.text("hash")
    if given and given != view.hash:
        raise Refused("hash_conflict")
