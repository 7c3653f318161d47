"""The desk: what every handler may use, opened once and passed by hand. No module holds a client or an engine."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Set
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.approved import ApprovedAnswers, IndexedLibrary
from bot.settings import Settings
from bot.transfers import Transfers, open_transfers
from bot.work import Work, real_now
from content.library import Library, load_library
from storage.database import Database, lock_data_folder, written_in
from storage.files import FileStore
from storage.record.keys import RecordKey

SLACK_TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Identity:
    """Who we are in the workspace, from auth.test."""

    team_id: str
    team: str
    bot_user_id: str
    scopes: frozenset[str]
    enterprise_id: str | None = None


class Bell:
    """Wakes the workers that a commit may concern; a ring between two waits is not lost."""

    def __init__(self) -> None:
        self._ears: list[tuple[type | None, asyncio.Event]] = []

    def ear(self, noun: type | None = None) -> asyncio.Event:
        """What is set when a row of this noun was written; without a noun, by every commit."""
        self._ears.append((noun, asyncio.Event()))
        return self._ears[-1][1]

    def ring(self, written: Set[type] = frozenset()) -> None:
        """``written`` are the nouns of which rows were added or changed."""
        for noun, ear in self._ears:
            if noun is None or noun in written:
                ear.set()


@dataclass(frozen=True, repr=False)  # asyncio spells out what a task returns, and the library is long
class Desk:
    """``now`` is business time, aware UTC; leases and retries use ``real_now``. ``bell`` wakes the workers.

    ``library`` is the content alone; the library of a `Work` also has the answers that leads approved.
    """

    now: Callable[[], datetime]
    sessions: Database
    slack: AsyncWebClient
    http: Transfers
    files: FileStore
    key: RecordKey
    library: Library
    approved: ApprovedAnswers
    settings: Settings
    identity: Identity
    bell: Bell
    sandbox: bool

    @asynccontextmanager
    async def work(self, *, wakes: bool = True) -> AsyncGenerator[Work]:
        """A verb's one transaction, at one instant; the workers are woken when it is committed."""
        async with self.sessions.transaction() as session:
            yield self._work(session)
        if wakes:
            self.bell.ring(written_in(session))

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Work]:
        """Read what is stored; nothing can be written."""
        async with self.sessions.reading() as session:
            yield self._work(session)

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Work]:
        """Read one state of everything, for figures that must tie. Keep it short: SQLite's writer may wait for it."""
        async with self.sessions.snapshot() as session:
            yield self._work(session)

    def _work(self, session: AsyncSession) -> Work:
        return Work(session, self.now(), self.library, self.settings, self.sessions, self.approved)


class SlackRefused(Exception):
    """Slack does not let us in; the message is one sentence for the person at the terminal."""


@asynccontextmanager
async def open_desk(
    settings: Settings,
    now: Callable[[], datetime] = real_now,
    *,
    sandbox: bool = False,
    identity: Identity | None = None,
) -> AsyncGenerator[Desk]:
    """Open everything, in the order in which it can fail. Raises ContentError, DatabaseLocked, SlackRefused.

    Without ``identity`` Slack is asked who we are; with it Slack is not called.
    """
    answers = _read(settings.content_dir) if settings.content_dir else _packaged()
    token = settings.slack_bot_token.get_secret_value()
    async with AsyncExitStack() as stack:
        sessions = Database(settings.database)
        stack.push_async_callback(sessions.close)
        if sessions.on_sqlite:
            stack.callback(lock_data_folder(Path(sessions.url.database or "").parent).close)
        connections = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SLACK_TIMEOUT_SECONDS))
        )
        slack = AsyncWebClient(
            token=token,
            base_url=settings.slack_api_url,
            session=connections,
            timeout=SLACK_TIMEOUT_SECONDS,
            retry_handlers=[],
        )
        yield Desk(
            now=now,
            sessions=sessions,
            slack=slack,
            http=await stack.enter_async_context(open_transfers(settings.slack_api_url, token)),
            files=FileStore(settings.evidence_folder),
            key=RecordKey.load(settings.record_key),
            library=answers.library,
            approved=ApprovedAnswers(answers),
            settings=settings,
            identity=identity or await introduce(slack),
            bell=Bell(),
            sandbox=sandbox,
        )


@cache
def _packaged() -> IndexedLibrary:
    """The packaged content, read once a process: a rehearsal opens many desks, and indexing takes 0.3 s."""
    return _read(None)


def _read(folder: Path | None) -> IndexedLibrary:
    answers = IndexedLibrary(load_library(folder))
    answers.index  # noqa: B018 - indexed before anybody waits for it
    return answers


async def introduce(slack: AsyncWebClient) -> Identity:
    """Ask Slack who we are. Raises SlackRefused with a sentence."""
    try:
        answer = await slack.auth_test()
    except SlackApiError as refusal:
        raise SlackRefused(f"Slack refused the bot token ({refusal.response['error']}).") from refusal
    except (aiohttp.ClientError, TimeoutError) as failure:
        raise SlackRefused(
            f"Slack cannot be reached at {slack.base_url} ({type(failure).__name__})."
        ) from failure
    granted = answer.headers.get("x-oauth-scopes", "")
    return Identity(
        team_id=answer["team_id"],
        team=answer["team"],
        bot_user_id=answer["user_id"],
        scopes=frozenset(scope.strip() for scope in granted.split(",") if scope.strip()),
        enterprise_id=answer.get("enterprise_id"),
    )
