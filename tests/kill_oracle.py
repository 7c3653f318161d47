"""Whether everything that was answered happened once: the rows against the requests, the workspace against the rows."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel, select

from handlers.sandbox import Sandbox
from handlers.sandbox.workspace.nouns import ChannelMessage
from storage.database import Database
from storage.evidence import Evidence
from storage.outbox import OPEN, Delivery
from storage.policies import Acknowledgement
from storage.questions import Question
from storage.terms import DeliveryKind, DeliveryState, EvidenceState
from storage.under_review import Review
from tests.kill_story import Requests

UNSOLICITED = (DeliveryKind.BUNDLE, DeliveryKind.DIGEST)
EDITS = (DeliveryKind.REFRESH, DeliveryKind.HOME)


@dataclass
class Judgement:
    """``lost`` and ``doubled`` must be empty; ``repeats`` are a channel's messages that were marked as such."""

    effects: int = 0
    messages: int = 0
    repeats: int = 0
    redelivered: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def each_once(self, what: str, asked: Iterable[object], happened: Iterable[object]) -> None:
        counted = Counter(happened)
        self.effects += sum(counted.values())
        self.lost += [f"{what} {key}" for key in asked if not counted[key]]
        self.doubled += [f"{what} {key}" for key, times in counted.items() if times > 1]


async def everything_is_done(sandbox: Sandbox, database: Database) -> bool:
    """No event waits to be delivered, no message to be sent, no file to be fetched."""
    rows = await _rows(database, Delivery)
    files = await _rows(database, Evidence)
    waiting = sandbox.deliveries.waiting or any(row.state in OPEN for row in rows)
    return not waiting and all(file.state is not EvidenceState.FETCHING for file in files)


async def judge(sandbox: Sandbox, database: Database, requests: Requests) -> Judgement:
    found = Judgement()
    questions = [row.text for row in await _rows(database, Question)]
    asked = requests.questions | requests.commands_answered
    found.each_once("question", asked, questions)
    found.doubled += [f"question {text}" for text in set(questions) - asked - requests.commands_unanswered]
    given = [(row.version_id, row.person_id) for row in await _rows(database, Acknowledgement)]
    found.each_once("acknowledgement", requests.acknowledged, given)
    files = await _rows(database, Evidence)
    found.each_once("file", requests.submitted, [row.slack_file_id for row in files])
    found.each_once("review", requests.accepted, [row.evidence_id for row in await _rows(database, Review)])
    _judge_events(sandbox, found)
    _judge_messages(sandbox, await _rows(database, Delivery), found)
    return found


def _judge_events(sandbox: Sandbox, found: Judgement) -> None:
    for sent in sandbox.deliveries.sent:
        if sent.kind == "event":
            found.redelivered += len(sent.attempts) > 1
            if not sent.accepted:
                found.lost.append(f"event {sent.payload['event']['type']} {sent.payload['event_id']}")


def _judge_messages(sandbox: Sandbox, rows: list[Delivery], found: Judgement) -> None:
    """Each delivery stands in the workspace once; one in a channel at most once more, marked as a repeat."""
    known = {row.key: row for row in rows}
    shown = [each for channel in sandbox.workspace.channels.values() for each in channel.messages.values()]
    posted = [(_key(message), message) for message in shown if _key(message)]
    found.messages = len(posted)
    found.repeats = sum(message.text.startswith("(repeat)") for _, message in posted)
    times = Counter(key for key, message in posted if not message.text.startswith("(repeat)"))
    marked = Counter(key for key, message in posted if message.text.startswith("(repeat)"))
    found.doubled += [
        f"message {key}" for key, count in (times + marked).items() if key not in known or count > 2
    ]
    found.doubled += [f"message {key}" for counts in (times, marked) for key, n in counts.items() if n > 1]
    for row in rows:
        arrived = times[row.key] + marked[row.key]
        if row.state is DeliveryState.SENT and row.kind not in (*EDITS, DeliveryKind.FILE) and not arrived:
            found.lost.append(f"message {row.key} ({row.kind})")
        if row.state is DeliveryState.FAILED and not (row.recipient.startswith("C") and arrived):
            found.lost.append(f"message {row.key} ({row.kind}): {row.last_error}")
    uploads = Counter(file for message in shown if message.bot for file in message.files)
    found.doubled += [f"shared file {file}" for file, count in uploads.items() if count > 1]
    found.lost += [
        f"shared file {row.upload_id}"
        for row in rows
        if row.kind is DeliveryKind.FILE
        and row.state is DeliveryState.SENT
        and not uploads[row.upload_id or ""]
    ]
    _judge_days(sandbox, [(known[key], each) for key, each in posted if key in known], found)


def _judge_days(sandbox: Sandbox, posted: list[tuple[Delivery, ChannelMessage]], found: Judgement) -> None:
    """At most one unsolicited message for a person and local date."""
    days = Counter(
        (row.recipient, _local_day(message, sandbox.workspace.people[row.recipient].tz))
        for row, message in posted
        if row.kind in UNSOLICITED
    )
    found.doubled += [f"reminder of {day} for {person}" for (person, day), times in days.items() if times > 1]


def _local_day(message: ChannelMessage, zone: str) -> str:
    return datetime.fromtimestamp(float(message.ts), ZoneInfo(zone)).date().isoformat()


def _key(message: ChannelMessage) -> str:
    return message.metadata["event_payload"]["key"] if message.metadata else ""


async def _rows(database: Database, noun: type[SQLModel]) -> list:
    async with database.reading() as session:
        return list((await session.exec(select(noun))).all())
