"""Web API: conversations.* methods. History reads direct conversations only: the app has no other scope."""

from handlers.sandbox import shapes
from handlers.sandbox.call import Call
from handlers.sandbox.nouns import Channel, Json, Message
from handlers.sandbox.refusals import Refused


def open_conversation(call: Call) -> Json:
    given = call.text("channel")
    if given:
        return {"channel": {"id": call.channel().id}}
    people = [name for name in call.text("users").split(",") if name]
    if not people:
        raise Refused("users_list_not_supplied")
    if len(people) > 1:
        raise Refused("missing_scope", needed="mpim:write")
    person = call.workspace.people.get(people[0])
    if person is None:
        raise Refused("user_not_found")
    if person.is_bot:
        raise Refused("cannot_dm_bot")
    if person.deleted:
        raise Refused("user_disabled")
    known = person.dm_id in call.workspace.channels
    channel = call.workspace.dm_with(person.id)
    opened = {"no_op": True, "already_open": True} if known else {}
    return opened | {
        "channel": shapes.conversation(channel) if call.flag("return_im") else {"id": channel.id}
    }


def info(call: Call) -> Json:
    return {"channel": shapes.conversation(call.channel())}


def list_conversations(call: Call) -> Json:
    kinds = (call.text("types") or "public_channel").split(",")
    chosen = [
        channel
        for channel in call.workspace.channels.values()
        if ("im" if channel.im_with else "public_channel") in kinds
    ]
    found, following = call.page(chosen, default=100)
    return {"channels": [shapes.conversation(channel) for channel in found]} | following


def members(call: Call) -> Json:
    found, following = call.page(call.channel().members, default=100)
    return {"members": found} | following


def history(call: Call) -> Json:
    """Newest first; replies in threads are never among them."""
    channel = _readable(call)
    roots = [m for m in channel.messages.values() if m.is_root or m.broadcast]
    return _listed(call, channel, list(reversed(_within(call, roots))))


def replies(call: Call) -> Json:
    """The root and then its replies, oldest first."""
    channel = _readable(call)
    root = channel.messages.get(call.required("ts", "thread_not_found"))
    if root is None or root.only_for:
        raise Refused("thread_not_found")
    root = channel.messages[root.thread_ts or root.ts]
    return _listed(call, channel, [root, *_within(call, channel.replies(root.ts))])


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.need("im:history" if channel.im_with else "channels:history")
    return channel


def _within(call: Call, messages: list[Message]) -> list[Message]:
    oldest, latest = call.text("oldest") or "0", call.text("latest") or "9999999999.999999"
    inclusive = call.flag("inclusive")
    return [
        message
        for message in messages
        if message.only_for is None
        and (
            _micros(oldest) < _micros(message.ts) < _micros(latest)
            or (inclusive and message.ts in (oldest, latest))
        )
    ]


def _micros(ts: str) -> int:
    try:
        seconds, _, fraction = ts.partition(".")
        return int(seconds) * 1_000_000 + int(fraction[:6].ljust(6, "0"))
    except ValueError as error:
        raise Refused("invalid_ts_oldest") from error


def _listed(call: Call, channel: Channel, messages: list[Message]) -> Json:
    with_metadata = call.flag("include_all_metadata")
    found, following = call.page(messages, default=100, most=999)
    has_more = bool(following["response_metadata"]["next_cursor"])
    return {
        "messages": [shapes.message(call.workspace, channel, m, metadata=with_metadata) for m in found],
        "has_more": has_more,
        "pin_count": 0,
    } | (following if has_more else {})
