"""Writing what leads approved in Slack as files of content, so that it can be reviewed and kept in git."""

import asyncio
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from bot.approved import with_approved
from bot.settings import Settings
from content.library import KNOWLEDGE, PACKAGED, load_library, read_entry
from content.models import OWN_ID_PREFIX, KnowledgeEntry
from content.reading import ContentFolder
from content.writing import entry_file, file_stem, with_phrasings
from handlers.commands.stored import require_database
from storage.database import Database
from storage.schema import require_current


async def export_content(settings: Settings, folder: Path) -> str:
    """The report. Raises Misconfigured without a database, SchemaMismatch for one of another release."""
    require_database(settings, "There is nothing to export")
    await asyncio.to_thread(require_current, settings.database)  # waits for locks, which the loop must not
    source = settings.content_dir or PACKAGED
    library = load_library(source)
    sessions = Database(settings.database)
    try:
        async with sessions.reading() as session:
            approved = await with_approved(session, library)
    finally:
        await sessions.close()
    current = {entry.id: entry for entry in library.knowledge}
    changed = [entry for entry in approved.knowledge if entry != current.get(entry.id)]
    if not changed:
        return "There is nothing to export: the content holds everything that leads have approved."
    target = folder / KNOWLEDGE
    target.mkdir(parents=True, exist_ok=True)
    names = _names(source)
    texts = {entry.id: _text(source, names, entry, current.get(entry.id)) for entry in changed}
    names |= _names(folder)
    for entry in changed:
        names.setdefault(entry.id, f"{KNOWLEDGE}/{_stem(entry, names)}.md")
        (folder / names[entry.id]).write_text(texts[entry.id], encoding="utf-8")
    paths = "\n".join(f"  {folder / names[entry.id]}" for entry in changed)
    return (
        f"Written, for review in git:\n{paths}\n"
        "Once they stand in your content folder, socrates check says what they lack. Leave the id in each as it is: "
        "by it the file takes the place of what was approved."
    )


def _names(folder: Path) -> dict[str, str]:
    """The name of each entry's file in the folder, by the entry's id."""
    shelf = ContentFolder(folder)
    names = [f"{KNOWLEDGE}/{path.name}" for path in sorted((folder / KNOWLEDGE).glob("*.md"))]
    return {read_entry(shelf.markdown(name)).id: name for name in names}


def _stem(entry: KnowledgeEntry, names: Mapping[str, str]) -> str:
    """From the title for an answer of the company's own, whose id says nothing; else the id."""
    if not entry.id.startswith(OWN_ID_PREFIX):
        return entry.id
    return file_stem(entry.title, {PurePosixPath(name).stem for name in names.values()})


def _text(
    source: Path, names: Mapping[str, str], entry: KnowledgeEntry, current: KnowledgeEntry | None
) -> str:
    """A file that only gains phrasings keeps its form; any other is written whole."""
    if current is None or entry.version != current.version:
        return entry_file(entry)
    name = names[entry.id]
    added = entry.phrasings[len(current.phrasings) :]
    text = (source / name).read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    return with_phrasings(text, ContentFolder(source).markdown(name), entry, added)
