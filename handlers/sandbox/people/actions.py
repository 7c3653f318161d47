"""Commands, presses, submissions, closed views and shortcuts. The workspace delivers each to the app and carries out
the app's answer, as Slack does.
"""

import json
from typing import Any

from handlers.sandbox.blocks import elements
from handlers.sandbox.blocks.limits import MODAL, check_message_blocks, check_view
from handlers.sandbox.delivery import payloads
from handlers.sandbox.delivery.deliveries import AppAnswer
from handlers.sandbox.people.person_request import PersonRequest
from handlers.sandbox.terms import ErrorAnswer, Impossible, Json
from handlers.sandbox.workspace import messages, views
from handlers.sandbox.workspace.mentions import slack_text
from handlers.sandbox.workspace.nouns import Channel, ChannelMessage, Member, OpenView
from handlers.sandbox.workspace.slack_json import SLACKBOT
from handlers.sandbox.workspace.workspace import SlackWorkspace


async def command(request: PersonRequest) -> Json:
    workspace, person = request.workspace, request.person
    channel = workspace.channel_named(request.text("channel"), person)
    name = request.text("command")
    words = str(request.fields.get("text") or "")
    text = slack_text(words, workspace.people.values(), workspace.channels.values())
    form = payloads.slash_command(workspace, person, channel, name, text)
    answer = await request.sandbox.deliveries.command(form)
    reply = _command_reply(request, channel, person, answer)
    if reply is None and (not answer.accepted or answer.body):
        trouble = "invalid_command_response" if answer.accepted else "dispatch_failed"
        error = f"{name} failed with the error {trouble!r}"
        messages.post(workspace, channel, SLACKBOT, error, only_for=person.id)
        return {"ok": False, "status": answer.status, "response": None, "error": error}
    return {"ok": True, "status": 200, "response": reply}


def _command_reply(
    request: PersonRequest, channel: Channel, person: Member, answer: AppAnswer
) -> Json | None:
    """Post the app's answer, to the person alone unless the answer says `in_channel`."""
    if not answer.accepted or not answer.body.strip():
        return None
    reply = _json_or_text(answer.body)
    try:
        check_message_blocks(reply.get("blocks") or [])
    except ErrorAnswer as refusal:
        request.sandbox.web_api.calls.refuse(f"command {request.text('command')}", refusal.answer())
        return None
    only_for = None if reply.get("response_type") == "in_channel" else person.id
    text, blocks = str(reply.get("text") or ""), reply.get("blocks") or []
    bot = request.workspace.bot_user_id
    message = messages.post(request.workspace, channel, bot, text, blocks=blocks, bot=True, only_for=only_for)
    return reply | {"text": text, "blocks": message.blocks, "ts": message.ts}


def _json_or_text(body: bytes) -> Json:
    try:
        reply = json.loads(body)
    except ValueError:
        return {"text": body.decode(errors="replace")}
    return reply if isinstance(reply, dict) else {"text": str(reply)}


async def press(request: PersonRequest) -> Json:
    """A button, or an input of a view. For an input `selected` is its new value, and `values` are the values of the
    other inputs so far.
    """
    if request.maybe("view_id"):
        return await _press_in_view(request)
    workspace, person = request.workspace, request.person
    channel = workspace.channel_named(request.text("channel"), person)
    message = _message(workspace, person, channel, request.text("ts"))
    blocks = _blocks_on_screen(message, stale=bool(request.fields.get("stale")))
    block, element = elements.find(blocks, request.text("action_id"), request.maybe("block_id"))
    action = payloads.action(workspace, block, element, None)
    return await _deliver(request, payloads.press_in_message(workspace, person, channel, message, action))


async def _press_in_view(request: PersonRequest) -> Json:
    view = _view(request)
    _fill(request, view, request.mapping("values"))
    block, element = elements.find(view.blocks, request.text("action_id"), request.maybe("block_id"))
    action = payloads.action(request.workspace, block, element, request.fields.get("selected"))
    _set_value(view.values, block, element, request.fields.get("selected"))
    request.workspace.changed()
    if block["type"] == "input" and not block.get("dispatch_action"):
        return {"ok": True, "status": None}
    return await _deliver(request, payloads.press_in_view(request.workspace, request.person, view, action))


def _set_value(values: Json, block: Json, element: Json, selected: Any) -> None:
    if element["type"] != elements.BUTTON:
        values[block["block_id"]][element["action_id"]] = elements.value_of(element, selected)


