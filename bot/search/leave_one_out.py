"""Each phrasing tried as if a stranger had asked it: does the rest of its entry still come first?

An entry that only its own listed phrasings find is not found by the next person, who words it differently.
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
class Lost:
    """A phrasing that finds another topic first, or none, once it is taken out of its entry."""

    entry: KnowledgeEntry
    phrasing: str
    found: Topic | None


def lost_phrasings(index: Index) -> Iterator[Lost]:
    for number, entry in enumerate(index.topics):
        if not isinstance(entry, KnowledgeEntry):
            continue
        texts = texts_of(entry, index.lexicon)
        for place, phrasing in enumerate(entry.phrasings, start=1 + len(entry.aliases)):
            found = _first(phrasing, index_without(index, number, place, texts))
            if found is not entry:
                yield Lost(entry, phrasing, found)


def index_without(index: Index, number: int, place: int, texts: Texts) -> Index:
    """The index as if the topic with this number never had the question at this place of what it is asked by.

    Only what that question touches is made anew: of thousands of phrasings each would need a whole index, which
    takes over a hundred times as long. The one thing that stays as it was is the usual length of a field, which
    a single phrasing changes by less than 0.1 %.
    """
    asked, lexicon = texts["asked"], index.lexicon
    own = postings_of(number, {**texts, "asked": [*asked[:place], *asked[place + 1 :]]}, index.usual, lexicon)
    left = {
        key: _others(index.postings[key], number) for key in keys_of(asked[place], lexicon) if key not in own
    }
    masses = {key: mass_of(key, len(held), len(index.topics), lexicon) for key, held in left.items() if held}
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
        sentences=_sentences(index, number, tuple(asked[place]), asked.count(asked[place])),
        spellings=index.spellings.without(_unasked(index, number, place, texts)),
    )


def _first(question: str, index: Index) -> Topic | None:
    return rank(question, index).first


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
    """Without the one, and with the new masses where others ask with a key that its topic no longer holds."""
    phrasings = list(index.phrasings)
    phrasings[number] = (*phrasings[number][:place], *phrasings[number][place + 1 :])
    for key, mass in masses.items():
        for topic in (each.topic for each in left[key]):
            phrasings[topic] = tuple(
                replace(each, mass=each.mass + mass - index.masses[key]) if key in each.keys else each
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


def _unasked(index: Index, number: int, place: int, texts: Texts) -> set[str]:
    """Keys that no topic asks with any more."""
    still = {
        key for at, found in enumerate(texts["asked"]) if at != place for key in keys_of(found, index.lexicon)
    }
    return {
        key
        for key in keys_of(texts["asked"][place], index.lexicon)
        if key not in still
        and not any(each.credit == FIELD_CREDIT["asked"] for each in _others(index.postings[key], number))
    }
