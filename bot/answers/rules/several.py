"""Several questions in one message: each is ranked as the next turn of the same conversation."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers.rules.company_facts import apart, recognise
from bot.search.clauses import MOST_TRIED
from bot.search.rank import Index, Ranking, rank
from bot.search.sentences import begins_like_a_question, by_itself, questions_in
from bot.search.words import Lexicon
from storage.terms import Outcome

MOST_ANSWERED = 3
MOST_READ = 12
"""Questions of one message that are looked at: a paste of hundreds costs no more than these."""
LEFT = "I answer up to three questions of one message. Please ask the others in a message of their own."
"""What a reply says when there were more, in Slack and at the terminal."""


@dataclass(frozen=True)
class RankedQuestion:
    """A question of a message, in the person's words, and what was found for it."""

    text: str
    ranking: Ranking

    @property
    def entry_id(self) -> str | None:
        return self.ranking.matches[0].entry.id if self.ranking.outcome is Outcome.ANSWERED else None

    def is_about_the_company(self, lexicon: Lexicon) -> bool:
        """Then the record may answer it, whatever the entries say."""
        return recognise(self.text, lexicon) is not None


def rank_each(message: str, index: Index, before: Sequence[str] = ()) -> tuple[list[RankedQuestion], bool]:
    """One to three parts, and whether the message asks more than these. `before` as in `rank`.

    A message of which no part can be answered is one question, as it stands.
    """
    lexicon = index.lexicon
    texts = [text for asked in questions_in(message, lexicon) for text in apart(asked, lexicon)]
    more = len(texts) > MOST_READ
    tried = MOST_TRIED // min(len(texts), MOST_READ)
    parts: list[RankedQuestion] = []
    for text in texts[:MOST_READ]:
        earlier = [*before, *_subjects(parts)]
        part = RankedQuestion(
            text, rank(by_itself(text) if parts and not earlier else text, index, earlier, tried)
        )
        if (at := _same(part, parts, lexicon)) is not None:
            parts[at] = RankedQuestion(f"{parts[at].text} {text}", parts[at].ranking)
        elif parts and _is_fragment(part, lexicon):
            parts[-1] = _together(parts[-1], text, index, [*before, *_subjects(parts[:-1])], tried)
        elif len(parts) == MOST_ANSWERED:
            more = True
            break
        else:
            parts.append(part)
    if len(texts) > 1 and not any(part.entry_id or part.is_about_the_company(lexicon) for part in parts):
        return [RankedQuestion(message, rank(message, index, before))], False
    return ([RankedQuestion(message, parts[0].ranking)] if len(parts) == 1 else parts), more


def _subjects(parts: Sequence[RankedQuestion]) -> list[str]:
    """What the next part may lean on: not on what is unknown or somebody else's field."""
    strange = (Outcome.UNKNOWN, Outcome.FOREIGN)
    return [part.text for part in parts if part.ranking.outcome not in strange]


def _same(part: RankedQuestion, parts: Sequence[RankedQuestion], lexicon: Lexicon) -> int | None:
    """The place of the part that asks the same, or has the same answer already."""
    asked = lexicon.words(part.text)
    for at, earlier in enumerate(parts):
        same_entry = part.entry_id == earlier.entry_id is not None
        same_answer = same_entry and not part.is_about_the_company(lexicon)
        if same_answer or lexicon.words(earlier.text) == asked:
            return at
    return None


def _is_fragment(part: RankedQuestion, lexicon: Lexicon) -> bool:
    """Has no answer, and is no question without the one before it."""
    if part.entry_id or part.is_about_the_company(lexicon):
        return False
    return not (begins_like_a_question(part.text) and lexicon.topical(lexicon.words(part.text)))


def _together(
    part: RankedQuestion, text: str, index: Index, before: Sequence[str], tried: int
) -> RankedQuestion:
    """The part with what belongs to it; it keeps its answer when the words together have none."""
    joined = f"{part.text} {text}"
    ranking = rank(joined, index, before, tried)
    kept = part.ranking.outcome is Outcome.ANSWERED and ranking.outcome is not Outcome.ANSWERED
    return RankedQuestion(joined, part.ranking if kept else ranking)
