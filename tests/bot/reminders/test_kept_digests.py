"""A digest is read back as it was told, also from a database of the first schema."""

import json
from datetime import UTC, datetime

from bot.outgoing import Remembered
from bot.reminders.kept_digests import DIGEST, kept_digest
from bot.reminders.rules.comparison import ReadAt
from bot.reminders.rules.digest import TypeTwoLine, digest_of
from storage.outbox import Delivery
from storage.terms import DeliveryKind
from tests.bot.reminders.test_digest_views import FACTS

SENT_AT = datetime(2026, 10, 5, 7, 31, tzinfo=UTC)
STANDING = {"title": "Access review", "criteria": ["CC6.1"], "owner": "Ben", "period": "Q3 2026"}
FIRST_SCHEMA = {
    "as_of": "2026-10-05",
    "examinations": [
        {
            "title": "SOC 2 Type 2",
            "starts_on": "2026-07-01",
            "ends_on": "2026-12-31",
            "standings": [
                {
                    **STANDING,
                    "control_id": control_id,
                    "due_on": "2026-10-12",
                    "last_day": "2026-10-17",
                    "disposition": disposition,
                    "under_review": False,
                    "rejected": False,
                }
                for control_id, disposition in (("AC-01", "late"), ("BC-01", "open"))
            ],
            "criteria_in_scope": ["CC6.1", "CC9.2"],
            "scheduled": 2,
        },
        {"title": "SOC 1 Type 1", "as_of": "2026-12-31", "designs": [], "criteria_in_scope": ["CO-1"]},
    ],
    "before": {"SOC 2 Type 2\nAC-01 Q3 2026": "open", "SOC 2 Type 2\nBC-01 Q3 2026": "open"},
    "debts": [],
    "campaigns": [],
    "questions": [],
    "to_review": 2,
    "head": "312 3f9a5c0de1b2",
    "gaps": [],
    "window": [],
    "assessed": None,
    "handed_over": [],
    "week_of": "2026-10-05",
}


def sent(facts: str) -> Delivery:
    said = Remembered(facts=facts).written()
    now = SENT_AT
    return Delivery(
        once="d", kind=DeliveryKind.DIGEST, recipient="U0CLEO", subject="U0CLEO", said=said, queued_at=now,
        not_before=now, sent_at=now,
    )  # fmt: skip


def test_a_digest_is_kept_as_it_was_told():
    told = digest_of(FACTS)
    assert kept_digest(sent(DIGEST.dump_json(told).decode())) == told


def test_a_digest_of_the_first_schema_is_told_again_and_compared_with():
    told = kept_digest(sent(json.dumps(FIRST_SCHEMA)))
    assert told.read_at == ReadAt(SENT_AT, FACTS.as_of, 312)
    window, _ = told.examinations
    assert isinstance(window, TypeTwoLine)
    assert [(each.value, moved) for each, moved in (window.deltas or {}).items() if moved] == [
        ("late", 1),
        ("open", -1),
    ]
    assert told.changes
    assert [each.standing.control_id for each in told.changes.shown] == ["AC-01"]
