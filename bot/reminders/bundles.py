"""Reminders: a person gets one bundle a local day at most, planned from what is due and composed when it is sent."""

from collections.abc import Sequence
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
from bot.deadlines import company_workdays, workdays_by_id, workdays_of
from bot.desk import Desk
from bot.obligations import refresh_message
from bot.outgoing import Edit, Outgoing, Post
from bot.owners import leave
from bot.owners.respondents import ASK_AHEAD
from bot.reminders import digest
from bot.reminders.duty_messages import messages_of
from bot.reminders.views import bundles
from bot.signing import sign_head
from bot.work import Work
from storage import evidence, obligations, outbox, people
from storage.outbox import Delivery
from storage.terms import DeliveryKind, DeliveryState, ObligationState

MOMENT = timedelta(seconds=1)


async def queue_due_bundles(desk: Desk) -> None:
    """Tick: a bundle for everyone whose time has come, and on the week's first working day a digest for leads.

    Both have the same key for one person and local date, so a lead's digest is that day's bundle. Each bundle plans
    the next working day's too, which makes good one that never arrives; its arrival moves that plan.
    """
    async with desk.reading() as work:
        without_digest = await _without_digest(work)
        if not without_digest and not await obligations.obligations_to_nag(work.session, work.now):
            return
    if without_digest:
        await sign_head(desk)
    async with desk.work() as work:
        for reader, days in without_digest:
            await _queue(work, reader, days, DeliveryKind.DIGEST)
        due = await obligations.obligations_to_nag(work.session, work.now)
        people_by_id = await people.people_by_id(work.session, {row.person_id for row in due})
        workdays = await workdays_by_id(work, people_by_id.values())
        for obligation in due:
            person, days = people_by_id[obligation.person_id], workdays[obligation.person_id]
            if person.may_act and in_working_hours(work.now, days):
                await _queue(work, person.id, days, DeliveryKind.BUNDLE)
                obligation.next_nag_at = first_nag(work.now + MOMENT, days)
                work.session.add(obligation)


async def next_due_instant(desk: Desk) -> datetime | None:
    """The next instant, business time, at which a tick has something to do."""
    async with desk.reading() as work:
        instants = [
            *await _next_nags(work),
            await _next_request(work),
            await entry_reviews.next_entry_review(work),
            await leave.next_leave_change(work),
        ]
        for reader, days in await _digest_readers(work):
            last_on = await _last_digest_on(work, reader, days)
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


async def _queue(work: Work, recipient: str, days: Workdays, kind: DeliveryKind) -> None:
    today = days.today(work.now)
    await work.queue(kind, recipient, recipient, once=f"bundle:{recipient}:{today.isoformat()}")


async def _digest_readers(work: Work) -> list[tuple[str, Workdays]]:
    """Each lead, and the channel that the settings name, with the days on which a digest may come."""
    leads = await people.leads(work.session)
    readers = list((await workdays_by_id(work, leads)).items())
    channel = work.settings.digest_channel
    return [*readers, (channel, company_workdays(work))] if channel else readers


async def _without_digest(work: Work) -> list[tuple[str, Workdays]]:
    """The readers whose digest of this week is due."""
    return [
        (reader, days)
        for reader, days in await _digest_readers(work)
        if needs_digest(work.now, await _last_digest_on(work, reader, days), days)
    ]


async def _last_digest_on(work: Work, reader: str, days: Workdays) -> date | None:
    last = await outbox.newest_delivery(work.session, DeliveryKind.DIGEST, reader)
    return days.today(last.queued_at) if last else None


async def _next_nags(work: Work) -> set[datetime]:
    """Of every member. A reminder whose time has passed waits for the person's next working hours."""
    workdays = await workdays_by_id(work, await people.members(work.session))
    rows = await obligations.open_obligations(work.session)
    planned = {(row.next_nag_at, row.person_id) for row in rows if row.person_id in workdays}
    return {
        at if at > work.now else first_nag(work.now + MOMENT, workdays[person_id])
        for at, person_id in planned
        if at
    }


async def _next_request(work: Work) -> datetime | None:
    """When the next evidence will be asked for: a fixed time ahead of its due date."""
    due_on = await evidence.next_due_after(work.session, work.today + ASK_AHEAD)
    return local_instant(due_on - ASK_AHEAD, time(0, 0), work.zone) if due_on else None
