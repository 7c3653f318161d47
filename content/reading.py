"""Reads one content file and remembers the line of every key, so that an error names its line.

Every scalar stays text, so that an id such as 1.10 or a word such as no is kept as written; the models convert.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

Place = tuple[str | int, ...]


class ContentError(Exception):
    """A content file cannot be used: ``file`` is relative to its folder, ``line`` counts from 1."""

    def __init__(self, file: Path, line: int, reason: str) -> None:
        super().__init__(file, line, reason)
        self.file = file
        self.line = line
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.file.as_posix()} line {self.line}: {self.reason}"


@dataclass(frozen=True)
class ParsedFile:
    """One file: its values, the line of each value, and the Markdown below the front matter."""

    file: Path
    values: Any
    lines: Mapping[Place, int]
    body: str = ""
    body_line: int = 1

    def error(self, place: Place, reason: str) -> ContentError:
        """The error at a place, or at the nearest place around it that the file has."""
        while place and place not in self.lines:
            place = place[:-1]
        return ContentError(self.file, self.lines.get(place, 1), reason)


class ContentFolder:
    """One folder of content, with a fingerprint of each file that was read from it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._fingerprints: dict[str, str] = {}

    def yaml(self, name: str) -> ParsedFile:
        values, lines = _parse(Path(name), self._text(name), above=0)
        return ParsedFile(Path(name), values, lines)

    def has(self, name: str) -> bool:
        return (self.folder / PurePosixPath(name)).is_file()

    def markdown(self, name: str) -> ParsedFile:
        """A Markdown file that begins with YAML between two lines of three dashes."""
        file, text = Path(name), self._text(name)
        if not text.startswith("---\n"):
            raise ContentError(
                file, 1, "the file must begin with a line of three dashes and its front matter"
            )
        front, closing, body = f"{text}\n"[4:].partition("\n---\n")
        if not closing:
            raise ContentError(file, 1, "the front matter has no closing line of three dashes")
        values, lines = _parse(file, front, above=1)
        before_text = len(body) - len(body.lstrip("\n"))
        return ParsedFile(file, values, lines, body.strip(), front.count("\n") + 4 + before_text)

    def names(self, under: str, suffix: str) -> list[str]:
        """The files of one kind in a subfolder, in order of name; any other visible file is refused."""
        folder = self.folder / under
        if not folder.is_dir():
            raise ContentError(Path(under), 1, "the folder is missing")
        names = sorted(path.name for path in folder.iterdir() if not path.name.startswith((".", "__")))
        for name in names:
            if not name.endswith(suffix):
                raise ContentError(Path(under, name), 1, f"only files that end in {suffix} belong here")
        if not names:
            raise ContentError(Path(under), 1, f"the folder holds no {suffix} file")
        return [f"{under}/{name}" for name in names]

    def version(self, *beginnings: str) -> str:
        """The first 12 hex digits of SHA-256 over the names and fingerprints of the files read so far.

        With ``beginnings``, only of files whose name begins with one of them.
        """
        names = sorted(name for name in self._fingerprints if name.startswith(beginnings or ("",)))
        listing = "".join(f"{self._fingerprints[name]}  {name}\n" for name in names)
        return hashlib.sha256(listing.encode()).hexdigest()[:12]

    def _text(self, name: str) -> str:
        """The file's text with plain line ends, so that a checkout on Windows has the same fingerprint."""
        try:
            raw = (self.folder / PurePosixPath(name)).read_bytes()
        except OSError as error:
            raise ContentError(Path(name), 1, f"the file cannot be read: {error.strerror}") from error
        try:
            text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise ContentError(Path(name), line, "the file is not UTF-8 text") from error
        self._fingerprints[name] = hashlib.sha256(text.encode()).hexdigest()
        return text


def _parse(file: Path, text: str, above: int) -> tuple[Any, dict[Place, int]]:
    """Values and lines of YAML text; ``above`` is the number of lines before it in the file."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise _syntax_error(file, error, above) from error
    if node is None:
        raise ContentError(file, 1 + above, "nothing is written here")
    lines: dict[Place, int] = {}
    return _NodeReader(file, above, lines).value(node, ()), lines


def _syntax_error(file: Path, error: yaml.YAMLError, above: int) -> ContentError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    return ContentError(file, (mark.line + 1 if mark else 1) + above, f"not readable as YAML: {problem}")


class _NodeReader:
    """Turns YAML nodes into text, lists and dictionaries, and notes the line of each place."""

    def __init__(self, file: Path, above: int, lines: dict[Place, int]) -> None:
        self.file = file
        self.above = above
        self.lines = lines
        self._node_ids: set[int] = set()

    def value(self, node: yaml.Node, place: Place) -> Any:
        line = self._line(node)
        self.lines.setdefault(place, line)
        if id(node) in self._node_ids:
            raise ContentError(
                self.file, line, "anchors and aliases (& and *) are not used here; write it out"
            )
        self._node_ids.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        return node.value

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = self._line(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                raise ContentError(self.file, line, "a key must be plain text")
            key = key_node.value
            if key in values:
                raise ContentError(self.file, line, f'the key "{key}" stands here twice')
            self.lines[*place, key] = line
            values[key] = self.value(value_node, (*place, key))
        return values

    def _line(self, node: yaml.Node) -> int:
        return node.start_mark.line + 1 + self.above
