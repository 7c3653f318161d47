"""What people do while Socrates is killed: they ask, acknowledge, upload and review, and press again what failed."""

import asyncio
import contextlib
import random
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from handlers.sandbox.blocks.elements import interactive
from handlers.sandbox.cast import Cast, NoAnswer, NotPossible, Player, ScreenMessage, Unheard, View
from handlers.sandbox.cast.screen import view

QUESTION = "how long is a type 2 window?"
PAUSE = 0.1  # real seconds between a person's deeds


@dataclass
class Requests:
    """What was asked of Socrates, by its natural key. A command has none: each attempt has a text of its own."""

    questions: set[str] = field(default_factory=set)
    commands_answered: set[str] = field(default_factory=set)
    commands_unanswered: set[str] = field(default_factory=set)
    acknowledged: set[tuple[str, str]] = field(default_factory=set)
    submitted: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    again: int = 0

    @property
    def answered(self) -> int:
        clicks = len(self.acknowledged) + len(self.submitted) + len(self.accepted)
        return len(self.questions) + len(self.commands_answered) + clicks


class Story:
    """Everyone acts at the same time until ``enough`` is set; then each finishes what they have begun."""

    def __init__(self, cast: Cast, chance: random.Random) -> None:
        self.cast = cast
        self.chance = chance
        self.requests = Requests()
        self.enough = asyncio.Event()

    async def play(self) -> None:
        deeds: list[tuple[str, Callable[[Player], Awaitable[None]]]] = [
            ("Ada", self.asks_in_the_dm),
            ("Grace", self.asks_in_a_channel),
            ("Eva", self.types_a_command),
            ("Ben", self.hands_in),
            ("Farid", self.hands_in),
            ("Dan", self.reviews),
            *((name, self.acknowledges) for name in ("Ada", "Ben", "Cleo", "Dan", "Eva", "Farid", "Grace")),
        ]
        async with asyncio.TaskGroup() as everyone:
            everyone.create_task(self._time_passes())
            for name, deed in deeds:
                everyone.create_task(self._over_and_over(self.cast.person(name), deed))

    async def _over_and_over(self, person: Player, deed: Callable[[Player], Awaitable[None]]) -> None:
        while not self.enough.is_set():
            await deed(person)
            await asyncio.sleep(PAUSE * self.chance.uniform(0.5, 1.5))

    async def _time_passes(self) -> None:
        """A clock that stands still while Socrates is down is no fault; the next move takes him along."""
        while not self.enough.is_set():
            with contextlib.suppress(NotPossible):
                await self.cast.clock.next()
            await asyncio.sleep(5 * PAUSE)

    async def asks_in_the_dm(self, person: Player) -> None:
        await self._asks(person, "bot", mention=False)

    async def asks_in_a_channel(self, person: Player) -> None:
        await self._asks(person, "#general", mention=True)

    async def _asks(self, person: Player, channel: str, *, mention: bool) -> None:
        """The next question comes when this one is answered, or after some patience."""
        text = f"{QUESTION} ({person.name} no. {len(self.requests.questions) + 1})"
        asked = await person.says(text, channel, mention=mention)
        self.requests.questions.add(text)
        with contextlib.suppress(Unheard):
            await person.hears("", channel, thread=asked, within=50 * PAUSE)

    async def types_a_command(self, person: Player) -> None:
        attempts = len(self.requests.commands_answered) + len(self.requests.commands_unanswered)
        text = f"{QUESTION} (typed no. {attempts + 1})"
        try:
            await person.commands(f"/soc {text}")
        except NoAnswer:
            self.requests.commands_unanswered.add(text)
        else:
            self.requests.commands_answered.add(text)
        await asyncio.sleep(5 * PAUSE)

    async def acknowledges(self, person: Player) -> None:
        if found := await _offered(person, "acknowledge_policy"):
            message, version_id = found
            if await self._insists(lambda: person.presses("acknowledge_policy", message)):
                self.requests.acknowledged.add((version_id, person.id))

    async def hands_in(self, person: Player) -> None:
        if found := await _offered(person, "open_evidence"):
            message, occurrence_id = found
            await self._insists(lambda: person.presses("open_evidence", message))
            with contextlib.suppress(Unheard):  # it was handed in before, and the edit is still on its way
                form = await person.modal("Upload evidence", within=2)
                content = f"occurrence,{occurrence_id}\nnumber,{secrets.token_hex(8)}\n".encode()
                file_id = await person.uploads("listing.csv", content)
                today = (await self.cast.clock.now()).date()
                values = {"File": file_id, "Performed on": today} | await self._listing(form)
                if await self._insists(lambda: _submitted(person, form, values)):
                    self.requests.submitted.add(file_id)
            await _closes_everything(person)
            await asyncio.sleep(3 * PAUSE)

    async def _listing(self, form: View) -> dict[str, Any]:
        """What a population asks for; a period that still runs has no form."""
        if "How many items" not in form.labels:
            return {}
        return {"How many items": "2", "Source and query": "all", "As of": await self.cast.clock.now()}

    async def reviews(self, person: Player) -> None:
        """From Home, where every request waits; Accept is there once the stored copy has arrived."""
        with contextlib.suppress(Unheard):
            home = await person.home(within=3)
            for action, done in (("accept_evidence", self.requests.accepted), ("show_file", set[str]())):
                if evidence_id := _value(home, action):
                    if await self._insists(lambda: person.presses(action, home)):  # noqa: B023
                        done.add(evidence_id)
                    return

    async def _insists(self, deed: Callable[[], Awaitable[object]]) -> bool:
        """Do it until it is answered 200; whether that came before the button was gone."""
        while True:
            try:
                await deed()
            except NoAnswer:
                self.requests.again += 1
                await asyncio.sleep(5 * PAUSE)
            except NotPossible:
                return False
            else:
                return True


async def _offered(person: Player, action: str) -> tuple[ScreenMessage, str] | None:
    """The newest message with this button, and the value of its first one."""
    for message in reversed(await person.messages()):
        if value := _value(message, action):
            return message, value
    return None


def _value(where: ScreenMessage | View, action: str) -> str | None:
    elements = (element for block in where.blocks for element in interactive(block))
    return next((element["value"] for element in elements if element["action_id"] == action), None)


async def _submitted(person: Player, form: View, values: dict[str, Any]) -> None:
    """The answer to an earlier try may be lost; then this one hears that the file is there."""
    errors = await person.submits(form, values)
    if errors and not any(said in errors.get("file", "") for said in ("being checked", "already")):
        raise AssertionError(f"{person.name} submitted a file and saw {errors}")


async def _closes_everything(person: Player) -> None:
    while views := (await person.state())["views"]:
        await person.closes(view(views[-1], person.client.names))
