"""A copy of the packaged content that a test may break, small enough to be read soon."""

import re
import shutil
from pathlib import Path

from content.library import PACKAGED

ENTRY = "knowledge/bridge-letter.md"


def copy_few_entries(folder: Path) -> Path:
    """One entry and those that it relates to; everything else as it is packaged."""
    shutil.copytree(PACKAGED, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "knowledge"))
    (folder / "knowledge").mkdir()
    shutil.copy(PACKAGED / ENTRY, folder / ENTRY)
    [names] = re.findall(r"(?m)^related: \[(.*)\]$", (PACKAGED / ENTRY).read_text(encoding="utf-8"))
    for related in names.split(", "):
        text = (PACKAGED / "knowledge" / f"{related}.md").read_text(encoding="utf-8")
        alone = re.sub(r"(?m)^related: .*\n", "", text)
        (folder / "knowledge" / f"{related}.md").write_text(alone, encoding="utf-8")
    return folder
