"""Scores entries and decoys against a turn by three shares between 0 and 1, so that one threshold fits short and
long questions: BM25 over fields, the coverage of the turn's words, and the likeness to the nearest phrasing.

The constants were tried on the development set and 700 questions of our own and lie on a wide plateau: halving or
doubling any of them changes the first candidate of at most 1.3 % of the questions.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from bot.search.turns import Turn
from bot.search.words import Lexicon, Spellings, is_code
from content.models import Decoy, KnowledgeEntry, Thresholds, Vocabulary

FIELD_WEIGHTS = {"question": 2.5, "answer": 1.0, "detail": 0.5}
"""Weight of one occurrence of a word: in title, alias or phrasing; in the short answer or a tag; in the detail."""
FIELD_CREDIT = {"question": 1.0, "answer": 0.8, "detail": 0.6}
"""How much of a word of the turn is covered by the best field that has it."""
SATURATION = 1.2
"""BM25's k1: the weighted occurrences at which a word has about half of its greatest strength."""
LENGTH_SHARE = 0.5
"""BM25's b: an entry does not win by the number of its phrasings."""

LIGHT_WEIGHT = 0.3
"""Of a light word's rarity, and of the rarest word's for an everyday word that no topic has."""
ORDINARY_WEIGHT = 0.7
"""Of an everyday word's rarity when topics have it."""
STOP_MASS = 0.1
"""Of a stop word in the likeness, against 1 to 5 of a topic word: it only breaks ties."""
UNKNOWN_WEIGHT = 0.65
"""Of the rarest word's rarity, for a word that no topic has: it may name a foreign field, or only be slang."""
TYPO_WEIGHT = 0.8
"""Of the mass of a word that matches by its nearest spelling."""
SUBJECT_WEIGHT = 0.5
"""Of the mass of a word that the turn takes from its thread."""

STRENGTH_SHARE, COVERAGE_SHARE, LIKENESS_SHARE = 0.35, 0.3, 0.35
ROUNDED = 1 - 1e-9
"""Below one, since sums of the same numbers in another order differ in their last digits."""
NEAREST = 12
"""Strongest topics whose phrasings are compared; in 384 of 385 questions the best was among the first 7."""

Topic = KnowledgeEntry | Decoy
Texts = Mapping[str, list[list[str]]]


class Posting(NamedTuple):
    """A tuple, since a question reads hundreds of them."""

    topic: int
    strength: float
    credit: float


class Phrasing(NamedTuple):
    keys: frozenset[str]
    stops: frozenset[str]
    mass: float


class KeyPostings(NamedTuple):
    """A key's postings by topic, and the greatest strength among them."""

    by_topic: Mapping[int, Posting]
    greatest: float


@dataclass(frozen=True)
class Index:
    """Entries and decoys prepared for ranking; a topic's number is its place in ``topics``.

    ``usual_lengths`` are the mean lengths of the fields, in words.
    """

    topics: tuple[Topic, ...]
    masses: Mapping[str, float]
    rarest: float
    postings: Mapping[str, tuple[Posting, ...]]
    phrasings: tuple[tuple[Phrasing, ...], ...]
    sentences: Mapping[tuple[str, ...], frozenset[int]]
    spellings: Spellings
    usual_lengths: Mapping[str, float]
    lexicon: Lexicon
    thresholds: Thresholds

    def of_key(self, key: str) -> KeyPostings:
        if (known := self._by_key.get(key)) is None:
            by_topic = {posting.topic: posting for posting in self.postings.get(key, ())}
            greatest = max((posting.strength for posting in by_topic.values()), default=0.0)
            known = KeyPostings(by_topic, greatest)
            if by_topic:
                self._by_key[key] = known
        return known

    @cached_property
    def _by_key(self) -> dict[str, KeyPostings]:
        """Of the keys that questions had so far; a key that no topic has is not kept."""
        return {}

    def mass(self, word: str) -> float:
        """How much the word tells: its weighted inverse document frequency, or a share of the rarest word's."""
        if (mass := self.masses.get(word)) is not None:
            return mass
        return self.rarest * (LIGHT_WEIGHT if self.is_everyday(word) else UNKNOWN_WEIGHT)

    def is_everyday(self, word: str) -> bool:
        return self.lexicon.is_light(word) or word in self.lexicon.ordinary


@dataclass(frozen=True)
class WeighedTurn:
    """The mass of each key of a turn.

    ``share_in_topics`` is the share of the turn's own words that any topic has: a turn with a foreign word stays
    foreign, whatever subject its thread has.
    """

    masses: Mapping[str, float]
    share_in_topics: float


@dataclass(frozen=True)
class Candidate:
    topic: Topic
    score: float


