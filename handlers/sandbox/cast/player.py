"""One person of the cast: what they do in the workspace and what they see there. A wait that fails says what the
person saw instead.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from handlers.sandbox.cast import form_values, screen
from handlers.sandbox.cast.screen import ScreenMessage, View
from handlers.sandbox.terms import Json

POLL = 0.02  # real seconds
PATIENCE = 20.0
"""Real seconds to wait for a message or view: a busy machine is slow, and only a failure waits so long."""
Found = TypeVar("Found")


class SandboxClient(Protocol):
    """The requests to the workspace, as `Cast` makes them."""

    @property
    def names(self) -> dict[str, str]: ...
    async def get(self, path: str, **query: str) -> Json: ...
    async def post(self, path: str, body: Json) -> Json: ...
    async def post_file(self, content: bytes, query: dict[str, str]) -> Json: ...
    async def get_file(self, file_id: str, person: str) -> bytes: ...
    async def trouble(self) -> str: ...


class NotPossible(AssertionError):
    """The workspace refused the script's request."""


class Unheard(AssertionError):
    """The words did not come; the text says what the person saw instead."""


class NoAnswer(AssertionError):
    """The app did not answer a person's action with 200; `status` is its answer, None for no answer."""

    def __init__(self, sentence: str, status: int | None) -> None:
        super().__init__(sentence)
        self.status = status


