"""Walking a whole table by primary key, page by page, past rows whose stored values nobody can read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, inspect, select, tuple_
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

Key = tuple[Any, ...]
Stored = Row[Any]
PAGE = 1_000
PARAMETERS = 500
# What the column types and SQLite's driver raise for a value that is none of theirs.
UNREADABLE = (ValueError, TypeError, DBAPIError)


async def page_after(
    session: AsyncSession, noun: type[SQLModel], last: Key | None
) -> list[tuple[Key, Stored | None]]:
    """The next rows with their keys, from the first if ``last`` is None; None stands for an unreadable row."""
    try:
        rows = (await session.exec(_after(select(*inspect(noun).columns), noun, last))).all()
        return [(_key(noun, row), row) for row in rows]
    except UNREADABLE:
        keys = (await session.exec(_after(select(*_key_columns(noun)), noun, last))).all()
        return [(tuple(key), await _row(session, noun, tuple(key))) for key in keys]


async def readable_rows(session: AsyncSession, noun: type[SQLModel], ids: Sequence[str]) -> dict[str, Stored]:
    """The rows with these ids, as far as they are there and can be read."""
    (key,) = _key_columns(noun)
    found: dict[str, Stored] = {}
    for start in range(0, len(ids), PARAMETERS):
        some = ids[start : start + PARAMETERS]
        try:
            rows = (await session.exec(select(*inspect(noun).columns).where(key.in_(some)))).all()
        except UNREADABLE:
            tried = [await _row(session, noun, (each,)) for each in some]
            rows = [row for row in tried if row]
        found |= {_key(noun, row)[0]: row for row in rows}
    return found


def _after(rows: Select[Any], noun: type[SQLModel], last: Key | None) -> Select[Any]:
    keys = _key_columns(noun)
    return (rows if last is None else rows.where(tuple_(*keys) > last)).order_by(*keys).limit(PAGE)


async def _row(session: AsyncSession, noun: type[SQLModel], key: Key) -> Stored | None:
    rows = select(*inspect(noun).columns).where(tuple_(*_key_columns(noun)) == key)
    try:
        return (await session.exec(rows)).first()
    except UNREADABLE:
        return None


def _key(noun: type[SQLModel], row: Stored) -> Key:
    return tuple(getattr(row, column.name) for column in inspect(noun).primary_key)


def _key_columns(noun: type[SQLModel]) -> list[Any]:
    return [inspect(noun).columns[column.name] for column in inspect(noun).primary_key]
