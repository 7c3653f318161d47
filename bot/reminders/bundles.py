"""Reminders: a person gets one bundle a local day at most, planned from what is due and composed when it is sent."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.answers import entry_reviews
from bot.blocks.packing import count_shown_whole
from bot.calendar.bundle_times import (
    first_nag,
    in_working_hours,
    is_stale,
    needs_digest,
    next_digest,
    next_nag,
)
from bot.calendar.periods import local_date, local_instant
from bot.calendar.workdays import Workdays
from bot.deadlines import company_workdays, utc_yesterday, workdays_by_id, workdays_of, workdays_where
from bot.desk import Desk
from bot.obligations import refresh_message
from bot.outgoing import Edit, Outgoing, Post
from bot.owners.leave import next_leave_change
from bot.owners.respondents import ASK_AHEAD
from bot.reminders import digest
from bot.reminders.duty_messages import messages_of
from bot.reminders.views import bundles
from bot.signing import sign_head
from bot.work import Work
from storage import evidence, leave, obligations, outbox, people
from storage.obligations import ReminderDue
from storage.outbox import Delivery
from storage.terms import DeliveryKind, DeliveryState, ObligationState

MOMENT = timedelta(seconds=1)
SLICE = 250  # reminders that one transaction plans


@dataclass(frozen=True)
class Audience:
    """Who may be reminded now: people in ``zones`` (IANA names), where it is working hours, but no ``absent`` (ids)."""

    zones: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


async def digests_due(work: Work) -> bool:
    return bool(await _without_digest(work))


async def queue_digests(desk: Desk) -> None:
    """Tick: on the week's first working day a digest for each lead, behind a head that was signed just now.

    It has the key of that day's bundle, and takes its place.
    """
    await sign_head(desk)
    async with desk.work() as work:
        for reader, days in await _without_digest(work):
            await work.queue(DeliveryKind.DIGEST, reader, reader, once=_once(reader, days, work.now))


async def bundles_due(work: Work) -> bool:
    return bool(await _due(work, await _audience(work), 1))


async def queue_bundles(desk: Desk) -> None:
    """Tick: a bundle for everyone whose time has come, a slice of them in a transaction, so that others get a turn.

    Each bundle plans the next working day's too, which makes good one that never arrives; its arrival moves that plan.
    """
    async with desk.reading() as work:
        audience = await _audience(work)
    while await queue_slice(desk, audience):
        pass


async def queue_slice(desk: Desk, audience: Audience) -> bool:
    """Whether there were reminders to plan."""
    async with desk.work() as work:
        due = await _due(work, audience, SLICE)
        if not due:
            return False
        days_by_person = await workdays_where(work, {row.person_id: row.zone for row in due})
        once_by_person = {
            person_id: _once(person_id, days, work.now) for person_id, days in days_by_person.items()
        }
        await work.queue_many(DeliveryKind.BUNDLE, once_by_person)
        next_at = {days: first_nag(work.now + MOMENT, days) for days in set(days_by_person.values())}
        ids_by_instant: defaultdict[datetime, list[str]] = defaultdict(list)
        for row in due:
            ids_by_instant[next_at[days_by_person[row.person_id]]].append(row.obligation_id)
        for instant, ids in ids_by_instant.items():
            await obligations.plan_reminders(work.session, ids, instant)
    return True


async def next_due_instant(desk: Desk) -> datetime | None:
    """The next instant, business time, at which a tick has something to do."""
    async with desk.reading() as work:
        instants = [
            await obligations.next_reminder_after(work.session, work.now),
            *await _waiting_reminders(work),
            await _next_request(work),
            await entry_reviews.next_entry_review(work),
            await next_leave_change(work),
        ]
        for _, days, last_on in await _digest_readers(work):
            instants.append(next_digest(work.now, last_on, days))
    ahead = [instant for instant in instants if instant and instant > desk.now()]
    return min(ahead, default=None)


async def compose_bundle(work: Work, delivery: Delivery) -> Outgoing | None:
    """What the person owes at this moment. None when they owe nothing any more, or the bundle's day is over."""
    person = await people.person(work.session, delivery.recipient)
    if person is None or not person.may_act:
        return None
    days = await workdays_of(work, person)
    if is_stale(delivery.queued_at, work.now, days):
        return None
    open_rows = await obligations.open_obligations(work.session, delivery.recipient)
    requests, ids = await messages_of(work, open_rows)
    if not requests:
        return None
    message = bundles.bundle_message(requests, person.name, days.today(work.now))
    return Outgoing(Post(message), ids[: count_shown_whole(message, requests)])


