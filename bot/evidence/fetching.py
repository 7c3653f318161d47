"""The worker that turns a promised file into stored evidence: claim, download, check, hash, store, commit."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.desk import Desk
from bot.events.reporting import without_event
from bot.evidence.reviewing import put_under_review
from bot.evidence.rules.timeliness import MAX_EVIDENCE_BYTES, refusal
from bot.obligations import show_to_all
from bot.transfers import TransferFailed
from bot.work import real_now
from storage import evidence
from storage.evidence import Evidence
from storage.terms import DeliveryKind, Event, EvidenceState, ObligationKind

BATCH = 4
HEAD_BYTES = 512
GONE = "The file was removed from Slack before I could fetch it. Please upload it again."
OUT_OF_REACH = "I could not fetch the file from Slack, although I tried for a day. Please upload it again."

log = structlog.get_logger()


@dataclass(frozen=True)
class Patience:
    """``lease`` covers a whole download. A failed one is tried again after the next step, in seconds; the last step
    is repeated, about a day in all, and then the owner is asked for the file once more.
    """

    lease: timedelta = timedelta(seconds=120)
    steps: tuple[float, ...] = (1, 5, 30, 120, 600)
    tries: int = 150


class Fetcher:
    def __init__(self, desk: Desk, patience: Patience) -> None:
        self.desk = desk
        self.patience = patience
        self.again_at: datetime | None = None

    async def turn(self) -> int:
        """Fetch what is promised and free; how many files were tried."""
        async with self.desk.reading() as work:
            if not await evidence.anything_to_fetch(work.session, real_now()):
                return 0
        async with self.desk.work(wakes=False) as work:
            promised = await evidence.evidence_to_fetch(work.session, real_now(), BATCH)
            for row in promised:
                row.attempt += 1
                row.lease_until = real_now() + self.patience.lease
                work.session.add(row)
        faults = await asyncio.gather(*(self._fetch(row) for row in promised), return_exceptions=True)
        for row, fault in zip(promised, faults, strict=True):
            if fault:
                log.error("evidence not fetched", evidence=row.id, exc_info=fault)
                await self._try_later(row)
        return len(promised)

    async def finish(self) -> None:
        """Nothing is in flight between two turns."""

    async def _fetch(self, promised: Evidence) -> None:
        try:
            url = await self._address(promised)
            got = await self.desk.http.fetch(url, MAX_EVIDENCE_BYTES)
        except FileGone:
            return await self._refuse(promised, GONE)
        except (TransferFailed, aiohttp.ClientError, TimeoutError):
            return await self._try_later(promised)
        if got.status in (404, 410):
            return await self._refuse(promised, GONE)
        if got.status != 200:
            return await self._try_later(promised)
        unusable = refusal(
            promised.name,
            promised.declared_size,
            len(got.content),
            got.content_type,
            got.content[:HEAD_BYTES],
            promised.declared_type,
        )
        if unusable:
            return await self._refuse(promised, unusable)
        digest = await asyncio.to_thread(self.desk.files.put, got.content)
        return await self._keep(promised, digest, len(got.content))

    async def _address(self, promised: Evidence) -> str:
        """A fresh download address: the one of the submission may have changed or be withheld."""
        try:
            answer = await self.desk.slack.files_info(file=promised.slack_file_id)
        except SlackApiError as refused:
            if refused.response["error"] in ("file_not_found", "file_deleted"):
                raise FileGone from refused
            raise TransferFailed(refused.response["error"]) from refused
        return answer["file"]["url_private_download"]

    async def _keep(self, promised: Evidence, digest: str, size: int) -> None:
        async with self.desk.work() as work:
            row = await evidence.held_evidence(work.session, promised.id, promised.attempt)
            if row is None:
                return
            row.sha256, row.size, row.lease_until = digest, size, None
            occurrence = await evidence.occurrence(work.session, row.occurrence_id)
            if occurrence is None:
                raise LookupError(row.occurrence_id)
            await put_under_review(work, row, occurrence)

    async def _refuse(self, promised: Evidence, reason: str) -> None:
        """The request is open again, unless its event was withdrawn, and the owner hears why."""
        async with self.desk.work() as work:
            row = await evidence.held_evidence(work.session, promised.id, promised.attempt)
            if row is None:
                return
            row.state, row.refusal, row.lease_until = EvidenceState.REFUSED, reason, None
            work.session.add(row)
            closed = await without_event(work, row.occurrence_id)
            work.record(Event.EVIDENCE_REFUSED, "socrates", row, *closed)
            await show_to_all(work, ObligationKind.EVIDENCE, row.occurrence_id)
            await work.queue(
                DeliveryKind.REFUSAL,
                row.submitted_by,
                row.id,
                once=f"refusal:{row.id}",
            )

    async def _try_later(self, promised: Evidence) -> None:
        if promised.attempt >= self.patience.tries:
            return await self._refuse(promised, OUT_OF_REACH)
        async with self.desk.work(wakes=False) as work:
            row = await evidence.held_evidence(work.session, promised.id, promised.attempt)
            if row:
                step = self.patience.steps[min(promised.attempt, len(self.patience.steps)) - 1]
                row.lease_until = self.again_at = real_now() + timedelta(seconds=step)
                work.session.add(row)
        return None


class FileGone(Exception):
    """Slack no longer has the file."""
