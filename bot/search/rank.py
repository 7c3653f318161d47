"""Which curated entry answers a question: answered, asked back, unknown, or somebody else's field.

Nothing is generated: a question can only change which stored entry, question back or decoy comes out.
`rank` is pure and deterministic; `build_index` runs once per content version.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.search.clauses import MOST_TRIED, clauses
from bot.search.index import Candidate, Index, Topic, build_index, candidates, weigh
from bot.search.turns import FRAMES, REFERRING, Turn, leans, read_turn, speaks_for_itself, subject_of
from bot.search.words import Lexicon, is_code
from content.models import Decoy, KnowledgeEntry, Thresholds
from storage.terms import Outcome

__all__ = ["MAX_MATCHES", "MAX_OFFERS", "Index", "Match", "Ranking", "build_index", "rank"]

MAX_MATCHES = 5
MAX_OFFERS = 3

ALSO_WITHIN = 0.08
"""Of the first's score: the next entry is so near that either may be meant."""
FOREIGN_SHARE = 0.4
"""Of the nearest foreign topic's score, which speaks against the answer."""
RIVAL_SHARE = 0.65
"""Of a foreign topic's score: an entry so near is offered when the question speaks of our field."""
FIELD_SHARE, FIELD_ENOUGH = 0.3, 2
"""What words of our own field add to the confidence when there are enough of them."""
OFFER_SHARE = 0.6
"""Of the best score: what lies below is not offered."""
ASKING_WORDS = 2
"""Words that say something, from which a clause of a longer message is asked by itself."""
TELLING_MASS = 1.5
"""Rarity from which a single bare word is a question: held by at most about one topic in five."""


@dataclass(frozen=True)
class Match:
    entry: KnowledgeEntry
    score: float


@dataclass(frozen=True)
class Ranking:
    """`matches` are best first. After ANSWERED the first is the answer; after CLARIFY all (at most three,
    none when the question names no topic) are worth offering; otherwise they only explain the outcome.
    `decoy` is the foreign topic that comes first, whether it is told or our entries are offered all the same.
    """

    outcome: Outcome
    matches: tuple[Match, ...] = ()
    decoy: Decoy | None = None
    confidence: float = 0.0

    @property
    def first(self) -> Topic | None:
        """The foreign topic that is told, or the entry that comes first."""
        if self.outcome is Outcome.FOREIGN:
            return self.decoy
        return self.matches[0].entry if self.matches else None

    @property
    def told(self) -> tuple[KnowledgeEntry, ...]:
        """The answer, and with it the entry that may be meant as well; or up to three to choose from."""
        entries = tuple(match.entry for match in self.matches[:MAX_OFFERS])
        if self.outcome is not Outcome.ANSWERED:
            return entries
        near = len(entries) > 1 and self.matches[0].score - self.matches[1].score < ALSO_WITHIN
        return entries[: 2 if near else 1]


def rank(question: str, index: Index, before: Sequence[str] = (), most_tried: int = MOST_TRIED) -> Ranking:
    """`before` are this person's earlier questions in the thread, oldest first.

    A story around a question hides it, so that what is not settled as a whole is asked clause by clause: the
    last `most_tried` of them, since people tell first and ask then.
    """
    lexicon = index.lexicon
    subject = subject_of(before, lexicon)
    whole = _rank(lexicon.words(question), index, subject)
    if whole.outcome is Outcome.ANSWERED or whole.decoy:
        return whole
    asking = [found for found in map(lexicon.words, clauses(question)) if _asks(found, lexicon)]
    told = [_rank(found, index, subject) for found in asking[-most_tried:]]
    answered = [each for each in told if each.outcome is Outcome.ANSWERED]
    return max(answered, key=lambda each: each.confidence, default=whole)


