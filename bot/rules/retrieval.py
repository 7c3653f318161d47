"""Scores entries and decoys against a turn: BM25 over fields, the share of the turn that is covered, and the
likeness to the nearest phrasing. All three lie between 0 and 1, so that a threshold means the same for a short
and a long question.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.rules.turns import Turn, topical
from bot.rules.vocabulary import STOP
from bot.rules.words import LIGHT, ORDINARY, Spellings, is_code, parts, words
from content.models import Decoy, KnowledgeEntry

Topic = KnowledgeEntry | Decoy
Texts = Mapping[str, list[list[str]]]

FIELD_WEIGHTS = {"asked": 2.5, "told": 1.0, "detail": 0.5}
FIELD_CREDIT = {"asked": 1.0, "told": 0.8, "detail": 0.6}
SATURATION = 1.2
LENGTH_SHARE = 0.5

LIGHT_WEIGHT = 0.3
STOP_MASS = 0.1
TYPO_WEIGHT = 0.8
CONTEXT_WEIGHT = 0.5
NEAREST = 12
NAMED_BONUS = 0.0
NAMED_ENOUGH = 0.3
LONGEST_NAME = 5

STRENGTH_SHARE, COVERAGE_SHARE, LIKENESS_SHARE = 0.35, 0.3, 0.35


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
    topics: tuple[Topic, ...]
    masses: Mapping[str, float]
    rarest: float
    postings: Mapping[str, tuple[Posting, ...]]
    phrasings: tuple[tuple[Phrasing, ...], ...]
    sentences: Mapping[tuple[str, ...], frozenset[int]]
    names: Mapping[tuple[str, ...], frozenset[int]]
    spellings: Spellings

    def mass(self, word: str) -> float:
        """How much the word says: its inverse document frequency; an unknown word counts as the rarest."""
        known = self.masses.get(word)
        return known if known is not None else self.rarest * (LIGHT_WEIGHT if _is_light(word) or word in ORDINARY else 1.0)


@dataclass(frozen=True)
class Candidate:
    topic: Topic
    strength: float
    coverage: float
    likeness: float
    codes: int
    named: float = 0.0

    @property
    def score(self) -> float:
        return min(1.0,
            NAMED_BONUS * min(1.0, self.named / NAMED_ENOUGH) + STRENGTH_SHARE * self.strength + COVERAGE_SHARE * self.coverage + LIKENESS_SHARE * self.likeness
        )


def build_index(entries: Sequence[KnowledgeEntry], decoys: Sequence[Decoy]) -> Index:
    topics = (*entries, *decoys)
    texts = [_texts(topic) for topic in topics]
    masses = _masses(texts)
    return Index(
        topics=topics,
        masses=masses,
        rarest=_rarity(0, len(topics)),
        postings=_postings(texts),
        phrasings=tuple(tuple(_phrasing(found, masses) for found in each["asked"]) for each in texts),
        sentences=_sentences(texts),
        names=_names(topics),
        spellings=Spellings(word for each in texts for found in each["asked"] for word in _keys(found)),
    )


def _texts(topic: Topic) -> Texts:
    if isinstance(topic, Decoy):
        return {"asked": [words(text) for text in (topic.title, *topic.phrasings)], "told": [], "detail": []}
    return {
        "asked": [words(text) for text in (topic.title, *topic.aliases, *topic.phrasings)],
        "told": [words(text) for text in (topic.answer, *topic.tags)],
        "detail": [words(topic.detail)],
    }


def _keys(found: Sequence[str]) -> list[str]:
    """Words of an entry's text, each with the more general keys it is also about."""
    return [key for word in found if word not in STOP for key in (word, *parts(word))]


def _masses(texts: Sequence[Texts]) -> dict[str, float]:
    holding = Counter(
        word for each in texts for word in {key for field in each.values() for found in field for key in _keys(found)}
    )
    return {
        word: _rarity(count, len(texts)) * (LIGHT_WEIGHT if _is_light(word) else 1.0)
        for word, count in holding.items()
    }


def _is_light(word: str) -> bool:
    return word in LIGHT or (word.isdigit() and (len(word) < 4 or word.startswith(("19", "20"))))


def _rarity(holding: int, all_topics: int) -> float:
    return math.log(1 + (all_topics - holding + 0.5) / (holding + 0.5))


def _phrasing(found: Sequence[str], masses: Mapping[str, float]) -> Phrasing:
    keys, stops = frozenset(_keys(found)), frozenset(found) & STOP
    return Phrasing(keys, stops, sum(masses[key] for key in keys) + STOP_MASS * len(stops))


