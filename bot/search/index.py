"""Scores entries and decoys against a turn: BM25 over fields, the share of the turn that is covered, and the
likeness to the nearest phrasing. All three lie between 0 and 1, so that one threshold fits short and long
questions.

The constants were tried on the development set and 700 questions of our own and lie on a wide plateau:
halving or doubling any of them changes what stands first for at most 1.3 % of the questions.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.search.turns import Turn
from bot.search.words import Lexicon, Spellings, is_code
from content.models import Decoy, KnowledgeEntry, Thresholds, Vocabulary

FIELD_WEIGHTS = {"asked": 2.5, "told": 1.0, "detail": 0.5}
"""What an occurrence counts: in title, alias or phrasing; in the short answer or a tag; in the detail."""
FIELD_CREDIT = {"asked": 1.0, "told": 0.8, "detail": 0.6}
"""How far a word of the turn counts as covered by the best field that holds it."""
SATURATION = 1.2
"""BM25's k1: weighted occurrences at which a word gives about half of what it can give."""
LENGTH_SHARE = 0.5
"""BM25's b: an entry with many phrasings must not win by their number."""

LIGHT_WEIGHT = 0.3
"""Of a light word's rarity, and of an everyday word's that no entry knows."""
ORDINARY_WEIGHT = 0.7
"""Of an everyday word's rarity when entries know it."""
STOP_MASS = 0.1
"""Of a stop word in the likeness, against 1 to 5 of a topic word: it only breaks ties."""
UNKNOWN_WEIGHT = 0.65
"""Of the rarest word's rarity, for a word that no topic holds: it may name a foreign field, or only be slang."""
TYPO_WEIGHT = 0.8
"""Of a word that was found by its nearest spelling."""
SUBJECT_WEIGHT = 0.5
"""Of a word that stands in front of the turn because the thread is about it."""

STRENGTH_SHARE, COVERAGE_SHARE, LIKENESS_SHARE = 0.35, 0.3, 0.35
NEAREST = 12
"""Strongest topics whose phrasings are compared; in 384 of 385 questions the best was among the first 7."""

Topic = KnowledgeEntry | Decoy
Texts = Mapping[str, list[list[str]]]


@dataclass(frozen=True)
class Posting:
    topic: int
    strength: float
    credit: float


@dataclass(frozen=True)
class Phrasing:
    keys: frozenset[str]
    stops: frozenset[str]
    mass: float


@dataclass(frozen=True)
class Index:
    """Entries and decoys prepared for ranking; topics are named by their place in `topics`. `usual` is the
    mean length of each field, in words.
    """

    topics: tuple[Topic, ...]
    masses: Mapping[str, float]
    rarest: float
    postings: Mapping[str, tuple[Posting, ...]]
    phrasings: tuple[tuple[Phrasing, ...], ...]
    sentences: Mapping[tuple[str, ...], frozenset[int]]
    spellings: Spellings
    usual: Mapping[str, float]
    lexicon: Lexicon
    thresholds: Thresholds

    def mass(self, word: str) -> float:
        """How much the word says: its inverse document frequency, or a share of the rarest word's."""
        if (known := self.masses.get(word)) is not None:
            return known
        return self.rarest * (LIGHT_WEIGHT if self.is_everyday(word) else UNKNOWN_WEIGHT)

    def is_everyday(self, word: str) -> bool:
        return self.lexicon.is_light(word) or word in self.lexicon.ordinary


@dataclass(frozen=True)
class Weighed:
    """What each key of a turn counts. `known` is the share of the words typed now that any topic knows, so
    that a subject put in front cannot carry a foreign word along.
    """

    masses: Mapping[str, float]
    known: float


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
    usual = _usual_lengths(texts)
    return Index(
        topics=topics,
        masses=masses,
        rarest=_rarity(0, len(topics)),
        postings=_postings(texts, usual, lexicon),
        phrasings=tuple(
            tuple(_phrasing(found, masses, lexicon) for found in each["asked"]) for each in texts
        ),
        sentences=_sentences(texts),
        spellings=Spellings(
            {key for each in texts for found in each["asked"] for key in keys_of(found, lexicon)}
        ),
        usual=usual,
        lexicon=lexicon,
        thresholds=thresholds,
    )


def texts_of(topic: Topic, lexicon: Lexicon) -> Texts:
    if isinstance(topic, Decoy):
        return {
            "asked": [lexicon.words(text) for text in (topic.title, *topic.phrasings)],
            "told": [],
            "detail": [],
        }
    return {
        "asked": [lexicon.words(text) for text in (topic.title, *topic.aliases, *topic.phrasings)],
        "told": [lexicon.words(text) for text in (topic.answer, *topic.tags)],
        "detail": [lexicon.words(topic.detail)],
    }


