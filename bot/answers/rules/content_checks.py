"""What is wrong with content as a whole, beyond what a single file can show: one finding for each fault.

The shape of every file, unique ids and links between entries are checked when the library is loaded.
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
"""Phrasings that an entry needs so that the next person, who words it differently, finds it."""
NEAR_EQUAL = 0.75
"""Share of their telling words that two answers have in common, from which they say the same. The closest two,
on CSOCs and on subservice organizations, share 0.70.
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
"""What a company may have its reasons for; it is told, and fails no check. The content that comes with us has none."""


@dataclass(frozen=True)
class Finding:
    fault: ContentFault
    topic_id: str
    words: str


def review_due(entry: KnowledgeEntry, reviewed_on: date | None = None) -> date:
    """The day by which the entry is to be reviewed next; what nobody has reviewed counts from its writing."""
    return (reviewed_on or entry.written_on) + timedelta(days=entry.review_every)


def stale_reviews(entries: tuple[KnowledgeEntry, ...], as_of: date) -> Iterator[Finding]:
    for entry in entries:
        due = review_due(entry)
        if due < as_of:
            yield Finding(ContentFault.STALE, entry.id, f"its review was due on {due}.")


def too_few_phrasings(entries: tuple[KnowledgeEntry, ...]) -> Iterator[Finding]:
    for entry in entries:
        if (here := len(entry.phrasings)) < WAYS_TO_ASK:
            yield Finding(
                ContentFault.FEW_WAYS, entry.id, f"it needs {WAYS_TO_ASK} phrasings, and has {here}."
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
    """What an auditor asks or tests, and for which the whole catalogue offers nothing."""
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
    """A title, alias or phrasing that means the same, word for word, in two entries or foreign topics."""
    for sentence, numbers in index.sentences.items():
        first, *others = sorted(numbers)
        for other in others:
            topic, text = index.topics[first], _text_of(index.topics[first], sentence, index.lexicon)
            yield Finding(
                ContentFault.SHARED, topic.id, f"“{text}” stands in {_named(index.topics[other])} too."
            )


def two_meanings(vocabulary: Vocabulary, lexicon: Lexicon) -> Iterator[Finding]:
    """A term of two lines of synonyms, which may differ by an ending: the last line would win unseen."""
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
    telling = [
        frozenset(word for word in lexicon.words(entry.answer) if word not in lexicon.stops)
        for entry in entries
    ]
    for (one, left), (other, right) in combinations(zip(entries, telling, strict=True), 2):
        if 2 * len(left & right) >= NEAR_EQUAL * (len(left) + len(right)):
            yield Finding(
                ContentFault.NEAR_EQUAL, one.id, f"its answer says nearly the same as that of {other.id}."
            )


def unfound_titles(index: Index) -> Iterator[Finding]:
    for entry in index.topics:
        if isinstance(entry, KnowledgeEntry):
            matches = rank(entry.title, index).matches
            if not matches or matches[0].entry.id != entry.id:
                found = matches[0].entry.id if matches else "nothing"
                yield Finding(ContentFault.UNFOUND, entry.id, f"its title “{entry.title}” finds {found}.")


def unfound_phrasings(index: Index) -> Iterator[Finding]:
    for lost in lost_phrasings(index):
        found = _named(lost.found) if lost.found else "nothing"
        yield Finding(
            ContentFault.LOST,
            lost.entry.id,
            f"were “{lost.phrasing}” not listed, it would find {found}; list one more in like words.",
        )


def _named(topic: KnowledgeEntry | Decoy) -> str:
    return topic.id if isinstance(topic, KnowledgeEntry) else f"the foreign topic {topic.id}"


def _text_of(topic: KnowledgeEntry | Decoy, sentence: tuple[str, ...], lexicon: Lexicon) -> str:
    aliases = topic.aliases if isinstance(topic, KnowledgeEntry) else ()
    return next(
        text for text in (topic.title, *aliases, *topic.phrasings) if tuple(lexicon.words(text)) == sentence
    )
