"""People, channels, messages, files and views. Every field is plain JSON, so that a file can keep the state."""

from dataclasses import dataclass, field

from handlers.sandbox.terms import Json


@dataclass
class Member:
    id: str
    name: str
    tz: str = "UTC"
    email: str = ""
    title: str = ""
    deleted: bool = False
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_admin: bool = False
    updated: int = 0  # seconds since 1970, business time

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def dm_id(self) -> str:
        """The id of their direct conversation with the app."""
        return "D" + self.id[1:]

    @property
    def user_name(self) -> str:
        return self.first_name.lower()


@dataclass
class ChannelMessage:
    """`changed` is the workspace's change number at the last edit, which tells a new text from an old one."""

    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    bot: bool = False
    only_for: str | None = None  # the one person who sees an ephemeral message
    files: list[str] = field(default_factory=list)
    metadata: Json | None = None
    edited: Json | None = None
    changed: int = 0
    earlier: list[list[Json]] = field(default_factory=list)  # blocks that edits replaced, newest last

    @property
    def is_root(self) -> bool:
        return self.thread_ts is None or self.thread_ts == self.ts


@dataclass
class Channel:
    """A channel of several people, or the direct conversation (`im_with`) of one person with the bot."""

    id: str
    name: str
    members: list[str]
    im_with: str | None = None
    messages: dict[str, ChannelMessage] = field(default_factory=dict)
    read_up_to: dict[str, str] = field(default_factory=dict)  # person → ts
    prompts: list[Json] = field(default_factory=list)
    created: int = 0
    threads: dict[str, list[str]] = field(default_factory=dict)  # root → replies, oldest first

    def add(self, message: ChannelMessage) -> None:
        self.messages[message.ts] = message
        if message.thread_ts and message.thread_ts != message.ts:
            self.threads.setdefault(message.thread_ts, []).append(message.ts)

    def replies(self, root_ts: str) -> list[ChannelMessage]:
        return [self.messages[ts] for ts in self.threads.get(root_ts, ())]


@dataclass
class File:
    """A file is private to its owner until it is shared in a channel or given to the app in a modal."""

    id: str
    name: str
    owner: str
    size: int
    mimetype: str
    created: int
    title: str = ""
    shared_in: list[str] = field(default_factory=list)
    given_to_app: bool = False
    broken: str | None = None  # what the app downloads instead: html, empty, vanished, truncated


@dataclass
class OpenView:
    """An open modal or a Home tab of one person. `body` is the view as Slack would show it to the app."""

    id: str
    person: str
    body: Json

    @property
    def hash(self) -> str:
        return self.body["hash"]

    @property
    def blocks(self) -> list[Json]:
        return self.body["blocks"]

    @property
    def values(self) -> Json:
        return self.body["state"]["values"]


@dataclass
class ModalTrigger:
    """Permission to open one modal; `born` is real (monotonic) time in seconds."""

    person: str
    born: float
    used: bool = False
