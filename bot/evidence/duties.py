"""What people owe about evidence: handing it in, reviewing it, deciding on a waiver."""

from collections.abc import Collection

from bot.duties import Duty, OnePerson
from bot.evidence.handing_in import evidence_message
from bot.evidence.reviewing import REVIEWERS, review_message
from bot.evidence.waivable import WAIVER_DECIDERS
from bot.evidence.waiver_messages import waiver_message
from bot.owners.duties import control_words
from bot.work import Work
from storage import evidence, waivers, windows
from storage.obligations import Obligation
from storage.terms import ObligationKind


async def _period_words(work: Work, occurrence_id: str) -> str:
    occurrence = await evidence.occurrence(work.session, occurrence_id)
    if occurrence is None:
        return occurrence_id
    return f"{await control_words(work, occurrence.control_id)}, {occurrence.label}"


async def _evidence_words(work: Work, obligation: Obligation) -> str:
    return f"Evidence for {await _period_words(work, obligation.subject)}"


async def _evidence_in_digest(work: Work, subjects: Collection[str]) -> dict[str, str]:
    return await windows.names_of(work.session, subjects)


async def _review_words(work: Work, obligation: Obligation) -> str:
    submission = await evidence.evidence(work.session, obligation.subject)
    period = await _period_words(work, submission.occurrence_id if submission else "")
    return f"A review of the evidence for {period}"


async def _waiver_words(work: Work, obligation: Obligation) -> str:
    waiver = await waivers.waiver(work.session, obligation.subject)
    period = await _period_words(work, waiver.occurrence_id if waiver else "")
    return f"A decision on a waiver for {period}"


EVIDENCE_DUTIES = (
    Duty(
        ObligationKind.EVIDENCE,
        message=evidence_message,
        words=_evidence_words,
        owed_by=OnePerson(company_date=True, digest_words=_evidence_in_digest),
    ),
    Duty(
        ObligationKind.REVIEW,
        message=review_message,
        words=_review_words,
        owed_by=REVIEWERS,
    ),
    Duty(
        ObligationKind.DECIDE_WAIVER,
        message=waiver_message,
        words=_waiver_words,
        owed_by=WAIVER_DECIDERS,
    ),
)
