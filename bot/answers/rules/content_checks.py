"""Faults of the content as a whole, one finding each.

The loader of the library checks the shape of each file, unique ids, and links between entries.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations

from bot.search.leave_one_out import lost_phrasings
from bot.search.rank import Index, rank
from bot.search.words import Lexicon
from content.library import Library
from content.models import Decoy, KnowledgeEntry, Vocabulary

WAYS_TO_ASK = 6
"""Phrasings that an entry needs, so that the next person, who words the question differently, finds it."""
NEAR_EQUAL = 0.75
"""From this Dice coefficient of their words on, stop words aside, two answers say the same.

The closest two, on CSOCs and on subservice organizations, have 0.70.
"""


class ContentFault(StrEnum):
    """The kinds of fault, named as the report counts them."""

    STALE = "Overdue reviews"
    FEW_WAYS = "Entries with too few phrasings"
    SHARED = "Questions that two topics claim"
    NEAR_EQUAL = "Near-equal answers"
    TWO_MEANINGS = "Synonyms that two lines claim"
    UNFOUND = "Titles that find something else"
    LOST = "Phrasings that find something else when they are left out"
    CUT = "Parts that Slack would cut"
    UNSERVED = "Requests and criteria that no control serves"
    UNCALIBRATED = "Thresholds of another version"


ADVICE = frozenset(
    {ContentFault.FEW_WAYS, ContentFault.LOST, ContentFault.UNSERVED, ContentFault.UNCALIBRATED}
)
"""Faults that a company may have reasons for: the report names them, and the check passes.

The packaged content has none.
"""


@dataclass(frozen=True)
class Finding:
    fault: ContentFault
    topic_id: str
    words: str


def review_due(entry: KnowledgeEntry, reviewed_on: date | None = None) -> date:
    """The day by which a lead reviews the entry next; without a review, counted from the day it was written."""
    return (reviewed_on or entry.written_on) + timedelta(days=entry.review_every)


def stale_reviews(entries: tuple[KnowledgeEntry, ...], as_of: date) -> Iterator[Finding]:
    for entry in entries:
        due = review_due(entry)
        if due < as_of:
            yield Finding(ContentFault.STALE, entry.id, f"its review was due on {due}.")


def too_few_phrasings(entries: tuple[KnowledgeEntry, ...]) -> Iterator[Finding]:
    for entry in entries:
        if (count := len(entry.phrasings)) < WAYS_TO_ASK:
            yield Finding(
                ContentFault.FEW_WAYS, entry.id, f"it needs {WAYS_TO_ASK} phrasings, and has {count}."
            )


def old_thresholds(library: Library) -> Iterator[Finding]:
    calibrated_for, version = library.thresholds.calibrated_for, library.knowledge_version
    if calibrated_for != version:
        words = (
            f"they were chosen for knowledge version {calibrated_for}, and this is {version}. "
            "They fit well enough until many entries differ."
        )
        yield Finding(ContentFault.UNCALIBRATED, "thresholds", words)


def unserved(library: Library) -> Iterator[Finding]:
    """Requests of auditors, and criteria, that no control of the whole catalogue serves."""
    requests = {number for control in library.catalogue for number in control.requests}
    criteria = {criterion for control in library.catalogue for criterion in control.criteria}
    for request in library.requests:
        if request.number not in requests:
            yield Finding(
                ContentFault.UNSERVED, f"request {request.number}", f"no control serves it: “{request.ask}”"
            )
    for criterion in library.criteria:
        if criterion.id not in criteria:
            yield Finding(ContentFault.UNSERVED, criterion.id, f"no control serves it: “{criterion.gist}”")


def shared_questions(index: Index) -> Iterator[Finding]:
    """A title, alias or phrasing with the same keys in two topics, entries or foreign ones."""
    for sentence, numbers in index.sentences.items():
        first, *others = sorted(numbers)
        for other in others:
            topic, text = index.topics[first], _text_of(index.topics[first], sentence, index.lexicon)
            yield Finding(
                ContentFault.SHARED, topic.id, f"“{text}” stands in {_topic_name(index.topics[other])} too."
            )


def two_meanings(vocabulary: Vocabulary, lexicon: Lexicon) -> Iterator[Finding]:
    """A term in two lines of synonyms, also with another ending: only the last line would count."""
    meanings: dict[tuple[str, ...], str] = {}
    for line in vocabulary.synonyms:
        for term in line:
            meaning = meanings.setdefault(tuple(lexicon.stems(term)), line[0])
            if meaning != line[0]:
                yield Finding(
                    ContentFault.TWO_MEANINGS,
                    "vocabulary",
                    f"“{term}” means both “{meaning}” and “{line[0]}”.",
                )


def near_equal_answers(entries: tuple[KnowledgeEntry, ...], lexicon: Lexicon) -> Iterator[Finding]:
    words_of_answers = [
        frozenset(word for word in lexicon.words(entry.answer) if word not in lexicon.stops)
        for entry in entries
    ]
    for (one, left), (other, right) in combinations(zip(entries, words_of_answers, strict=True), 2):
        if 2 * len(left & right) >= NEAR_EQUAL * (len(left) + len(right)):
            yield Finding(
                ContentFault.NEAR_EQUAL, one.id, f"its answer says nearly the same as that of {other.id}."
            )


def unfound_titles(index: Index) -> Iterator[Finding]:
    for entry in index.topics:
        if isinstance(entry, KnowledgeEntry):
            matches = rank(entry.title, index).matches
            if not matches or matches[0].entry.id != entry.id:
                first = matches[0].entry.id if matches else "nothing"
                yield Finding(ContentFault.UNFOUND, entry.id, f"its title “{entry.title}” finds {first}.")


def unfound_phrasings(index: Index) -> Iterator[Finding]:
    for lost in lost_phrasings(index):
        first = _topic_name(lost.first) if lost.first else "nothing"
        yield Finding(
            ContentFault.LOST,
            lost.entry.id,
            f"were “{lost.phrasing}” not listed, it would find {first}; list one more in like words.",
        )


def _topic_name(topic: KnowledgeEntry | Decoy) -> str:
    return topic.id if isinstance(topic, KnowledgeEntry) else f"the foreign topic {topic.id}"


def _text_of(topic: KnowledgeEntry | Decoy, sentence: tuple[str, ...], lexicon: Lexicon) -> str:
    aliases = topic.aliases if isinstance(topic, KnowledgeEntry) else ()
    return next(
        text for text in (topic.title, *aliases, *topic.phrasings) if tuple(lexicon.words(text)) == sentence
    )
