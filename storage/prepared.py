"""Statements of the hot paths: each is built and compiled once a process, and then runs with its values alone.

Run through SQLAlchemy a statement costs some 200 µs, and SQLite itself answers in ten. So a unit of work on SQLite
gives the compiled text to the driver; on PostgreSQL the statement goes through the session's connection.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

from sqlalchemy import Insert, Select, Update, insert, inspect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.sqlite import InlineDialect, WriterConnection

SQLITE = "sqlite"  # in a session's info: the connection of its unit of work
DIALECT = InlineDialect(paramstyle="qmark")
Values = Mapping[str, Any]
Convert = Callable[[Any], Any]
Statement = Select[*tuple[Any, ...]] | Insert | Update


class Prepared:
    """``statement`` has a bind parameter for each value; an insert has ``columns``. A list is no value."""

    def __init__(self, statement: Statement, columns: Sequence[str] = ()) -> None:
        self.statement = statement
        self.columns = columns

    async def rows(self, session: AsyncSession, **values: Any) -> Sequence[Any]:
        """What the statement gives, each row as a tuple. Changes that the session has waiting are written first."""
        await flush(session)
        connection: WriterConnection | None = session.info.get(SQLITE)
        if connection:
            text = self._text
            return text.read(await connection.run(text.sql, text.bound(values)))
        result = await (await session.connection()).execute(self.statement, values)
        return result.all() if result.returns_rows else ()

    async def write(self, session: AsyncSession, rows: Sequence[Values]) -> None:
        """Run once for each of the rows."""
        connection: WriterConnection | None = session.info.get(SQLITE)
        if connection:
            text = self._text
            for row in rows:
                await connection.run(text.sql, text.bound(row))
        elif rows:
            await (await session.connection()).execute(self.statement, rows)

    @cached_property
    def _text(self) -> "SqliteText":
        return SqliteText(self.statement, self.columns)


@cache
def insert_of(noun: type[SQLModel]) -> Prepared:
    """Inserts a row of the noun with a value for every column."""
    table = inspect(noun).local_table
    return Prepared(insert(table), [column.key for column in table.columns])


def row_of(noun: type[SQLModel], values: Values) -> dict[str, Any]:
    """A value for every column of the noun; a column without one gets its default."""
    constants, factories = _defaults(noun)
    row = {**constants, **values}
    for name, make in factories:
        if name not in values:
            row[name] = make()
    return row


@cache
def _defaults(noun: type[SQLModel]) -> tuple[Values, list[tuple[str, Callable[..., Any]]]]:
    """The columns' defaults, and what makes those that are new for each row."""
    optional = {name: field for name, field in noun.model_fields.items() if not field.is_required()}
    constants = {name: field.default for name, field in optional.items() if field.default_factory is None}
    return constants, [
        (name, field.default_factory) for name, field in optional.items() if field.default_factory is not None
    ]


class SqliteText:
    """A statement in SQLite's words, with what makes SQLite's values of Python's and the other way round."""

    def __init__(self, statement: Statement, columns: Sequence[str]) -> None:
        compiled = statement.compile(dialect=DIALECT, column_keys=columns)
        if not isinstance(compiled, SQLCompiler) or compiled.positiontup is None:
            raise TypeError(f"SQLite takes the values of this statement by name: {statement}")
        self.sql = str(compiled)
        self._own = {
            name: value for name, value in compiled.params.items() if not compiled.binds[name].required
        }
        self._binds = [(name, _binds(compiled.binds[name].type)) for name in compiled.positiontup]
        self._columns = [_reads(column.type) for column in statement.exported_columns]

    def bound(self, values: Values) -> list[Any]:
        """In the order of the text. Raises KeyError for a value that the statement needs."""
        all_values = {**self._own, **values} if self._own else values
        return [convert(all_values[name]) if convert else all_values[name] for name, convert in self._binds]

    def read(self, rows: Sequence[Any]) -> Sequence[Any]:
        if not any(self._columns):
            return rows
        pairs = list(enumerate(self._columns))
        return [tuple(convert(row[at]) if convert else row[at] for at, convert in pairs) for row in rows]


async def flush(session: AsyncSession) -> None:
    """Write the changes that wait in the session, if there are any."""
    if session.new or session.dirty or session.deleted:
        await session.flush()


def _binds(kind: Any) -> Convert | None:
    return kind.dialect_impl(DIALECT).bind_processor(DIALECT)


def _reads(kind: Any) -> Convert | None:
    return kind.dialect_impl(DIALECT).result_processor(DIALECT, None)
