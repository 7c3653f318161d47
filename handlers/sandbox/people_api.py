"""The people's side: what a person sees of the workspace and says in it, as JSON for page and cast."""

from dataclasses import fields
from zoneinfo import available_timezones

from aiohttp import web

from handlers.sandbox import shapes, talk
from handlers.sandbox.clock import iso
from handlers.sandbox.gestures import SLACKBOT
from handlers.sandbox.media import guessed_type
from handlers.sandbox.nouns import Channel, File, Json, Message, Person
from handlers.sandbox.refusals import Impossible
from handlers.sandbox.typed import slack_text
from handlers.sandbox.wish import Wish
from handlers.sandbox.workspace import Workspace, new_id

EVERYTHING = "*"  # as `thread_ts`: the whole conversation, replies included
BROKEN = ("html", "empty", "vanished", "truncated")


def _unchanged(wish: Wish) -> Json | None:
    """With `unless`, a sequence number seen before: nothing is sent again while nothing has changed."""
    sequence = str(wish.workspace.sequence)
    return {"sequence": sequence, "unchanged": True} if wish.maybe("unless") == sequence else None


async def state(wish: Wish) -> Json:
    workspace, person = wish.workspace, wish.person
    if unchanged := _unchanged(wish):
        return unchanged
    home = workspace.home_of(person.id)
    slackbot = {"id": SLACKBOT, "name": "Slackbot", "is_bot": True, "deleted": False}
    return {
        "sequence": str(workspace.sequence),
        "team": workspace.team,
        "me": shown_person(person),
        "people": [*(shown_person(each) for each in workspace.people.values()), slackbot],
        "channels": [_channel(workspace, person, channel) for channel in workspace.rooms_of(person)],
        "clock": {"now": iso(workspace.clock.now())},
        "views": [view.body for view in workspace.open_views(person.id)],
        "home": home.body if home else None,
        "prompts": workspace.dm_with(person.id).prompts,
        "bot": workspace.bot_user_id,
    }


async def people(wish: Wish) -> Json:
    return {"people": [shown_person(person) for person in wish.workspace.people.values()]}


def shown_person(person: Person) -> Json:
    names = ("id", "name", "title", "tz", "email", "deleted", "is_bot", "is_restricted")
    return {name: getattr(person, name) for name in names} | {"first_name": person.first_name}


def _channel(workspace: Workspace, person: Person, channel: Channel) -> Json:
    direct = channel.im_with is not None
    return {
        "id": channel.id,
        "name": workspace.bot.name if direct else channel.name,
        "kind": "im" if direct else "channel",
        "with": workspace.bot_user_id if direct else None,
        "members": channel.members,
        "unread": workspace.unread(person, channel),
        "last_ts": max(channel.messages, default=None),
        "status": channel.status,
    }


async def messages(wish: Wish) -> Json:
    """The root messages, or with `thread_ts` a root and its replies; reading marks the channel as read unless
    `peek` is given.
    """
    if unchanged := _unchanged(wish):
        return unchanged
    workspace, person = wish.workspace, wish.person
    channel = workspace.room(wish.text("channel"), person)
    thread_ts = wish.maybe("thread_ts")
    seen = [m for m in channel.messages.values() if workspace.sees(person, channel, m)]
    if thread_ts is None:
        seen = [m for m in seen if m.is_root or m.broadcast]
    elif thread_ts != EVERYTHING:
        seen = [m for m in seen if thread_ts in (m.ts, m.thread_ts)]
    if not wish.maybe("peek"):
        workspace.mark_read(person, channel)
    told = [_message(workspace, channel, message) for message in seen]
    return {"sequence": str(workspace.sequence), "channel": channel.id, "messages": told}


def _message(workspace: Workspace, channel: Channel, message: Message) -> Json:
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
        "deleted": message.deleted,
        "files": [{n: getattr(f, n) for n in ("id", "name", "size", "mimetype")} for f in files],
        "metadata": message.metadata,
        "changed": message.changed,
    }


