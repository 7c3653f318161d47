"""One turn of a conversation as keys: its own words, and the subject that it takes from the turns before it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.search.words import Lexicon, is_code

REMEMBERED = 4
"""Earlier questions of the thread that give its subject; a subject changes within two or three turns."""
MOST_TOPICS_TO_LEAN = 3
"""A turn that names more topics than this needs no subject from the thread, whatever pronouns it uses."""

REFERRING = frozenset("it its this that these those they them their one ones other".split())
"""Words that refer to an earlier turn."""
OPENERS = frozenset("and or but so also then plus".split())
"""First words of a turn that goes on from the turn before."""
FRAMES = frozenset("what whats whatre explain describe mean understand about standfor".split())
"""Words that turn a single term into a whole question: "what is sampling"."""

_RIVALS = (("soc1", "soc2", "soc3"), ("typ1", "typ2"))


@dataclass(frozen=True)
class Turn:
    """``words`` are all words of the turn, as the lexicon reads them; ``stops`` are its stop words, ``own`` the rest.

    ``subject`` are the keys that the thread adds. It can be empty in a turn that ``goes_on``: "and soc 3?".
    """

    lexicon: Lexicon
    words: tuple[str, ...]
    own: tuple[str, ...]
    stops: frozenset[str]
    subject: tuple[str, ...] = ()
    goes_on: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether it is one word without a question around it: "type 2?", "controls", "what about the letter"."""
        if self.goes_on or len(self.own) != 1 or is_code(self.own[0]):
            return False
        return _goes_on(self.words) or (len(self.words) <= 2 and FRAMES.isdisjoint(self.words))

    @property
    def is_everyday(self) -> bool:
        """Whether it has only words that people use about anything: "draft me one", "what is the deal"."""
        return not self.subject and all(
            word in self.lexicon.ordinary for word in self.lexicon.topical(self.own)
        )

    @property
    def is_dangling(self) -> bool:
        """Whether it names no topic at all: "who signs it", "what do i need to do"."""
        return not self.lexicon.topical(self.own + self.subject) and not all(
            word.isdigit() for word in self.words
        )


def read_turn(words: Sequence[str], lexicon: Lexicon, subject: Sequence[str] = ()) -> Turn:
    """After SOC 2 or a type, a bare number means another report or type: "and 3?" is SOC 3."""
    own = tuple(_report_or_type(word, subject) for word in words if word not in lexicon.stops)
    stops = frozenset(words) & lexicon.stops
    return Turn(lexicon, tuple(words), own, stops, _unrivalled(subject, own), bool(subject))


def leans_on_thread(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether the turn needs the one before it: it has no topic, a pronoun, an "and" in front, or one bare word."""
    topics = lexicon.topical(words)
    if not topics or speaks_for_itself(words, lexicon):
        return not topics
    return _goes_on(words) or not REFERRING.isdisjoint(words) or read_turn(words, lexicon).is_bare


def speaks_for_itself(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether the turn names so many topics that it needs none from the thread."""
    return len(lexicon.topical(words)) > MOST_TOPICS_TO_LEAN


def _goes_on(words: Sequence[str]) -> bool:
    return words[0] in OPENERS or tuple(words[:2]) in (("what", "about"), ("how", "about"))


def subject_of(before: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """Keys that the thread is about; ``before`` are its questions, oldest first."""
    subject: tuple[str, ...] = ()
    for question in before[-REMEMBERED:]:
        words = lexicon.words(question)
        turn = read_turn(words, lexicon, subject if leans_on_thread(words, lexicon) else ())
        subject = turn.subject + turn.own or subject
    return subject


def _report_or_type(word: str, subject: Sequence[str]) -> str:
    """For a number after a report or type, the key of that one; any other word as it is."""
    if word.isdigit():
        for rivals in reversed(_RIVALS):
            rival = rivals[0][:-1] + word
            if rival in rivals and not set(rivals).isdisjoint(subject):
                return rival
    return word


def _unrivalled(subject: Sequence[str], own: Sequence[str]) -> tuple[str, ...]:
    """The subject without the keys that the turn repeats or replaces: "and SOC 3?" is no longer about SOC 2."""
    replaced = {word for rivals in _RIVALS if not set(rivals).isdisjoint(own) for word in rivals}
    return tuple(word for word in subject if word not in own and word not in replaced)
