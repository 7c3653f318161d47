"""Adopts the content into an empty database, and schedules the controls for its examinations.

Content proposes, storage decides: a policy file that changes later becomes a draft that a lead publishes.
"""

from bot.desk import Desk
from bot.schedule.rules.schedule_changes import ScheduleChange
from bot.schedule.scheduling import carry_out_schedule_change, scheduled_periods
from bot.work import Work
from content.models import ControlSpec, ExaminationSpec, PolicyText
from storage import policies, programme
from storage.policies import Policy, PolicyVersion, text_hash
from storage.programme import Control, Examination
from storage.record.recorded import Actor
from storage.terms import Cadence, Category, Event, ReportKind, ReportType, TriggerKind


class UnversionedPolicyChange(Exception):
    """A policy file was edited under its old version; the message is for the terminal."""


async def adopt_content(desk: Desk) -> None:
    """Take everything into an empty database; into any other, only new policy versions as drafts.

    The record names ``setup`` as the actor. Raises UnversionedPolicyChange.
    """
    async with desk.work() as work:
        if not await programme.controls(work.session):
            await _adopt_programme(work)
        await _propose_policies(work)


async def _adopt_programme(work: Work) -> None:
    controls = [control_from_spec(spec) for spec in work.content.controls]
    examinations = [_examination(spec) for spec in work.content.programme.examinations]
    work.session.add_all([*controls, *examinations])
    await work.session.flush()
    work.record(
        Event.CONTENT_ADOPTED,
        Actor.SETUP,
        *controls,
        *examinations,
        subject="content/" + work.content.version,
        content_version=work.content.version,
    )
    for control in controls:
        change = ScheduleChange(added=scheduled_periods(work, control, examinations))
        await carry_out_schedule_change(work, Actor.SETUP, control, change, Event.OCCURRENCES_SCHEDULED)


async def _propose_policies(work: Work) -> None:
    for text in work.content.policies:
        versions = await policies.versions_of(work.session, text.id)
        if not versions:
            policy = Policy(id=text.id, title=text.title, owner_role=text.owner_role)
            work.session.add(policy)
            await work.session.flush()
            _propose(work, text, policy)
        elif text_hash(text.text) not in {version.text_hash for version in versions}:
            if text.version in {version.version for version in versions}:
                raise UnversionedPolicyChange(
                    f"The text of policies/{text.id}.md has changed, but its version is still {text.version}. "
                    "Raise the version, and the new text becomes a draft for a lead to publish."
                )
            _propose(work, text)


def _propose(work: Work, text: PolicyText, *new_policy: Policy) -> None:
    draft = PolicyVersion(
        policy_id=text.id,
        version=text.version,
        text=text.text,
        text_hash=text_hash(text.text),
        summary=text.summary,
        consent=text.consent,
        due_days=text.due_days,
        proposed_at=work.now,
    )
    work.record(Event.POLICY_PROPOSED, Actor.SETUP, draft, *new_policy)


def control_from_spec(spec: ControlSpec) -> Control:
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