def build_index(
    entries: Sequence[KnowledgeEntry],
    decoys: Sequence[Decoy],
    vocabulary: Vocabulary,
    thresholds: Thresholds,
) -> Index:
    topics, lexicon = (*entries, *decoys), Lexicon(vocabulary)
    texts = [texts_of(topic, lexicon) for topic in topics]
    masses = _masses(texts, lexicon)
    usual_lengths = _usual_lengths(texts)
    return Index(
        topics=topics,
        masses=masses,
        rarest=_rarity(0, len(topics)),
        postings=_postings(texts, usual_lengths, lexicon),
        phrasings=tuple(
            tuple(_phrasing(words, masses, lexicon) for words in fields["question"]) for fields in texts
        ),
        sentences=_sentences(texts),
        spellings=Spellings(
            {key for fields in texts for words in fields["question"] for key in keys_of(words, lexicon)}
        ),
        usual_lengths=usual_lengths,
        lexicon=lexicon,
        thresholds=thresholds,
    )


def texts_of(topic: Topic, lexicon: Lexicon) -> Texts:
    """The words of each text of a topic, by field."""
    if isinstance(topic, Decoy):
        return {
            "question": [lexicon.words(text) for text in (topic.title, *topic.phrasings)],
            "answer": [],
            "detail": [],
        }
    return {
        "question": [lexicon.words(text) for text in (topic.title, *topic.aliases, *topic.phrasings)],
        "answer": [lexicon.words(text) for text in (topic.answer, *topic.tags)],
        "detail": [lexicon.words(topic.detail)],
    }


def keys_of(words: Sequence[str], lexicon: Lexicon) -> list[str]:
    """The words without stop words, each followed by its more general keys."""
    return [key for word in words for key in lexicon.keys(word)]


def _masses(texts: Sequence[Texts], lexicon: Lexicon) -> dict[str, float]:
    topics_with: Counter[str] = Counter()
    for fields in texts:
        topics_with.update(
            {key for field in fields.values() for words in field for key in keys_of(words, lexicon)}
        )
    return {key: mass_of(key, count, len(texts), lexicon) for key, count in topics_with.items()}


def mass_of(key: str, topics_with: int, topics: int, lexicon: Lexicon) -> float:
    """The mass of a key that ``topics_with`` of the topics have."""
    ordinary = ORDINARY_WEIGHT if key in lexicon.ordinary else 1.0
    weight = LIGHT_WEIGHT if lexicon.is_light(key) else ordinary
    return _rarity(topics_with, topics) * weight


def _rarity(topics_with: int, topics: int) -> float:
    """BM25's inverse document frequency, never negative."""
    return math.log(1 + (topics - topics_with + 0.5) / (topics_with + 0.5))


def _phrasing(words: Sequence[str], masses: Mapping[str, float], lexicon: Lexicon) -> Phrasing:
    keys, stops = frozenset(keys_of(words, lexicon)), frozenset(words) & lexicon.stops
    return Phrasing(keys, stops, sum(masses[key] for key in keys) + STOP_MASS * len(stops))


def _usual_lengths(texts: Sequence[Texts]) -> dict[str, float]:
    return {
        name: sum(len(words) for fields in texts for words in fields[name]) / max(1, len(texts))
        for name in FIELD_WEIGHTS
    }


def _postings(
    texts: Sequence[Texts], usual_lengths: Mapping[str, float], lexicon: Lexicon
) -> dict[str, tuple[Posting, ...]]:
    postings: dict[str, list[Posting]] = defaultdict(list)
    for number, fields in enumerate(texts):
        for key, posting in postings_of(number, fields, usual_lengths, lexicon).items():
            postings[key].append(posting)
    return {key: tuple(of_key) for key, of_key in postings.items()}


def postings_of(
    number: int, texts: Texts, usual_lengths: Mapping[str, float], lexicon: Lexicon
) -> dict[str, Posting]:
    """One topic's posting for each of its keys."""
    frequency: dict[str, float] = defaultdict(float)
    credit: dict[str, float] = {}
    for name, weight in FIELD_WEIGHTS.items():
        length = sum(map(len, texts[name]))
        stretch = 1 - LENGTH_SHARE + LENGTH_SHARE * length / (usual_lengths[name] or 1)
        for key in (key for words in texts[name] for key in keys_of(words, lexicon)):
            frequency[key] += weight / stretch
            credit[key] = max(credit.get(key, 0.0), FIELD_CREDIT[name])
    return {
        key: Posting(number, times / (SATURATION + times), credit[key]) for key, times in frequency.items()
    }


def _sentences(texts: Sequence[Texts]) -> dict[tuple[str, ...], frozenset[int]]:
    sentences: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for number, fields in enumerate(texts):
        for words in fields["question"]:
            sentences[tuple(words)].add(number)
    return {sentence: frozenset(numbers) for sentence, numbers in sentences.items()}


