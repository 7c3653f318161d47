"""Evidence files: the same bytes once, named by their hash, whole or not there at all."""

import os
import time
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.files import FileStore
from tests.storage.children import child, die_at, kill, status_of

REPORT = b"access review, signed"
DIGEST = sha256(REPORT).hexdigest()
BIG = bytes(range(256)) * 40_000
HOSTILE = (
    "../../etc/passwd",
    "/etc/passwd",
    "..",
    "",
    DIGEST.upper(),
    DIGEST[:-1],
    DIGEST + "\n",
    DIGEST[:-3] + "/..",
    "a" * 63 + "\x00",
    "ab/" + DIGEST,
)


def stored(files: FileStore) -> list[Path]:
    return sorted(path for path in files.folder.rglob("*") if path.is_file())


def test_the_name_is_the_hash_of_the_bytes(files: FileStore) -> None:
    assert files.put(REPORT) == DIGEST
    assert stored(files) == [files.folder / DIGEST[:2] / DIGEST]
    assert files.read(DIGEST) == REPORT
    assert files.intact(DIGEST)


def test_the_same_bytes_are_stored_once_and_never_written_again(files: FileStore) -> None:
    files.put(REPORT)
    (blob,) = stored(files)
    before = (blob.stat().st_ino, blob.stat().st_mtime_ns)
    assert files.put(REPORT) == DIGEST
    assert [(blob.stat().st_ino, blob.stat().st_mtime_ns) for blob in stored(files)] == [before]


def test_only_the_owner_reads_evidence(files: FileStore) -> None:
    files.put(REPORT)
    assert [blob.stat().st_mode & 0o077 for blob in stored(files)] == [0]


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
def test_any_bytes_come_back(files: FileStore, content: bytes) -> None:
    digest = files.put(content)
    assert digest == sha256(content).hexdigest()
    assert files.read(digest) == content
    assert files.intact(digest)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_never_becomes_a_path(files: FileStore, name: str) -> None:
    assert not files.intact(name)
    with pytest.raises(ValueError, match="no SHA-256"):
        files.read(name)


def test_a_blob_that_is_gone_says_so(files: FileStore) -> None:
    assert not files.intact(DIGEST)
    with pytest.raises(FileNotFoundError):
        files.read(DIGEST)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_one_that_dies_before_the_file_is_whole_leaves_none(files: FileStore, step: str) -> None:
    def put_and_die() -> None:
        die_at(os, step)
        files.put(REPORT)

    with child(put_and_die) as pid:
        assert status_of(pid) == 9
    assert not files.intact(DIGEST)
    assert not (files.folder / DIGEST[:2] / DIGEST).exists()
    assert files.put(REPORT) == DIGEST
    assert files.intact(DIGEST)


@pytest.mark.parametrize("after", [0.0, 0.001, 0.003, 0.006, 0.01, 0.02])
def test_a_kill_at_any_moment_leaves_whole_files_alone(files: FileStore, after: float) -> None:
    def put_many() -> None:
        for number in range(1_000):
            files.put(BIG + bytes([number % 256, number // 256]))

    with child(put_many) as pid:
        time.sleep(after)
        kill(pid)
    for blob in stored(files):
        assert blob.name.startswith(".") or files.intact(blob.name)


def test_a_full_disk_leaves_nothing(files: FileStore) -> None:
    """Stood in for by a limit on the size of files."""

    def put_beyond_the_limit() -> None:
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
        with pytest.raises(OSError, match="too large"):
            files.put(BIG)

    with child(put_beyond_the_limit) as pid:
        assert status_of(pid) == 0
    assert stored(files) == []
