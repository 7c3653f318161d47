"""Adopting content into an empty database, and scheduling what the examinations ask for.

Content proposes, storage decides: a file that changes later becomes a draft that a lead publishes.
"""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk import Desk
from bot.errors import AlreadyDone
from bot.obligations import show_boards
from bot.people import acting_lead
from bot.rules.policies import text_hash
from bot.rules.schedule import Change
from bot.scheduling import asked_for, carry_out
from content.models import ControlSpec, ExaminationSpec, KnowledgeEntry, PolicyText
from storage import policies, programme, record
from storage.people import Person
from storage.policies import Policy, PolicyVersion
from storage.programme import Control, EntryReview, Examination
from storage.terms import Cadence, Category, Event, ReportKind, ReportType, TriggerKind


class UnversionedChange(Exception):
    """A policy file was edited under its old version; the message is for the terminal."""


async def adopt_content(desk: Desk) -> None:
    """Take everything into an empty database as actor ``setup``; later only propose new policy versions."""
    async with desk.transaction() as session:
        if not await programme.controls(session):
            await _adopt_programme(session, desk)
        await _propose_policies(session, desk)


async def adopt_entries(desk: Desk, lead_id: str) -> int:
    """A lead states that the knowledge entries speak for this company; how many were newly reviewed."""
    async with desk.transaction() as session:
        lead = await acting_lead(session, lead_id)
        known = await programme.reviewed_entries(session)
        fresh = [entry for entry in desk.library.knowledge if (entry.id, entry_hash(entry)) not in known]
        if not fresh:
            raise AlreadyDone("All of my answers are already adopted.")
        for entry in fresh:
            await record_review(session, lead, entry, desk.now())
        await show_boards(session, desk)
    return len(fresh)


async def record_review(
    session: AsyncSession, lead: Person, entry: KnowledgeEntry, reviewed_at: datetime
) -> None:
    """The lead has read this text, and it speaks for the company; who reviewed it before is in the record."""
    review = await programme.entry_review(session, entry.id, entry_hash(entry)) or EntryReview(
        entry_id=entry.id,
        text_hash=entry_hash(entry),
        version=entry.version,
        reviewed_by=lead.id,
        reviewed_at=reviewed_at,
    )
    review.version, review.reviewed_by, review.reviewed_at = entry.version, lead.id, reviewed_at
    session.add(review)
    texts = {"title": entry.title}
    record.append(session, Event.ENTRY_REVIEWED, lead.id, reviewed_at, review, texts=texts)


def entry_hash(entry: KnowledgeEntry) -> str:
    """What a review is bound to: the words that are shown. An edit is not reviewed by whoever reviewed before."""
    return text_hash("\n\n".join([entry.title, entry.answer, entry.detail]))


async def _adopt_programme(session: AsyncSession, desk: Desk) -> None:
    controls = [control_of(spec) for spec in desk.library.controls]
    examinations = [_examination(spec) for spec in desk.library.programme.examinations]
    session.add_all([*controls, *examinations])
    await session.flush()
    record.append(
        session,
        Event.CONTENT_ADOPTED,
        "setup",
        desk.now(),
        *controls,
        *examinations,
        subject="content/" + desk.library.version,
        content_version=desk.library.version,
    )
    for control in controls:
        change = Change(added=asked_for(desk, control, examinations))
        await carry_out(session, desk, "setup", control, change, Event.OCCURRENCES_SCHEDULED)


async def _propose_policies(session: AsyncSession, desk: Desk) -> None:
    for text in desk.library.policies:
        known = await policies.versions_of(session, text.id)
        if not known:
            policy = Policy(id=text.id, title=text.title, owner_role=text.owner_role)
            session.add(policy)
            await session.flush()
            _propose(session, desk, text, policy)
        elif text_hash(text.text) not in {version.text_hash for version in known}:
            if text.version in {version.version for version in known}:
                raise UnversionedChange(
                    f"The text of policies/{text.id}.md has changed, but its version is still {text.version}. "
                    "Raise the version, and the new text becomes a draft for a lead to publish."
                )
            _propose(session, desk, text)


def _propose(session: AsyncSession, desk: Desk, text: PolicyText, *policy: Policy) -> None:
    draft = PolicyVersion(
        policy_id=text.id,
        version=text.version,
        text=text.text,
        text_hash=text_hash(text.text),
        summary=text.summary,
        consent=text.consent,
        due_days=text.due_days,
        proposed_at=desk.now(),
    )
    session.add(draft)
    record.append(session, Event.POLICY_PROPOSED, "setup", desk.now(), draft, *policy)


def control_of(spec: ControlSpec) -> Control:
    return Control(
        id=spec.id,
        title=spec.title,
        does=spec.does,
        why=spec.why,
        owner_role=spec.owner_role,
        cadence=Cadence(spec.cadence),
        due_days=spec.due_days,
        grace_days=spec.grace_days,
        sla_days=spec.sla_days,
        evidence=spec.evidence,
        criteria=list(spec.criteria),
        objectives=list(spec.objectives),
        checklist=spec.checklist,
        requests=list(spec.requests),
        population_of=spec.population_of,
        triggered_by=TriggerKind(spec.triggered_by) if spec.triggered_by else None,
    )


def _examination(spec: ExaminationSpec) -> Examination:
    return Examination(
        id=spec.id,
        title=spec.title,
        kind=ReportKind(spec.kind),
        type=ReportType(spec.type),
        as_of=spec.as_of,
        starts_on=spec.starts_on,
        ends_on=spec.ends_on,
        categories=[Category(category) for category in spec.categories],
    )
