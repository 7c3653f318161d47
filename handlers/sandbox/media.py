"""Files that people bring: their media type is guessed from the name, as Slack does."""

import mimetypes


def guessed_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
