"""Evidence files, outside the database: write-once, named by the SHA-256 of their bytes."""

import os
import secrets
from hashlib import sha256
from pathlib import Path


class FileStore:
    """A folder of blobs, two levels deep by hash. A name that people gave never becomes a path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, content: bytes) -> str:
        """Store durably and answer the SHA-256 in hex; the same bytes are stored once."""
        digest = sha256(content).hexdigest()
        place = self._place(digest)
        if not place.exists():
            place.parent.mkdir(exist_ok=True)
            draft = place.with_name(f".{digest}.{secrets.token_hex(4)}")
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(place)
            _sync_folder(place.parent)
        return digest

    def read(self, digest: str) -> bytes:
        """Raises FileNotFoundError when the blob is gone."""
        return self._place(digest).read_bytes()

    def intact(self, digest: str) -> bool:
        """Whether the blob is there and its bytes still have this hash."""
        place = self._place(digest)
        return place.exists() and sha256(place.read_bytes()).hexdigest() == digest

    def _place(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
