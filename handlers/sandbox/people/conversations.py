"""What a person sees in the workspace and says there, as JSON for page and cast."""

from dataclasses import fields
from zoneinfo import available_timezones

from aiohttp import web

from handlers.sandbox.people.person_request import PersonRequest
from handlers.sandbox.terms import Impossible, Json
from handlers.sandbox.workspace import slack_json
from handlers.sandbox.workspace.mentions import slack_text
from handlers.sandbox.workspace.messages import post
from handlers.sandbox.workspace.nouns import Channel, ChannelMessage, File, Member
from handlers.sandbox.workspace.stored_files import guessed_type
from handlers.sandbox.workspace.workspace import SlackWorkspace, iso, new_id

EVERYTHING = "*"  # as `thread_ts`: the whole conversation, replies included
BROKEN = ("html", "empty", "vanished", "truncated")


def _unchanged(request: PersonRequest) -> Json | None:
    """The whole answer while the workspace is still at the sequence number `unless`."""
    sequence = str(request.workspace.sequence)
    return {"sequence": sequence, "unchanged": True} if request.maybe("unless") == sequence else None


async def state(request: PersonRequest) -> Json:
    workspace, person = request.workspace, request.person
    if unchanged := _unchanged(request):
        return unchanged
    home = workspace.home_of(person.id)
    slackbot = {"id": slack_json.SLACKBOT, "name": "Slackbot", "is_bot": True, "deleted": False}
    return {
        "sequence": str(workspace.sequence),
        "team": workspace.team,
        "me": person_json(person),
        "people": [*(person_json(each) for each in workspace.people.values()), slackbot],
        "channels": [_channel(workspace, person, channel) for channel in workspace.channels_of(person)],
        "clock": {"now": iso(workspace.clock.now())},
        "views": [view.body for view in workspace.open_views(person.id)],
        "home": home.body if home else None,
        "prompts": workspace.dm_with(person.id).prompts,
        "bot": workspace.bot_user_id,
    }


async def people(request: PersonRequest) -> Json:
    return {"people": [person_json(person) for person in request.workspace.people.values()]}


def person_json(person: Member) -> Json:
    names = ("id", "name", "title", "tz", "email", "deleted", "is_bot", "is_restricted")
    return {name: getattr(person, name) for name in names} | {"first_name": person.first_name}


def _channel(workspace: SlackWorkspace, person: Member, channel: Channel) -> Json:
    direct = channel.im_with is not None
    return {
        "id": channel.id,
        "name": workspace.bot.name if direct else channel.name,
        "kind": "im" if direct else "channel",
        "with": workspace.bot_user_id if direct else None,
        "members": channel.members,
        "unread": workspace.unread(person, channel),
        "last_ts": max(channel.messages, default=None),
    }


async def messages(request: PersonRequest) -> Json:
    """The root messages, or with `thread_ts` a root and its replies. Marks the channel as read, unless the request
    has `peek`.
    """
    if unchanged := _unchanged(request):
        return unchanged
    workspace, person = request.workspace, request.person
    channel = workspace.channel_named(request.text("channel"), person)
    thread_ts = request.maybe("thread_ts")
    visible = [m for m in channel.messages.values() if workspace.sees(person, channel, m)]
    if thread_ts is None:
        visible = [m for m in visible if m.is_root]
    elif thread_ts != EVERYTHING:
        visible = [m for m in visible if thread_ts in (m.ts, m.thread_ts)]
    if not request.maybe("peek"):
        workspace.mark_read(person, channel)
    bodies = [_message(workspace, channel, message) for message in visible]
    return {"sequence": str(workspace.sequence), "channel": channel.id, "messages": bodies}


def _message(workspace: SlackWorkspace, channel: Channel, message: ChannelMessage) -> Json:
    files = [workspace.files[file_id] for file_id in message.files]
    return {
        "ts": message.ts,
        "user": message.user,
        "bot": message.bot,
        "text": message.text,
        "blocks": message.blocks,
        "thread_ts": message.thread_ts,
        "reply_count": len(channel.replies(message.ts)),
        "edited": message.edited is not None,
        "ephemeral": message.only_for is not None,
        "files": [{n: getattr(f, n) for n in ("id", "name", "size", "mimetype")} for f in files],
        "metadata": message.metadata,
        "changed": message.changed,
    }