def keys_of(found: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Words of a topic's text without stop words, each with the more general keys that it is also about."""
    return [key for word in found for key in lexicon.keys(word)]


def _masses(texts: Sequence[Texts], lexicon: Lexicon) -> dict[str, float]:
    holding: Counter[str] = Counter()
    for each in texts:
        holding.update({key for field in each.values() for found in field for key in keys_of(found, lexicon)})
    return {key: mass_of(key, count, len(texts), lexicon) for key, count in holding.items()}


def mass_of(key: str, holding: int, topics: int, lexicon: Lexicon) -> float:
    """What a key says that `holding` of the topics hold."""
    ordinary = ORDINARY_WEIGHT if key in lexicon.ordinary else 1.0
    weight = LIGHT_WEIGHT if lexicon.is_light(key) else ordinary
    return _rarity(holding, topics) * weight


def _rarity(holding: int, topics: int) -> float:
    """BM25's inverse document frequency, never negative."""
    return math.log(1 + (topics - holding + 0.5) / (holding + 0.5))


def _phrasing(found: Sequence[str], masses: Mapping[str, float], lexicon: Lexicon) -> Phrasing:
    keys, stops = frozenset(keys_of(found, lexicon)), frozenset(found) & lexicon.stops
    return Phrasing(keys, stops, sum(masses[key] for key in keys) + STOP_MASS * len(stops))


def _usual_lengths(texts: Sequence[Texts]) -> dict[str, float]:
    return {
        name: sum(len(found) for each in texts for found in each[name]) / max(1, len(texts))
        for name in FIELD_WEIGHTS
    }


def _postings(
    texts: Sequence[Texts], usual: Mapping[str, float], lexicon: Lexicon
) -> dict[str, tuple[Posting, ...]]:
    postings: dict[str, list[Posting]] = defaultdict(list)
    for number, each in enumerate(texts):
        for key, posting in postings_of(number, each, usual, lexicon).items():
            postings[key].append(posting)
    return {key: tuple(found) for key, found in postings.items()}


def postings_of(
    number: int, texts: Texts, usual: Mapping[str, float], lexicon: Lexicon
) -> dict[str, Posting]:
    """One topic's posting for each of its keys."""
    frequency: dict[str, float] = defaultdict(float)
    credit: dict[str, float] = {}
    for name, weight in FIELD_WEIGHTS.items():
        length = sum(map(len, texts[name]))
        stretch = 1 - LENGTH_SHARE + LENGTH_SHARE * length / (usual[name] or 1)
        for key in (key for found in texts[name] for key in keys_of(found, lexicon)):
            frequency[key] += weight / stretch
            credit[key] = max(credit.get(key, 0.0), FIELD_CREDIT[name])
    return {
        key: Posting(number, times / (SATURATION + times), credit[key]) for key, times in frequency.items()
    }


def _sentences(texts: Sequence[Texts]) -> dict[tuple[str, ...], frozenset[int]]:
    sentences: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for number, each in enumerate(texts):
        for found in each["asked"]:
            sentences[tuple(found)].add(number)
    return {sentence: frozenset(numbers) for sentence, numbers in sentences.items()}


def weigh(turn: Turn, index: Index) -> Weighed:
    masses: dict[str, float] = {}
    typed = known = 0.0
    for word in turn.subject + turn.own:
        keys = _known_keys(word, index)
        for key in keys or (word,):
            weight = (1.0 if word in turn.own else SUBJECT_WEIGHT) * (1.0 if key == word else TYPO_WEIGHT)
            masses[key] = max(masses.get(key, 0.0), weight * index.mass(key))
        if word in turn.own:
            typed += index.mass(word)
            known += index.mass(word) if keys else 0.0
    return Weighed(masses, known / typed if typed else 1.0)


def _known_keys(word: str, index: Index) -> tuple[str, ...]:
    """The word itself, or its more general keys, or the nearest spelling that a topic asks with."""
    if word in index.masses:
        return (word,)
    if general := tuple(part for part in index.lexicon.parts(word) if part in index.masses):
        return general
    near = None if index.is_everyday(word) else index.spellings.nearest(word)
    return (near,) if near else ()


def candidates(turn: Turn, masses: Mapping[str, float], index: Index) -> list[Candidate]:
    """Topics that share a key with the turn, best first. With a code in the turn, half of the score is the
    share of its codes that a topic asks with, so that no topic without the code comes before one that has it.
    """
    total = sum(masses.values())
    strength: dict[int, float] = defaultdict(float)
    coverage: dict[int, float] = defaultdict(float)
    codes: Counter[int] = Counter()
    known_codes = 0
    for key, mass in masses.items():
        holders = []
        for posting in index.postings.get(key, ()):
            strength[posting.topic] += mass * posting.strength / total
            coverage[posting.topic] += mass * posting.credit / total
            if posting.credit == FIELD_CREDIT["asked"]:
                holders.append(posting.topic)
        if holders and is_code(key):
            codes.update(holders)
            known_codes += 1
    near = sorted(strength, key=lambda topic: (-codes[topic], -strength[topic], topic))[:NEAREST]
    found = []
    for topic in near:
        likeness = max(_likeness(each, turn.stops, masses, total) for each in index.phrasings[topic])
        score = (
            STRENGTH_SHARE * strength[topic] + COVERAGE_SHARE * coverage[topic] + LIKENESS_SHARE * likeness
        )
        if known_codes:
            score = (score + codes[topic] / known_codes) / 2
        found.append(Candidate(index.topics[topic], score))
    return sorted(found, key=lambda each: -each.score)


def _likeness(asked: Phrasing, stops: frozenset[str], masses: Mapping[str, float], total: float) -> float:
    """Dice coefficient of the masses."""
    shared = sum(masses[key] for key in asked.keys & masses.keys())
    if not shared:
        return 0.0
    whole = total + STOP_MASS * len(stops) + asked.mass
    return 2 * (shared + STOP_MASS * len(asked.stops & stops)) / whole
