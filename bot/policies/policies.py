"""Publishing a policy version to a frozen roster, and acknowledging its exact text in the message."""

from datetime import timedelta

from bot.blocks.kit import Message
from bot.calendar.periods import local_date
from bot.deadlines import workdays_by_id
from bot.desk import Desk
from bot.errors import AlreadyDone, NotOnTheRoster, RequestClosed
from bot.obligations import close_all, close_obligation, open_obligation
from bot.outgoing import Outgoing, Post
from bot.people import acting, acting_lead
from bot.policies import views
from bot.policies.rules import what_changed
from bot.work import Work
from storage import obligations, people, policies
from storage.obligations import Obligation
from storage.outbox import Delivery
from storage.policies import Acknowledgement, Policy, PolicyVersion
from storage.record import entries
from storage.record.recorded import subject_of
from storage.terms import DeliveryKind, Event, ObligationKind, ObligationState, VersionState


async def publish_policy(desk: Desk, lead_id: str, version_id: str, due_days: int | None = None) -> int:
    """Freeze roster and due dates; everyone on it is asked in their next bundle. Answers the roster's size."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        version = await policies.version(work.session, version_id, to_change=True)
        if version is None:
            raise RequestClosed
        if version.state is not VersionState.DRAFT:
            raise AlreadyDone(f"Version {version.version} is already {version.state}.", field="policy")
        await _supersede(work, lead.id, version)
        version.state, version.published_by, version.published_at = (
            VersionState.PUBLISHED,
            lead.id,
            work.now,
        )
        version.due_days = due_days or version.due_days
        work.session.add(version)
        roster = await people.members(work.session)
        work.record(
            Event.POLICY_PUBLISHED,
            lead.id,
            version,
            roster=[person.id for person in roster],
        )
        working = await workdays_by_id(work, roster)
        for person in roster:
            days = working[person.id]
            due_on = days.today(work.now + timedelta(days=version.due_days))
            await open_obligation(work, person, ObligationKind.ACKNOWLEDGE, version.id, due_on, days)
    return len(roster)


async def acknowledge_policy(
    desk: Desk,
    person_id: str,
    version_id: str,
    channel: str | None = None,
    message_ts: str | None = None,
    thread_ts: str | None = None,
) -> None:
    """One person, one exact text, once; the receipt comes in that thread.

    Raises AlreadyDone with the first time and its record number.
    """
    async with desk.work() as work:
        person = await acting(work, person_id)
        version, policy = await _published(work, version_id)
        owed = await obligations.obligation_for(
            work.session, ObligationKind.ACKNOWLEDGE, version.id, person.id, to_change=True
        )
        if owed is None:
            raise NotOnTheRoster
        given = await policies.acknowledgement(work.session, version.id, person.id)
        if given:
            raise AlreadyDone(views.already(given, await _number(work, given), person.zone))
        if owed.state is not ObligationState.OPEN:
            raise RequestClosed(f"A newer version of {policy.title} has replaced this one.")
        given = Acknowledgement(
            version_id=version.id,
            person_id=person.id,
            text_hash=version.text_hash,
            consent=version.consent,
            at=work.now,
            channel=channel,
            message_ts=message_ts,
        )
        work.record(Event.POLICY_ACKNOWLEDGED, person.id, given)
        await close_obligation(work, owed)
        await work.queue(
            DeliveryKind.RECEIPT,
            person.id,
            given.id,
            once=f"receipt:{given.id}",
            thread_ts=thread_ts,
        )


async def read_policy(desk: Desk, person_id: str, version_id: str) -> tuple[Policy, PolicyVersion]:
    """The full text, for its modal."""
    async with desk.reading() as work:
        await acting(work, person_id)
        version, policy = await _published(work, version_id)
        return policy, version


async def drafts_to_publish(desk: Desk, lead_id: str) -> tuple[list[tuple[Policy, PolicyVersion]], int]:
    """The proposed versions, and how many people a publication would ask."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        titles = await policies.policies_by_id(work.session)
        drafts = [(titles[draft.policy_id], draft) for draft in await policies.drafts(work.session)]
        if not drafts:
            raise RequestClosed("There is no new policy version to publish.")
        return drafts, len(await people.members(work.session))


async def compose_receipt(work: Work, delivery: Delivery) -> Outgoing | None:
    given = await policies.acknowledgement_by_id(work.session, delivery.subject)
    person = await people.person(work.session, delivery.recipient)
    if given is None or person is None:
        return None
    version, policy = await _published(work, given.version_id)
    message = views.receipt(policy, version, given, await _number(work, given), person.zone)
    return Outgoing(Post(message))


async def item(work: Work, owed: Obligation) -> Message | None:
    """How a policy to acknowledge stands in the bundle of someone on its roster."""
    version, policy = await _published(work, owed.subject)
    person = await people.person(work.session, owed.person_id)
    zone = work.zone_of(person)
    given = await policies.acknowledgement(work.session, version.id, owed.person_id)
    if given:
        return views.receipt(policy, version, given, await _number(work, given), zone)
    if owed.state is not ObligationState.OPEN:
        return views.replaced(policy, version)
    before = await policies.last_acknowledged(work.session, policy.id, owed.person_id)
    changes = what_changed(before.text if before else None, version.text)
    today = local_date(work.now, zone)
    return views.ask(version, policy, changes, first=before is None, due_on=owed.due_on, today=today)


async def _supersede(work: Work, lead_id: str, version: PolicyVersion) -> None:
    for earlier in await policies.versions_of(work.session, version.policy_id):
        if earlier.state is VersionState.PUBLISHED:
            earlier.state = VersionState.SUPERSEDED
            work.record(Event.POLICY_SUPERSEDED, lead_id, earlier)
            await close_all(work, ObligationKind.ACKNOWLEDGE, earlier.id)


async def _published(work: Work, version_id: str) -> tuple[PolicyVersion, Policy]:
    version = await policies.version(work.session, version_id)
    policy = (await policies.policies_by_id(work.session)).get(version.policy_id) if version else None
    if version is None or policy is None or version.state is VersionState.DRAFT:
        raise RequestClosed
    return version, policy


async def _number(work: Work, given: Acknowledgement) -> int | None:
    entry = await entries.entry_of_kind(work.session, Event.POLICY_ACKNOWLEDGED, subject_of(given))
    return entry.seq if entry else None
