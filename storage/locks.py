"""Row locks: a verb locks the rows that it decides on until its transaction ends, so that no other replica decides too.

``to_change`` takes effect only inside a transaction: a form that is merely opened holds nobody up.
"""

from typing import Any, TypeVar

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

WRITES = "writes"
Noun = TypeVar("Noun", bound=SQLModel)
Rows = TypeVar("Rows", bound=SelectOfScalar[Any])


async def row_by_key(session: AsyncSession, noun: type[Noun], key: str, *, to_change: bool) -> Noun | None:
    return await session.get(noun, key, with_for_update=_locks(session, to_change=to_change) or None)


def locked(session: AsyncSession, rows: Rows, *, to_change: bool = True) -> Rows:
    return rows.with_for_update() if _locks(session, to_change=to_change) else rows


def _locks(session: AsyncSession, *, to_change: bool) -> bool:
    return to_change and bool(session.info.get(WRITES))
