"""Child processes: what a second process meets, and what one that is killed leaves behind."""

import contextlib
import os
import signal
import time
import traceback
import warnings
from collections.abc import Callable, Generator

import pytest

PATIENCE_SECONDS = 20.0


@contextlib.contextmanager
def child(act: Callable[[], object]) -> Generator[int]:
    """A fork that acts and ends with 0, or with 1 if it raised; a fresh interpreter takes 2 s to import."""
    if not hasattr(os, "fork"):
        pytest.skip("this system has no fork")
    with warnings.catch_warnings():
        # Newer Pythons warn of forks beside threads; this child neither takes their locks nor waits for them.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        status = 1
        try:
            act()
            status = 0
        except BaseException:  # noqa: BLE001
            traceback.print_exc()
        finally:
            os._exit(status)
    try:
        yield pid
    finally:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def status_of(pid: int) -> int:
    """Wait for a child: its exit status, or minus the signal that ended it."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    raise TimeoutError(f"the child {pid} did not end")


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def die_at(module: object, step: str) -> None:
    """From now on this process ends, as by a kill, where it would take the step; for a child alone."""
    setattr(module, step, lambda *_: os._exit(9))
