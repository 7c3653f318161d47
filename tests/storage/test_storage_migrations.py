"""The schema: from nothing to this release, the same as the models, and closed to what must not change."""

import contextlib
import json
from collections.abc import Generator
from pathlib import Path
from sqlite3 import Error as SqliteError

import pytest
from alembic import command, op
from psycopg import Error as PostgresError
from sqlalchemy import Connection, create_engine, inspect

from storage.database import Database, async_url, is_sqlite
from storage.nouns import RECORDED, UNRECORDED, metadata
from storage.record.keys import RecordKey
from storage.record.recorded import Recorded
from storage.schema import (
    HEAD,
    MIGRATIONS,
    SchemaMismatch,
    alembic_config,
    current,
    migrate,
    require_current,
)
from tests.storage.children import child, die_at, status_of
from tests.storage.history import MONDAY, sign_head
from tests.storage.hosts import APPEND_ONLY, Host, Intruder


@contextlib.contextmanager
def opened(url: str) -> Generator[Connection]:
    engine = create_engine(async_url(url).set(drivername="sqlite") if is_sqlite(url) else async_url(url))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def tables(url: str) -> set[str]:
    with opened(url) as connection:
        return set(inspect(connection).get_table_names())


def schema_of(connection: Connection) -> dict[str, list[object]]:
    """What the database itself says of each table, in one order whatever the engine gives."""
    inspector = inspect(connection)
    looks = (
        inspector.get_columns,
        inspector.get_foreign_keys,
        inspector.get_unique_constraints,
        inspector.get_indexes,
        inspector.get_check_constraints,
    )
    return {
        table: [
            inspector.get_pk_constraint(table),
            *(sorted(json.dumps(each, default=str) for each in look(table)) for look in looks),
        ]
        for table in inspector.get_table_names()
    }


def test_every_table_is_listed_as_recorded_or_not() -> None:
    tables_listed = [str(noun.__tablename__) for noun in (*RECORDED, *UNRECORDED)]
    assert sorted(tables_listed) == sorted(metadata.tables)
    assert all(issubclass(noun, Recorded) for noun in RECORDED)
    assert not any(issubclass(noun, Recorded) for noun in UNRECORDED)


def test_an_empty_database_is_brought_to_head(host: Host) -> None:
    url = host.blank()
    assert current(url) is None
    with pytest.raises(SchemaMismatch, match="socrates migrate"):
        require_current(url)
    migrate(url)
    assert current(url) == HEAD
    assert tables(url) == {*metadata.tables, "alembic_version"}
    migrate(url)
    require_current(url)


def test_the_migrations_make_what_the_models_say(host: Host, url: str) -> None:
    modelled = host.blank()
    with opened(modelled) as connection:
        metadata.create_all(connection)
    with opened(modelled) as models, opened(url) as migrated:
        command.check(alembic_config(migrated))
        shape = schema_of(migrated)
        del shape["alembic_version"]
        assert shape == schema_of(models)


PERSON = (
    "INSERT INTO person (id, name, zone, standing, is_lead, sees_home)"
    " VALUES ('U0BEN', 'Ben', 'UTC', 'member', {no}, {no})"
)
CONTROL = (
    "INSERT INTO control"
    " (id, title, does, why, owner_role, cadence, due_days, grace_days, evidence, criteria, objectives, requests)"
    " VALUES ('AC-01', 'Review', 'x', 'x', 'x', 'quarterly', 10, 5, 'x', '[]', '[]', '[]')"
)
PERIOD = (
    "INSERT INTO occurrence"
    " (id, control_id, label, starts_on, ends_on, due_on, grace_days, state, scheduled_at)"
    " VALUES (?, 'AC-01', 'Q3 2026', '2026-07-01', '2026-09-30', '2026-10-12', 5, 'open', '2026-07-01 08:00:00')"
)
EVENT = (
    "INSERT INTO trigger (id, kind, number, happened_on, what, reference, source, discovered, raised_by, raised_at)"
    " VALUES (?, 'leaver', ?, '2026-10-02', 'Mia', ?, 'form', {no}, 'U0CLEO', '2026-10-02 08:00:00')"
)
SET_OFF = (
    "INSERT INTO occurrence"
    " (id, control_id, label, starts_on, ends_on, due_on, grace_days, state, scheduled_at, trigger_id)"
    " VALUES (?, 'AC-01', ?, '2026-10-02', '2026-10-02', '2026-10-05', 5, 'open', '2026-10-02 08:00:00', ?)"
)


