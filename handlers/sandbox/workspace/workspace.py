"""The state of the workspace, its business clock and its look-ups, without network or protocol. Ids are random, so
that a workspace gives no event or view id a second time after it was killed.
"""

import itertools
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from handlers.sandbox.terms import Impossible, Json
from handlers.sandbox.workspace.nouns import Channel, ChannelMessage, File, Member, ModalTrigger, OpenView

MONDAY = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)  # 09:00 in Berlin
BOT_CHANNEL = "bot"  # how a person names the direct conversation with the app
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def new_id(prefix: str, length: int = 10) -> str:
    return prefix + "".join(secrets.choice(LETTERS) for _ in range(length))


class WorkspaceClock:
    """Business time of the workspace: real time plus an offset that only grows."""

    def __init__(self, start: datetime) -> None:
        self._offset = timedelta(0)
        self._offset = start - self.now()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def forward_to(self, instant: datetime) -> None:
        """Jump to the instant; one that has passed already leaves the clock alone."""
        self._offset += max(instant - self.now(), timedelta(0))


def iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class SlackWorkspace:
    """`outlet` takes every Events API event; each function in `on_change` is called after each change."""

    def __init__(self, company: Json, start: datetime) -> None:
        self.team: Json = company["team"]
        self.app_id: str = company["app"]["id"]
        self.bot_id: str = company["app"]["bot_id"]
        self.bot_user_id: str = company["app"]["bot_user_id"]
        self.clock = WorkspaceClock(start)
        self.url = ""  # where the server listens
        self.people: dict[str, Member] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, OpenView] = {}
        self.stacks: dict[str, list[str]] = {}  # person → open modals, top last
        self.homes: dict[str, str] = {}  # person → view
        self.uploads: dict[str, File] = {}  # ticket → file whose bytes the app will send
        self.triggers: dict[str, ModalTrigger] = {}
        self.sequence = 0
        self.outlet: Callable[[Json], None] = lambda event: None
        self.on_change: list[Callable[[], None]] = []
        self._last_micros = 0
        self._numbers = itertools.count(1)
        self._fill(company)

    def _fill(self, company: Json) -> None:
        for fields in company["people"]:
            person = Member(**fields, updated=int(self.clock.now().timestamp()))
            person.email = person.email or f"{person.user_name}@northwind.example"
            self.people[person.id] = person
        for fields in company["channels"]:
            channel = Channel(**fields, created=int(self.clock.now().timestamp()))
            self.channels[channel.id] = channel

    def changed(self) -> int:
        self.sequence += 1
        for listener in self.on_change:
            listener()
        return self.sequence

    def next_ts(self) -> str:
        """The id of a message: business time in microseconds, unique and increasing."""
        now = int(self.clock.now().timestamp() * 1_000_000)
        self._last_micros = max(now, self._last_micros + 1)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    def not_before(self, ts: str) -> None:
        """Makes later ids follow this one, which comes from a state file."""
        self._last_micros = max(self._last_micros, int(ts.replace(".", "")))

    def block_id(self) -> str:
        return f"b{next(self._numbers)}{new_id('', 3)}"

    def now_seconds(self) -> int:
        return int(self.clock.now().timestamp())

    # Who and where

    @property
    def bot(self) -> Member:
        return self.people[self.bot_user_id]

    def acting_person(self, person_id: str) -> Member:
        """Raises Impossible for the bot, for a deactivated person and for an unknown id."""
        person = self.people.get(person_id)
        if person is None:
            raise Impossible(f"Nobody here has the id {person_id!r}.", 404)
        if person.is_bot:
            raise Impossible(f"{person.name} is the app; only people act here.", 403)
        if person.deleted:
            raise Impossible(f"{person.name} is deactivated and cannot act.", 403)
        return person

    def dm_with(self, person_id: str) -> Channel:
        channel_id = self.people[person_id].dm_id
        if channel_id not in self.channels:
            members = [person_id, self.bot_user_id]
            self.channels[channel_id] = Channel(
                channel_id, "directmessage", members, im_with=person_id, created=self.now_seconds()
            )
        return self.channels[channel_id]

    def channel_named(self, name: str, person: Member) -> Channel:
        """The person's channel by "bot", "#general", "general" or an id. Raises Impossible if they are not in it."""
        if name in (BOT_CHANNEL, person.dm_id):
            return self.dm_with(person.id)
        bare = name.removeprefix("#")
        for channel in self.channels.values():
            if bare in (channel.id, channel.name) and channel.im_with is None:
                if person.id in channel.members:
                    return channel
                raise Impossible(f"{person.name} is not in #{channel.name}.", 403)
        raise Impossible(f"{person.name} sees no channel {name!r}.", 404)

    def channels_of(self, person: Member) -> list[Channel]:
        channels = [c for c in self.channels.values() if c.im_with is None and person.id in c.members]
        return [self.dm_with(person.id), *channels]

    def sees(self, person: Member, channel: Channel, message: ChannelMessage) -> bool:
        return person.id in channel.members and message.only_for in (None, person.id)

    def unread(self, person: Member, channel: Channel) -> int:
        last_read = channel.read_up_to.get(person.id, "0")
        return sum(
            message.ts > last_read and message.user != person.id
            for message in channel.messages.values()
            if self.sees(person, channel, message)
        )

    def mark_read(self, person: Member, channel: Channel) -> None:
        if self.unread(person, channel):
            channel.read_up_to[person.id] = max(channel.messages)
            self.changed()

    # Permission to open modals

    def new_trigger(self, person_id: str) -> str:
        now = time.monotonic()
        self.triggers = {name: t for name, t in self.triggers.items() if now - t.born < 60}
        name = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.triggers[name] = ModalTrigger(person_id, now)
        return name

    def open_views(self, person_id: str) -> list[OpenView]:
        return [self.views[view_id] for view_id in self.stacks.get(person_id, [])]

    def home_of(self, person_id: str) -> OpenView | None:
        return self.views.get(self.homes.get(person_id, ""))

    def private_files(self, ids: list[str], owner: Member) -> list[File]:
        """Files of this person. Raises Impossible for the id of another person's file."""
        for file_id in ids:
            if file_id not in self.files or self.files[file_id].owner != owner.id:
                raise Impossible(f"{owner.name} has no file {file_id!r}.", 404)
        return [self.files[file_id] for file_id in ids]
