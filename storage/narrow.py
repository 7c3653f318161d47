"""Reads a few columns of many rows: an object of the noun for each row would take most of the time."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Select
from sqlmodel.ext.asyncio.session import AsyncSession

# SQLite takes 32,766 parameters in a statement since 3.32, and PostgreSQL 65,535.
PARAMETERS = 5_000


def batches(ids: Iterable[str]) -> Iterator[list[str]]:
    """Each id once, as many at a time as a statement may name."""
    rest = iter(set(ids))
    while batch := list(islice(rest, PARAMETERS)):
        yield batch


async def narrow_rows(session: AsyncSession, rows: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    """Tuples of the columns."""
    return (await (await session.connection()).execute(rows)).all()
