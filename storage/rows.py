"""Walking a whole table by primary key, page by page, past rows whose stored values nobody can read."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import inspect, tuple_
from sqlalchemy import select as select_columns
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

Noun = TypeVar("Noun", bound=SQLModel)
Key = tuple[Any, ...]
PAGE = 1_000
PARAMETERS = 500
# What the column types and SQLite's driver raise for a value that is none of theirs.
UNREADABLE = (ValueError, TypeError, DBAPIError)


async def page_after(
    session: AsyncSession, noun: type[Noun], last: Key | None
) -> list[tuple[Key, Noun | None]]:
    """The next rows with their keys, from the first if ``last`` is None; None stands for an unreadable row."""
    columns = _key_columns(noun)
    rows = select(noun).order_by(*columns).limit(PAGE)
    if last is not None:
        rows = rows.where(tuple_(*columns) > last)
    try:
        return [(_key(row), row) for row in (await session.exec(rows)).all()]
    except UNREADABLE:
        keys = select_columns(*columns).order_by(*columns).limit(PAGE)
        if last is not None:
            keys = keys.where(tuple_(*columns) > last)
        found = [tuple(key) for key in (await session.exec(keys)).all()]
        return [(key, await _row(session, noun, key)) for key in found]


async def readable_rows(session: AsyncSession, noun: type[Noun], ids: Sequence[str]) -> dict[str, Noun]:
    """The rows with these ids, as far as they are there and can be read."""
    (column,) = _key_columns(noun)
    found: dict[str, Noun] = {}
    for start in range(0, len(ids), PARAMETERS):
        some = ids[start : start + PARAMETERS]
        try:
            rows = list((await session.exec(select(noun).where(column.in_(some)))).all())
        except UNREADABLE:
            tried = [await _row(session, noun, (each,)) for each in some]
            rows = [row for row in tried if row]
        found |= {_key(row)[0]: row for row in rows}
    return found


async def _row(session: AsyncSession, noun: type[Noun], key: Key) -> Noun | None:
    try:
        return (await session.exec(select(noun).where(tuple_(*_key_columns(noun)) == key))).first()
    except UNREADABLE:
        return None


def _key_columns(noun: type[SQLModel]) -> list[Any]:
    return [inspect(noun).columns[column.name] for column in inspect(noun).primary_key]


def _key(row: SQLModel) -> Key:
    return tuple(inspect(row).mapper.primary_key_from_instance(row))
