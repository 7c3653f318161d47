"""The command line as somebody at a terminal has it: words typed, an exit code, and what was printed where."""

import asyncio
import contextlib
import io
import logging
import os
import re
import signal
import sys
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from bot.settings import Settings
from handlers.cli import main

STARTS_WITHIN = 30.0  # seconds, on a busy machine
SETTINGS = [name.upper() for name in Settings.model_fields]


@dataclass(frozen=True)
class Ended:
    code: object
    out: str
    err: str


def types(*words: str, folder: Path, **settings: str) -> Ended:
    """Run ``socrates WORDS`` in this process, in a folder and with no other settings; a traceback is raised."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, own_logging():
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["socrates", *words])
        for name in SETTINGS:
            patch.delenv(name, raising=False)
        for name, value in settings.items():
            patch.setenv(name, value)
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            pytest.raises(SystemExit) as ended,
        ):
            main()
    return Ended(ended.value.code or 0, out.getvalue(), err.getvalue())


async def starts(*words: str, folder: Path, **settings: str) -> tuple[asyncio.subprocess.Process, list[str]]:
    """``socrates WORDS`` in a process of its own, once it has printed its first line; the addresses in that."""
    others = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "handlers.cli", *words),
        cwd=folder,
        env={**others, "PYTHONUNBUFFERED": "1", **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    async with asyncio.timeout(STARTS_WITHIN):
        told = (await process.stdout.readline()).decode()
    return process, re.findall(r"http://[\w.]+:[0-9]+", told)


async def stops(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    """Its exit code after SIGTERM, and what it complained of."""
    process.send_signal(signal.SIGTERM)
    _, complaints = await process.communicate()
    return process.returncode, complaints.decode()


@contextlib.contextmanager
def own_logging() -> Generator[None]:
    """What a command sets up for the logs of its process is undone after the block."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:], root.level = handlers, level
        structlog.reset_defaults()
