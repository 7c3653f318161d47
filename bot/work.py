"""One unit of work: everything that a verb reads and writes in one transaction, at one instant."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.approved import ApprovedAnswers, IndexedLibrary
from bot.calendar.periods import local_date
from bot.search.index import Index
from bot.search.words import Lexicon
from bot.settings import Settings
from content.library import Library
from storage import outbox
from storage.database import Database
from storage.people import Person
from storage.record import entries
from storage.record.recorded import PlainRow, Recorded
from storage.terms import DeliveryKind, Event


def real_now() -> datetime:
    """The one place that reads the machine's clock."""
    return datetime.now(UTC)


@dataclass(repr=False)  # asyncio spells out what a task returns, and the library is long
class Work:
    """``now`` is business time, aware UTC, and the same instant for all that is stored; ``real_now`` is for leases.

    ``content`` is what the files say: programme, controls, criteria. ``library`` also has the answers that leads
    approved.
    """

    session: AsyncSession
    now: datetime
    content: Library
    settings: Settings
    sessions: Database
    approved: ApprovedAnswers
    _answers: IndexedLibrary | None = field(default=None, init=False)

    @property
    def zone(self) -> str:
        """The company's zone, an IANA name; due dates are dates in this zone."""
        return self.content.programme.zone

    def zone_of(self, person: Person | None) -> str:
        """The zone in which to show a moment: the person's, or the company's for a person whom we do not know."""
        return person.zone if person else self.zone

    @property
    def today(self) -> date:
        """The company's own date."""
        return local_date(self.now, self.zone)

    @property
    def lexicon(self) -> Lexicon:
        """The rules by which words are compared."""
        return self.approved.lexicon

    async def library(self) -> Library:
        """The content with every answer that leads had approved when this work first asked for it."""
        return (await self._approved_answers()).library

    async def index(self) -> Index:
        """What ranks the entries of ``library``."""
        return (await self._approved_answers()).index

    async def _approved_answers(self) -> IndexedLibrary:
        if self._answers is None:
            self._answers = await self.approved.up_to(self.session)
        return self._answers

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator["Work"]:
        """Read one state of everything, beside this work and at its instant, for figures that must tie."""
        async with self.sessions.snapshot() as session:
            yield replace(self, session=session)

    def record(
        self,
        event: Event,
        actor: str,
        *rows: Recorded | PlainRow,
        subject: str | None = None,
        texts: Mapping[str, str] | None = None,
        **facts: Any,
    ) -> None:
        """Store the rows, and one entry of the record that states them as they are at the end of the transaction.

        ``actor`` is a person's id, or an `Actor`. ``texts`` are personal and enter the record by commitment
        only. An entry without rows needs a ``subject``. ``facts`` contain no floats and no personal text.
        """
        entries.append(
            self.session, event, actor, self.now, *rows, subject=subject, texts=texts or {}, **facts
        )

    async def queue(
        self,
        kind: DeliveryKind,
        recipient: str,
        subject: str,
        *,
        once: str,
        thread_ts: str | None = None,
        said: str | None = None,
    ) -> bool:
        """Queue a message, unless one with the same ``once`` was queued before. Returns whether it is new."""
        return await outbox.queue(
            self.session,
            kind,
            recipient,
            subject,
            once=once,
            queued_at=self.now,
            real_now=real_now(),
            thread_ts=thread_ts,
            said=said,
        )

    async def queue_again(self, kind: DeliveryKind, recipient: str, subject: str) -> None:
        """Queue an edit or a page that may be repeated, unless the same one still waits."""
        await outbox.queue_again(
            self.session, kind, recipient, subject, queued_at=self.now, real_now=real_now()
        )
