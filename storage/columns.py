"""Column types that the nouns share: terms stored as their text, and fresh opaque ids."""

import secrets
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field


class TermColumn(TypeDecorator[StrEnum]):
    """A StrEnum stored as its value, so that a stored word can be read without this program."""

    impl = String(40)
    cache_ok = True

    def __init__(self, vocabulary: type[StrEnum]) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        return None if value is None else self.vocabulary(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.vocabulary(value)


def term(vocabulary: type[StrEnum], default: StrEnum | None = None, **options: Any) -> Any:
    """A field whose value is one word of ``vocabulary``; required unless a default is given."""
    if default is not None:
        options["default"] = default
    return Field(sa_type=TermColumn(vocabulary), **options)


def index_of(name: str, rows: str, *columns: str) -> Index:
    """An index of only these rows: a condition in SQL, which a query has to repeat without parameters."""
    return Index(name, *columns, sqlite_where=text(rows), postgresql_where=text(rows))


def fresh_id() -> str:
    """An id that says nothing about what it names: 16 random URL-safe characters, 96 bits."""
    return secrets.token_urlsafe(12)


def fresh_slug() -> str:
    """A fresh id that people can read, in the form of content ids: 12 hexadecimal digits."""
    return secrets.token_hex(6)


def id_field() -> Any:
    return Field(default_factory=fresh_id, primary_key=True, max_length=24)
