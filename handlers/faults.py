"""Faults that a person at the terminal can mend, each told in one sentence with exit code 1."""

from collections.abc import Generator
from contextlib import contextmanager

import typer


@contextmanager
def told_in_a_sentence() -> Generator[None]:
    """Everything else keeps its traceback: it is a fault of ours."""
    from content.reading import ContentError

    try:
        yield
    except ContentError as broken:
        _end(f"The content cannot be used. {broken}")
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except Exception as fault:
        sentence = _sentence(fault)
        if sentence is None:
            raise
        _end(sentence)


def _sentence(fault: Exception) -> str | None:
    """The families are looked up only now, since importing them is slow."""
    from sqlalchemy.exc import OperationalError

    from bot.desk import SlackRefused
    from bot.people import WrongWorkspace
    from handlers.sandbox import UnreadableState
    from handlers.serve import Misconfigured
    from storage.database import DatabaseLocked
    from storage.schema import SchemaMismatch

    if isinstance(fault, DatabaseLocked):
        return f"Another process is using the data folder {fault}. Stop it first, or set another DATA_DIR."
    if isinstance(fault, SlackRefused | WrongWorkspace | SchemaMismatch | Misconfigured | UnreadableState):
        return str(fault)
    if isinstance(fault, OperationalError):
        return f"The database cannot be used: {fault.orig}"
    if isinstance(fault, OSError) and fault.filename is None and fault.errno is not None:
        return f"The port cannot be used: {fault.strerror}."
    return None


def _end(sentence: str) -> None:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