async def say(request: PersonRequest) -> Json:
    workspace, person = request.workspace, request.person
    channel = workspace.channel_named(request.text("channel"), person)
    files = workspace.private_files(request.ids("files"), person)
    words = str(request.fields.get("text") or "")
    if not words.strip() and not files:
        raise Impossible("There is nothing to say.")
    thread_ts = request.maybe("thread_ts")
    if thread_ts is not None:
        root = channel.messages.get(thread_ts)
        if root is None or not root.is_root or root.only_for:
            raise Impossible(f"There is no thread {thread_ts!r} here.", 404)
    text = slack_text(words, workspace.people.values(), workspace.channels.values())
    file_ids = [file.id for file in files]
    message = post(workspace, channel, person.id, text, thread_ts=thread_ts, files=file_ids)
    workspace.mark_read(person, channel)
    return {"ts": message.ts, "channel": channel.id}


async def open_home(request: PersonRequest) -> Json:
    return _open_tab(request, "home")


async def open_dm(request: PersonRequest) -> Json:
    return _open_tab(request, "messages")


def _open_tab(request: PersonRequest, tab: str) -> Json:
    workspace, person = request.workspace, request.person
    channel = workspace.dm_with(person.id)
    event: Json = {"type": "app_home_opened", "user": person.id, "channel": channel.id, "tab": tab}
    home = workspace.home_of(person.id)
    if tab == "home" and home is not None:
        event["view"] = home.body
    workspace.outlet(event | {"event_ts": workspace.next_ts()})
    return {"ok": True, "channel": channel.id}


async def change_person(request: PersonRequest) -> Json:
    """A person joins, or their profile changes; the app hears `team_join` or `user_change`."""
    workspace = request.workspace
    names = {field.name for field in fields(Member)} - {"is_bot", "updated"}
    unknown = set(request.fields) - names
    if unknown:
        raise Impossible(f"A person has no {', '.join(sorted(unknown))}.")
    if request.fields.get("tz", "UTC") not in available_timezones():
        raise Impossible(f"There is no time zone {request.fields['tz']!r}.")
    member = workspace.people.get(request.text("id"))
    person = member or _join(workspace, request)
    for name, value in request.fields.items():
        setattr(person, name, value)
    person.updated = workspace.now_seconds()
    if person.deleted:
        for channel in workspace.channels.values():
            if channel.im_with is None and person.id in channel.members:
                channel.members.remove(person.id)
    kind = "user_change" if member else "team_join"
    event: Json = {"type": kind, "user": slack_json.user(workspace, person), "event_ts": workspace.next_ts()}
    workspace.outlet(event | ({"cache_ts": workspace.now_seconds()} if member else {}))
    workspace.changed()
    return person_json(person)


def _join(workspace: SlackWorkspace, request: PersonRequest) -> Member:
    person = Member(request.text("id"), request.text("name"))
    person.email = f"{person.user_name}@northwind.example"
    workspace.people[person.id] = person
    for channel in workspace.channels.values():
        if channel.name == "general":
            channel.members.append(person.id)
    return person


async def upload(request: PersonRequest, content: bytes) -> Json:
    """`broken` says what the app downloads instead: html, empty, vanished or truncated."""
    workspace, person = request.workspace, request.person
    broken = request.maybe("broken")
    if broken not in (None, *BROKEN):
        raise Impossible(f"A file is broken as one of: {', '.join(BROKEN)}.")
    name = request.text("name")
    kind = guessed_type(name)
    file = File(new_id("F"), name, person.id, len(content), kind, workspace.now_seconds(), broken=broken)
    request.sandbox.stored.keep(file.id, content)
    workspace.files[file.id] = file
    workspace.changed()
    return {"file_id": file.id}


def read_file(request: PersonRequest, file_id: str) -> web.Response:
    """A person may read their own files and those shared in their channels."""
    workspace, person = request.workspace, request.person
    file = workspace.files.get(file_id)
    shared = [] if file is None else [workspace.channels[name] for name in file.shared_in]
    if file is None or not (
        file.owner == person.id or any(person.id in channel.members for channel in shared)
    ):
        raise Impossible(f"{person.name} sees no file {file_id!r}.", 404)
    content = request.sandbox.stored.read(file.id)
    name = file.name.replace('"', "").replace("\n", " ")
    headers = {"Content-Type": file.mimetype, "Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=content, headers=headers | {"X-Content-Type-Options": "nosniff"})
