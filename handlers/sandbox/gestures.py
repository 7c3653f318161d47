"""What people do besides talking: commands, presses, submissions, closing, shortcuts. Each is delivered to
the app, and what the app answers is carried out as Slack does.
"""

import json
from typing import Any

from handlers.sandbox import elements, modals, payloads, talk
from handlers.sandbox.deliveries import Answer
from handlers.sandbox.limit_tables import MODAL
from handlers.sandbox.limits import check_message_blocks, check_view
from handlers.sandbox.nouns import Channel, Json, Message, Person, View
from handlers.sandbox.refusals import Impossible, Refused
from handlers.sandbox.typed import slack_text
from handlers.sandbox.wish import Wish
from handlers.sandbox.workspace import Workspace

SLACKBOT = "USLACKBOT"


async def command(wish: Wish) -> Json:
    workspace, person = wish.workspace, wish.person
    channel = workspace.room(wish.text("channel"), person)
    name = wish.text("command")
    typed = str(wish.fields.get("text") or "")
    text = slack_text(typed, workspace.people.values(), workspace.channels.values())
    form = payloads.slash_command(workspace, person, channel, name, text)
    answer = await wish.sandbox.deliveries.command(form)
    reply = _command_reply(wish, channel, person, answer)
    if reply is None and (not answer.accepted or answer.body):
        trouble = "invalid_command_response" if answer.accepted else "dispatch_failed"
        told = f"{name} failed with the error {trouble!r}"
        talk.post(workspace, channel, SLACKBOT, told, only_for=person.id)
        return {"ok": False, "status": answer.status, "response": None, "error": told}
    return {"ok": True, "status": 200, "response": reply}


def _command_reply(wish: Wish, channel: Channel, person: Person, answer: Answer) -> Json | None:
    """Post what the app answered: to the person alone unless it says `in_channel`."""
    if not answer.accepted or not answer.body.strip():
        return None
    reply = _json_or_text(answer.body)
    try:
        check_message_blocks(reply.get("blocks") or [])
    except Refused as refused:
        wish.sandbox.web_api.asked.refuse(f"command {wish.text('command')}", refused.answer())
        return None
    only_for = None if reply.get("response_type") == "in_channel" else person.id
    text, blocks = str(reply.get("text") or ""), reply.get("blocks") or []
    bot = wish.workspace.bot_user_id
    message = talk.post(wish.workspace, channel, bot, text, blocks=blocks, bot=True, only_for=only_for)
    return reply | {"text": text, "blocks": message.blocks, "ts": message.ts}


def _json_or_text(body: bytes) -> Json:
    try:
        reply = json.loads(body)
    except ValueError:
        return {"text": body.decode(errors="replace")}
    return reply if isinstance(reply, dict) else {"text": str(reply)}


async def press(wish: Wish) -> Json:
    """A button, a select or a picker; `selected` is the new value of what is not a button, `values` what the
    person has typed into the other inputs of a view so far.
    """
    if wish.maybe("view_id"):
        return await _press_in_view(wish)
    workspace, person = wish.workspace, wish.person
    channel = workspace.room(wish.text("channel"), person)
    message = _message(workspace, person, channel, wish.text("ts"))
    shown = _shown_blocks(message, stale=bool(wish.fields.get("stale")))
    block, element = elements.find(shown, wish.text("action_id"), wish.maybe("block_id"))
    action = payloads.action(workspace, block, element, wish.fields.get("selected"))
    key = (person.id, channel.id, message.ts)
    values = elements.held_values(shown, workspace.typed_in_messages.get(key))
    _hold(values, block, element, wish.fields.get("selected"))
    workspace.typed_in_messages[key] = values
    return await _deliver(
        wish, payloads.press_in_message(workspace, person, channel, message, action, values)
    )


async def _press_in_view(wish: Wish) -> Json:
    view = _view(wish)
    _fill(wish, view, wish.mapping("values"))
    block, element = elements.find(view.blocks, wish.text("action_id"), wish.maybe("block_id"))
    action = payloads.action(wish.workspace, block, element, wish.fields.get("selected"))
    _hold(view.values, block, element, wish.fields.get("selected"))
    wish.workspace.changed()
    if block["type"] == "input" and not block.get("dispatch_action"):
        return {"ok": True, "status": None}
    return await _deliver(wish, payloads.press_in_view(wish.workspace, wish.person, view, action))


def _hold(values: Json, block: Json, element: Json, selected: Any) -> None:
    if element["type"] not in elements.PRESSED:
        values[block["block_id"]][element["action_id"]] = elements.value_of(element, selected)