async def say(wish: Wish) -> Json:
    workspace, person = wish.workspace, wish.person
    channel = workspace.room(wish.text("channel"), person)
    files = workspace.private_files(wish.ids("files"), person)
    typed = str(wish.fields.get("text") or "")
    if not typed.strip() and not files:
        raise Impossible("There is nothing to say.")
    thread_ts = wish.maybe("thread_ts")
    if thread_ts is not None:
        root = channel.messages.get(thread_ts)
        if root is None or not root.is_root or root.only_for:
            raise Impossible(f"There is no thread {thread_ts!r} here.", 404)
    text = slack_text(typed, workspace.people.values(), workspace.channels.values())
    given = [file.id for file in files]
    message = talk.post(workspace, channel, person.id, text, thread_ts=thread_ts, files=given)
    workspace.mark_read(person, channel)
    return {"ts": message.ts, "channel": channel.id}


async def open_home(wish: Wish) -> Json:
    return _opened(wish, "home")


async def open_dm(wish: Wish) -> Json:
    return _opened(wish, "messages")


def _opened(wish: Wish, tab: str) -> Json:
    workspace, person = wish.workspace, wish.person
    channel = workspace.dm_with(person.id)
    event: Json = {"type": "app_home_opened", "user": person.id, "channel": channel.id, "tab": tab}
    home = workspace.home_of(person.id)
    if tab == "home" and home is not None:
        event["view"] = home.body
    workspace.outlet(event | {"event_ts": workspace.next_ts()})
    return {"ok": True, "channel": channel.id}


async def change_person(wish: Wish) -> Json:
    """Somebody joins, or what is known of them changes; the app hears `team_join` or `user_change`."""
    workspace = wish.workspace
    allowed = {field.name for field in fields(Person)} - {"is_bot", "updated"}
    unknown = set(wish.fields) - allowed
    if unknown:
        raise Impossible(f"A person has no {', '.join(sorted(unknown))}.")
    if wish.fields.get("tz", "UTC") not in available_timezones():
        raise Impossible(f"There is no time zone {wish.fields['tz']!r}.")
    known = workspace.people.get(wish.text("id"))
    person = known or _join(workspace, wish)
    for name, value in wish.fields.items():
        setattr(person, name, value)
    person.updated = workspace.now_seconds()
    if person.deleted:
        for channel in workspace.channels.values():
            if channel.im_with is None and person.id in channel.members:
                channel.members.remove(person.id)
    kind = "user_change" if known else "team_join"
    event: Json = {"type": kind, "user": shapes.user(workspace, person), "event_ts": workspace.next_ts()}
    workspace.outlet(event | ({"cache_ts": workspace.now_seconds()} if known else {}))
    workspace.changed()
    return shown_person(person)


def _join(workspace: Workspace, wish: Wish) -> Person:
    person = Person(wish.text("id"), wish.text("name"))
    person.email = f"{person.user_name}@northwind.example"
    workspace.people[person.id] = person
    for channel in workspace.channels.values():
        if channel.name == "general":
            channel.members.append(person.id)
    return person


async def upload(wish: Wish, content: bytes) -> Json:
    """`broken` says what the app downloads instead: html, empty, vanished or truncated."""
    workspace, person = wish.workspace, wish.person
    broken = wish.maybe("broken")
    if broken not in (None, *BROKEN):
        raise Impossible(f"A file is broken as one of: {', '.join(BROKEN)}.")
    name = wish.text("name")
    kind = guessed_type(name)
    file = File(new_id("F"), name, person.id, len(content), kind, workspace.now_seconds(), broken=broken)
    wish.sandbox.stored.keep(file.id, content)
    workspace.files[file.id] = file
    workspace.changed()
    return {"file_id": file.id}


def read_file(wish: Wish, file_id: str) -> web.Response:
    """A person reads their own files and those shared where they are."""
    workspace, person = wish.workspace, wish.person
    file = workspace.files.get(file_id)
    shared = [] if file is None else [workspace.channels[name] for name in file.shared_in]
    if file is None or not (
        file.owner == person.id or any(person.id in channel.members for channel in shared)
    ):
        raise Impossible(f"{person.name} sees no file {file_id!r}.", 404)
    content = wish.sandbox.stored.read(file.id)
    name = file.name.replace('"', "").replace("\n", " ")
    told = {"Content-Type": file.mimetype, "Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=content, headers=told | {"X-Content-Type-Options": "nosniff"})
