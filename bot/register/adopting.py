"""Adopting content into an empty database, and scheduling what the examinations ask for.

Content proposes, storage decides: a file that changes later becomes a draft that a lead publishes.
"""

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk import Desk
from bot.policies.rules import text_hash
from bot.schedule.rules.occurrences import Change
from bot.schedule.scheduling import asked_for, carry_out
from content.models import ControlSpec, ExaminationSpec, PolicyText
from storage import policies, programme
from storage.policies import Policy, PolicyVersion
from storage.programme import Control, Examination
from storage.record import entries
from storage.terms import Cadence, Category, Event, ReportKind, ReportType, TriggerKind


class UnversionedChange(Exception):
    """A policy file was edited under its old version; the message is for the terminal."""


async def adopt_content(desk: Desk) -> None:
    """Take everything into an empty database as actor ``setup``; later only propose new policy versions."""
    async with desk.transaction() as session:
        if not await programme.controls(session):
            await _adopt_programme(session, desk)
        await _propose_policies(session, desk)


async def _adopt_programme(session: AsyncSession, desk: Desk) -> None:
    controls = [control_of(spec) for spec in desk.library.controls]
    examinations = [_examination(spec) for spec in desk.library.programme.examinations]
    session.add_all([*controls, *examinations])
    await session.flush()
    entries.append(
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
    entries.append(session, Event.POLICY_PROPOSED, "setup", desk.now(), draft, *policy)


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
