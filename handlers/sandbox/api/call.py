"""One Web API call: its arguments, and the workspace that answers it."""

import json
from dataclasses import dataclass
from typing import Any

from handlers.sandbox.delivery.socket_mode import SocketMode
from handlers.sandbox.terms import ErrorAnswer, Json
from handlers.sandbox.workspace.installation import Keys, SlackPatience
from handlers.sandbox.workspace.nouns import Channel
from handlers.sandbox.workspace.stored_files import StoredFiles
from handlers.sandbox.workspace.workspace import SlackWorkspace


@dataclass(frozen=True)
class Call:
    """`args` come from a form, a query or a JSON body: a value is text, or already parsed JSON."""

    workspace: SlackWorkspace
    stored: StoredFiles
    sockets: SocketMode
    keys: Keys
    patience: SlackPatience
    args: Json

    def need(self, scopes: str) -> None:
        """Any one of the comma-separated scopes is enough."""
        granted = self.keys.scopes
        if not set(scopes.split(",")) & set(granted):
            raise ErrorAnswer("missing_scope", needed=scopes, provided=",".join(granted))

    def text(self, name: str) -> str:
        value = self.args.get(name)
        return "" if value is None else str(value)

    def required(self, name: str, code: str = "invalid_arguments") -> str:
        value = self.text(name)
        if not value:
            messages = [f"[ERROR] missing required field: {name}"]
            raise ErrorAnswer(code, response_metadata={"messages": messages})
        return value

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        text = self.text(name)
        if not text:
            return default
        if not text.isdecimal():
            raise ErrorAnswer("invalid_arguments")
        return int(text)

    def parsed(self, name: str, code: str) -> Any:
        """A JSON argument, None when absent; `code` is the error for text that is not JSON."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise ErrorAnswer(code) from error

    def channel(self, name: str = "channel", *, opening: bool = False) -> Channel:
        """The conversation; with `opening`, a person's id opens the direct conversation with them."""
        channel_id = self.required(name, "channel_not_found")
        workspace = self.workspace
        if opening and channel_id in workspace.people and not workspace.people[channel_id].is_bot:
            return workspace.dm_with(channel_id)
        channel = workspace.channels.get(channel_id)
        if channel is None:
            raise ErrorAnswer("channel_not_found")
        return channel

    def page(self, items: list[Any], default: int, most: int = 1000) -> tuple[list[Any], Json]:
        """One page by cursor, and the fields that lead to the next."""
        start = 0
        cursor = self.text("cursor")
        if cursor:
            if not cursor.removeprefix("next:").isdecimal():
                raise ErrorAnswer("invalid_cursor")
            start = int(cursor.removeprefix("next:"))
        end = start + max(1, min(self.number("limit", default), most))
        following = f"next:{end}" if end < len(items) else ""
        return items[start:end], {"response_metadata": {"next_cursor": following}}
