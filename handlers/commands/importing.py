"""Controls and events from a file at the terminal: the dry run, the import, the templates, the programme as a file."""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

from bot.desk import Desk, Identity, open_desk
from bot.errors import Refusal
from bot.events.rules.sheets import events_template, holds_events
from bot.events.sheets import import_events, preview_events
from bot.events.views import sheets
from bot.register.importing import holder_names, import_controls, preview_import, sheet_of_controls
from bot.register.rules.sheets import control_template
from bot.register.views.importing import import_preview, import_report
from bot.settings import Settings
from bot.sheet_mistakes import SheetMistakes
from bot.work import real_now
from content.cells import SheetError
from content.sheets import MAX_BYTES, csv_file, read_sheet
from content.workbooks import workbook_file
from handlers.commands.stored import open_stored, require_key
from handlers.faults import Misconfigured

SHEET = "Controls"
WITHOUT = "There is no programme to import into"
NOBODY = "Nobody is known here yet. Start socrates serve once, so that it meets your workspace and its leads."


async def preview(settings: Settings, file: Path) -> str:
    """What an import of the file would do. Writes nothing; a server may run meanwhile."""
    with _mistakes_told(file):
        lines = read_sheet(_content(file))
        async with open_stored(settings, WITHOUT, empty=NOBODY) as stored, stored.snapshot() as work:
            if holds_events(lines):
                return sheets.event_plan_text(*await preview_events(work, lines))
            return import_preview(await preview_import(work, lines), await holder_names(work))


async def apply(settings: Settings, file: Path, lead: str, reason: str) -> str:
    """Import the file and report what changed. On SQLite raises DatabaseLocked while a server runs."""
    with _mistakes_told(file):
        lines = read_sheet(_content(file))
        async with _offline_desk(settings) as desk:
            if holds_events(lines):
                return sheets.event_import_text(*await import_events(desk, lead, lines, reason))
            plan, person = await import_controls(desk, lead, lines, reason)
            return import_report(plan, person.name)


async def write_current(settings: Settings, file: Path, *, force: bool) -> str:
    encode = _encoder(file)
    async with open_stored(settings, WITHOUT, empty=NOBODY) as stored, stored.snapshot() as work:
        rows = await sheet_of_controls(work)
    _write(file, encode(rows), force=force)
    return (
        f"{len(rows) - 1} controls are in {file}. Change it, and see what it would do: socrates import {file}"
    )


def write_template(file: Path, *, of_events: bool, force: bool) -> str:
    rows, noun = (events_template(), "events") if of_events else (control_template(), "controls")
    _write(file, _encoder(file)(rows), force=force)
    return f"The template is in {file}. Put your {noun} in place of its example: socrates import {file}"


@asynccontextmanager
async def _offline_desk(settings: Settings) -> AsyncGenerator[Desk]:
    """Without a connection to Slack: what an import has to say goes into the next reminders."""
    async with open_stored(settings, WITHOUT, empty=NOBODY) as stored:
        workspace, now = stored.workspace, stored.now
    require_key(settings)
    identity = Identity(workspace.id, workspace.name, bot_user_id="", scopes=frozenset())
    clock = (lambda: now) if workspace.sandbox else real_now
    async with open_desk(settings, clock, sandbox=workspace.sandbox, identity=identity) as desk:
        yield desk


@contextmanager
def _mistakes_told(file: Path) -> Generator[None]:
    """Turns what the person at the terminal can mend into Misconfigured."""
    try:
        yield
    except SheetMistakes as mistaken:
        mistakes = "".join(f"\n  {mistake}" for mistake in mistaken.mistakes)
        raise Misconfigured(f"{file} cannot be imported, and nothing was changed:{mistakes}") from mistaken
    except SheetError as fault:
        raise Misconfigured(f"{file} cannot be imported, and nothing was changed. {fault}") from fault
    except Refusal as refusal:
        raise Misconfigured(f"Nothing was changed. {refusal}") from refusal


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as fault:
        raise Misconfigured(f"{file} cannot be read: {fault.strerror}.") from fault


def _encoder(file: Path) -> Callable[[list[list[str]]], bytes]:
    match file.suffix.lower():
        case ".csv":
            return csv_file
        case ".xlsx":
            return partial(workbook_file, name=SHEET)
    raise Misconfigured(f"{file} must end in .csv or in .xlsx.")


def _write(file: Path, content: bytes, *, force: bool) -> None:
    try:
        with file.open("wb" if force else "xb") as stream:
            stream.write(content)
    except FileExistsError as fault:
        raise Misconfigured(
            f"{file} is there already. Name another file, or add --force to replace it."
        ) from fault
    except OSError as fault:
        raise Misconfigured(f"{file} cannot be written: {fault.strerror}.") from fault
