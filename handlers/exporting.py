"""Writing what leads approved in Slack as files of content, so that it can be reviewed and kept in git."""

from pathlib import Path

from bot.knowledge import with_approved
from bot.settings import Settings
from content.library import KNOWLEDGE, PACKAGED, load_library
from content.models import KnowledgeEntry
from content.reading import Shelf
from content.writing import entry_file, with_phrasings
from handlers.auditing import require_database
from storage.database import Database
from storage.schema import require_current


async def export_content(settings: Settings, folder: Path) -> str:
    """What was written. Raises Misconfigured without a database, SchemaMismatch for one of another release."""
    require_database(settings, "There is nothing to export")
    require_current(settings.database)
    source = settings.content_dir or PACKAGED
    library = load_library(source)
    sessions = Database(settings.database)
    try:
        async with sessions.reading() as session:
            informed = await with_approved(session, library)
    finally:
        await sessions.close()
    known = {entry.id: entry for entry in library.knowledge}
    changed = [entry for entry in informed.knowledge if entry != known.get(entry.id)]
    if not changed:
        return "There is nothing to export: the content holds everything that leads have approved."
    target = folder / KNOWLEDGE
    target.mkdir(parents=True, exist_ok=True)
    for entry in changed:
        text = _text(source, entry, known.get(entry.id))
        (target / f"{entry.id}.md").write_text(text, encoding="utf-8")
    listed = "\n".join(f"  {target / entry.id}.md" for entry in changed)
    return (
        f"Written, for review in git:\n{listed}\n"
        "Once they stand in your content folder, socrates check says what they lack."
    )


def _text(source: Path, entry: KnowledgeEntry, known: KnowledgeEntry | None) -> str:
    """A file that only gains phrasings keeps its form; any other is written whole."""
    if known is None or entry.version != known.version:
        return entry_file(entry)
    name = f"{KNOWLEDGE}/{entry.id}.md"
    added = entry.phrasings[len(known.phrasings) :]
    text = (source / name).read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    return with_phrasings(text, Shelf(source).markdown(name), entry, added)
