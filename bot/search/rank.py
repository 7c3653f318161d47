"""Which curated entry answers a question, or whether to ask back, decline, or leave it to another field.

Nothing is generated: a question only chooses among stored entries and decoys. `rank` is pure and deterministic;
`build_index` runs once per content version.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.search.clauses import MOST_CLAUSES, clauses
from bot.search.index import Candidate, Index, Topic, build_index, candidates, weigh
from bot.search.turns import (
    FRAMES,
    REFERRING,
    Turn,
    leans_on_thread,
    read_turn,
    speaks_for_itself,
    subject_of,
)
from bot.search.words import Lexicon, is_code
from content.models import Decoy, KnowledgeEntry, Thresholds
from storage.terms import Outcome

__all__ = ["MAX_MATCHES", "MAX_OFFERS", "Index", "Match", "Ranking", "build_index", "rank"]

MAX_MATCHES = 5
MAX_OFFERS = 3

ALSO_WITHIN = 0.08
"""Distance of two scores at which the question may mean either entry."""
FOREIGN_SHARE = 0.4
"""Of the nearest foreign topic's score: it lowers the confidence in an answer."""
RIVAL_SHARE = 0.65
"""Of a foreign topic's score: an entry at least as high is offered when the question has words of our field."""
FIELD_SHARE, FIELD_ENOUGH = 0.3, 2
"""Confidence that words of our own field add, and the number of words that adds all of it."""
OFFER_SHARE = 0.6
"""Of the best score: entries below it are not offered."""
ASKING_WORDS = 2
"""Words of its own, stop words aside, that a clause of a longer message needs to be ranked by itself."""
TELLING_MASS = 1.5
"""Mass from which a single bare word is a question: at most about one topic in five has the word."""


@dataclass(frozen=True)
class Match:
    entry: KnowledgeEntry
    score: float


@dataclass(frozen=True)
class Ranking:
    """``matches`` are best first. After ANSWERED the first is the answer. After CLARIFY all are offers: at most three,
    and none when the question names no topic. After another outcome they only explain it.

    ``decoy`` is the foreign topic that comes first, after FOREIGN or CLARIFY.
    """

    outcome: Outcome
    matches: tuple[Match, ...] = ()
    decoy: Decoy | None = None
    confidence: float = 0.0

    @property
    def first(self) -> Topic | None:
        """The foreign topic after FOREIGN, or else the entry that comes first."""
        if self.outcome is Outcome.FOREIGN:
            return self.decoy
        return self.matches[0].entry if self.matches else None

    @property
    def told(self) -> tuple[KnowledgeEntry, ...]:
        """The answer, with another entry that the question may mean; or up to three entries to choose from."""
        entries = tuple(match.entry for match in self.matches[:MAX_OFFERS])
        if self.outcome is not Outcome.ANSWERED:
            return entries
        near = len(entries) > 1 and self.matches[0].score - self.matches[1].score < ALSO_WITHIN
        return entries[: 2 if near else 1]


def rank(
    question: str, index: Index, before: Sequence[str] = (), most_clauses: int = MOST_CLAUSES
) -> Ranking:
    """``before`` are this person's earlier questions in the thread, oldest first.

    A story can hide the question in it, so a text without an answer is ranked clause by clause: the last
    ``most_clauses`` of them, since people ask at the end.
    """
    lexicon = index.lexicon
    subject = subject_of(before, lexicon)
    whole = _rank(lexicon.words(question), index, subject)
    if whole.outcome is Outcome.ANSWERED or whole.decoy:
        return whole
    asking = [words for words in map(lexicon.words, clauses(question)) if _asks(words, lexicon)]
    rankings = [_rank(words, index, subject) for words in asking[-most_clauses:]]
    answered = [ranking for ranking in rankings if ranking.outcome is Outcome.ANSWERED]
    return max(answered, key=lambda ranking: ranking.confidence, default=whole)


def _asks(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether a clause is a question of its own: it has a topic without a pronoun beside it, and one word more."""
    topics = len(lexicon.topical(words))
    names_topic = topics > 1 or (topics == 1 and REFERRING.isdisjoint(words))
    return names_topic and (
        len(read_turn(words, lexicon).own) >= ASKING_WORDS or not FRAMES.isdisjoint(words)
    )


def _rank(words: Sequence[str], index: Index, subject: Sequence[str]) -> Ranking:
    if not words:
        return Ranking(Outcome.UNKNOWN)
    lexicon = index.lexicon
    if subject and leans_on_thread(words, lexicon):
        return _judge(read_turn(words, lexicon, subject), index)
    alone = _verbatim(words, index) or _judge(read_turn(words, lexicon), index)
    settled = alone.outcome in (Outcome.ANSWERED, Outcome.FOREIGN)
    if not subject or settled or speaks_for_itself(words, lexicon):
        return alone
    with_subject = _judge(read_turn(words, lexicon, subject), index)
    return with_subject if with_subject.outcome is Outcome.ANSWERED else alone


def _verbatim(words: Sequence[str], index: Index) -> Ranking | None:
    """For a title, alias or phrasing word for word, unless it is one bare word that many topics share."""
    topics = index.sentences.get(tuple(words), frozenset())
    turn = read_turn(words, index.lexicon)
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
    trust = weighed.share_in_topics if turn.subject else 1.0
    confidence = _confidence(turn, near) * trust
    outcome = _outcome(turn, near, confidence, index.thresholds)
    best = near[0].topic
    decoy = best if isinstance(best, Decoy) and outcome in (Outcome.FOREIGN, Outcome.CLARIFY) else None
    if outcome is Outcome.CLARIFY:
        matches = tuple(match for match in matches[:MAX_OFFERS] if match.score >= OFFER_SHARE * near[0].score)
    return Ranking(outcome, matches[:MAX_MATCHES], decoy, confidence)


def _outcome(turn: Turn, near: Sequence[Candidate], confidence: float, thresholds: Thresholds) -> Outcome:
    best = near[0]
    if turn.is_dangling or turn.is_bare or turn.is_everyday:
        has_offer = _best(KnowledgeEntry, near) >= OFFER_SHARE * best.score
        return Outcome.CLARIFY if has_offer else Outcome.UNKNOWN
    if isinstance(best.topic, Decoy):
        if _field_words(turn) and _best(KnowledgeEntry, near) >= RIVAL_SHARE * best.score:
            return Outcome.CLARIFY
        return Outcome.FOREIGN if confidence >= thresholds.foreign_from else Outcome.UNKNOWN
    if confidence < thresholds.ask_back_from:
        return Outcome.UNKNOWN
    return Outcome.CLARIFY if confidence < thresholds.answer_from else Outcome.ANSWERED


def _confidence(turn: Turn, near: Sequence[Candidate]) -> float:
    """Confidence in the first candidate: its score, more for words of our field, less for a near foreign topic."""
    best = near[0]
    if isinstance(best.topic, Decoy):
        return best.score
    of_our_field = min(1.0, _field_words(turn) / FIELD_ENOUGH)
    confidence = best.score - FOREIGN_SHARE * _best(Decoy, near) + FIELD_SHARE * of_our_field
    return max(0.0, min(1.0, confidence))


def _field_words(turn: Turn) -> int:
    """The number of words of our field in the turn, its subject included."""
    keys = {key for word in turn.own + turn.subject for key in (word, *turn.lexicon.parts(word))}
    return sum(key in turn.lexicon.field or is_code(key) for key in keys)


def _best(kind: type[Topic], near: Sequence[Candidate]) -> float:
    """The score of the first candidate of this kind, or 0."""
    return next((each.score for each in near if isinstance(each.topic, kind)), 0.0)
