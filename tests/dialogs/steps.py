"""Steps that several dialogs take: owning a control, handing in a file, and reading what was stored."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import SQLModel, select

from bot.owners.ownership import accept_ownership, assign_control
from handlers.sandbox.cast import Cast, Player, ScreenMessage, View
from handlers.stack import Stage
from storage.evidence import Occurrence
from storage.outbox import open_deliveries
from storage.ownership import ownerships_of_control
from storage.proof.verify import Proof, verify
from storage.record.entries import entries_from
from storage.terms import OwnershipRole

ADA, BEN, CLEO, DAN, EVA = "U0ADA", "U0BEN", "U0CLEO", "U0DAN", "U0EVA"
FARID, GRACE, OMAR = "U0FARID", "U0GRACE", "U0OMAR"
BUNDLE = "Reminder for"
DIGEST = "Digest for"
QUESTION = "how long is a type 2 window?"
ANSWER = "A Type 2 window is usually 3 to 12 months long."
AS_OF = datetime(2026, 10, 2, 6, 30, tzinfo=UTC)
LISTED = "Identity provider: all accounts, status any"
STATED = {"How many items": "42", "Source and query": LISTED, "As of": AS_OF}
Row = TypeVar("Row", bound=SQLModel)


async def owns(stage: Stage, owner_id: str, *control_ids: str) -> None:
    """The owner has accepted these controls."""
    desk = stage.service.desk
    for control_id in control_ids:
        await assign_control(desk, CLEO, control_id, owner_id)
        async with desk.sessions.reading() as session:
            held = await ownerships_of_control(session, control_id)
        offered = next(each for each in held if each.role is OwnershipRole.PRIMARY)
        await accept_ownership(desk, owner_id, offered.id)


async def hands_in(
    owner: Player,
    request: ScreenMessage | View,
    name: str,
    content: bytes,
    performed_on: date | str | None = None,
    *,
    note: str = "",
    broken: str | None = None,
) -> dict[str, str]:
    """Press Upload evidence, choose a file and submit; the errors that the modal shows."""
    await owner.presses("Upload evidence", request)
    form = await owner.modal("Upload evidence")
    values: dict[str, Any] = {"File": await owner.uploads(name, content, broken)}
    if "How many items" in form.labels:
        values |= STATED
    if performed_on is not None:
        values["Performed on"] = performed_on
    if note:
        values["Note for the reviewer"] = note
    return await owner.submits(form, values)


async def rows(stage: Stage, noun: type[Row]) -> list[Row]:
    async with stage.service.desk.sessions.reading() as session:
        return list((await session.exec(select(noun))).all())


async def only(stage: Stage, noun: type[Row]) -> Row:
    found = await rows(stage, noun)
    assert len(found) == 1, found
    return found[0]


async def quarter(stage: Stage) -> Occurrence:
    """The third quarter's access review."""
    listed = await rows(stage, Occurrence)
    return next(row for row in listed if (row.control_id, row.label) == ("AC-01", "Q3 2026"))


async def kinds(stage: Stage) -> list[str]:
    """The kinds of the record's entries, oldest first."""
    async with stage.service.desk.sessions.reading() as session:
        return [entry.kind for entry in await entries_from(session, 0, 100_000)]


async def proved(stage: Stage, head: str | None = None) -> Proof:
    """The record, the rows and the files, with nothing wrong in them."""
    desk = stage.service.desk
    proof = await verify(desk.sessions, desk.files, desk.key.public, head)
    assert proof.findings == [], proof.findings
    return proof


async def forged(stage: Stage, sql: str) -> list[str]:
    """What a proof finds after somebody with the database has run this."""
    desk = stage.service.desk
    async with desk.sessions.transaction() as session:
        await (await session.connection()).execute(text(sql))
    return (await verify(desk.sessions, desk.files, desk.key.public)).findings


async def bundles(person: Player) -> list[ScreenMessage]:
    """The unsolicited messages in this person's direct conversation, oldest first."""
    told = [message for message in await person.messages() if message.bot]
    return [message for message in told if message.text.startswith((BUNDLE, DIGEST, "These requests"))]


def local(message: ScreenMessage, zone: str) -> datetime:
    """When the message came, on the clocks of that zone."""
    return datetime.fromtimestamp(float(message.ts), ZoneInfo(zone))


async def asked_on(person: Player, zone: str) -> list[date]:
    """The local dates on which a reminder or a digest came, in order."""
    return [local(message, zone).date() for message in await bundles(person)]


async def until(holds: Callable[[], Awaitable[bool]], within: float = 5.0) -> None:
    """Wait for something that no person of the cast can see."""
    async with asyncio.timeout(within):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.02)


async def sleeps_until(stage: Stage, cast: Cast, instant: str) -> None:
    """The machine sleeps almost until then: what came due meanwhile is done by one late tick, not day by day."""
    awake = datetime.fromisoformat(instant) - timedelta(minutes=1)
    stage.sandbox.workspace.clock.forward_to(awake)
    await cast.clock.to(instant)


async def nothing_waits(stage: Stage) -> None:
    """Everything that was queued has been sent, given up or cancelled."""

    async def nothing_open() -> bool:
        async with stage.service.desk.sessions.reading() as session:
            return not await open_deliveries(session)

    await until(nothing_open)


async def as_it_is_now(stage: Stage, person: Player, message: ScreenMessage) -> ScreenMessage:
    """The same message after every edit that was queued."""
    await nothing_waits(stage)
    return next(told for told in await person.messages() if told.ts == message.ts)


async def answers(person: Player, channel: str = "bot") -> list[ScreenMessage]:
    """How often the question was answered there."""
    return [told for told in await person.messages(channel) if told.bot and ANSWER in told.text]


async def asked_and_answered(stage: Stage, person: Player) -> list[ScreenMessage]:
    """The answers that stand there when nothing is on its way any more."""
    await person.says(QUESTION)
    await person.hears(ANSWER)
    await nothing_waits(stage)
    return await answers(person)
