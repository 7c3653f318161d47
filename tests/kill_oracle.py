"""Whether each answered request took effect once: compares rows with requests, and the workspace with the rows."""

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
from storage.evidence_reviews import Review
from storage.outbox import OPEN, Delivery
from storage.policies import Acknowledgement
from storage.questions import Question
from storage.terms import DeliveryKind, DeliveryState, EvidenceState
from tests.kill_story import Requests

UNSOLICITED = (DeliveryKind.BUNDLE, DeliveryKind.DIGEST)
EDITS = (DeliveryKind.REFRESH, DeliveryKind.HOME)


@dataclass
class Judgement:
    """``lost`` and ``doubled`` must be empty; ``repeats`` counts channel messages that are marked as a repeat."""

    effects: int = 0
    messages: int = 0
    repeats: int = 0
    redelivered: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def each_once(self, noun: str, requested: Iterable[object], stored: Iterable[object]) -> None:
        counts = Counter(stored)
        self.effects += sum(counts.values())
        self.lost += [f"{noun} {key}" for key in requested if not counts[key]]
        self.doubled += [f"{noun} {key}" for key, times in counts.items() if times > 1]


async def everything_is_done(sandbox: Sandbox, database: Database) -> bool:
    """No event waits for delivery, no message for sending, no file for fetching."""
    rows = await _rows(database, Delivery)
    files = await _rows(database, Evidence)
    waiting = sandbox.deliveries.waiting or any(row.state in OPEN for row in rows)
    return not waiting and all(file.state is not EvidenceState.FETCHING for file in files)


async def judge(sandbox: Sandbox, database: Database, requests: Requests) -> Judgement:
    judgement = Judgement()
    questions = [row.text for row in await _rows(database, Question)]
    questions_sent = requests.questions | requests.commands_answered
    judgement.each_once("question", questions_sent, questions)
    judgement.doubled += [
        f"question {text}" for text in set(questions) - questions_sent - requests.commands_unanswered
    ]
    acknowledgements = [(row.version_id, row.person_id) for row in await _rows(database, Acknowledgement)]
    judgement.each_once("acknowledgement", requests.acknowledged, acknowledgements)
    files = await _rows(database, Evidence)
    judgement.each_once("file", requests.submitted, [row.slack_file_id for row in files])
    judgement.lost += [
        f"file of {occurrence_id}"
        for occurrence_id in requests.taken_before - {row.occurrence_id for row in files}
    ]
    judgement.each_once(
        "review", requests.accepted, [row.evidence_id for row in await _rows(database, Review)]
    )
    _judge_events(sandbox, judgement)
    _judge_messages(sandbox, await _rows(database, Delivery), judgement)
    return judgement


def _judge_events(sandbox: Sandbox, judgement: Judgement) -> None:
    for sent in sandbox.deliveries.sent:
        if sent.kind == "event":
            judgement.redelivered += len(sent.attempts) > 1
            if not sent.accepted:
                judgement.lost.append(f"event {sent.payload['event']['type']} {sent.payload['event_id']}")


def _judge_messages(sandbox: Sandbox, rows: list[Delivery], judgement: Judgement) -> None:
    """The workspace has each delivery once; in a channel at most once more, marked as a repeat."""
    deliveries = {row.key: row for row in rows}
    messages = [each for channel in sandbox.workspace.channels.values() for each in channel.messages.values()]
    posted = [(_key(message), message) for message in messages if _key(message)]
    judgement.messages = len(posted)
    judgement.repeats = sum(message.text.startswith("(repeat)") for _, message in posted)
    times = Counter(key for key, message in posted if not message.text.startswith("(repeat)"))
    marked = Counter(key for key, message in posted if message.text.startswith("(repeat)"))
    judgement.doubled += [
        f"message {key}" for key, count in (times + marked).items() if key not in deliveries or count > 2
    ]
    judgement.doubled += [
        f"message {key}" for counts in (times, marked) for key, n in counts.items() if n > 1
    ]
    for row in rows:
        arrived = times[row.key] + marked[row.key]
        if row.state is DeliveryState.SENT and row.kind not in (*EDITS, DeliveryKind.FILE) and not arrived:
            judgement.lost.append(f"message {row.key} ({row.kind})")
        if row.state is DeliveryState.FAILED and not (row.recipient.startswith("C") and arrived):
            judgement.lost.append(f"message {row.key} ({row.kind}): {row.last_error}")
    uploads = Counter(file for message in messages if message.bot for file in message.files)
    judgement.doubled += [f"shared file {file}" for file, count in uploads.items() if count > 1]
    judgement.lost += [
        f"shared file {row.upload_id}"
        for row in rows
        if row.kind is DeliveryKind.FILE
        and row.state is DeliveryState.SENT
        and not uploads[row.upload_id or ""]
    ]
    _judge_days(sandbox, [(deliveries[key], each) for key, each in posted if key in deliveries], judgement)


def _judge_days(
    sandbox: Sandbox, posted: list[tuple[Delivery, ChannelMessage]], judgement: Judgement
) -> None:
    """At most one unsolicited message for a person and local date."""
    days = Counter(
        (row.recipient, _local_day(message, sandbox.workspace.people[row.recipient].tz))
        for row, message in posted
        if row.kind in UNSOLICITED
    )
    judgement.doubled += [
        f"reminder of {day} for {person}" for (person, day), times in days.items() if times > 1
    ]


def _local_day(message: ChannelMessage, zone: str) -> str:
    return datetime.fromtimestamp(float(message.ts), ZoneInfo(zone)).date().isoformat()


def _key(message: ChannelMessage) -> str:
    return message.metadata["event_payload"]["key"] if message.metadata else ""


async def _rows(database: Database, noun: type[SQLModel]) -> list:
    async with database.reading() as session:
        return list((await session.exec(select(noun))).all())
