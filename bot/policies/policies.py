"""A lead publishes a policy version to a fixed roster; each person on it acknowledges the exact text."""

from datetime import timedelta

from bot.blocks.ids import Field
from bot.blocks.kit import Message
from bot.calendar.periods import local_date
from bot.desk import Desk
from bot.errors import AlreadyDone, NotOnTheRoster, RequestClosed
from bot.obligations import close_obligation, close_obligations_about, open_for_everyone
from bot.outgoing import Outgoing, Post
from bot.people import acting_lead, acting_person
from bot.policies import views
from bot.policies.rules import paragraph_changes
from bot.work import Work
from storage import obligations, people, policies
from storage.obligations import Obligation
from storage.outbox import Delivery
from storage.policies import Acknowledgement, Policy, PolicyVersion
from storage.record import entries
from storage.record.recorded import subject_of
from storage.terms import DeliveryKind, Event, ObligationKind, ObligationState, VersionState


async def publish_policy(desk: Desk, lead_id: str, version_id: str, due_days: int | None = None) -> int:
    """Fix the roster and its due dates, and ask everyone on it in the next bundle. Returns the roster's size."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        version = await policies.policy_version(work.session, version_id, to_change=True)
        if version is None:
            raise RequestClosed
        if version.state is not VersionState.DRAFT:
            raise AlreadyDone(f"Version {version.version} is already {version.state}.", field=Field.POLICY)
        await _supersede(work, lead.id, version)
        version.state = VersionState.PUBLISHED
        version.published_by, version.published_at = lead.id, work.now
        version.due_days = due_days or version.due_days
        work.session.add(version)
        roster = await people.members(work.session)
        work.record(Event.POLICY_PUBLISHED, lead.id, version, roster=[person.id for person in roster])
        within = timedelta(days=version.due_days)
        await open_for_everyone(work, roster, ObligationKind.ACKNOWLEDGE, version.id, within)
    return len(roster)


async def acknowledge_policy(
    desk: Desk,
    person_id: str,
    version_id: str,
    channel: str | None = None,
    message_ts: str | None = None,
    thread_ts: str | None = None,
) -> None:
    """Record, once, that a person acknowledges the exact text; the receipt goes to the thread.

    Raises AlreadyDone with the moment and the record number of the first acknowledgement.
    """
    async with desk.work() as work:
        person = await acting_person(work, person_id)
        version, policy = await _published(work, version_id)
        obligation = await obligations.obligation_for(
            work.session, ObligationKind.ACKNOWLEDGE, version.id, person.id, to_change=True
        )
        if obligation is None:
            raise NotOnTheRoster
        earlier = await policies.acknowledgement(work.session, version.id, person.id)
        if earlier:
            raise AlreadyDone(
                views.already_acknowledged(earlier, await _record_number(work, earlier), person.zone)
            )
        if obligation.state is not ObligationState.OPEN:
            raise RequestClosed(f"A newer version of {policy.title} has replaced this one.")
        acknowledgement = Acknowledgement(
            version_id=version.id,
            person_id=person.id,
            text_hash=version.text_hash,
            consent=version.consent,
            at=work.now,
            channel=channel,
            message_ts=message_ts,
        )
        work.record(Event.POLICY_ACKNOWLEDGED, person.id, acknowledgement)
        await close_obligation(work, obligation)
        await work.queue(
            DeliveryKind.RECEIPT,
            person.id,
            acknowledgement.id,
            once=f"receipt:{acknowledgement.id}",
            thread_ts=thread_ts,
        )


async def read_policy(desk: Desk, person_id: str, version_id: str) -> tuple[Policy, PolicyVersion]:
    """For the page with the full text."""
    async with desk.reading() as work:
        await acting_person(work, person_id)
        version, policy = await _published(work, version_id)
        return policy, version


async def drafts_to_publish(desk: Desk, lead_id: str) -> tuple[list[tuple[Policy, PolicyVersion]], int]:
    """The draft versions, and the number of people whom a publication would ask."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        policies_by_id = await policies.policies_by_id(work.session)
        drafts = [
            (policies_by_id[draft.policy_id], draft) for draft in await policies.draft_versions(work.session)
        ]
        if not drafts:
            raise RequestClosed("There is no new policy version to publish.")
        return drafts, len(await people.members(work.session))


async def compose_policy_receipt(work: Work, delivery: Delivery) -> Outgoing | None:
    acknowledgement = await policies.acknowledgement_by_id(work.session, delivery.subject)
    person = await people.person(work.session, delivery.recipient)
    if acknowledgement is None or person is None:
        return None
    version, policy = await _published(work, acknowledgement.version_id)
    number = await _record_number(work, acknowledgement)
    return Outgoing(Post(views.policy_receipt(policy, version, acknowledgement, number, person.zone)))


async def policy_message(work: Work, obligation: Obligation) -> Message | None:
    """The policy to acknowledge in the bundle of a person on its roster, or what became of the request."""
    version, policy = await _published(work, obligation.subject)
    person_id = obligation.person_id
    zone = work.zone_of(await people.person(work.session, person_id))
    acknowledgement = await policies.acknowledgement(work.session, version.id, person_id)
    if acknowledgement:
        number = await _record_number(work, acknowledgement)
        return views.policy_receipt(policy, version, acknowledgement, number, zone)
    if obligation.state is not ObligationState.OPEN:
        return views.replaced_policy(policy, version)
    earlier = await policies.last_acknowledged_version(work.session, policy.id, person_id)
    changes = paragraph_changes(earlier.text if earlier else None, version.text)
    today = local_date(work.now, zone)
    return views.policy_request(
        version, policy, changes, first=earlier is None, due_on=obligation.due_on, today=today
    )


async def _supersede(work: Work, lead_id: str, version: PolicyVersion) -> None:
    for earlier in await policies.versions_of(work.session, version.policy_id):
        if earlier.state is VersionState.PUBLISHED:
            earlier.state = VersionState.SUPERSEDED
            work.record(Event.POLICY_SUPERSEDED, lead_id, earlier)
            await close_obligations_about(work, ObligationKind.ACKNOWLEDGE, earlier.id)


async def _published(work: Work, version_id: str) -> tuple[PolicyVersion, Policy]:
    version = await policies.policy_version(work.session, version_id)
    policy = (await policies.policies_by_id(work.session)).get(version.policy_id) if version else None
    if version is None or policy is None or version.state is VersionState.DRAFT:
        raise RequestClosed
    return version, policy


async def _record_number(work: Work, acknowledgement: Acknowledgement) -> int | None:
    subject = subject_of(acknowledgement)
    entry = await entries.newest_entry(work.session, Event.POLICY_ACKNOWLEDGED, subject)
    return entry.seq if entry else None