class Player:
    """One person of the cast."""

    def __init__(self, client: SandboxClient, id: str, name: str) -> None:  # noqa: A002
        self.client = client
        self.id = id
        self.name = name
        self._last: dict[tuple[str, ...], Json] = {}  # the last answer to each query

    async def says(
        self,
        text: str,
        channel: str | ScreenMessage = "bot",
        *,
        thread: ScreenMessage | str | None = None,
        mention: bool = False,
        files: Sequence[str] = (),
    ) -> str:
        """Say it in a channel, or as a reply to a message; returns the ts."""
        if isinstance(channel, ScreenMessage):
            channel, thread = channel.channel, channel
        body: Json = {"channel": channel, "text": f"@Socrates {text}" if mention else text}
        body["files"] = list(files)
        if thread is not None:
            body["thread_ts"] = thread.root_ts if isinstance(thread, ScreenMessage) else thread
        return (await self._does("say", body))["ts"]

    async def commands(self, line: str, channel: str = "bot") -> ScreenMessage | None:
        """Run a slash command; the reply as the person sees it, None when the app answered nothing."""
        command, _, text = line.partition(" ")
        body = {"channel": channel, "command": command, "text": text}
        answer = await self._answered(f"the command {line!r}", "command", body)
        if answer["response"] is None:
            return None
        ts = answer["response"]["ts"]
        return next(message for message in await self.messages(channel) if message.ts == ts)

    async def messages(
        self, channel: str = "bot", thread: ScreenMessage | str | None = None
    ) -> list[ScreenMessage]:
        """Everything in the channel (or thread) that this person sees, oldest first, replies included."""
        thread_ts = thread.root_ts if isinstance(thread, ScreenMessage) else thread
        body = await self._sees("messages", channel=channel, thread_ts=thread_ts or "*", peek="1")
        if "read" not in body:  # once for each time that something changed
            body["read"] = [
                screen.message(each, body["channel"], self.client.names) for each in body["messages"]
            ]
        return list(body["read"])

    async def so_far(self) -> int:
        """How many changes the workspace has seen: give it to `hears` as `after`."""
        return int((await self.client.get("state", **{"as": self.id}))["sequence"])

    async def hears(
        self,
        contains: str,
        channel: str = "bot",
        thread: ScreenMessage | str | None = None,
        within: float = PATIENCE,
        after: ScreenMessage | int | None = None,
    ) -> ScreenMessage:
        """The newest message of another person or the app that contains these words. With `after`, it came or changed
        after that message, or after that many changes of the workspace.
        """
        words = _squeezed(contains)
        since = after.changed if isinstance(after, ScreenMessage) else after or 0
        others: list[ScreenMessage] = []

        async def listen() -> ScreenMessage | None:
            now = [m for m in await self.messages(channel, thread) if m.user != self.id]
            if now == others:
                return None
            others[:] = now
            for message in sorted(others, key=lambda m: m.changed, reverse=True):
                if message.changed > since and _says(message, words):
                    return message
            return None

        message = await _wait(listen, within)
        if message is None:
            lines = "".join(f"\n  - {_short(message)}" for message in others[-8:]) or " nothing."
            where = f"{channel!r}" + (" in that thread" if thread else "") + (" after that" if after else "")
            trouble = await self.client.trouble()
            raise Unheard(
                f"{self.name} did not hear {contains!r} within {within:g} s in {where}; heard:{lines}{trouble}"
            )
        return message

    async def hears_nothing_of(self, contains: str, channel: str = "bot", within: float = 0.3) -> None:
        """Fails when the words come within the time."""
        try:
            message = await self.hears(contains, channel, within=within)
        except Unheard:
            return
        raise Unheard(f"{self.name} was not to hear {contains!r}, but did: {_short(message)}")

    async def presses(
        self,
        what: str,
        where: ScreenMessage | View,
        *,
        selected: Any = None,
        values: Mapping[str, Any] | None = None,
        stale: bool = False,
    ) -> None:
        """Press a button by its label or action id, or change a select to `selected`, a value or label. With `stale`
        also a button that an edit has removed, as on a screen that is behind.

        A page that the app has published anew since is looked at again, and the button pressed there.
        """
        block, element = form_values.element_to_press(what, where)
        body: Json = {"action_id": element["action_id"], "block_id": block["block_id"], "stale": stale}
        if selected is not None:
            body["selected"] = form_values.value(element, selected, self.client.names)
        if isinstance(where, ScreenMessage):
            body |= {"channel": where.channel, "ts": where.ts}
        else:
            plain = form_values.values(where, values or {}, self.client.names)
            body |= {"view_id": where.id, "values": plain}
        try:
            await self._answered(f"the press of {what!r}", "press", body)
        except NotPossible:
            anew = await self._published_anew(where) if isinstance(where, View) else None
            if anew is None:
                raise
            await self.presses(what, anew, selected=selected, values=values, stale=stale)

    async def _published_anew(self, seen: View) -> View | None:
        state = await self.state()
        bodies = [body for body in (state["home"], *state["views"]) if body and body["id"] == seen.id]
        return next(
            (screen.view(body, self.client.names) for body in bodies if body["hash"] != seen.hash), None
        )

    async def modal(self, contains: str = "", within: float = PATIENCE) -> View:
        """The top modal, once its words contain this."""
        tops: list[View] = []

        async def look() -> View | None:
            views = (await self.state())["views"]
            tops[:] = [screen.view(body, self.client.names) for body in views[-1:]]
            return next((top for top in tops if contains in top.text), None)

        view = await _wait(look, within)
        if view is None:
            instead = f"the open one says: {tops[0].text!r}" if tops else "none is open."
            words = f" with {contains!r}" if contains else ""
            trouble = await self.client.trouble()
            raise Unheard(f"{self.name} saw no modal{words} within {within:g} s; {instead}{trouble}")
        return view

    async def submits(self, view: View, values: Mapping[str, Any] | None = None) -> dict[str, str]:
        """Submit a modal with values by label, block id or action id; the errors that it shows, by block id."""
        body = {"view_id": view.id, "values": form_values.values(view, values or {}, self.client.names)}
        answer = await self._does("submit", body)
        if not answer["ok"] and "errors" not in answer:
            trouble = await self.client.trouble()
            raise NoAnswer(
                f"{self.name} submitted {view.title!r}: {answer['error']}{trouble}", answer["status"]
            )
        return answer.get("errors", {})

    async def closes(self, view: View) -> None:
        await self._does("close", {"view_id": view.id})

    async def home(self, contains: str = "", within: float = PATIENCE) -> View:
        """Open the Home tab and see what the app publishes then."""
        before = (await self.state())["home"]
        await self._does("open-home", {})
        homes: list[View] = []

        async def look() -> View | None:
            body = (await self.state())["home"]
            homes[:] = [screen.view(body, self.client.names)] if body else []
            fresh = body is not None and (before is None or body["hash"] != before["hash"])
            return homes[0] if fresh and contains in homes[0].text else None

        view = await _wait(look, within)
        if view is None:
            instead = f"it says: {homes[0].text!r}" if homes else "it was never published."
            words = f" with {contains!r}" if contains else ""
            trouble = await self.client.trouble()
            raise Unheard(f"{self.name} saw no new Home{words} within {within:g} s; {instead}{trouble}")
        return view

    async def opens_dm(self) -> None:
        await self._does("open-dm", {})

    async def uploads(self, name: str, content: bytes, broken: str | None = None) -> str:
        """Upload a file, private to this person until they share it or hand it in; returns its id."""
        query = {"as": self.id, "name": name} | ({"broken": broken} if broken else {})
        return (await self.client.post_file(content, query))["file_id"]

    async def downloads(self, file_id: str) -> bytes:
        return await self.client.get_file(file_id, self.id)

    async def uses_shortcut(self, callback_id: str, message: ScreenMessage | None = None) -> None:
        body: Json = {"callback_id": callback_id}
        if message is not None:
            body |= {"channel": message.channel, "ts": message.ts}
        await self._answered(f"the shortcut {callback_id!r}", "shortcut", body)

    async def state(self) -> Json:
        return await self._sees("state")

    async def _sees(self, path: str, **query: str) -> Json:
        """The workspace's answer to the query, fetched again only after a change."""
        key = (path, *query.values())
        last = self._last.get(key, {})
        fresh = await self.client.get(path, **{"as": self.id, "unless": last.get("sequence", "")}, **query)
        self._last[key] = last if fresh.get("unchanged") else fresh
        return self._last[key]

    async def _does(self, path: str, body: Json) -> Json:
        return await self.client.post(path, {"as": self.id, **body})

    async def _answered(self, what: str, path: str, body: Json) -> Json:
        answer = await self._does(path, body)
        if not answer["ok"]:
            trouble = await self.client.trouble()
            raise NoAnswer(f"{self.name}: {what} failed: {answer['error']}{trouble}", answer["status"])
        return answer


async def _wait(look: Callable[[], Awaitable[Found | None]], within: float) -> Found | None:
    until = time.monotonic() + within
    while True:
        result = await look()
        if result is not None or time.monotonic() >= until:
            return result
        await asyncio.sleep(POLL)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _says(message: ScreenMessage, words: str) -> bool:
    return words in _squeezed(message.text) or words in _squeezed(message.fallback)


def _short(message: ScreenMessage) -> str:
    text = _squeezed(message.text)
    only = " (only visible to them)" if message.ephemeral else ""
    return f"{text[:400]}{'…' if len(text) > 400 else ''}{only}"