def test_what_the_calendar_asks_for_is_one_and_events_of_a_day_are_several(
    url: str, intruder: Intruder
) -> None:
    no = "0" if is_sqlite(url) else "false"
    event = EVENT.format(no=no)
    for sql in (PERSON.format(no=no), CONTROL):
        intruder.run(sql)
    intruder.run(PERIOD, "q3")
    for number in (1, 2):
        intruder.run(event, f"t{number}", number, f"HR-{number}")
        intruder.run(SET_OFF, f"o{number}", f"leaver no. {number}", f"t{number}")
    twice: list[tuple[str, tuple[object, ...]]] = [
        (PERIOD, ("twice",)),
        (SET_OFF, ("o3", "leaver no. 3", "t2")),
        (event, ("t3", 3, "HR-2")),
        (event, ("t3", 2, "HR-3")),
    ]
    for sql, values in twice:
        with pytest.raises((SqliteError, PostgresError), match=r"UNIQUE|unique"):
            intruder.run(sql, *values)
    intruder.run("UPDATE trigger SET withdrawn_at = '2026-10-03 08:00:00' WHERE id = 't2'")
    intruder.run(event, "t3", 3, "HR-2")
    assert intruder.run("SELECT count(*) FROM occurrence") == [(3,)]


def test_head_is_the_newest_migration() -> None:
    assert sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py"))[-1].startswith(f"{HEAD}_")


def test_a_database_of_a_newer_release_is_refused(url: str, intruder: Intruder) -> None:
    intruder.run("UPDATE alembic_version SET version_num = '9999'")
    sentence = rf"written by a newer release \(schema 9999, this release knows up to {HEAD}\)"
    for act in (migrate, require_current):
        with pytest.raises(SchemaMismatch, match=sentence):
            act(url)
    assert current(url) == "9999"


def test_looking_at_a_database_that_is_not_there_makes_none(tmp_path: Path) -> None:
    missing = tmp_path / "data" / "socrates.db"
    assert current(f"sqlite:///{missing}") is None
    assert not missing.exists()


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE {} SET at = at", "DELETE FROM {}", "TRUNCATE {}"])
async def test_the_record_cannot_be_changed_or_deleted(
    database: Database, url: str, intruder: Intruder, key: RecordKey, table: str, change: str
) -> None:
    if "TRUNCATE" in change and is_sqlite(url):
        return
    await sign_head(database, key, MONDAY)
    intruder.run(
        "INSERT INTO record_entry (seq, at, kind, subject, leaf, leaf_hash) VALUES (0, ?, 'k', 's', '{}', 'h')",
        "2026-10-05 07:00:00",
    )
    with pytest.raises((SqliteError, PostgresError), match=f"{table} is append-only"):
        intruder.run(change.format(table))
    assert intruder.run(f"SELECT count(*) FROM {table}") == [(1,)]


def test_two_that_migrate_at_once_both_find_it_done(host: Host) -> None:
    url = host.blank()
    with child(lambda: migrate(url)) as one, child(lambda: migrate(url)) as other:
        assert [status_of(one), status_of(other)] == [0, 0]
    require_current(url)


def test_a_migration_that_dies_leaves_nothing_behind(host: Host) -> None:
    url = host.blank()

    def migrate_and_die() -> None:
        die_at(op, "execute")
        migrate(url)

    with child(migrate_and_die) as pid:
        assert status_of(pid) == 9
    assert tables(url) == set()
    migrate(url)
    require_current(url)
