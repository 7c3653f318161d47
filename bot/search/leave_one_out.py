"""Each phrasing asked as if its entry did not list it: does the entry still come first?

If not, the next person, who words the question differently, may not find the entry.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.search.index import (
    FIELD_CREDIT,
    Index,
    Phrasing,
    Posting,
    Texts,
    Topic,
    keys_of,
    mass_of,
    postings_of,
    texts_of,
)
from bot.search.rank import rank
from content.models import KnowledgeEntry

V = TypeVar("V")


@dataclass(frozen=True)
class LostPhrasing:
    """A phrasing that finds another topic first, or none, when its entry does not list it."""

    entry: KnowledgeEntry
    phrasing: str
    first: Topic | None


def lost_phrasings(index: Index) -> Iterator[LostPhrasing]:
    for number, entry in enumerate(index.topics):
        if not isinstance(entry, KnowledgeEntry):
            continue
        texts = texts_of(entry, index.lexicon)
        for place, phrasing in enumerate(entry.phrasings, start=1 + len(entry.aliases)):
            first = rank(phrasing, index_without(index, number, place, texts)).first
            if first is not entry:
                yield LostPhrasing(entry, phrasing, first)


def index_without(index: Index, number: int, place: int, texts: Texts) -> Index:
    """The index as if the topic with this number did not have the question at this place among its questions.

    Updates only the parts that the question touches: a new index for each of thousands of phrasings takes over a
    hundred times as long. The usual lengths of fields stay, since one phrasing changes them by less than 0.1 %.
    """
    questions, lexicon = texts["question"], index.lexicon
    texts_without = {**texts, "question": [*questions[:place], *questions[place + 1 :]]}
    own = postings_of(number, texts_without, index.usual_lengths, lexicon)
    left = {
        key: _others(index.postings[key], number)
        for key in keys_of(questions[place], lexicon)
        if key not in own
    }
    masses = {
        key: mass_of(key, len(others), len(index.topics), lexicon) for key, others in left.items() if others
    }
    vanished = left.keys() - masses.keys()
    replaced = {
        key: tuple([posting if each.topic == number else each for each in index.postings[key]])
        for key, posting in own.items()
    }
    return replace(
        index,
        masses=_updated(index.masses, masses, vanished),
        postings=_updated(index.postings, left | replaced, vanished),
        phrasings=_phrasings(index, number, place, left, masses),
        sentences=_sentences(index, number, tuple(questions[place]), questions.count(questions[place])),
        spellings=index.spellings.without(_vanished_spellings(index, number, place, texts)),
    )


def _others(postings: tuple[Posting, ...], number: int) -> tuple[Posting, ...]:
    return tuple(each for each in postings if each.topic != number)


def _updated(whole: Mapping[str, V], changed: Mapping[str, V], vanished: set[str]) -> dict[str, V]:
    updated = {**whole, **changed}
    for key in vanished:
        del updated[key]
    return updated


def _phrasings(
    index: Index,
    number: int,
    place: int,
    left: Mapping[str, tuple[Posting, ...]],
    masses: Mapping[str, float],
) -> tuple[tuple[Phrasing, ...], ...]:
    """Without the one phrasing, and with new masses where others share a key that its topic no longer has."""
    phrasings = list(index.phrasings)
    phrasings[number] = (*phrasings[number][:place], *phrasings[number][place + 1 :])
    for key, mass in masses.items():
        for topic in (each.topic for each in left[key]):
            phrasings[topic] = tuple(
                each._replace(mass=each.mass + mass - index.masses[key]) if key in each.keys else each
                for each in phrasings[topic]
            )
    return tuple(phrasings)


def _sentences(
    index: Index, number: int, sentence: tuple[str, ...], times: int
) -> Mapping[tuple[str, ...], frozenset[int]]:
    if times > 1:
        return index.sentences
    sentences = dict(index.sentences)
    if others := sentences[sentence] - {number}:
        sentences[sentence] = others
    else:
        del sentences[sentence]
    return sentences


def _vanished_spellings(index: Index, number: int, place: int, texts: Texts) -> set[str]:
    """Keys that no question of any topic has any more."""
    kept = {
        key
        for at, words in enumerate(texts["question"])
        if at != place
        for key in keys_of(words, index.lexicon)
    }
    return {
        key
        for key in keys_of(texts["question"][place], index.lexicon)
        if key not in kept
        and not any(each.credit == FIELD_CREDIT["question"] for each in _others(index.postings[key], number))
    }
