"""A person's request to the workspace, from page or cast; a field that is missing or wrong raises Impossible."""

from typing import Any

from aiohttp import web

from handlers.sandbox.sandbox import Sandbox
from handlers.sandbox.terms import Impossible, Json
from handlers.sandbox.workspace.nouns import Member


class PersonRequest:
    def __init__(self, sandbox: Sandbox, fields: Json) -> None:
        self.sandbox = sandbox
        self.workspace = sandbox.workspace
        self.fields = fields

    @classmethod
    async def read(cls, sandbox: Sandbox, http: web.Request, *, raw: bool = False) -> "PersonRequest":
        """The query and the JSON body; a `raw` body is a file, which the caller reads."""
        fields: Json = dict(http.query)
        if http.method == "POST" and http.body_exists and not raw:
            try:
                body = await http.json()
            except ValueError as error:
                raise Impossible("The body is not JSON.") from error
            if not isinstance(body, dict):
                raise Impossible("The body is not a JSON object.")
            fields |= body
        return cls(sandbox, fields)

    @property
    def person(self) -> Member:
        return self.workspace.acting_person(self.text("as"))

    def text(self, name: str) -> str:
        value = self.fields.get(name)
        if not isinstance(value, str) or not value:
            raise Impossible(f"{name!r} is missing.")
        return value

    def maybe(self, name: str) -> str | None:
        return self.text(name) if self.fields.get(name) else None

    def ids(self, name: str) -> list[str]:
        return [str(each) for each in self.fields.get(name) or []]

    def mapping(self, name: str) -> Json:
        value = self.fields.get(name) or {}
        if not isinstance(value, dict):
            raise Impossible(f"{name!r} is not an object.")
        return value

    def number(self, name: str, default: Any) -> float:
        value = self.fields.get(name, default)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise Impossible(f"{name!r} is not a number.")
        return value
