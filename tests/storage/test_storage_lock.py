"""The data folder's lock: one process at a time, and free as soon as that one is dead."""

import sqlite3
import time
from pathlib import Path

import pytest

from storage.database import DatabaseLocked, lock_data_folder
from tests.storage.children import PATIENCE_SECONDS, child, kill, status_of


def hold_for_ever(folder: Path) -> None:
    guard = lock_data_folder(folder)
    (folder / "held").touch()
    time.sleep(PATIENCE_SECONDS)
    guard.close()


def wait_for(path: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not path.exists():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_a_second_process_is_refused_until_the_first_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with child(lambda: hold_for_ever(folder)) as first:
        wait_for(folder / "held")
        for _ in range(2):
            with pytest.raises(DatabaseLocked, match="data"):
                lock_data_folder(folder)
        kill(first)
        lock_data_folder(folder).close()


def test_a_refused_attempt_in_the_same_process_does_not_open_the_lock(tmp_path: Path) -> None:
    guard = lock_data_folder(tmp_path)
    with pytest.raises(DatabaseLocked):
        lock_data_folder(tmp_path)

    def refused() -> None:
        with pytest.raises(DatabaseLocked):
            lock_data_folder(tmp_path)

    with child(refused) as pid:
        assert status_of(pid) == 0
    guard.close()


def test_what_ends_in_peace_frees_it_too(tmp_path: Path) -> None:
    with child(lambda: lock_data_folder(tmp_path).close()) as pid:
        assert status_of(pid) == 0
    lock_data_folder(tmp_path).close()


def test_a_folder_that_is_no_database_is_not_called_locked(tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(b"somebody's notes, far longer than nothing" * 9)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        lock_data_folder(tmp_path)