async def submit(wish: Wish) -> Json:
    view = _view(wish)
    _fill(wish, view, wish.mapping("values"))
    errors = {
        block["block_id"]: told
        for block in view.blocks
        if block["type"] == "input"
        for held in view.values[block["block_id"]].values()
        if (told := elements.complaint(block, held))
    }
    if errors:
        return {"ok": False, "status": None, "errors": errors, "closed": False}
    for held in (held for values in view.values.values() for held in values.values()):
        for file_id in held.get("files", []):
            wish.workspace.files[file_id].given_to_app = True
    answer = await wish.sandbox.deliveries.interaction(payloads.submission(wish.workspace, view))
    return _carry_out(wish, view, answer)


def _carry_out(wish: Wish, view: View, answer: Answer) -> Json:
    """What the app answered to a submission: nothing closes the view."""
    if not answer.accepted:
        return {"ok": False, "status": answer.status, "closed": False, "error": _unanswered(wish, answer)}
    reply = _json_or_text(answer.body) if answer.body.strip() else {}
    asked = reply.get("response_action")
    try:
        if asked == "errors":
            return {"ok": False, "status": 200, "errors": _errors(view, reply), "closed": False}
        if asked in ("update", "push"):
            check_view(reply.get("view"), MODAL)
        if asked == "update":
            modals.replace(wish.workspace, view, reply["view"])
        elif asked == "push":
            modals.push(wish.workspace, view.person, reply["view"])
        elif asked == "clear":
            modals.close_all(wish.workspace, view.person)
        elif reply and asked is None:
            raise Refused("invalid_response")
        else:
            modals.close(wish.workspace, view)
    except Refused as refused:
        wish.sandbox.web_api.asked.refuse("view_submission", refused.answer())
        return {
            "ok": False,
            "status": 200,
            "closed": False,
            "error": f"Slack refused the answer: {refused.code}.",
        }
    return {"ok": True, "status": 200, "closed": view.id not in wish.workspace.views}


def _errors(view: View, reply: Json) -> Json:
    """Slack shows errors at input blocks only."""
    errors = reply.get("errors")
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise Refused("invalid_errors", response_metadata={"messages": [f"[ERROR] no such inputs: {errors}"]})
    return errors


async def close(wish: Wish) -> Json:
    view = _view(wish)
    everything = bool(view.body["clear_on_close"])
    gone = wish.workspace.open_views(view.person) if everything else [view]
    told = [
        payloads.closed_view(wish.workspace, v, cleared=everything) for v in gone if v.body["notify_on_close"]
    ]
    modals.close(wish.workspace, gone[0])
    for payload in told:
        await wish.sandbox.deliveries.interaction(payload)
    return {"ok": True}


async def shortcut(wish: Wish) -> Json:
    """Global, or of one message when a channel and ts are given."""
    workspace, person = wish.workspace, wish.person
    callback_id = wish.text("callback_id")
    if not wish.maybe("channel"):
        return await _deliver(wish, payloads.shortcut(workspace, person, callback_id))
    channel = workspace.room(wish.text("channel"), person)
    message = _message(workspace, person, channel, wish.text("ts"))
    return await _deliver(wish, payloads.message_shortcut(workspace, person, callback_id, channel, message))


async def _deliver(wish: Wish, payload: Json) -> Json:
    answer = await wish.sandbox.deliveries.interaction(payload)
    told = {} if answer.accepted else {"error": _unanswered(wish, answer)}
    return {"ok": answer.accepted, "status": answer.status} | told


def _unanswered(wish: Wish, answer: Answer) -> str:
    name = wish.workspace.bot.name
    if answer.status is None:
        return f"{name} did not answer in time ({answer.reason})."
    return f"{name} answered {answer.status}."


def _shown_blocks(message: Message, *, stale: bool) -> list[Json]:
    """With `stale`, a screen that is behind: blocks that an edit has replaced come after the present ones."""
    earlier = [block for blocks in reversed(message.earlier) for block in blocks] if stale else []
    return [*message.blocks, *earlier]


def _message(workspace: Workspace, person: Person, channel: Channel, ts: str) -> Message:
    message = channel.messages.get(ts)
    if message is None or message.deleted or not workspace.sees(person, channel, message):
        raise Impossible(f"{person.name} sees no message {ts!r} there.", 404)
    return message


def _view(wish: Wish) -> View:
    view = wish.workspace.views.get(wish.text("view_id"))
    if view is None or view.person != wish.person.id:
        raise Impossible(f"{wish.person.name} has no such view open.", 404)
    return view


def _fill(wish: Wish, view: View, values: Json) -> None:
    for block_id, typed in values.items():
        if not isinstance(typed, dict):
            raise Impossible(f"The value of {block_id!r} is not an object of action ids.")
        for action_id, value in typed.items():
            block, element = elements.find(view.blocks, action_id, block_id)
            if element["type"] == "file_input":
                wish.workspace.private_files(value or [], wish.person)
            if element["type"] == "users_select" and value and value not in wish.workspace.people:
                raise Impossible(f"Nobody here has the id {value!r}.")
            _hold(view.values, block, element, value)
