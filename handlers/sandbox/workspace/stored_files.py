"""The bytes of uploaded files, in memory or in a folder beside the state file. As in Slack, the name decides the
media type.
"""

import mimetypes
from pathlib import Path


class StoredFiles:
    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._memory: dict[str, bytes] = {}

    def keep(self, file_id: str, content: bytes) -> None:
        if self._folder is None:
            self._memory[file_id] = content
        else:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / file_id).write_bytes(content)

    def read(self, file_id: str) -> bytes:
        if self._folder is None:
            return self._memory[file_id]
        return (self._folder / file_id).read_bytes()


def guessed_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
