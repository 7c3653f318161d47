"""The worker that turns a promised file into stored evidence: claim, download, check, hash, store, commit."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.desk import Desk
from bot.events.reporting import withdraw_with_event
from bot.evidence.reviewing import put_under_review
from bot.evidence.rules.files import MAX_EVIDENCE_BYTES, fetched_file_fault
from bot.obligations import refresh_messages_about
from bot.transfers import TransferFailed
from bot.work import real_now
from storage import evidence
from storage.evidence import Evidence
from storage.record.recorded import Actor
from storage.terms import DeliveryKind, Event, EvidenceState, ObligationKind

BATCH = 4
HEAD_BYTES = 512
FILE_REMOVED = "The file was removed from Slack before I could fetch it. Please upload it again."
FILE_OUT_OF_REACH = (
    "I could not fetch the file from Slack, although I tried for a day. Please upload it again."
)

log = structlog.get_logger()


@dataclass(frozen=True)
class Patience:
    """``lease`` covers a whole download. A failed download is tried again after the next of ``steps``, in seconds.

    The last step repeats until ``tries`` are used up, after about a day; then the owner is asked for the file again.
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
        """Fetch promised files that no worker holds; returns how many it tried."""
        async with self.desk.reading() as work:
            if not await evidence.anything_to_fetch(work.session, real_now()):
                return 0
        async with self.desk.work(wakes=False) as work:
            batch = await evidence.evidence_to_fetch(work.session, real_now(), BATCH)
            for promised in batch:
                promised.attempt += 1
                promised.lease_until = real_now() + self.patience.lease
                work.session.add(promised)
        faults = await asyncio.gather(*(self._fetch(promised) for promised in batch), return_exceptions=True)
        for promised, fault in zip(batch, faults, strict=True):
            if fault:
                log.error("evidence not fetched", evidence=promised.id, exc_info=fault)
                await self._try_later(promised)
        return len(batch)

    async def finish(self) -> None:
        """Nothing is in flight between two turns."""

    async def _fetch(self, promised: Evidence) -> None:
        try:
            url = await self._address(promised)
            download = await self.desk.http.fetch(url, MAX_EVIDENCE_BYTES)
        except FileGone:
            return await self._refuse(promised, FILE_REMOVED)
        except (TransferFailed, aiohttp.ClientError, TimeoutError):
            return await self._try_later(promised)
        if download.status in (404, 410):
            return await self._refuse(promised, FILE_REMOVED)
        if download.status != 200:
            return await self._try_later(promised)
        fault = fetched_file_fault(
            promised.name,
            promised.declared_size,
            len(download.content),
            download.content_type,
            download.content[:HEAD_BYTES],
            promised.declared_type,
        )
        if fault:
            return await self._refuse(promised, fault)
        digest = await asyncio.to_thread(self.desk.files.put, download.content)
        return await self._keep(promised, digest, len(download.content))

    async def _address(self, promised: Evidence) -> str:
        """A fresh download address: the one in the submission may be missing or out of date."""
        try:
            response = await self.desk.slack.files_info(file=promised.slack_file_id)
        except SlackApiError as failure:
            if failure.response["error"] in ("file_not_found", "file_deleted"):
                raise FileGone from failure
            raise TransferFailed(failure.response["error"]) from failure
        return response["file"]["url_private_download"]

    async def _keep(self, promised: Evidence, digest: str, size: int) -> None:
        async with self.desk.work() as work:
            leased = await evidence.evidence_of_attempt(work.session, promised.id, promised.attempt)
            if leased is None:
                return
            leased.sha256, leased.size, leased.lease_until = digest, size, None
            occurrence = await evidence.occurrence(work.session, leased.occurrence_id)
            if occurrence is None:
                raise LookupError(leased.occurrence_id)
            await put_under_review(work, leased, occurrence)

    async def _refuse(self, promised: Evidence, reason: str) -> None:
        """Tell the owner why, and open the request again unless its event was withdrawn."""
        async with self.desk.work() as work:
            leased = await evidence.evidence_of_attempt(work.session, promised.id, promised.attempt)
            if leased is None:
                return
            leased.state, leased.refusal, leased.lease_until = EvidenceState.REFUSED, reason, None
            work.session.add(leased)
            withdrawn = await withdraw_with_event(work, leased.occurrence_id)
            work.record(Event.EVIDENCE_REFUSED, Actor.SOCRATES, leased, *withdrawn)
            await refresh_messages_about(work, ObligationKind.EVIDENCE, leased.occurrence_id)
            await work.queue(
                DeliveryKind.REFUSAL,
                leased.submitted_by,
                leased.id,
                once=f"refusal:{leased.id}",
            )

    async def _try_later(self, promised: Evidence) -> None:
        if promised.attempt >= self.patience.tries:
            return await self._refuse(promised, FILE_OUT_OF_REACH)
        async with self.desk.work(wakes=False) as work:
            leased = await evidence.evidence_of_attempt(work.session, promised.id, promised.attempt)
            if leased:
                step = self.patience.steps[min(promised.attempt, len(self.patience.steps)) - 1]
                leased.lease_until = self.again_at = real_now() + timedelta(seconds=step)
                work.session.add(leased)
        return None


class FileGone(Exception):
    """Slack no longer has the file."""
