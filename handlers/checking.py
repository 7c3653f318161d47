"""Checking content at the terminal, without Slack or a database."""

from pathlib import Path

from bot.rules.knowledge import build_index, rank
from content.library import Library, load_library


def check_content(folder: Path | None) -> tuple[str, bool]:
    """The report, and whether the content is sound. Raises ContentError for a file that cannot be read."""
    library = load_library(folder)
    lost = unfound(library)
    counts = (
        f"{len(library.knowledge)} entries, {len(library.decoys)} foreign topics, {len(library.criteria)} criteria, "
        f"{len(library.controls)} controls, {len(library.policies)} policies; content version {library.version}."
    )
    return "\n".join([counts, *lost]), not lost


def unfound(library: Library) -> list[str]:
    """Entries that their own title does not find first."""
    index = build_index(library.knowledge, library.decoys)
    lost = []
    for entry in library.knowledge:
        matches = rank(entry.title, index).matches
        if not matches or matches[0].entry.id != entry.id:
            found = matches[0].entry.id if matches else "nothing"
            lost.append(f"{entry.id}: its title “{entry.title}” finds {found}.")
    return lost
