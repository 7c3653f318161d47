"""What every package of the sandbox uses: JSON objects, and the workspace's two refusals: an error code of Slack's to
the app, a sentence to a person.
"""

from typing import Any

Json = dict[str, Any]


class ErrorAnswer(Exception):
    """An answer `{"ok": false, "error": code}` to a Web API call, with Slack's further fields."""

    def __init__(self, code: str, **fields: Any) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields

    def answer(self) -> Json:
        return {"ok": False, "error": self.code, **self.fields}


class Impossible(Exception):
    """The workspace cannot do what a person wants; the text is a sentence for that person."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status
