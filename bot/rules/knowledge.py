"""Which curated entry answers a question, if any: answered, a question back, unknown, or somebody else's field.

Nothing is generated: a question can only change which stored entry, question back or decoy comes out.
`rank` is pure and deterministic; `build_index` runs once per content version.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.rules.retrieval import Index, build_index, candidates, weigh
from bot.rules.turns import Turn, leans, read_turn, subject_of, topical
from bot.rules.words import words
from content.models import Decoy, KnowledgeEntry
from storage.terms import Outcome

__all__ = ["Index", "Match", "Ranking", "build_index", "rank"]

MAX_MATCHES = 5
MAX_OFFERS = 3

ANSWER_FROM = 0.5
CLARIFY_FROM = 0.3
BARE_FROM = 0.1
FOREIGN_FROM = 0.3
MARGIN = 0.03
SURE_FROM = 0.8
KNOWN_ENOUGH = 0.6
OFFER_SHARE = 0.6


@dataclass(frozen=True)
class Match:
    entry: KnowledgeEntry
    score: float


@dataclass(frozen=True)
class Ranking:
    """`matches` are best first: after ANSWERED the first is the answer, after CLARIFY at most three are worth
    offering (none when the question names no topic), otherwise they only explain the outcome.
    """

    outcome: Outcome
    matches: tuple[Match, ...] = ()
    decoy: Decoy | None = None
    confidence: float = 0.0


def rank(question: str, index: Index, before: Sequence[str] = ()) -> Ranking:
    """`before` are this person's earlier questions in the thread, oldest first."""
    found = words(question)
    subject = subject_of(before)
    if subject and found and leans(found):
        return _judge(read_turn(found, subject), index)
    alone = _judge(read_turn(found), index, found)
    if not subject or alone.outcome in (Outcome.ANSWERED, Outcome.FOREIGN) or len(topical(found)) > 5:
        return alone
    both = _judge(read_turn(found, subject), index)
    return both if both.outcome is Outcome.ANSWERED else alone


def _judge(turn: Turn, index: Index, found=()) -> Ranking:
    if found and (same := _same(found, turn, index)):
        return same
    weighed = weigh(turn, index)
    near = candidates(turn, weighed.masses, index)
    matches = tuple(Match(each.topic, each.score) for each in near if isinstance(each.topic, KnowledgeEntry))
    matches = matches[:MAX_MATCHES]
    if not near:
        return Ranking(Outcome.CLARIFY if turn.is_dangling and weighed.known > .5 else Outcome.UNKNOWN)
    best = near[0]
    known = min(1.0, weighed.known / KNOWN_ENOUGH) if turn.subject else 1.0
    confidence = min(1.0, best.score + 0.3 * bool(best.codes)) * known
    if isinstance(best.topic, Decoy):
        if confidence >= FOREIGN_FROM:
            return Ranking(Outcome.FOREIGN, matches, best.topic, confidence)
        return Ranking(Outcome.UNKNOWN, matches, None, confidence)
    offers = tuple(each for each in matches[:MAX_OFFERS] if each.score >= OFFER_SHARE * best.score)
    if turn.is_dangling or turn.is_bare:
        return Ranking(Outcome.CLARIFY, offers, None, confidence)
    if confidence < CLARIFY_FROM:
        return Ranking(Outcome.UNKNOWN, matches, None, confidence)
    rival = matches[1].score if len(matches) > 1 else 0.0
    if confidence < ANSWER_FROM or (best.score - rival < MARGIN and best.score < SURE_FROM):
        return Ranking(Outcome.CLARIFY, offers, None, confidence)
    return Ranking(Outcome.ANSWERED, matches, None, confidence)


def _same(found, turn, index) -> Ranking | None:
    same = index.sentences.get(tuple(found), frozenset())
    if len(same) == 1 and (not turn.is_bare or index.mass(turn.own[0]) > 1.5):
        topic = index.topics[min(same)]
        if isinstance(topic, Decoy):
            return Ranking(Outcome.FOREIGN, (), topic, 1.0)
        return Ranking(Outcome.ANSWERED, (Match(topic, 1.0),), None, 1.0)
    return None
