"""Text to comparable words: folding, codes, synonyms, light stemming, and the nearest spelling of a typo.

The results are keys for comparison, never words to show. One lexicon reads entries and questions, so that equal
words get equal keys.
"""

import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from content.models import Vocabulary

MAX_CHARACTERS = 4_000
"""Characters read of one text: Slack cuts a message there, and the rest of a longer paste costs nothing."""
MAX_WORDS = 120
"""Words read of one question; the longest of the development set has 28."""

SHORTEST_TYPO, SAFE_REPLACEMENT, TWO_TYPOS = 5, 7, 10
"""Letters of the stem from which one edit, one replaced letter (bread, break), and two edits are a typo."""

_STEM_LEAST = {"ing": 3, "ed": 3, "ly": 4, "ity": 5, "ation": 4, "ate": 4, "at": 4, "ment": 4}
"""Letters that must stay when a suffix goes."""

_CODES = (
    (re.compile(r"\bcc[ .-]?(\d)(\.\d)?\b"), r"cc\1\2"),
    (re.compile(r"\b(ssae|sas|isae)[ -]?(?:no\.? ?)?(\d{2,4})\b"), r"\1\2"),
    (re.compile(r"\bsoc ?2 ?\+"), "soc 2 plus"),
    (re.compile(r"\bat[ -]?c[ -]?(?:section )?(\d{3})\b"), r"atc\1"),
    (re.compile(r"\bs(?:oc)?([12])t([12])\b"), r"soc\1 type\2"),
)
_DIGIT = re.compile(r"\d")
_CODE = re.compile(r"cc[1-9](\.\d)?|(a1|c1|pi1|p[1-8])\.\d|(ssae|sas|isae|atc)\d{2,4}")
_WORD = re.compile(r"(?:cc|pi|a|c|p)\d\.\d\b|[^\W_]+")
_SLACK_LINK = re.compile(r"<(?:[@#!]|https?:|mailto:)[^<>|]*(?:\|([^<>]*))?>")
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>")
_SHORTCODE = re.compile(r":[a-z0-9_+-]+:")
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ`´](?=\w)")


class Lexicon:
    """Reads texts with a vocabulary. ``stops`` are words as typed; the other sets are of keys."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.stops = frozenset(vocabulary.stop_words)
        groups = [[tuple(self.stems(term)) for term in group] for group in vocabulary.synonyms]
        self._synonyms = {spelling: "".join(group[0]) for group in groups for spelling in group}
        self._longest: dict[str, int] = {}
        for term in self._synonyms:
            self._longest[term[0]] = max(len(term), self._longest.get(term[0], 0))
        self._parts = {
            "".join(term): tuple(word for word in term if word not in self.stops and not word.isdigit())
            for term, *_ in groups
            if len(term) > 1
        }
        self.keys = lru_cache(maxsize=20_000)(self._keys)
        self._read = lru_cache(maxsize=32)(self._words)  # one question is read several times
        self.field = self._keys_of(vocabulary.field_words)
        self.light = self._keys_of(vocabulary.light_words)
        self.attributes = self._keys_of(vocabulary.attribute_words)
        self.ordinary = self._keys_of(vocabulary.ordinary_words)

    def words(self, text: str) -> list[str]:
        """Keys of the words in order, synonyms joined; stop words included."""
        return [*self._read(text)]

    def stems(self, text: str) -> list[str]:
        """The words in order, each without its ending."""
        stops = self.stops
        return [word if word in stops else stem(word) for word in _WORD.findall(fold(text))[:MAX_WORDS]]

    def topical(self, words: Sequence[str]) -> tuple[str, ...]:
        """The words that can name a topic."""
        return tuple(
            word
            for word in words
            if not (word in self.stops or word in self.light or word in self.attributes or word.isdigit())
        )

    def is_light(self, word: str) -> bool:
        """True for light words, small numbers and years; a longer number is a name (27001, 1040)."""
        return word in self.light or (word.isdigit() and (len(word) < 4 or word.startswith(("19", "20"))))

    def parts(self, word: str) -> tuple[str, ...]:
        """The more general keys that a text about `word` is also about: cc6.1 → cc6, soc2 → soc."""
        if is_code(word) and "." in word:
            return (word.partition(".")[0],)
        return self._parts.get(word, ())

    def _words(self, text: str) -> tuple[str, ...]:
        return tuple(self._joined(self.stems(text)))

    def _keys(self, word: str) -> tuple[str, ...]:
        """The word, followed by its more general keys; empty for a stop word."""
        return () if word in self.stops else (word, *self.parts(word))

    def _keys_of(self, terms: Iterable[str]) -> frozenset[str]:
        return frozenset(key for term in terms for key in self.words(term))

    def _joined(self, words: list[str]) -> list[str]:
        joined, at, longest = [], 0, self._longest
        while at < len(words):
            key, length = self._synonym_at(words, at) if words[at] in longest else (words[at], 1)
            joined.append(key)
            at += length
        return joined

    def _synonym_at(self, words: list[str], at: int) -> tuple[str, int]:
        """The key of the longest synonym that begins at this place, or the word there, and its length in words."""
        for length in range(min(self._longest[words[at]], len(words) - at), 0, -1):
            if key := self._synonyms.get(tuple(words[at : at + length])):
                return key, length
        return words[at], 1


def fold(text: str) -> str:
    """Lower case without accents, markup, apostrophes and invisible characters; codes in one spelling."""
    text = html.unescape(text[:MAX_CHARACTERS])
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)[:MAX_CHARACTERS]
        text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Mn"))
    text = text.casefold()
    if "<" in text:
        text = _TAG.sub(" ", _SLACK_LINK.sub(r" \1 ", text))
    if ":" in text:
        text = _SHORTCODE.sub(" ", text)
    text = _APOSTROPHE.sub("", text)
    if _DIGIT.search(text):
        for code, spelling in _CODES:
            text = code.sub(spelling, text)
    return text


def is_code(word: str) -> bool:
    """A criterion (CC6, CC6.1, A1.2) or a standard (SSAE 18, AT-C 320)."""
    return _CODE.fullmatch(word) is not None


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The word without a suffix for plural, -ing, -ed, -ly, -ity, -ation, -ion and -ment; short words stay."""
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    word = _singular(word)
    for suffixes in (("ing", "ed", "ly", "ity"), ("ation", "ate", "at"), ("ment",)):
        for suffix in suffixes:
            if word.endswith(suffix) and len(word) - len(suffix) >= _STEM_LEAST[suffix]:
                word = _undouble(word.removesuffix(suffix))
                break
    if word.endswith(("sion", "tion")) and len(word) >= 7:
        return word.removesuffix("ion")
    if word.endswith("y") and len(word) > 3:
        return word[:-1] + "i"
    return word.removesuffix("e") if len(word) > 3 else word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word.removesuffix("ies") + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word.removesuffix("es")
    return word if word.endswith(("ss", "us", "is")) else word.removesuffix("s")


def _undouble(word: str) -> str:
    doubled = len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsaeiou"
    return word[:-1] if doubled else word


class Spellings:
    """Finds the nearest correct word for a misspelt one: by shared letter pairs, then by edits (a swap is one)."""

    def __init__(self, words: Iterable[str]) -> None:
        self.nearest = lru_cache(maxsize=2_000)(self._nearest)
        self._by_letter = defaultdict(list)
        for word in sorted(words):
            if len(word) >= SHORTEST_TYPO - 1 and word.isalpha():
                self._by_letter[word[0]].append((word, _letter_pairs(word)))

    def words(self) -> set[str]:
        return {word for of_letter in self._by_letter.values() for word, _ in of_letter}

    def without(self, words: Collection[str]) -> "Spellings":
        fewer = Spellings(())
        fewer._by_letter = self._by_letter | {
            letter: [pair for pair in self._by_letter.get(letter, ()) if pair[0] not in words]
            for letter in {word[0] for word in words}
        }
        return fewer

    def _nearest(self, word: str) -> str | None:
        """None if no word is near, and for a short word, from which many others are one edit away."""
        if len(word) < SHORTEST_TYPO or not word.isalpha():
            return None
        most_edits = 1 if len(word) < TWO_TYPOS else 2
        pairs = _letter_pairs(word)
        near = [
            (edits, other)
            for other, other_pairs in self._by_letter.get(word[0], ())
            if abs(len(other) - len(word)) <= most_edits
            and (len(word) >= SAFE_REPLACEMENT or len(word) != len(other) or sorted(word) == sorted(other))
            and len(pairs & other_pairs) >= len(pairs) - 3 * most_edits
            and (edits := _edits(word, other)) <= most_edits
        ]
        return min(near)[1] if near else None


def _letter_pairs(word: str) -> frozenset[str]:
    padded = f"^{word}$"
    return frozenset(padded[at : at + 2] for at in range(len(padded) - 1))


def _edits(left: str, right: str) -> int:
    """Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours."""
    before_last: list[int] = []
    last = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            row.append(min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b)))
            if i > 1 and j > 1 and a == right[j - 2] and b == left[i - 2]:
                row[j] = min(row[j], before_last[j - 2] + 1)
        before_last, last = last, row
    return last[-1]
