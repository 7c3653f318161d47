"""One message to the questions in it: greetings, introductions and fragments stay with the question they go with.

Only the text decides here; `bot.answers.rules.several` decides by what is found for each.
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
    """The questions in their order, at least one: `text` itself when it holds no second question.

    A piece asks by its question mark, or as a line that begins like a question. One that does not ask
    introduces the next, or after the last one is a signature; one that names neither a topic nor a side of one
    belongs to the question before.
    """
    pieces = [piece for line in text[:MAX_CHARACTERS].splitlines() for piece in _pieces(line)]
    found: list[str] = []
    introduction = ""
    for piece in pieces:
        if not _asks(piece):
            introduction = _joined(introduction, piece)
        elif _says_something(piece, lexicon) or not found:
            found.append(_joined(introduction, piece))
            introduction = ""
        else:
            found[-1] = _joined(found[-1], introduction, piece)
            introduction = ""
    if len(found) < 2:
        return [text]
    if not _says_something(found[0], lexicon):
        found[:2] = [_joined(*found[:2])]
    return found if len(found) > 1 else [text]


def begins_like_a_question(text: str) -> bool:
    """What does not ("24h?", "and for newcomers?") says only with the question before it what it asks."""
    return _ASKS_BY_WORD.match(text) is not None


def asks_by_itself(text: str, lexicon: Lexicon) -> bool:
    """Whether it is a question whose topic is named in it: not "and when is it due?"."""
    found = lexicon.words(text)
    return begins_like_a_question(text) and bool(lexicon.topical(found)) and REFERRING.isdisjoint(found)


def by_itself(text: str) -> str:
    """Without the "and" or "also" in front, for a question that has nothing before it to go on from."""
    return _OPENER.sub("", text)


def _pieces(line: str) -> list[str]:
    return [piece for part in _END.split(line) if (piece := _NUMBER.sub("", part).strip())]


def _asks(piece: str) -> bool:
    return begins_like_a_question(piece) or _ASKS_BY_MARK.search(piece) is not None


def _says_something(piece: str, lexicon: Lexicon) -> bool:
    found = lexicon.words(piece)
    return bool(lexicon.topical(found)) or not lexicon.attributes.isdisjoint(found)


def _joined(*pieces: str) -> str:
    return " ".join(filter(None, pieces))
