"""Several questions in one message: each is ranked as the next turn of the same conversation."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers.rules.about_us import asks_about_us
from bot.answers.rules.company_facts import ANSWERED_IN_GENERAL, Intent, divide, recognise
from bot.search.clauses import MOST_CLAUSES
from bot.search.overlay import is_company_s_own
from bot.search.rank import Index, Ranking, rank
from bot.search.sentences import begins_like_a_question, questions_in, without_opener
from bot.search.words import Lexicon
from storage.terms import Outcome

MOST_ANSWERED = 3
MOST_READ = 12
"""Questions of one message that are looked at: a paste of hundreds costs no more than these."""
THREE_AT_MOST = (
    "I answer up to three questions of one message. Please ask the others in a message of their own."
)
"""The last line of a reply to a message with more questions, in Slack and at the terminal."""


@dataclass(frozen=True)
class RankedQuestion:
    """A question of a message in the person's words, and its ranking.

    A question with an ``intent`` is about the company itself: the company's records may answer it, whatever the
    entries say. To one that is ``about_us`` no entry is the answer but one that the company's leads wrote.
    """

    text: str
    ranking: Ranking
    intent: Intent | None = None
    about_us: bool = False

    @property
    def outcome(self) -> Outcome:
        """How the question ends if the company's records do not answer it."""
        answers_about_us = self.ranking.outcome is Outcome.ANSWERED and is_company_s_own(
            self.ranking.matches[0].entry
        )
        is_known_as_foreign = self.ranking.outcome is Outcome.FOREIGN and self.ranking.confidence == 1
        is_unknown = self.about_us and not (answers_about_us or is_known_as_foreign)
        return Outcome.ABOUT_US if is_unknown else self.ranking.outcome

    @property
    def entry_id(self) -> str | None:
        return self.ranking.matches[0].entry.id if self.outcome is Outcome.ANSWERED else None


def rank_each(message: str, index: Index, before: Sequence[str] = ()) -> tuple[list[RankedQuestion], bool]:
    """One to three questions, and whether the message has more. ``before`` as in ``rank``.

    A message of which no question can be answered is one question.
    """
    lexicon = index.lexicon
    questions = [pair for text in questions_in(message, lexicon) for pair in divide(text, lexicon)]
    more = len(questions) > MOST_READ
    most_clauses = MOST_CLAUSES // min(len(questions), MOST_READ)
    parts: list[RankedQuestion] = []
    for text, intent in questions[:MOST_READ]:
        earlier = [*before, *_subjects(parts)]
        alone = without_opener(text) if parts and not earlier else text
        part = _part(text, rank(alone, index, earlier, most_clauses), intent)
        if (at := _place_of_same(part, parts, lexicon)) is not None:
            parts[at] = _read_again(f"{parts[at].text} {text}", parts[at].ranking, lexicon)
        elif parts and _is_fragment(part, lexicon):
            parts[-1] = _with_fragment(
                parts[-1], text, index, [*before, *_subjects(parts[:-1])], most_clauses
            )
        elif len(parts) == MOST_ANSWERED:
            more = True
            break
        else:
            parts.append(part)
    if len(questions) > 1 and not any(part.entry_id or part.intent or part.about_us for part in parts):
        return [_read_again(message, rank(message, index, before), lexicon)], False
    if len(parts) == 1 and parts[0].text != message:
        parts = [_read_again(message, parts[0].ranking, lexicon)]
    return parts, more


def _read_again(text: str, ranking: Ranking, lexicon: Lexicon) -> RankedQuestion:
    return _part(text, ranking, recognise(text, lexicon))


def _part(text: str, ranking: Ranking, intent: Intent | None) -> RankedQuestion:
    about_us = intent.kind not in ANSWERED_IN_GENERAL if intent else asks_about_us(text)
    return RankedQuestion(text, ranking, intent, about_us)


def _subjects(parts: Sequence[RankedQuestion]) -> list[str]:
    """The questions that the next one may lean on: none that is unknown or of a foreign field."""
    strange = (Outcome.UNKNOWN, Outcome.FOREIGN)
    return [part.text for part in parts if part.ranking.outcome not in strange]


def _place_of_same(part: RankedQuestion, parts: Sequence[RankedQuestion], lexicon: Lexicon) -> int | None:
    """The place of an earlier part that asks the same, or that the same entry answers."""
    words = lexicon.words(part.text)
    for at, earlier in enumerate(parts):
        same_entry = part.entry_id == earlier.entry_id is not None
        same_answer = same_entry and not part.intent
        if same_answer or lexicon.words(earlier.text) == words:
            return at
    return None


def _is_fragment(part: RankedQuestion, lexicon: Lexicon) -> bool:
    """Whether it has no answer, and is no question without the one before it."""
    if part.entry_id or part.intent or part.about_us:
        return False
    return not (begins_like_a_question(part.text) and lexicon.topical(lexicon.words(part.text)))


def _with_fragment(
    part: RankedQuestion, fragment: str, index: Index, before: Sequence[str], most_clauses: int
) -> RankedQuestion:
    """The part with the fragment that belongs to it. It keeps its own answer if both together have none."""
    text = f"{part.text} {fragment}"
    ranking = rank(text, index, before, most_clauses)
    keeps_own = part.ranking.outcome is Outcome.ANSWERED and ranking.outcome is not Outcome.ANSWERED
    return _read_again(text, part.ranking if keeps_own else ranking, index.lexicon)
