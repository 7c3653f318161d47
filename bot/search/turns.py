"""One turn of a conversation as keys: what it asks by itself, and what it takes from the turns before it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.search.words import Lexicon, is_code

REMEMBERED = 4
"""Earlier questions of the thread that are read; a subject changes within two or three turns."""
LONGEST_LEAN = 3
"""A turn that names more topics than this speaks for itself, whatever pronouns it uses."""

REFERRING = frozenset("it its this that these those they them their one ones other".split())
"""Words that stand for something said before."""
OPENERS = frozenset("and or but so also then plus".split())
"""First words of a turn that goes on from the turn before."""
FRAMES = frozenset("what whats whatre explain describe mean understand about standfor".split())
"""Words that turn a single term into a whole question: "what is sampling"."""

_RIVALS = (("soc1", "soc2", "soc3"), ("typ1", "typ2"))


@dataclass(frozen=True)
class Turn:
    """`found` are all words typed now, as the lexicon reads them: `own` those that say something, `stops` the
    others. `subject` is what the thread adds, and a turn that goes on in a thread may add all it needs by itself
    ("and soc 3?").
    """

    lexicon: Lexicon
    found: tuple[str, ...]
    own: tuple[str, ...]
    stops: frozenset[str]
    subject: tuple[str, ...] = ()
    goes_on: bool = False

    @property
    def is_bare(self) -> bool:
        """A single word with no question around it: "type 2?", "controls", "what about the letter"."""
        if self.goes_on or len(self.own) != 1 or is_code(self.own[0]):
            return False
        return _goes_on(self.found) or (len(self.found) <= 2 and FRAMES.isdisjoint(self.found))

    @property
    def is_everyday(self) -> bool:
        """Says only what people say about anything: "draft me one", "what is the deal"."""
        return not self.subject and all(
            word in self.lexicon.ordinary for word in self.lexicon.topical(self.own)
        )

    @property
    def is_dangling(self) -> bool:
        """Names no topic at all: "who signs it", "what do i need to do"."""
        return not self.lexicon.topical(self.own + self.subject) and not all(
            word.isdigit() for word in self.found
        )


def read_turn(found: Sequence[str], lexicon: Lexicon, subject: Sequence[str] = ()) -> Turn:
    """A number that follows up on SOC 2 or on a type means another one of those: "and 3?" is SOC 3."""
    own = tuple(_in_place(word, subject) for word in found if word not in lexicon.stops)
    stops = frozenset(found) & lexicon.stops
    return Turn(lexicon, tuple(found), own, stops, _unrivalled(subject, own), bool(subject))


def leans(found: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether the turn needs the one before it: no topic, a pronoun, an "and" in front, or one bare word."""
    topics = lexicon.topical(found)
    if not topics or speaks_for_itself(found, lexicon):
        return not topics
    return _goes_on(found) or not REFERRING.isdisjoint(found) or read_turn(found, lexicon).is_bare


def speaks_for_itself(found: Sequence[str], lexicon: Lexicon) -> bool:
    return len(lexicon.topical(found)) > LONGEST_LEAN


def _goes_on(found: Sequence[str]) -> bool:
    return found[0] in OPENERS or tuple(found[:2]) in (("what", "about"), ("how", "about"))


def subject_of(before: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """Keys that the thread is about, from its latest questions, oldest first."""
    subject: tuple[str, ...] = ()
    for question in before[-REMEMBERED:]:
        found = lexicon.words(question)
        turn = read_turn(found, lexicon, subject if leans(found, lexicon) else ())
        subject = turn.subject + turn.own or subject
    return subject


def _in_place(word: str, subject: Sequence[str]) -> str:
    if word.isdigit():
        for rivals in reversed(_RIVALS):
            meant = rivals[0][:-1] + word
            if meant in rivals and not set(rivals).isdisjoint(subject):
                return meant
    return word


def _unrivalled(subject: Sequence[str], own: Sequence[str]) -> tuple[str, ...]:
    """The subject without what the turn repeats or replaces: "and SOC 3?" is no longer about SOC 2."""
    replaced = {word for rivals in _RIVALS if not set(rivals).isdisjoint(own) for word in rivals}
    return tuple(word for word in subject if word not in own and word not in replaced)