def weigh(turn: Turn, index: Index) -> WeighedTurn:
    masses: dict[str, float] = {}
    own = own_in_topics = 0.0
    for word in turn.subject + turn.own:
        keys = _topic_keys(word, index)
        for key in keys or (word,):
            weight = (1.0 if word in turn.own else SUBJECT_WEIGHT) * (1.0 if key == word else TYPO_WEIGHT)
            masses[key] = max(masses.get(key, 0.0), weight * index.mass(key))
        if word in turn.own:
            own += index.mass(word)
            own_in_topics += index.mass(word) if keys else 0.0
    return WeighedTurn(masses, own_in_topics / own if own else 1.0)


def _topic_keys(word: str, index: Index) -> tuple[str, ...]:
    """The keys by which topics have the word: the word itself, its more general keys, or its nearest spelling."""
    if word in index.masses:
        return (word,)
    if general := tuple(part for part in index.lexicon.parts(word) if part in index.masses):
        return general
    spelling = None if index.is_everyday(word) else index.spellings.nearest(word)
    return (spelling,) if spelling else ()


def candidates(turn: Turn, masses: Mapping[str, float], index: Index) -> list[Candidate]:
    """Topics that share a key with the turn, best first.

    With a code in the turn, half of the score is the share of its codes that the topic's questions have: a topic
    with the code comes before every topic without.
    """
    total = sum(masses.values())
    asked = [_asked_about(index.postings[key]) for key in masses if is_code(key) and key in index.postings]
    codes = Counter(topic for topics in asked for topic in topics)
    codes_in_topics = sum(map(bool, asked))
    parts = [(mass, index.of_key(key)) for key, mass in masses.items()]
    scores = {topic: _strength_and_coverage(topic, parts, total) for topic in _may_be_near(parts, codes)}
    near = sorted(scores, key=lambda topic: (-codes[topic], -scores[topic][0], topic))[:NEAREST]
    scored = []
    for topic in near:
        strength, coverage = scores[topic]
        likeness = _likeness(index.phrasings[topic], turn.stops, masses, total)
        score = STRENGTH_SHARE * strength + COVERAGE_SHARE * coverage + LIKENESS_SHARE * likeness
        if codes_in_topics:
            score = (score + codes[topic] / codes_in_topics) / 2
        scored.append(Candidate(index.topics[topic], score))
    return sorted(scored, key=lambda candidate: -candidate.score)


def _asked_about(postings: Sequence[Posting]) -> list[int]:
    """The topics that have the key in a question."""
    return [posting.topic for posting in postings if posting.credit == FIELD_CREDIT["question"]]


def _may_be_near(parts: Sequence[tuple[float, KeyPostings]], codes: Counter[int]) -> Iterable[int]:
    """The strongest topics and perhaps some more; with codes, every topic.

    Most topics share only a common word with the turn. So the keys that add most come first, until no topic that has
    only the others can be among the strongest.
    """
    if codes:
        return {topic for _, of_key in parts for topic in of_key.by_topic}
    rest = sum(mass * of_key.greatest for mass, of_key in parts)
    strength: dict[int, float] = {}
    least = 0.0
    for mass, of_key in sorted(parts, key=lambda part: -part[0] * part[1].greatest):
        if rest < least:
            break
        rest -= mass * of_key.greatest
        for topic, posting in of_key.by_topic.items():
            strength[topic] = strength.get(topic, 0.0) + mass * posting.strength
        if len(strength) >= NEAREST:
            least = sorted(strength.values())[-NEAREST] * ROUNDED
    return [topic for topic, value in strength.items() if value + rest >= least]


def _strength_and_coverage(
    topic: int, parts: Sequence[tuple[float, KeyPostings]], total: float
) -> tuple[float, float]:
    strength = coverage = 0.0
    for mass, of_key in parts:
        if posting := of_key.by_topic.get(topic):
            strength += mass * posting.strength / total
            coverage += mass * posting.credit / total
    return strength, coverage


def _likeness(
    phrasings: Sequence[Phrasing], stops: frozenset[str], masses: Mapping[str, float], total: float
) -> float:
    """The Dice coefficient of the masses of the turn and of the phrasing that is most like it."""
    turn, mass_of_turn, most = frozenset(masses), total + STOP_MASS * len(stops), 0.0
    for keys, phrasing_stops, mass in phrasings:
        shared = turn & keys
        if shared:
            in_both = sum([masses[key] for key in shared]) + STOP_MASS * len(phrasing_stops & stops)
            most = max(most, 2 * in_both / (mass_of_turn + mass))
    return most
