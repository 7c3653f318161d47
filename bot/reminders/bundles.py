"""Reminders: one bundle for each person and local day, planned from what is due and composed when it is sent."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.answers import entry_reviews
from bot.blocks.packing import shown_whole
from bot.calendar.bundle_times import (
    first_nag,
    in_working_hours,
    is_stale,
    needs_digest,
    next_digest,
    next_nag,
)
from bot.calendar.deadlines import company_workdays, workdays_by_id, workdays_of
from bot.calendar.periods import local_date, local_instant
from bot.calendar.workdays import Workdays
from bot.desk import Desk, real_now
from bot.obligations import show_again
from bot.outgoing import Edit, Outgoing, Post
from bot.owners import leave
from bot.owners.stand_ins import ASK_AHEAD
from bot.reminders import digest
from bot.reminders.duty_messages import items_of
from bot.reminders.views import bundles
from bot.signing import sign_head
from storage import evidence, obligations, outbox, people
from storage.outbox import Delivery
from storage.terms import DeliveryKind, DeliveryState, ObligationState

MOMENT = timedelta(seconds=1)


async def queue_due_nags(desk: Desk) -> None:
    """Tick: a bundle for everyone whose time has come, and on the week's first working day a digest for leads.

    Both have the same key for one person and local date, so a lead's digest is that day's bundle. Until it has
    arrived the next working day's bundle is planned, so that one which never arrives is made good.
    """
    async with desk.sessions.reading() as session:
        without_digest = await _without_digest(session, desk)
        if not without_digest and not await obligations.due_nags(session, desk.now()):
            return
    if without_digest:
        await sign_head(desk)
    async with desk.transaction() as session:
        for reader, days in without_digest:
            await _queue(session, desk, reader, days, DeliveryKind.DIGEST)
        due = await obligations.due_nags(session, desk.now())
        asked = await people.people_by_id(session, {owed.person_id for owed in due})
        working = await workdays_by_id(session, desk, asked.values())
        for owed in due:
            days = working[owed.person_id]
            if not asked[owed.person_id].may_act or not in_working_hours(desk.now(), days):
                continue
            await _queue(session, desk, owed.person_id, days, DeliveryKind.BUNDLE)
            owed.next_nag_at = first_nag(desk.now() + MOMENT, days)
            session.add(owed)


async def next_event(desk: Desk) -> datetime | None:
    """The next instant, business time, at which a tick has something to do."""
    async with desk.sessions.reading() as session:
        instants = [
            *await _next_nags(session, desk),
            await _next_request(session, desk),
            await entry_reviews.next_request(session, desk),
            await leave.next_change(session, desk),
        ]
        for reader, days in await _digest_readers(session, desk):
            last_on = await _last_digest_on(session, reader, days)
            instants.append(next_digest(desk.now(), last_on, days))
    ahead = [instant for instant in instants if instant and instant > desk.now()]
    return min(ahead, default=None)


async def compose_bundle(session: AsyncSession, desk: Desk, delivery: Delivery) -> Outgoing | None:
    """What the person owes at this moment; nothing left, nothing sent, nor when its day is over."""
    person = await people.person(session, delivery.recipient)
    if person is None or not person.may_act:
        return None
    days = await workdays_of(session, desk, person)
    if is_stale(delivery.queued_at, desk.now(), days):
        return None
    owed = await obligations.open_obligations(session, delivery.recipient)
    items, asks = await items_of(session, desk, owed)
    if not items:
        return None
    message = bundles.bundle(items, person.name, days.today(desk.now()))
    return Outgoing(Post(message), asks[: shown_whole(message, items)])


async def bundle_arrived(session: AsyncSession, desk: Desk, delivery: Delivery, asks: Sequence[str]) -> None:
    """Note in which message each was asked, and let earlier messages give way to this one."""
    rows = await obligations.obligations_by_id(session, asks)
    person = await people.person(session, delivery.recipient)
    days = await workdays_of(session, desk, person) if person else company_workdays(desk)
    earlier: set[str] = set()
    for owed in rows.values():
        if owed.asked_in:
            earlier.add(owed.asked_in)
        owed.asked_in, owed.nags = delivery.key, owed.nags + 1
        session.add(owed)
        if owed.state is ObligationState.OPEN:
            owed.next_nag_at = next_nag(owed.due_on, desk.now(), days)
        else:
            await show_again(session, desk, owed)
    for key in earlier:
        await outbox.queue_again(
            session,
            DeliveryKind.REFRESH,
            delivery.recipient,
            key,
            queued_at=desk.now(),
            real_now=real_now(),
        )


async def compose_refresh(session: AsyncSession, desk: Desk, delivery: Delivery) -> Outgoing | None:
    """A bundle edited to the present state: what is done shows its receipt, what was asked again gives way."""
    original = await outbox.delivery(session, delivery.subject)
    person = await people.person(session, delivery.recipient)
    if original is None or person is None or original.state is not DeliveryState.SENT:
        return None
    if not original.channel or not original.ts or not original.sent_at:
        return None
    owed = await obligations.asked_in(session, original.key)
    items, _ = await items_of(session, desk, owed)
    sent_on = local_date(original.sent_at, person.zone)
    if original.kind is DeliveryKind.DIGEST:
        message = digest.shown_again(original, items, person)
    elif items:
        message = bundles.bundle(items, person.name, sent_on)
    else:
        message = bundles.superseded(local_date(desk.now(), person.zone))
    return Outgoing(Edit(original.channel, original.ts, message))


async def _queue(
    session: AsyncSession, desk: Desk, recipient: str, days: Workdays, kind: DeliveryKind
) -> None:
    today = days.today(desk.now())
    await outbox.queue(
        session,
        kind,
        recipient,
        recipient,
        once=f"bundle:{recipient}:{today.isoformat()}",
        queued_at=desk.now(),
        real_now=real_now(),
    )


async def _digest_readers(session: AsyncSession, desk: Desk) -> list[tuple[str, Workdays]]:
    """Each lead, and the channel that the settings name, with the days on which a digest may come."""
    leads = await people.leads(session)
    readers = list((await workdays_by_id(session, desk, leads)).items())
    channel = desk.settings.digest_channel
    return [*readers, (channel, company_workdays(desk))] if channel else readers


async def _without_digest(session: AsyncSession, desk: Desk) -> list[tuple[str, Workdays]]:
    """Those whose digest of this week is due."""
    return [
        (reader, days)
        for reader, days in await _digest_readers(session, desk)
        if needs_digest(desk.now(), await _last_digest_on(session, reader, days), days)
    ]


async def _last_digest_on(session: AsyncSession, reader: str, days: Workdays) -> date | None:
    last = await outbox.newest_of_kind(session, DeliveryKind.DIGEST, reader)
    return days.today(last.queued_at) if last else None


async def _next_nags(session: AsyncSession, desk: Desk) -> set[datetime]:
    """Of everyone who may be asked; what is past due already waits for their next working hours."""
    working = await workdays_by_id(session, desk, await people.members(session))
    owed = await obligations.open_obligations(session)
    planned = {(row.next_nag_at, row.person_id) for row in owed if row.person_id in working}
    return {
        at if at > desk.now() else first_nag(desk.now() + MOMENT, working[person_id])
        for at, person_id in planned
        if at
    }


async def _next_request(session: AsyncSession, desk: Desk) -> datetime | None:
    zone = desk.library.programme.zone
    upcoming = await evidence.next_due_after(session, local_date(desk.now(), zone) + ASK_AHEAD)
    return local_instant(upcoming - ASK_AHEAD, time(0, 0), zone) if upcoming else None
