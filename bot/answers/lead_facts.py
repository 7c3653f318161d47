"""What leads ask the record in words: what was handed in, who has not acknowledged, what is late or unowned."""

from collections.abc import Sequence

from bot.answers.every_duty import DUTIES
from bot.answers.views.company_facts import SHOWN, Facts, duty_line
from bot.answers.views.lead_facts import (
    AcknowledgedPolicy,
    evidence_facts,
    not_acknowledged,
    overdue,
    to_review,
    without_owner,
)
from bot.blocks.wording import control_name
from bot.owners.current_owners import primary_ownerships
from bot.people import name_of
from bot.work import Work
from storage import evidence_reviews, obligations, people, policies, programme
from storage.people import Person
from storage.terms import ObligationKind, ObligationState, VersionState


async def evidence_of(work: Work, _asker: Person, ids: Sequence[str]) -> Facts:
    by_id = await programme.controls_by_id(work.session, ids)
    stored = await evidence_reviews.evidence_of_controls(work.session, list(by_id), SHOWN)
    names = await people.people_by_id(work.session, {evidence.submitted_by for _, evidence in stored})
    return evidence_facts(
        [by_id[control_id] for control_id in sorted(by_id)],
        [(occurrence, evidence, names[evidence.submitted_by].name) for occurrence, evidence in stored],
    )


async def who_has_not_acknowledged(work: Work, _asker: Person, ids: Sequence[str]) -> Facts:
    by_id = await policies.policies_by_id(work.session)
    rows = []
    for policy_id in ids:
        versions = await policies.versions_of(work.session, policy_id)
        published = [version for version in versions if version.state is VersionState.PUBLISHED]
        if not published:
            rows.append(AcknowledgedPolicy(by_id[policy_id], None, 0, ()))
            continue
        kind, version = ObligationKind.ACKNOWLEDGE, published[-1]
        requests = await obligations.obligations_about(work.session, kind, version.id)
        waiting = [row.person_id for row in requests if row.state is ObligationState.OPEN]
        persons = await people.people_by_id(work.session, waiting)
        count = len(await policies.acknowledgements_of(work.session, version.id))
        names = sorted(person.name for person in persons.values())
        rows.append(AcknowledgedPolicy(by_id[policy_id], version, count, names))
    return not_acknowledged(rows)


async def what_is_overdue(work: Work, _asker: Person, _ids: Sequence[str]) -> Facts:
    late = [row for row in await obligations.open_obligations(work.session) if row.due_on < work.today]
    late.sort(key=lambda row: (row.due_on, row.id))
    lines = [
        f"{await name_of(work, row.person_id)}: "
        + duty_line(await DUTIES[row.kind].words(work, row), row.due_on, work.today)
        for row in late[:SHOWN]
    ]
    return overdue(len(late), len({row.person_id for row in late}), lines)


async def what_waits_for_review(work: Work, _asker: Person, _ids: Sequence[str]) -> Facts:
    waiting = await evidence_reviews.waiting_with_occurrences(work.session)
    shown = waiting[:SHOWN]
    controls = await programme.controls_by_id(work.session, {row.control_id for row, _ in shown})
    names = await people.people_by_id(work.session, {evidence.submitted_by for _, evidence in shown})
    return to_review(
        len(waiting),
        [
            (control_name(controls[row.control_id]), row, evidence, names[evidence.submitted_by].name)
            for row, evidence in shown
        ],
    )


async def controls_without_owner(work: Work, _asker: Person, _ids: Sequence[str]) -> Facts:
    owned = await primary_ownerships(work)
    controls = await programme.controls(work.session)
    return without_owner([each for each in controls if each.id not in owned], len(controls))