def _asks(found: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether a clause says enough to be asked by itself: a topic, no pronoun beside it, and one thing more."""
    topics = len(lexicon.topical(found))
    names = topics > 1 or (topics == 1 and REFERRING.isdisjoint(found))
    return names and (len(read_turn(found, lexicon).own) >= ASKING_WORDS or not FRAMES.isdisjoint(found))


def _rank(found: Sequence[str], index: Index, subject: Sequence[str]) -> Ranking:
    if not found:
        return Ranking(Outcome.UNKNOWN)
    lexicon = index.lexicon
    if subject and leans(found, lexicon):
        return _judge(read_turn(found, lexicon, subject), index)
    alone = _repeated(found, index) or _judge(read_turn(found, lexicon), index)
    settled = alone.outcome in (Outcome.ANSWERED, Outcome.FOREIGN)
    if not subject or settled or speaks_for_itself(found, lexicon):
        return alone
    together = _judge(read_turn(found, lexicon, subject), index)
    return together if together.outcome is Outcome.ANSWERED else alone


def _repeated(found: Sequence[str], index: Index) -> Ranking | None:
    """A title, alias or phrasing word for word; not a bare word that many topics share."""
    topics = index.sentences.get(tuple(found), frozenset())
    turn = read_turn(found, index.lexicon)
    if len(topics) != 1 or (turn.is_bare and index.mass(turn.own[0]) < TELLING_MASS):
        return None
    topic = index.topics[next(iter(topics))]
    if isinstance(topic, Decoy):
        return Ranking(Outcome.FOREIGN, decoy=topic, confidence=1.0)
    return Ranking(Outcome.ANSWERED, (Match(topic, 1.0),), confidence=1.0)


def _judge(turn: Turn, index: Index) -> Ranking:
    weighed = weigh(turn, index)
    near = candidates(turn, weighed.masses, index)
    matches = tuple(Match(each.topic, each.score) for each in near if isinstance(each.topic, KnowledgeEntry))
    if not near:
        return Ranking(Outcome.CLARIFY if turn.is_dangling else Outcome.UNKNOWN)
    trust = weighed.known if turn.subject else 1.0
    confidence = _confidence(turn, near) * trust
    outcome = _outcome(turn, near, confidence, index.thresholds)
    best = near[0].topic
    decoy = best if isinstance(best, Decoy) and outcome in (Outcome.FOREIGN, Outcome.CLARIFY) else None
    if outcome is Outcome.CLARIFY:
        matches = tuple(m for m in matches[:MAX_OFFERS] if m.score >= OFFER_SHARE * near[0].score)
    return Ranking(outcome, matches[:MAX_MATCHES], decoy, confidence)


def _outcome(turn: Turn, near: Sequence[Candidate], confidence: float, thresholds: Thresholds) -> Outcome:
    best = near[0]
    if turn.is_dangling or turn.is_bare or turn.is_everyday:
        offered = _best(KnowledgeEntry, near) >= OFFER_SHARE * best.score
        return Outcome.CLARIFY if offered else Outcome.UNKNOWN
    if isinstance(best.topic, Decoy):
        if _ours(turn) and _best(KnowledgeEntry, near) >= RIVAL_SHARE * best.score:
            return Outcome.CLARIFY
        return Outcome.FOREIGN if confidence >= thresholds.foreign_from else Outcome.UNKNOWN
    if confidence < thresholds.ask_back_from:
        return Outcome.UNKNOWN
    return Outcome.CLARIFY if confidence < thresholds.answer_from else Outcome.ANSWERED


def _confidence(turn: Turn, near: Sequence[Candidate]) -> float:
    """How sure the first candidate is the right one: its score, and what speaks for and against our field."""
    best = near[0]
    if isinstance(best.topic, Decoy):
        return best.score
    ours = min(1.0, _ours(turn) / FIELD_ENOUGH)
    sure = best.score - FOREIGN_SHARE * _best(Decoy, near) + FIELD_SHARE * ours
    return max(0.0, min(1.0, sure))


def _ours(turn: Turn) -> int:
    """How many words of our field the turn is about."""
    keys = {key for word in turn.own + turn.subject for key in (word, *turn.lexicon.parts(word))}
    return sum(key in turn.lexicon.field or is_code(key) for key in keys)


def _best(kind: type[Topic], near: Sequence[Candidate]) -> float:
    """The score of the first of a kind."""
    return next((each.score for each in near if isinstance(each.topic, kind)), 0.0)
