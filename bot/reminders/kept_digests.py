"""The digest that a delivery keeps, so that an edit repeats its figures and the next digest compares with them."""

import json
from collections import Counter, defaultdict
from typing import Any

from pydantic import TypeAdapter

from bot.outgoing import remembered
from bot.reminders.rules.digest import Digest, DigestFacts, digest_of
from storage.outbox import Delivery

DIGEST = TypeAdapter(Digest)
_FACTS = TypeAdapter(DigestFacts)


def kept_digest(delivery: Delivery) -> Digest:
    facts = remembered(delivery.said).facts
    if facts is None:
        raise LookupError(f"digest {delivery.key} was kept without its facts")
    kept = json.loads(facts)
    return digest_of(_facts_kept(kept, delivery)) if "debts" in kept else DIGEST.validate_python(kept)


def _facts_kept(kept: dict[str, Any], delivery: Delivery) -> DigestFacts:
    """Of a database of schema 0001, whose deliveries keep what a digest is composed from.

    Its ``before`` has dispositions by the title of the window and `key_of` the occurrence, with a line break between.
    """
    before = None
    if kept["before"] is not None:
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for key, was in kept["before"].items():
            counts[key.rpartition("\n")[0]][was] += 1
        dispositions = {key.rpartition("\n")[2]: was for key, was in kept["before"].items()}
        before = {"dispositions": dispositions, "counts": counts}
    size, _, _ = kept["head"].partition(" ")
    read_at = {
        "at": delivery.sent_at or delivery.queued_at,
        "as_of": kept["as_of"],
        "record_size": int(size or 0),
    }
    return _FACTS.validate_python({**kept, "before": before, "read_at": read_at})
