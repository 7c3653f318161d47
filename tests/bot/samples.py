"""What the views' tests share: one ordinary noun of each kind, the worst words, and what every view must hold to."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.blocks.kit import Block, Message
from bot.blocks.transcript import block_words
from bot.evidence.rules.dispositions import Timeliness, timeliness
from bot.register.rules.window_guard import NotPerformedInWindow
from storage.evidence import Evidence, Occurrence
from storage.ownership import Ownership
from storage.policies import Acknowledgement, Policy, PolicyVersion
from storage.programme import Control
from storage.questions import Question
from storage.terms import Cadence, EvidenceKind, EvidenceState, Outcome, OwnershipRole, QuestionState, Via

Faults = Callable[..., list[str]]

TODAY = date(2026, 10, 5)
SUMMER = (date(2026, 7, 1), date(2026, 9, 15))
NINE = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
BERLIN = "Europe/Berlin"
HASH = "3f9a5c0de1b2" + "0" * 52
SPELL = "<!channel> <@U0ADA> <https://evil.example|click> & *bold*"
LONG = f"{SPELL} " * 200


def not_in_window(last_on: date | None, *, over: bool = False, **changes: Any) -> NotPerformedInWindow:
    """A yearly control, and a window that ends before the year does."""
    finding = NotPerformedInWindow(
        "SOC 2 Type 2", *SUMMER, "GV-01", "Policy review", Cadence.ANNUAL, last_on, over
    )
    return replace(finding, **changes)


def control(**changes: Any) -> Control:
    given: dict[str, Any] = {
        "id": "AC-01",
        "title": "Quarterly user access review",
        "does": "Compare who has access with who needs it, and remove the rest.",
        "why": "Rights add up quietly.",
        "owner_role": "Engineering",
        "cadence": Cadence.QUARTERLY,
        "due_days": 10,
        "grace_days": 5,
        "evidence": "The full user listing with the date it was run, and each decision.",
    }
    return Control(**{**given, **changes})


def ownership(**changes: Any) -> Ownership:
    given: dict[str, Any] = {
        "id": "own1",
        "control_id": "AC-01",
        "person_id": "U0BEN",
        "role": OwnershipRole.PRIMARY,
        "offered_by": "U0CLEO",
        "offered_at": NINE,
    }
    return Ownership(**{**given, **changes})


def occurrence(**changes: Any) -> Occurrence:
    given: dict[str, Any] = {
        "id": "occ1",
        "control_id": "AC-01",
        "label": "Q3 2026",
        "starts_on": date(2026, 7, 1),
        "ends_on": date(2026, 9, 30),
        "due_on": date(2026, 10, 10),
        "grace_days": 5,
        "scheduled_at": datetime(2026, 7, 1, tzinfo=UTC),
    }
    return Occurrence(**{**given, **changes})


def evidence(**changes: Any) -> Evidence:
    given: dict[str, Any] = {
        "id": "ev1",
        "occurrence_id": "occ1",
        "submitted_by": "U0BEN",
        "state": EvidenceState.SUBMITTED,
        "slack_file_id": "F1",
        "name": "access.csv",
        "declared_size": 2048,
        "declared_type": "text/csv",
        "performed_on": date(2026, 10, 2),
        "received_at": NINE,
        "sha256": HASH,
        "size": 2048,
    }
    return Evidence(**{**given, **changes})


def dated(given: Evidence) -> Timeliness:
    """For the ordinary occurrence, in a company in Berlin."""
    return timeliness(occurrence(), given, BERLIN)


POPULATION = "all accounts and their rights, from each system"
QUERY = "Identity provider: every account, any status"


def population(**changes: Any) -> Control:
    """A control whose evidence is a full listing."""
    return control(population_of=POPULATION, **changes)


def listing(**changes: Any) -> Evidence:
    """Evidence of a population."""
    given: dict[str, Any] = {"item_count": 42, "query": QUERY, "as_of": NINE - timedelta(days=3)}
    return evidence(**{**given, **changes})


def statement(**changes: Any) -> Evidence:
    """That nothing happened."""
    given: dict[str, Any] = {"name": "", "slack_file_id": "", "kind": EvidenceKind.STATEMENT, "item_count": 0}
    return listing(**{**given, **changes})


def policy(**changes: Any) -> Policy:
    given: dict[str, Any] = {
        "id": "infosec",
        "title": "Information Security Policy",
        "owner_role": "Compliance lead",
    }
    return Policy(**{**given, **changes})


def version(**changes: Any) -> PolicyVersion:
    given: dict[str, Any] = {
        "id": "ver2",
        "policy_id": "infosec",
        "version": "1.1",
        "text": "# Purpose\n\nWe protect what we hold.\n\n- Lock your screen.\n- Report at once.",
        "text_hash": HASH,
        "summary": "Reports go to security first.",
        "consent": "I have read the Information Security Policy and will follow it.",
        "due_days": 14,
        "proposed_at": NINE,
    }
    return PolicyVersion(**{**given, **changes})


def acknowledgement(**changes: Any) -> Acknowledgement:
    given: dict[str, Any] = {
        "id": "ack1",
        "version_id": "ver2",
        "person_id": "U0ADA",
        "text_hash": HASH,
        "consent": "I have read it.",
        "at": NINE,
    }
    return Acknowledgement(**{**given, **changes})


def question(**changes: Any) -> Question:
    given: dict[str, Any] = {
        "id": "q1",
        "asker_id": "U0ADA",
        "via": Via.DM,
        "channel": "D1",
        "text": "Do we need a bridge letter in January?",
        "asked_at": NINE,
        "outcome": Outcome.UNKNOWN,
        "content_version": "abc",
        "state": QuestionState.ROUTED,
    }
    return Question(**{**given, **changes})


def sound(shown: Message | dict[str, Any], faults: Faults) -> None:
    """Slack takes it as it is, and nothing in it speaks as markup that we did not write."""
    if isinstance(shown, Message):
        assert faults(shown.blocks) == []
        assert 0 < len(shown.text.encode()) <= 4_000
        assert "<" not in shown.text
        assert "not shown here" not in transcript(shown.blocks)
    else:
        assert faults(shown["blocks"], shown["type"]) == []
        assert len(json.dumps(shown)) < 250_000


def transcript(blocks: Sequence[Block]) -> str:
    """Everything in reading order."""
    return "\n".join(words for words in map(block_words, blocks) if words)


def read(shown: Message | dict[str, Any]) -> str:
    """What a screen reader says."""
    return transcript(shown.blocks if isinstance(shown, Message) else shown["blocks"])


def actions_of(shown: Message | dict[str, Any]) -> dict[str, str]:
    """Every button: its action with the id it carries."""
    found: dict[str, str] = {}
    for block in shown.blocks if isinstance(shown, Message) else shown["blocks"]:
        for element in [*block.get("elements", []), block.get("accessory", {})]:
            if element.get("type") == "button":
                found[element["action_id"]] = element.get("value", "")
    return found
