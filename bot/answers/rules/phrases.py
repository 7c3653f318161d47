"""A question in the plain form that the rules compare: folded, without greeting, thanks, punctuation and mentions."""

import re

from bot.search.words import fold

_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|there|good (?:morning|afternoon|evening)|socrates|please|pls|ok|so|and|also|but|plus|then"
    r"|can you tell me|do you know|tell me) )+"
)
_THANKS = re.compile(r"(?: (?:please|pls|thanks|thank you))+$")
_SPELLED_OUT = {"whats": "what is", "whos": "who is", "whens": "when is", "infosec": "information security"}
_MENTION = re.compile(r"<@([UW]\w+)[^<>]*>")
_BETWEEN = re.compile(r"[^\w.-]+|\.(?!\d)|(?<!\w)-|-(?!\w)")


def cleaned(text: str) -> str:
    spaced = _BETWEEN.sub(" ", fold(_MENTION.sub(r" \1 ", text)))
    spelled_out = " ".join(_SPELLED_OUT.get(word, word) for word in spaced.split())
    return _THANKS.sub("", _GREETING.sub("", spelled_out))