async def submit(request: PersonRequest) -> Json:
    view = _view(request)
    _fill(request, view, request.mapping("values"))
    errors = {
        block["block_id"]: complaint
        for block in view.blocks
        if block["type"] == "input"
        for value in view.values[block["block_id"]].values()
        if (complaint := elements.complaint(block, value))
    }
    if errors:
        return {"ok": False, "status": None, "errors": errors, "closed": False}
    for value in (value for values in view.values.values() for value in values.values()):
        for file_id in value.get("files", []):
            request.workspace.files[file_id].given_to_app = True
    answer = await request.sandbox.deliveries.interaction(payloads.submission(request.workspace, view))
    return _carry_out(request, view, answer)


def _carry_out(request: PersonRequest, view: OpenView, answer: AppAnswer) -> Json:
    """Carry out the app's answer to a submission; an empty answer closes the view."""
    if not answer.accepted:
        return {"ok": False, "status": answer.status, "closed": False, "error": _fault(request, answer)}
    reply = _json_or_text(answer.body) if answer.body.strip() else {}
    response = reply.get("response_action")
    try:
        if response == "errors":
            return {"ok": False, "status": 200, "errors": _errors(view, reply), "closed": False}
        if response == "update":
            check_view(reply.get("view"), MODAL)
            views.replace(request.workspace, view, reply["view"])
        elif reply:
            raise ErrorAnswer("invalid_response")
        else:
            views.close(request.workspace, view)
    except ErrorAnswer as refusal:
        request.sandbox.web_api.calls.refuse("view_submission", refusal.answer())
        return {
            "ok": False,
            "status": 200,
            "closed": False,
            "error": f"Slack refused the answer: {refusal.code}.",
        }
    return {"ok": True, "status": 200, "closed": view.id not in request.workspace.views}


def _errors(view: OpenView, reply: Json) -> Json:
    """Slack shows errors at input blocks only."""
    errors = reply.get("errors")
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise ErrorAnswer(
            "invalid_errors", response_metadata={"messages": [f"[ERROR] no such inputs: {errors}"]}
        )
    return errors


async def close(request: PersonRequest) -> Json:
    view = _view(request)
    views.close(request.workspace, view)
    return {"ok": True}


async def shortcut(request: PersonRequest) -> Json:
    """With a channel and a ts a message shortcut, else a global one."""
    workspace, person = request.workspace, request.person
    callback_id = request.text("callback_id")
    if not request.maybe("channel"):
        return await _deliver(request, payloads.shortcut(workspace, person, callback_id))
    channel = workspace.channel_named(request.text("channel"), person)
    message = _message(workspace, person, channel, request.text("ts"))
    return await _deliver(
        request, payloads.message_shortcut(workspace, person, callback_id, channel, message)
    )


async def _deliver(request: PersonRequest, payload: Json) -> Json:
    answer = await request.sandbox.deliveries.interaction(payload)
    error = {} if answer.accepted else {"error": _fault(request, answer)}
    return {"ok": answer.accepted, "status": answer.status} | error


def _fault(request: PersonRequest, answer: AppAnswer) -> str:
    name = request.workspace.bot.name
    if answer.status is None:
        return f"{name} did not answer in time ({answer.reason})."
    return f"{name} answered {answer.status}."


def _blocks_on_screen(message: ChannelMessage, *, stale: bool) -> list[Json]:
    """With `stale`, as on a screen that is behind, the blocks that edits have replaced follow the present ones."""
    earlier = [block for blocks in reversed(message.earlier) for block in blocks] if stale else []
    return [*message.blocks, *earlier]


def _message(workspace: SlackWorkspace, person: Member, channel: Channel, ts: str) -> ChannelMessage:
    message = channel.messages.get(ts)
    if message is None or not workspace.sees(person, channel, message):
        raise Impossible(f"{person.name} sees no message {ts!r} there.", 404)
    return message


def _view(request: PersonRequest) -> OpenView:
    view = request.workspace.views.get(request.text("view_id"))
    if view is None or view.person != request.person.id:
        raise Impossible(f"{request.person.name} has no such view open.", 404)
    return view


def _fill(request: PersonRequest, view: OpenView, values: Json) -> None:
    for block_id, by_action in values.items():
        if not isinstance(by_action, dict):
            raise Impossible(f"The value of {block_id!r} is not an object of action ids.")
        for action_id, value in by_action.items():
            block, element = elements.find(view.blocks, action_id, block_id)
            if element["type"] == "file_input":
                request.workspace.private_files(value or [], request.person)
            if element["type"] == "users_select" and value and value not in request.workspace.people:
                raise Impossible(f"Nobody here has the id {value!r}.")
            _set_value(view.values, block, element, value)