async def bundle_arrived(work: Work, delivery: Delivery, asks: Sequence[str]) -> None:
    """Keep for each obligation that this message asked for it, and edit the earlier messages that did.

    ``asks`` are the ids of the obligations.
    """
    rows = await obligations.obligations_by_id(work.session, asks)
    person = await people.person(work.session, delivery.recipient)
    days = await workdays_of(work, person) if person else company_workdays(work)
    earlier_keys: set[str] = set()
    for obligation in rows.values():
        if obligation.asked_in:
            earlier_keys.add(obligation.asked_in)
        obligation.asked_in, obligation.nags = delivery.key, obligation.nags + 1
        work.session.add(obligation)
        if obligation.state is ObligationState.OPEN:
            obligation.next_nag_at = next_nag(obligation.due_on, work.now, days)
        else:
            await refresh_message(work, obligation)
    for key in earlier_keys:
        await work.queue_again(DeliveryKind.REFRESH, delivery.recipient, key)


async def compose_refresh(work: Work, delivery: Delivery) -> Outgoing | None:
    """A bundle or digest edited to the present state: what is done shows its receipt, what a later message asks is
    left out.
    """
    original = await outbox.delivery(work.session, delivery.subject)
    person = await people.person(work.session, delivery.recipient)
    if original is None or person is None or original.state is not DeliveryState.SENT:
        return None
    if not original.channel or not original.ts or not original.sent_at:
        return None
    requests, _ = await messages_of(work, await obligations.obligations_asked_in(work.session, original.key))
    sent_on = local_date(original.sent_at, person.zone)
    if original.kind is DeliveryKind.DIGEST:
        message = digest.digest_with_requests(original, requests, person)
    elif requests:
        message = bundles.bundle_message(requests, person.name, sent_on)
    else:
        message = bundles.superseded_message(local_date(work.now, person.zone))
    return Outgoing(Edit(original.channel, original.ts, message))


def _once(recipient: str, days: Workdays, now: datetime) -> str:
    """The key of the one unasked message of a person's day."""
    return f"bundle:{recipient}:{days.today(now).isoformat()}"


async def _audience(work: Work) -> Audience:
    zones = await obligations.zones_to_nag(work.session, work.now)
    hours = await workdays_where(work, {zone: zone for zone in zones})
    awake = tuple(zone for zone in zones if in_working_hours(work.now, hours[zone]))
    if not awake:
        return Audience()
    on_leave = {row.person_id for row in await work.once(leave.leaves, utc_yesterday(work))}
    workdays = await workdays_by_id(work, (await people.people_by_id(work.session, on_leave)).values())
    absent = [person_id for person_id, days in workdays.items() if not in_working_hours(work.now, days)]
    return Audience(awake, tuple(absent))


async def _due(work: Work, audience: Audience, limit: int) -> list[ReminderDue]:
    if not audience.zones:
        return []
    return await obligations.reminders_due(work.session, work.now, audience.zones, audience.absent, limit)


async def _digest_readers(work: Work) -> list[tuple[str, Workdays, date | None]]:
    """Each lead, and the channel that the settings name, with the days on which a digest may come, and the last day."""
    workdays = await workdays_by_id(work, await work.once(people.leads))
    if work.settings.digest_channel:
        workdays[work.settings.digest_channel] = company_workdays(work)
    last_at = await outbox.last_digests(work.session, list(workdays))
    return [
        (reader, days, days.today(last_at[reader]) if reader in last_at else None)
        for reader, days in workdays.items()
    ]


async def _without_digest(work: Work) -> list[tuple[str, Workdays]]:
    """The readers whose digest of this week is due."""
    return [
        (reader, days)
        for reader, days, last_on in await _digest_readers(work)
        if needs_digest(work.now, last_on, days)
    ]


async def _waiting_reminders(work: Work) -> set[datetime]:
    """When those reminders arrive whose time has passed: in the person's next working hours."""
    zones = dict(await obligations.people_to_nag(work.session, work.now))
    return {first_nag(work.now + MOMENT, days) for days in set((await workdays_where(work, zones)).values())}


async def _next_request(work: Work) -> datetime | None:
    """When the next evidence will be asked for: a fixed time ahead of its due date."""
    due_on = await evidence.next_due_after(work.session, work.today + ASK_AHEAD)
    return local_instant(due_on - ASK_AHEAD, time(0, 0), work.zone) if due_on else None