def _postings(texts: Sequence[Texts]) -> dict[str, tuple[Posting, ...]]:
    lengths = [{name: sum(map(len, field)) for name, field in each.items()} for each in texts]
    usual = {name: sum(each[name] for each in lengths) / max(1, len(texts)) or 1.0 for name in FIELD_WEIGHTS}
    postings = defaultdict(list)
    for number, (each, length) in enumerate(zip(texts, lengths, strict=True)):
        frequency: dict[str, float] = defaultdict(float)
        credit: dict[str, float] = {}
        for name, weight in FIELD_WEIGHTS.items():
            stretch = 1 - LENGTH_SHARE + LENGTH_SHARE * length[name] / usual[name]
            for key in (key for found in each[name] for key in _keys(found)):
                frequency[key] += weight / stretch
                credit[key] = max(credit.get(key, 0.0), FIELD_CREDIT[name])
        for key, times in frequency.items():
            postings[key].append(Posting(number, times / (SATURATION + times), credit[key]))
    return {key: tuple(found) for key, found in postings.items()}


def _sentences(texts: Sequence[Texts]) -> dict[tuple[str, ...], frozenset[int]]:
    """Whole phrasings, with and without stop words, so that a repeated question finds its entry for sure."""
    sentences = defaultdict(set)
    for number, each in enumerate(texts):
        for found in each["asked"]:
            sentences[tuple(found)].add(number)
    return {sentence: frozenset(numbers) for sentence, numbers in sentences.items()}


def _names(topics):
    names = defaultdict(set)
    for number, topic in enumerate(topics):
        if isinstance(topic, KnowledgeEntry):
            for alias in topic.aliases:
                if topical(found := words(alias)):
                    names[tuple(found)].add(number)
    return {name: frozenset(numbers) for name, numbers in names.items()}


@dataclass(frozen=True)
class Weighed:
    """What each key of a turn counts. `known` is the share of the words typed now that any entry knows, so
    that a subject put in front cannot carry a foreign word along.
    """

    masses: Mapping[str, float]
    known: float


def weigh(turn: Turn, index: Index) -> Weighed:
    masses: dict[str, float] = {}
    typed = known = 0.0
    for word in turn.subject + turn.own:
        keys = _known_keys(word, index)
        for key in keys or (word,):
            weight = (1.0 if word in turn.own else CONTEXT_WEIGHT) * (TYPO_WEIGHT if key != word else 1.0)
            masses[key] = max(masses.get(key, 0.0), weight * index.mass(key))
        if word in turn.own:
            typed += index.mass(word)
            known += index.mass(word) if keys else 0.0
    return Weighed(masses, known / typed if typed else 1.0)


def _known_keys(word: str, index: Index) -> tuple[str, ...]:
    """The word itself, or the more general keys, or the nearest spelling that entries ask with."""
    if word in index.masses:
        return (word,)
    if general := tuple(part for part in parts(word) if part in index.masses):
        return general
    near = None if _is_light(word) else index.spellings.nearest(word)
    return (near,) if near else ()


def candidates(turn: Turn, masses: Mapping[str, float], index: Index) -> list[Candidate]:
    """Topics that share a key with the turn, best first; those that hold its codes come before all others."""
    total = sum(masses.values())
    strength: dict[int, float] = defaultdict(float)
    coverage: dict[int, float] = defaultdict(float)
    codes: dict[int, int] = defaultdict(int)
    for key, mass in masses.items():
        for posting in index.postings.get(key, ()):
            strength[posting.topic] += mass * posting.strength / total
            coverage[posting.topic] += mass * posting.credit / total
            codes[posting.topic] += posting.credit == 1.0 and is_code(key)
    named = defaultdict(float)
    found = turn.found
    for at in range(len(found)):
        for end in range(at + 1, min(at + LONGEST_NAME, len(found)) + 1):
            for topic in index.names.get(found[at:end], ()):
                named[topic] = max(named[topic], sum(masses.get(w, 0.0) for w in set(found[at:end])) / total)
    near = sorted(strength, key=lambda topic: (-codes[topic], -strength[topic], topic))[:NEAREST]
    found = []
    for topic in near:
        whole = total + STOP_MASS * len(turn.stops)
        likeness = max(_likeness(each, turn.stops, masses, whole) for each in index.phrasings[topic])
        found.append(Candidate(index.topics[topic], strength[topic], coverage[topic], likeness, codes[topic], named[topic]))
    return sorted(found, key=lambda each: (-each.codes, -each.score))


def _likeness(asked: Phrasing, stops: frozenset[str], masses: Mapping[str, float], whole: float) -> float:
    """Dice coefficient of the masses; stop words only break ties between phrasings of the same topic words."""
    shared = sum(masses[key] for key in asked.keys & masses.keys())
    return 2 * (shared + STOP_MASS * len(asked.stops & stops)) / (whole + asked.mass) if shared else 0.0
