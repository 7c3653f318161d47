"""The workspace in a file: read at the start, written atomically soon after each change and at the end. Events that
the app has not accepted yet are in the file too, and are sent again.
"""

import asyncio
import json
import time
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from handlers.sandbox.delivery.deliveries import Deliveries, Dispatch
from handlers.sandbox.terms import Json
from handlers.sandbox.workspace.nouns import Channel, ChannelMessage, File, Member, OpenView
from handlers.sandbox.workspace.workspace import SlackWorkspace

VERSION = 1
SOON = 0.25  # real seconds from a change to its being written
SHARE = 20  # writing takes at most one part in so many of the time: a large state is written less often
Noun = TypeVar("Noun", Member, Channel, File, OpenView, ChannelMessage)


class UnreadableState(Exception):
    """The state file is broken or of another version."""


def read_state(path: Path) -> Json | None:
    """None when there is no file yet."""
    if not path.exists():
        return None
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UnreadableState(f"{path} is not readable ({error}); remove it to begin anew.") from error
    if not isinstance(state, dict) or state.get("version") != VERSION:
        raise UnreadableState(f"{path} was written by another version; remove it to begin anew.")
    return state


def workspace_from(company: Json, state: Json) -> SlackWorkspace:
    """The workspace of the stored state; business time goes on from its last instant."""
    bare = company | {"people": [], "channels": []}
    workspace = SlackWorkspace(bare, datetime.fromisoformat(state["now"]))
    workspace.people = {stored["id"]: _noun(Member, stored) for stored in state["people"]}
    workspace.files = {stored["id"]: _noun(File, stored) for stored in state["files"]}
    workspace.views = {stored["id"]: _noun(OpenView, stored) for stored in state["views"]}
    for stored in state["channels"]:
        channel = _noun(Channel, stored | {"messages": {}, "threads": {}})
        for message in stored["messages"]:
            channel.add(_noun(ChannelMessage, message))
            workspace.not_before(message["ts"])
        workspace.channels[channel.id] = channel
    workspace.stacks, workspace.homes = state["stacks"], state["homes"]
    workspace.sequence = state["sequence"]
    return workspace


def resume_deliveries(deliveries: Deliveries, state: Json) -> None:
    for stored in state["waiting"]:
        deliveries.resume(Dispatch(**stored))


def _noun(kind: type[Noun], stored: Json) -> Noun:
    return kind(**{field.name: stored[field.name] for field in fields(kind)})


def _state(workspace: SlackWorkspace, deliveries: Deliveries) -> Json:
    return {
        "version": VERSION,
        "now": workspace.clock.now().isoformat(),
        "sequence": workspace.sequence,
        "people": [vars(person) for person in workspace.people.values()],
        "files": [vars(file) for file in workspace.files.values()],
        "views": [vars(view) for view in workspace.views.values()],
        "channels": [_channel(channel) for channel in workspace.channels.values()],
        "stacks": workspace.stacks,
        "homes": workspace.homes,
        "waiting": [vars(dispatch) for dispatch in deliveries.waiting.values()],
    }


def _channel(channel: Channel) -> dict[str, Any]:
    return vars(channel) | {
        "messages": [vars(message) for message in channel.messages.values()],
        "threads": {},
    }


class Keeper:
    """Writes the state; `close` writes it a last time."""

    def __init__(self, workspace: SlackWorkspace, deliveries: Deliveries, path: Path) -> None:
        self._workspace = workspace
        self._deliveries = deliveries
        self._path = path
        self._changed = asyncio.Event()
        self._closing = asyncio.Event()
        workspace.on_change.append(self._changed.set)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._task = asyncio.get_running_loop().create_task(self._keep())

    async def close(self) -> None:
        self._closing.set()
        self._changed.set()
        await self._task
        self._write(self._as_text())

    async def _keep(self) -> None:
        pause = SOON
        while not self._closing.is_set():
            await self._changed.wait()
            try:
                async with asyncio.timeout(pause):
                    await self._closing.wait()
            except TimeoutError:
                self._changed.clear()
                began = time.monotonic()
                await asyncio.to_thread(self._write, self._as_text())
                pause = max(SOON, SHARE * (time.monotonic() - began))

    def _as_text(self) -> str:
        return json.dumps(_state(self._workspace, self._deliveries), separators=(",", ":"))

    def _write(self, text: str) -> None:
        draft = self._path.with_suffix(".draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(self._path)
