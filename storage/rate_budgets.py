"""Rate budgets: what is left of the calls that Slack takes of a Web API method. All replicas share them."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import bindparam, inspect, update
from sqlalchemy.dialects.postgresql import insert  # SQLite has the same clause.
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession


class RateBudget(SQLModel, table=True):
    """What a method may still be called, in real time.

    ``per_minute`` is the pace that Slack has let us keep. ``calls`` were made since ``minute_began_at``, and
    ``calls_before`` in the minute before. ``tokens`` are what is left for messages that nobody waits for, at
    ``filled_at``; they are negative when answers have used more. Nothing is called before ``parked_until``.
    """

    __tablename__ = "rate_budget"
    method: str = Field(primary_key=True, max_length=60)
    per_minute: float
    tokens: float
    filled_at: datetime
    minute_began_at: datetime
    calls: int = 0
    calls_before: int = 0
    parked_until: datetime | None = None


_TABLE = inspect(RateBudget).local_table
_LOCKED = (
    select(*_TABLE.c)
    .where(_TABLE.c.method.in_(bindparam("methods", expanding=True)))
    .order_by(_TABLE.c.method)
    .with_for_update()
)
_KEPT = (
    update(_TABLE)
    .where(_TABLE.c.method == bindparam("of_method"))
    .values({column.name: bindparam(column.name) for column in _TABLE.c if not column.primary_key})
)


async def locked_budgets(session: AsyncSession, new: Collection[RateBudget]) -> dict[str, RateBudget]:
    """By method, locked for this transaction; a ``new`` one takes the place of one that is not stored yet.

    All who need several lock them in one order, so that no two wait for each other.
    """
    connection = await session.connection()
    found = await _locked(connection, new)
    if missing := [budget for budget in new if budget.method not in found]:
        first = insert(RateBudget).on_conflict_do_nothing()
        await connection.execute(first, [budget.model_dump() for budget in missing])
        found = await _locked(connection, new)
    return found


async def keep_budgets(session: AsyncSession, budgets: Iterable[RateBudget]) -> None:
    values = [{"of_method": budget.method, **budget.model_dump(exclude={"method"})} for budget in budgets]
    await (await session.connection()).execute(_KEPT, values)


async def _locked(connection: AsyncConnection, new: Collection[RateBudget]) -> dict[str, RateBudget]:
    rows = await connection.execute(_LOCKED, {"methods": [budget.method for budget in new]})
    return {row.method: RateBudget(**row._mapping) for row in rows}
