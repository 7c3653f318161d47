"""The command line as a person at a terminal uses it: words, an exit code, and the output of both streams."""

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
    """Run ``socrates WORDS`` in this process, in a folder and with these settings alone; a traceback is raised."""
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
    """Start ``socrates WORDS`` in a process of its own; the process, and the addresses in its first line."""
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
        first_line = (await process.stdout.readline()).decode()
    return process, re.findall(r"http://[\w.]+:[0-9]+", first_line)


async def stops(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    """The exit code after SIGTERM, and the output on standard error."""
    process.send_signal(signal.SIGTERM)
    _, complaints = await process.communicate()
    return process.returncode, complaints.decode()


@contextlib.contextmanager
def own_logging() -> Generator[None]:
    """Restores the logging of this process after a command has set up its own."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:], root.level = handlers, level
        structlog.reset_defaults()
