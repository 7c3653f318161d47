"""What people do while Socrates is killed: they ask, acknowledge, upload and review, and press again what failed."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from handlers.sandbox.cast import Cast, Message, NotPossible, Player, Unanswered, Unheard, View
from handlers.sandbox.elements import interactive

QUESTION = "how long is a type 2 window?"
PAUSE = 0.1  # real seconds between a person's deeds
T = TypeVar("T")


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
        await asyncio.sleep(5 * PAUSE)

    async def _asks(self, person: Player, channel: str, *, mention: bool) -> None:
        text = f"{QUESTION} ({person.name} no. {len(self.requests.questions) + 1})"
        await person.says(text, channel, mention=mention)
        self.requests.questions.add(text)

    async def types_a_command(self, person: Player) -> None:
        attempts = len(self.requests.commands_answered) + len(self.requests.commands_unanswered)
        text = f"{QUESTION} (typed no. {attempts + 1})"
        try:
            await person.commands(f"/soc {text}")
        except Unanswered:
            self.requests.commands_unanswered.add(text)
        else:
            self.requests.commands_answered.add(text)
        await asyncio.sleep(5 * PAUSE)

    async def acknowledges(self, person: Player) -> None:
        async for message, element in _buttons(person, "acknowledge_policy"):
            await self._insists(lambda: person.presses(element["block_id"], message))
            self.requests.acknowledged.add((element["value"], person.id))
            return

    async def hands_in(self, person: Player) -> None:
        async for message, element in _buttons(person, "open_evidence"):
            form = await self._insists(lambda: _opened(person, element["block_id"], message))
            number = len(self.requests.submitted) + 1
            file_id = await person.uploads(f"file {number}.csv", f"row,{element['value']},{number}\n".encode())
            errors = await self._insists(lambda: person.submits(form, {"File": file_id}))
            if not errors or "being checked" in errors.get("file", ""):
                self.requests.submitted.add(file_id)
            await _close_everything(person)
            await asyncio.sleep(3 * PAUSE)
            return

    async def reviews(self, person: Player) -> None:
        """From Home, where every request waits; the file must be there before Accept is."""
        with contextlib.suppress(Unheard):
            home = await person.home(within=3)
            for block, element in _pressable(home):
                if element["action_id"] == "accept_evidence":
                    await self._insists(lambda: person.presses(block["block_id"], home))
                    self.requests.accepted.add(element["value"])
                    return
            for block, element in _pressable(home):
                if element["action_id"] == "show_file":
                    await self._insists(lambda: person.presses(block["block_id"], home))
                    return

    async def _insists(self, deed: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                return await deed()
            except (Unanswered, Unheard):
                self.requests.again += 1
                await asyncio.sleep(PAUSE)
