"""Web API: conversations.* methods. History reads direct conversations only: the app has no other scope."""

from handlers.sandbox.api.call import Call
from handlers.sandbox.terms import ErrorAnswer, Json
from handlers.sandbox.workspace import slack_json
from handlers.sandbox.workspace.nouns import Channel, ChannelMessage


def open_conversation(call: Call) -> Json:
    people = [name for name in call.text("users").split(",") if name]
    if not people:
        raise ErrorAnswer("users_list_not_supplied")
    if len(people) > 1:
        raise ErrorAnswer("missing_scope", needed="mpim:write")
    person = call.workspace.people.get(people[0])
    if person is None:
        raise ErrorAnswer("user_not_found")
    if person.is_bot:
        raise ErrorAnswer("cannot_dm_bot")
    if person.deleted:
        raise ErrorAnswer("user_disabled")
    is_open = person.dm_id in call.workspace.channels
    answer: Json = {"channel": {"id": call.workspace.dm_with(person.id).id}}
    return answer | ({"no_op": True, "already_open": True} if is_open else {})


def history(call: Call) -> Json:
    """Newest first, without the replies in threads."""
    channel = _readable(call)
    roots = [m for m in channel.messages.values() if m.is_root]
    return _message_page(call, channel, list(reversed(_within(call, roots))))


def replies(call: Call) -> Json:
    """The root and then its replies, oldest first."""
    channel = _readable(call)
    root = channel.messages.get(call.required("ts", "thread_not_found"))
    if root is None or root.only_for:
        raise ErrorAnswer("thread_not_found")
    root = channel.messages[root.thread_ts or root.ts]
    return _message_page(call, channel, [root, *_within(call, channel.replies(root.ts))])


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.need("im:history" if channel.im_with else "channels:history")
    return channel


def _within(call: Call, messages: list[ChannelMessage]) -> list[ChannelMessage]:
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
        raise ErrorAnswer("invalid_ts_oldest") from error


def _message_page(call: Call, channel: Channel, messages: list[ChannelMessage]) -> Json:
    with_metadata = call.flag("include_all_metadata")
    page, following = call.page(messages, default=100, most=999)
    has_more = bool(following["response_metadata"]["next_cursor"])
    return {
        "messages": [slack_json.message(call.workspace, channel, m, metadata=with_metadata) for m in page],
        "has_more": has_more,
        "pin_count": 0,
    } | (following if has_more else {})
