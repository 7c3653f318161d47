"""Reminders: a person gets one bundle a local day at most, planned from what is due and composed when it is sent."""

import asyncio
from collections.abc import Mapping, Sequence
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
from bot.deadlines import Staff, company_workdays, staff_of, workdays_by_id, workdays_of
from bot.desk import Desk
from bot.obligations import refresh_message
from bot.outgoing import Edit, Outgoing, Post
from bot.owners import leave
from bot.owners.respondents import ASK_AHEAD
from bot.reminders import digest
from bot.reminders.duty_messages import messages_of
from bot.reminders.views import bundles
from bot.signing import sign_head
from bot.work import Work, real_now
from storage import evidence, obligations, outbox, people
from storage.outbox import Delivery
from storage.terms import DeliveryKind, DeliveryState, ObligationState

MOMENT = timedelta(seconds=1)
SLICE = 250
"""So many obligations are planned in one transaction: about 20 ms of work."""


async def bundles_are_due(work: Work, staff: Staff) -> bool:
    return await obligations.anyone_to_nag(work.session, work.now)


async def queue_due_bundles(desk: Desk) -> None:
    """A bundle for everyone whose time has come, in a transaction for each slice of them, so that others get through.

    Each bundle plans the next working day's too, which makes good one that never arrives; its arrival moves that plan.
    """
    count = SLICE
    while count == SLICE:
        count = await queue_slice(desk)
        await asyncio.sleep(0)  # whoever waits for the database has their turn


async def queue_slice(desk: Desk) -> int:
    """How many of the obligations were due, ``SLICE`` at the most.

    Whoever may not be asked now is asked with the next bundle, in their working hours.
    """
    async with desk.work() as work:
        due = await obligations.obligations_to_nag(work.session, work.now, SLICE)
        people_by_id = await people.people_by_id(work.session, {person_id for _, person_id in due})
        workdays = await workdays_by_id(work, people_by_id.values())
        once = {
            person.id: _once(work, person.id, workdays[person.id])
            for person in people_by_id.values()
            if person.may_act and in_working_hours(work.now, workdays[person.id])
        }
        await outbox.queue_for_each(
            work.session, DeliveryKind.BUNDLE, once, queued_at=work.now, real_now=real_now()
        )
        next_at = {days: first_nag(work.now + MOMENT, days) for days in set(workdays.values())}
        await obligations.plan_nags(work.session, {key: next_at[workdays[person]] for key, person in due})
    return len(due)


async def digests_are_due(work: Work, staff: Staff) -> bool:
    return bool(await _without_digest(work, staff))


async def queue_due_digests(desk: Desk) -> None:
    """On the week's first working day a digest for each lead.

    It has the same key as a bundle of that person and local date, so a lead's digest is that day's bundle.
    """
    await sign_head(desk)
    async with desk.work() as work:
        for reader, days in await _without_digest(work, await staff_of(work)):
            await work.queue(DeliveryKind.DIGEST, reader, reader, once=_once(work, reader, days))


async def next_due_instant(desk: Desk) -> datetime | None:
    """The next instant, business time, at which a tick has something to do."""
    async with desk.reading() as work:
        staff = await staff_of(work)
        readers = _digest_readers(work, staff)
        last_on = await _last_digests_on(work, readers)
        instants = [
            *await _next_nags(work),
            await _next_request(work),
            await entry_reviews.next_entry_review(work, staff),
            await leave.next_leave_change(work, staff),
            *(next_digest(work.now, last_on.get(reader), days) for reader, days in readers.items()),
        ]
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


def _once(work: Work, recipient: str, days: Workdays) -> str:
    return f"bundle:{recipient}:{days.today(work.now).isoformat()}"


def _digest_readers(work: Work, staff: Staff) -> dict[str, Workdays]:
    """Each lead, and the channel that the settings name, with the days on which a digest may come."""
    readers = staff.workdays_by_id(staff.leads)
    channel = work.settings.digest_channel
    return readers | {channel: company_workdays(work)} if channel else readers


async def _without_digest(work: Work, staff: Staff) -> list[tuple[str, Workdays]]:
    """The readers whose digest of this week is due."""
    readers = _digest_readers(work, staff)
    last_on = await _last_digests_on(work, readers)
    return [
        (reader, days)
        for reader, days in readers.items()
        if needs_digest(work.now, last_on.get(reader), days)
    ]


async def _last_digests_on(work: Work, readers: Mapping[str, Workdays]) -> dict[str, date]:
    queued_at = await outbox.last_digests(work.session, readers)
    return {reader: readers[reader].today(at) for reader, at in queued_at.items()}


async def _next_nags(work: Work) -> set[datetime]:
    """Of every member. A reminder whose time has passed waits for the person's next working hours."""
    planned_at = await obligations.next_nag_of_members(work.session, work.now)
    late = await workdays_by_id(work, await obligations.members_to_nag(work.session, work.now))
    again = {first_nag(work.now + MOMENT, days) for days in set(late.values())}
    return again | {planned_at} if planned_at else again


async def _next_request(work: Work) -> datetime | None:
    """When the next evidence will be asked for: a fixed time ahead of its due date."""
    due_on = await evidence.next_due_after(work.session, work.today + ASK_AHEAD)
    return local_instant(due_on - ASK_AHEAD, time(0, 0), work.zone) if due_on else None
