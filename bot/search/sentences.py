"""The questions in one message: a greeting, introduction or fragment stays with the question that it belongs to.

Only the text decides here; `bot.answers.rules.message_questions` also decides by the answers.
"""

import re

from bot.search.turns import OPENERS, REFERRING
from bot.search.words import MAX_CHARACTERS, Lexicon

_END = re.compile(r"(?<=[?？؟])[\s\"'”’»)\]*_~]+(?=\S)")
"""After a question mark and whatever closes with it; an address such as example.com/?a=b goes on."""
_NUMBER = re.compile(r"^\s*(?:\(?\d{1,2}[.):]|[a-z]\)|[-*•–])\s+")
_ASKS_BY_MARK = re.compile(r"[?？؟][\s\"'”’»)\]*_~]*$")
_LEAD_IN = (
    "and|or|but|so|also|then|plus|ok|okay|hi|hello|hey|please|pls|next|second|secondly|third|thirdly|finally"
)
_OPENER = re.compile(rf"^(?:(?:{'|'.join(sorted(OPENERS))})\b\W*)+", re.IGNORECASE)
_ASKS_BY_WORD = re.compile(
    rf"^\W*(?:(?:{_LEAD_IN})\W+)*(?:"
    r"what|whats|who|whos|whom|whose|how|hows|when|whens|which|where|wheres|why|explain|describe|define"
    r"|(?:is|are|was|were|do|does|did|can|could|should|must|will|would|may|has|have)\s+"
    r"(?:i|we|you|it|they|our|the|a|an|my|soc|this|that|there|somebody|anyone|auditors?|customers?)"
    r")\b",
    re.IGNORECASE,
)


def questions_in(text: str, lexicon: Lexicon) -> list[str]:
    """The questions in their order, at least one: ``text`` itself when it has no second question.

    A piece is a question if it has a question mark, or is a line that begins like a question. A piece that is no
    question introduces the next one, or is a signature after the last. A question that names neither a topic nor an
    attribute of one belongs to the question before.
    """
    pieces = [piece for line in text[:MAX_CHARACTERS].splitlines() for piece in _pieces(line)]
    questions: list[str] = []
    introduction = ""
    for piece in pieces:
        if not _asks(piece):
            introduction = _joined(introduction, piece)
        elif _says_something(piece, lexicon) or not questions:
            questions.append(_joined(introduction, piece))
            introduction = ""
        else:
            questions[-1] = _joined(questions[-1], introduction, piece)
            introduction = ""
    if len(questions) < 2:
        return [text]
    if not _says_something(questions[0], lexicon):
        questions[:2] = [_joined(*questions[:2])]
    return questions if len(questions) > 1 else [text]


def begins_like_a_question(text: str) -> bool:
    """False for a fragment such as "24h?" or "and for newcomers?", which needs the question before it."""
    return _ASKS_BY_WORD.match(text) is not None


def asks_by_itself(text: str, lexicon: Lexicon) -> bool:
    """Whether it is a question that names its own topic: "and when is it due?" does not."""
    words = lexicon.words(text)
    return begins_like_a_question(text) and bool(lexicon.topical(words)) and REFERRING.isdisjoint(words)


def without_opener(text: str) -> str:
    """Without an "and" or "also" in front, for a question that has no other before it."""
    return _OPENER.sub("", text)


def _pieces(line: str) -> list[str]:
    return [piece for part in _END.split(line) if (piece := _NUMBER.sub("", part).strip())]


def _asks(piece: str) -> bool:
    return begins_like_a_question(piece) or _ASKS_BY_MARK.search(piece) is not None


def _says_something(piece: str, lexicon: Lexicon) -> bool:
    words = lexicon.words(piece)
    return bool(lexicon.topical(words)) or not lexicon.attributes.isdisjoint(words)


def _joined(*pieces: str) -> str:
    return " ".join(filter(None, pieces))
