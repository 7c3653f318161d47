"""Walking a whole table, page by page, by primary key."""

from collections.abc import AsyncIterator
from typing import TypeVar

from sqlalchemy import inspect, tuple_
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.record import Recorded

Noun = TypeVar("Noun", bound=Recorded)
PAGE = 1_000


async def all_rows(session: AsyncSession, noun: type[Noun]) -> AsyncIterator[Noun]:
    mapper = inspect(noun)
    key = [mapper.columns[column.name] for column in mapper.primary_key]
    last: tuple[object, ...] | None = None
    while True:
        rows = select(noun).order_by(*key).limit(PAGE)
        if last is not None:
            rows = rows.where(tuple_(*key) > last)
        page = (await session.exec(rows)).all()
        for row in page:
            yield row
        if len(page) < PAGE:
            return
        last = mapper.primary_key_from_instance(page[-1])
