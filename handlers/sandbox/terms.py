"""What every room of the sandbox speaks: JSON objects, and the two ways in which the workspace says no, to the app
in Slack's error codes and to a person in a sentence.
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
    """What a person asked of the workspace cannot be done; the text is fit to be shown."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status
