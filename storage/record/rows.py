"""Walking a whole table by primary key, page by page, past rows whose stored values nobody can read."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, inspect, select, tuple_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import SQLModel
from sqlmodel import select as select_nouns
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.prepared import Prepared

Key = tuple[Any, ...]
Stored = Row[Any]
PAGE = 1_000
PARAMETERS = 500
FEW = 5


async def page_after(
    session: AsyncSession, noun: type[SQLModel], last: Key | None
) -> list[tuple[Key, Stored | None]]:
    """The next rows with their keys, from the first if ``last`` is None. An unreadable row is None."""
    rows = await readable(session, _after(select(*inspect(noun).columns), noun, last))
    if rows is not None:
        key_of = _key_of(noun)
        return [(key_of(row), row) for row in rows]
    keys = await _all(session, _after(select(*_key_columns(noun)), noun, last))
    return [(tuple(key), await _row(session, noun, tuple(key))) for key in keys]


async def readable_rows(session: AsyncSession, noun: type[SQLModel], ids: Sequence[str]) -> dict[str, Stored]:
    """The rows with these ids, without those that are missing or unreadable."""
    (key,) = _key_columns(noun)
    rows_by_id: dict[str, Stored] = {}
    key_of = _key_of(noun)
    for start in range(0, len(ids), PARAMETERS):
        batch = ids[start : start + PARAMETERS]
        rows = await readable(session, select(*inspect(noun).columns).where(key.in_(batch)))
        if rows is None:
            rows = [row for row in [await _row(session, noun, (each,)) for each in batch] if row]
        rows_by_id |= {key_of(row)[0]: row for row in rows}
    return rows_by_id


async def read_again(session: AsyncSession, noun: type[SQLModel], rows: Sequence[SQLModel]) -> None:
    """Reload these rows from the database, in few statements."""
    if len(rows) <= FEW:
        for row in rows:
            await _read_one_again(session, noun, row)
        return
    keys = [inspect(noun).primary_key_from_instance(row) for row in rows]
    for start in range(0, len(keys), PARAMETERS):
        in_batch = tuple_(*_key_columns(noun)).in_(keys[start : start + PARAMETERS])
        await session.exec(select_nouns(noun).where(in_batch).execution_options(populate_existing=True))


async def row_by_key_to_change(
    session: AsyncSession, noun: type[SQLModel], *key: object
) -> dict[str, Any] | None:
    """The columns of a row, which is locked until the transaction ends."""
    return await _columns(session, _read_to_change(noun), noun, key)


async def _read_one_again(session: AsyncSession, noun: type[SQLModel], row: SQLModel) -> None:
    key = inspect(noun).primary_key_from_instance(row)
    columns = await _columns(session, _read_by_key(noun), noun, key) or {}
    for name, value in columns.items():
        if getattr(row, name) != value:
            set_committed_value(row, name, value)


async def _columns(
    session: AsyncSession, read: Prepared, noun: type[SQLModel], key: Sequence[object]
) -> dict[str, Any] | None:
    found = await read.rows(session, **{f"key_{place}": part for place, part in enumerate(key)})
    names = [column.key for column in inspect(noun).columns]
    return next((dict(zip(names, row, strict=True)) for row in found), None)


@cache
def _read_by_key(noun: type[SQLModel]) -> Prepared:
    return Prepared(_by_key(noun))


@cache
def _read_to_change(noun: type[SQLModel]) -> Prepared:
    return Prepared(_by_key(noun).with_for_update())


def _by_key(noun: type[SQLModel]) -> Select[*tuple[Any, ...]]:
    parts = [column == bindparam(f"key_{place}") for place, column in enumerate(_key_columns(noun))]
    return select(*inspect(noun).columns).where(*parts)


async def readable(session: AsyncSession, rows: Select[Any]) -> Sequence[Stored] | None:
    """The rows, or None when a stored value is not of its column's kind, as SQLite allows."""
    try:
        return await _all(session, rows)
    except (ValueError, TypeError):
        return None
    except DBAPIError as fault:
        if "decode" not in str(fault.orig):
            raise
        return None


def _after(rows: Select[Any], noun: type[SQLModel], last: Key | None) -> Select[Any]:
    keys = _key_columns(noun)
    return (rows if last is None else rows.where(tuple_(*keys) > last)).order_by(*keys).limit(PAGE)


async def _row(session: AsyncSession, noun: type[SQLModel], key: Key) -> Stored | None:
    rows = select(*inspect(noun).columns).where(tuple_(*_key_columns(noun)) == key)
    return next(iter(await readable(session, rows) or ()), None)


async def _all(session: AsyncSession, rows: Select[Any]) -> Sequence[Stored]:
    return (await (await session.connection()).execute(rows)).all()


@cache
def _key_of(noun: type[SQLModel]) -> Callable[[Stored], Key]:
    """What gives the key of a row that has all columns of the noun."""
    names = [column.name for column in inspect(noun).columns]
    places = [names.index(column.name) for column in inspect(noun).primary_key]
    return lambda row: tuple([row[place] for place in places])


def _key_columns(noun: type[SQLModel]) -> list[Any]:
    return [inspect(noun).columns[column.name] for column in inspect(noun).primary_key]
