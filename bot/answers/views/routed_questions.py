"""A question that its asker passed to the compliance leads: the first of them to answer settles it."""

from datetime import date

from bot.blocks import limits
from bot.blocks.ids import Action
from bot.blocks.kit import (
    Message,
    Mrkdwn,
    actions,
    button,
    context,
    lines,
    md,
    paragraphs,
    prose,
    quote,
    section,
)
from bot.blocks.text import escaped
from bot.blocks.wording import ago
from storage.questions import Question
from storage.terms import Outcome, QuestionState

_WHY = {
    Outcome.ANSWERED: "The answer I gave did not settle it.",
    Outcome.LIVE: "What I told from the company's own data did not settle it.",
    Outcome.CLARIFY: "I offered entries that come near, and none of them was it.",
    Outcome.UNKNOWN: "I have no answer to it.",
    Outcome.ABOUT_US: "It asks for a fact about us that I do not have.",
    Outcome.FOREIGN: "I took it for another field than mine.",
}
_QUOTED = 1_500
_QUOTED_BYTES = 450
_QUOTED_IN_RECEIPT = 300


def routing_receipt() -> Message:
    """For the asker, who pressed Ask compliance."""
    words = "Your question is with the compliance team. You get their answer in a message from me."
    return Message(words, [prose(words)])


def lead_answer(question: str, answer: str, lead_name: str) -> Message:
    """For the asker."""
    lead = md("{name} from compliance answers your question:", name=lead_name)
    source = "This is a person's answer, not a curated entry."
    text = paragraphs(lead, f"“{limits.shorten(question, 300)}”", answer, source)
    return Message(text, [section(lead), quote(question), prose(answer), context(source)])


def question_request(question: Question, asker: str, asked_on: date, today: date) -> Message:
    """``asked_on`` and ``today`` are the reader's own dates."""
    when = ago(asked_on, today)
    lead = md("*{asker}* asked {when}:", asker=asker, when=when)
    why = f"{_WHY[question.outcome]} {asker} reads your answer where they asked, with your name."
    return Message(
        lines(
            f"{asker} has a question for compliance, asked {when}:",
            _quoted(question),
            f"{why} Press Answer.",
        ),
        [
            section(lead),
            quote(limits.shorten(question.text, _QUOTED)),
            context(why),
            actions(button("Answer", Action.OPEN_ANSWER, question.id, style="primary")),
        ],
    )


def question_receipt(question: Question, answered_by: str | None) -> Message:
    """``answered_by`` is a name; None if nobody answered."""
    if question.state is QuestionState.ANSWERED and answered_by:
        return _receipt(f"Answered by {answered_by}:", question)
    return _receipt("Closed, no answer is needed from you any more:", question)


def _receipt(lead: str, question: Question) -> Message:
    text = limits.shorten(question.text, _QUOTED_IN_RECEIPT)
    return Message(lines(lead, _quoted(question)), [prose(f"{lead} “{text}”")])


def _quoted(question: Question) -> Mrkdwn:
    return md("“{text}”", text=limits.shorten_bytes(escaped(question.text), _QUOTED_BYTES))
