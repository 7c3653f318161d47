"""The index without one phrasing is the index that would be built without it."""

import pytest

from bot.search.index import texts_of
from bot.search.leave_one_out import index_without, lost_phrasings
from bot.search.rank import Index, build_index
from content.library import load_library

LIBRARY = load_library()
ENTRIES, DECOYS = LIBRARY.knowledge[::12], LIBRARY.decoys[::5]
INDEX = build_index(ENTRIES, DECOYS, LIBRARY.vocabulary, LIBRARY.thresholds)


@pytest.mark.parametrize("number", range(len(ENTRIES)), ids=[entry.id for entry in ENTRIES])
def test_it_is_the_index_built_anew(number: int):
    entry = ENTRIES[number]
    for place, phrasing in enumerate(entry.phrasings):
        others = tuple(text for text in entry.phrasings if text != phrasing)
        less = entry.model_copy(update={"phrasings": others})
        anew = build_index(
            (*ENTRIES[:number], less, *ENTRIES[number + 1 :]), DECOYS, LIBRARY.vocabulary, LIBRARY.thresholds
        )
        made = index_without(INDEX, number, 1 + len(entry.aliases) + place, texts_of(entry, INDEX.lexicon))
        assert made.masses == pytest.approx(anew.masses)
        assert made.sentences == anew.sentences
        assert made.spellings.words() == anew.spellings.words()
        assert _parts_of_phrasings(made) == _parts_of_phrasings(anew)
        assert _masses_of_phrasings(made) == pytest.approx(_masses_of_phrasings(anew))
        assert _credits(made) == _credits(anew)
        assert _strengths(made) == pytest.approx(_strengths(anew), rel=0.02)  # the usual length is kept


def test_an_entry_whose_phrasings_share_no_word_loses_them():
    strange = ENTRIES[0].model_copy(
        update={
            "id": "strange",
            "title": "Zebras",
            "phrasings": ("blorp", "fizz buzz", "what is zebra"),
            "tags": (),
        }
    )
    index = build_index((strange, *ENTRIES[1:]), DECOYS, LIBRARY.vocabulary, LIBRARY.thresholds)
    lost = [each for each in lost_phrasings(index) if each.entry is strange]
    assert [(each.phrasing, each.first) for each in lost] == [("blorp", None), ("fizz buzz", None)]


def _parts_of_phrasings(index: Index) -> list[list[tuple[frozenset[str], frozenset[str]]]]:
    return [[(each.keys, each.stops) for each in topic] for topic in index.phrasings]


def _masses_of_phrasings(index: Index) -> list[float]:
    return [each.mass for topic in index.phrasings for each in topic]


def _credits(index: Index) -> dict[tuple[str, int], float]:
    return {(key, each.topic): each.credit for key, postings in index.postings.items() for each in postings}


def _strengths(index: Index) -> dict[tuple[str, int], float]:
    return {(key, each.topic): each.strength for key, postings in index.postings.items() for each in postings}
