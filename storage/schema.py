"""Migrating a database to this release's schema, and refusing another schema. Alembic is imported only on use."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL

from storage.database import async_url, begin_immediate
from storage.sqlite import BUSY_SECONDS

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0004"
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(20240)")


class SchemaMismatch(Exception):
    """The database is older than this release, or newer; the message says which and what to do."""


def migrate(url: str) -> None:
    """Upgrade to HEAD in one transaction, one process at a time. Raises SchemaMismatch for a newer database."""
    from alembic import command

    if current(url) == HEAD:
        return
    _refuse_newer(url)
    engine = _migrating_engine(_sync_url(url))
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(ONE_AT_A_TIME)
            command.upgrade(alembic_config(connection), HEAD)
    finally:
        engine.dispose()


def current(url: str) -> str | None:
    """The revision that the database is at, or None for an empty one."""
    sync = _sync_url(url)
    if sync.get_backend_name() == "sqlite" and not Path(sync.database or "").exists():
        return None
    engine = create_engine(sync)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    finally:
        engine.dispose()


def require_current(url: str) -> None:
    at = current(url)
    if at != HEAD:
        _refuse_newer(url)
        raise SchemaMismatch("The database is older than this release. Run: socrates migrate")


def alembic_config(connection: Any) -> Any:
    """Alembic's configuration around an open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _refuse_newer(url: str) -> None:
    at = current(url)
    if at is not None and not list((MIGRATIONS / "versions").glob(f"{at}_*.py")):
        raise SchemaMismatch(
            f"The database was written by a newer release (schema {at}, this release knows up to {HEAD})."
        )


def _migrating_engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    # Python's driver begins no transaction before a CREATE TABLE by itself.
    engine = create_engine(url, connect_args={"isolation_level": None, "timeout": BUSY_SECONDS})
    event.listen(engine, "begin", begin_immediate)
    return engine


def _sync_url(url: str) -> URL:
    parsed = async_url(url)
    return parsed.set(drivername="sqlite") if parsed.get_backend_name() == "sqlite" else parsed
