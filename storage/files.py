"""Evidence files, outside the database: write-once, named by the SHA-256 of their bytes."""

import os
import re
import secrets
from hashlib import sha256
from pathlib import Path

SHA256 = re.compile("[0-9a-f]{64}")


class FileStore:
    """A folder of blobs, two levels deep by hash. No name from a person becomes a path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Store the bytes durably, once; their SHA-256 in hex."""
        digest = sha256(content).hexdigest()
        place = self._place(digest)
        if not place.exists():
            write_whole(place, content)
        return digest

    def read(self, digest: str) -> bytes:
        """Raises FileNotFoundError when the blob is gone."""
        return self._place(digest).read_bytes()

    def intact(self, digest: str) -> bool:
        """Whether the blob is there and its bytes still have this hash."""
        if not SHA256.fullmatch(digest):
            return False
        place = self._place(digest)
        return place.is_file() and sha256(place.read_bytes()).hexdigest() == digest

    def _place(self, digest: str) -> Path:
        if not SHA256.fullmatch(digest):
            raise ValueError(f"no SHA-256 in hex: {digest!r}")
        return self.folder / digest[:2] / digest


def write_whole(place: Path, content: bytes) -> None:
    """Write a file that only its owner can read: durably and with all its bytes, or not at all."""
    if not place.parent.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        _sync_folder(place.parent.parent)
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(place.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
