"""Faults that a person at the terminal can mend: each ends the command with one sentence and exit code 1."""

import errno
from types import TracebackType

import typer

PORT_FAULTS = {errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES}


class Misconfigured(Exception):
    """A setting or an option is missing or wrong; the message says which."""


class TellKnownFaults:
    """Around a command: a known fault becomes its sentence; any other is our own and keeps its traceback."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(fault, Exception) and (sentence := _sentence(fault)):
            typer.echo(sentence, err=True)
            raise SystemExit(1) from None


def _sentence(fault: Exception) -> str | None:
    if isinstance(fault, Misconfigured):
        return str(fault)
    if isinstance(fault, OSError):
        return _machine_sentence(fault)
    return _product_sentence(fault)


def _machine_sentence(fault: OSError) -> str | None:
    if isinstance(fault, PermissionError | NotADirectoryError | FileExistsError) and fault.filename:
        return f"{fault.filename} cannot be used: {fault.strerror}."
    if fault.errno in PORT_FAULTS:
        return f"The port cannot be used: {fault.strerror}."
    if fault.errno == errno.ENOSPC:
        return "The disk is full."
    return None


def _product_sentence(fault: Exception) -> str | None:
    """Imports the families of errors only now, since that is slow."""
    from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

    from bot.desk import SlackRefused
    from bot.events.directory import WrongWorkspace
    from bot.readiness.rules.status import Unreconciled
    from bot.readiness.views.status import report_fails
    from bot.register.content_adoption import UnversionedPolicyChange
    from content.reading import ContentError
    from handlers.sandbox import UnreadableState
    from storage.database import DatabaseLocked
    from storage.schema import SchemaMismatch

    if isinstance(fault, ContentError):
        return f"The content cannot be used. {fault}"
    if isinstance(fault, Unreconciled):
        return report_fails(str(fault))
    if isinstance(fault, DatabaseLocked):
        return f"Another process is using the data folder {fault}. Stop it first, or set another DATA_DIR."
    if isinstance(
        fault, SlackRefused | WrongWorkspace | UnversionedPolicyChange | SchemaMismatch | UnreadableState
    ):
        return str(fault)
    if isinstance(fault, OperationalError) or type(fault) is DatabaseError:
        return f"The database cannot be used: {str(fault.orig).splitlines()[0]}."
    if isinstance(fault, ArgumentError):
        return "DATABASE_URL cannot be used: it is no address of a database."
    return None
