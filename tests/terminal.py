"""The command line as somebody at a terminal has it: words typed, an exit code, and what was printed where."""

import contextlib
import io
import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from bot.settings import Settings
from handlers.cli import main

SETTINGS = [name.upper() for name in Settings.model_fields]


@dataclass(frozen=True)
class Ended:
    code: object
    out: str
    err: str


def types(*words: str, folder: Path, **settings: str) -> Ended:
    """Run ``socrates WORDS`` in this process, in a folder and with no other settings; a traceback is raised."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, _own_logging():
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


def command(*words: str) -> list[str]:
    """The words of ``socrates WORDS`` for a process of its own."""
    return [sys.executable, "-m", "handlers.cli", *words]


def surroundings(**settings: str) -> dict[str, str]:
    """This process's environment without the settings that somebody may have made in it."""
    return {name: value for name, value in os.environ.items() if name not in SETTINGS} | settings


@contextlib.contextmanager
def _own_logging():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:], root.level = handlers, level
        structlog.reset_defaults()
