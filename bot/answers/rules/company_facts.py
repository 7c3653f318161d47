"""Questions about the company itself: what somebody owes, who owns a control, where an examination stands.

Precise rather than greedy: a whole question, or the one clause of it that asks, must have one of a few forms, and
"our", "we", "I", "my", a named person, control or criterion make it one about the company. Everything else stays
with the curated entries.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.search.clauses import MOST_TRIED, clauses
from bot.search.sentences import asks_by_itself, questions_in
from bot.search.words import Lexicon, fold, stem
from storage.terms import ReportKind, ReportType


class Kind(StrEnum):
    MY_DUTIES = "my_duties"
    DUTIES_OF = "duties_of"
    OWNER = "owner"
    READINESS = "readiness"
    WINDOW = "window"
    ACKNOWLEDGED = "acknowledged"
    AUDITOR_ASKS = "auditor_asks"


@dataclass(frozen=True)
class Intent:
    """`subject` are the words of the question that name a person, a control, an examination or a policy."""

    kind: Kind
    subject: str = ""


@dataclass(frozen=True)
class KnownControl:
    """A control, and the ids of the criteria and objectives that it serves."""

    id: str
    title: str
    serves: Collection[str]


_OPEN = "(?:open|due|overdue|outstanding|pending|waiting|left|late)"
_WHEN = "(?: (?:this week|next week|this month|today|tomorrow|currently|at the moment|right now|now|yet))?"
_TASKS = "(?:tasks|todos|to dos|to do list|requests|obligations)"
_TYPE = "(?:type ?(?:1|2|ii|i))"
_OURS = rf"our (?:(?:current|soc ?[12]|{_TYPE}|audit|observation|review|examination) )*(?:window|period)"
_SIGNED = "(?:acknowledged?|ack(?:ed)?|sign(?:ed)?(?: off)?(?: on)?|accept(?:ed)?|agreed?(?: to)?|confirm(?:ed)?|read)"
_ASKS = "(?:ask|want|need|request|look at|look for|check|test|expect|sample)"
_FROM_US = "(?: (?:from |of )?(?:me|us))?"
_END = "(?: (?:ends?|closes?|over|up|finish(?:es)?|starts?|begins?)(?: and (?:ends?|closes?|starts?))?)?"
_FORMS = (
    (Kind.MY_DUTIES, rf"what (?:else )?(?:do|must) i (?:still )?owe(?: you| compliance)?{_WHEN}"),
    (Kind.MY_DUTIES, rf"do i (?:still )?owe (?:you |compliance )?(?:anything|something){_WHEN}"),
    (
        Kind.MY_DUTIES,
        rf"(?:what|which {_TASKS}) (?:is|are) (?:still )?{_OPEN}{_WHEN} (?:for|from|on|with) me{_WHEN}",
    ),
    (
        Kind.MY_DUTIES,
        rf"(?:is (?:there )?)?(?:anything|something) (?:still )?{_OPEN} (?:for|from|on) me{_WHEN}",
    ),
    (Kind.MY_DUTIES, rf"do i have (?:anything {_OPEN}|(?:any )?(?:{_OPEN} )?{_TASKS}){_WHEN}"),
    (Kind.MY_DUTIES, rf"(?:(?:what are|show me|show|list) )?my (?:{_OPEN} )?{_TASKS}{_WHEN}"),
    (Kind.DUTIES_OF, rf"what (?:does|do) (?P<subject>.+?) (?:still )?owe(?: you| us| compliance)?{_WHEN}"),
    (Kind.DUTIES_OF, rf"does (?P<subject>.+?) (?:still )?owe (?:you |us )?(?:anything|something){_WHEN}"),
    (Kind.DUTIES_OF, rf"what (?:is|are) (?:still )?{_OPEN} (?:for|from|on|with) (?P<subject>.+?){_WHEN}"),
    (Kind.DUTIES_OF, rf"(?:what are|show me|list) (?P<subject>.+?)s (?:{_OPEN} )?{_TASKS}{_WHEN}"),
    (
        Kind.OWNER,
        r"who (?:is )?(?:(?:currently )?owns?|(?:the )?(?:backup )?owners? (?:of|for)) (?P<subject>.+)",
    ),
    (Kind.OWNER, r"who is (?:responsible for|accountable for|in charge of) (?P<subject>.+)"),
    (
        Kind.READINESS,
        r"are we (?:already |still )?(?:audit |soc ?2 )?ready(?: (?:yet|now))?(?: for (?P<subject>.+))?",
    ),
    (Kind.READINESS, r"how (?:audit )?ready are we(?: for (?P<subject>.+))?"),
    (Kind.READINESS, r"(?:how|what) is our (?:audit )?readiness(?: for (?P<subject>.+))?"),
    (Kind.READINESS, r"where do we stand(?: (?:with|on|for) (?P<subject>.+))?"),
    (Kind.READINESS, r"how far are we(?: (?:with|on) (?P<subject>.+))?"),
    (Kind.WINDOW, rf"(?:when (?:does|do|did|will|is)|what is|how long is) (?P<subject>{_OURS}){_END}{_WHEN}"),
    (Kind.WINDOW, rf"what are the (?:dates|start and end) of (?P<subject>{_OURS})"),
    (
        Kind.WINDOW,
        rf"how (?:much time|long|many days) (?:(?:is|are) )?(?:left )?(?:in|until) (?P<subject>{_OURS}){_END}",
    ),
    (
        Kind.ACKNOWLEDGED,
        rf"(?:did|have|when did) i (?:already |ever )?{_SIGNED} (?P<subject>.+?)(?: yet| already)?",
    ),
    (
        Kind.ACKNOWLEDGED,
        rf"which (?P<subject>policies) (?:did|have) i (?:already )?{_SIGNED}(?: yet| already)?",
    ),
    (
        Kind.AUDITOR_ASKS,
        rf"what (?:evidence )?(?:will|would|does|do|might|could) (?:the |our |an )?auditors? (?:likely )?{_ASKS}"
        rf"(?: to see)?{_FROM_US}(?: (?:for|on|about|under))? (?P<subject>.+)",
    ),
)
_PATTERNS = tuple((kind, re.compile(form)) for kind, form in _FORMS)

_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|there|good (?:morning|afternoon|evening)|socrates|please|pls|ok|so|and|also|but|plus|then"
    r"|can you tell me|do you know|tell me) )+"
)
_THANKS = re.compile(r"(?: (?:please|pls|thanks|thank you))+$")
_SPELLED_OUT = {"whats": "what is", "whos": "who is", "whens": "when is", "infosec": "information security"}
_MENTION = re.compile(r"<@([UW]\w+)[^<>]*>")
_BETWEEN = re.compile(r"[^\w.-]+|\.(?!\d)|(?<!\w)-|-(?!\w)")
_ABOUT_US = re.compile(r"\b(?:me|us|our|my|we|i)\b")
_ARTICLE = re.compile(r"^(?:(?:the|our|my) )+")
_INDEFINITE = re.compile(r"(?:a|an|any|each|every|what|who|whom) .*")
_CODE = re.compile(r"\b(?:cc[1-9](?:\.\d)?|(?:a1|c1|pi1|p[1-8])\.\d)(?![\w.])")
_POLICY = re.compile(r"\bpolic(?:y|ies)\b")
_NO_SUBJECT = {stem(word) for word in ("control", "policy", "process", "criterion", "criteria", "tsc")}
_EXAMINATION = re.compile(
    r"(?:(?:the|our|an?|this|next|first) )*(?:soc ?(?P<kind>[12]) ?)?(?:type ?(?P<type>1|2|ii|i) ?)?"
    r"(?:audit|auditors?|examination|report|window|period)?"
)
_EVERY_POLICY = {"policies", "all policies", "any policies", "any policy", "everything", "all of them"}


def recognise(question: str, lexicon: Lexicon) -> Intent | None:
    """None for everything that is not one of these questions, and when it asks another thing beside it."""
    pieces = clauses(question)
    if len(pieces) > MOST_TRIED:
        return None
    intents = [_whole(piece) for piece in pieces]
    found = [intent for intent in intents if intent]
    if not found:
        return _whole(question)
    asks_more = any(
        asks_by_itself(piece, lexicon) for piece, intent in zip(pieces, intents, strict=True) if not intent
    )
    return None if len(found) > 1 or asks_more else found[0]


def apart(question: str, lexicon: Lexicon) -> list[str]:
    """A question that is beside others in one sentence is cut off from them; in their order."""
    pieces = clauses(question)
    if recognise(question, lexicon) or not any(_whole(piece) for piece in pieces[:MOST_TRIED]):
        return [question]
    return questions_in("\n".join(pieces), lexicon)


def _whole(question: str) -> Intent | None:
    asked = _cleaned(question)
    for kind, pattern in _PATTERNS:
        if found := pattern.fullmatch(asked):
            subject = found.groupdict().get("subject") or ""
            return Intent(kind, subject) if _is_ours(kind, subject, asked) else None
    return None


def people_named(subject: str, names: Mapping[str, str]) -> list[str]:
    """Ids of the people whose id, whole name or first name this is; more than one when it is ambiguous."""
    found = {person_id: _cleaned(name) for person_id, name in names.items()}
    return [
        person_id
        for person_id, name in found.items()
        if subject in (person_id.casefold(), name, name.partition(" ")[0])
    ]


def controls_named(
    subject: str, controls: Sequence[KnownControl], criteria: Iterable[str], lexicon: Lexicon
) -> list[str] | None:
    """Ids of the controls that a subject names by id, by a criterion or objective (or CC series), or by words
    of their title. Known criteria that no control serves come back themselves; None when nothing is named."""
    by_code = {criterion.casefold(): criterion for criterion in criteria}
    code = _ARTICLE.sub("", subject).removeprefix("control ").removeprefix("criterion ")
    by_id = [
        control.id
        for control in controls
        if control.id.casefold().replace("-", "") == re.sub("[ -]", "", code)
    ]
    if by_id:
        return by_id
    meant = [known for folded, known in by_code.items() if folded == code or folded.startswith(f"{code}.")]
    if meant:
        serving = [control.id for control in controls if not set(meant).isdisjoint(control.serves)]
        return serving or meant
    return ids_titled(subject, {control.id: control.title for control in controls}, lexicon) or None


def policies_named(subject: str, titles: Mapping[str, str], lexicon: Lexicon) -> list[str] | None:
    if _ARTICLE.sub("", subject) in _EVERY_POLICY:
        return list(titles)
    return ids_titled(subject, titles, lexicon) or None


def ids_titled(subject: str, titles: Mapping[str, str], lexicon: Lexicon) -> list[str]:
    """Whose title holds every word of the subject that says something."""
    wanted = _keys(subject, lexicon) - _NO_SUBJECT
    return [key for key, title in titles.items() if wanted and wanted <= _keys(title, lexicon)]


def examination_meant(subject: str) -> tuple[ReportKind | None, ReportType | None] | None:
    """Which kind and type were named, if any; None when the words are about something else."""
    found = _EXAMINATION.fullmatch(subject)
    if found is None:
        return None
    kinds = {"1": ReportKind.SOC1, "2": ReportKind.SOC2}
    types = {"1": ReportType.TYPE1, "i": ReportType.TYPE1, "2": ReportType.TYPE2, "ii": ReportType.TYPE2}
    return kinds.get(found["kind"] or ""), types.get(found["type"] or "")


def _is_ours(kind: Kind, subject: str, asked: str) -> bool:
    """ "Who owns backups" can only be about a control of ours; the looser forms have to say that it is."""
    if kind not in (Kind.OWNER, Kind.AUDITOR_ASKS):
        return True
    if _INDEFINITE.fullmatch(subject) or _POLICY.search(subject):
        return False
    strict = kind is Kind.OWNER and " own" in asked
    return strict or bool(_CODE.search(subject) or _ABOUT_US.search(asked))


def _cleaned(text: str) -> str:
    """Folded, without mentions' markup, punctuation, greeting and thanks."""
    spaced = _BETWEEN.sub(" ", fold(_MENTION.sub(r" \1 ", text)))
    asked = " ".join(_SPELLED_OUT.get(word, word) for word in spaced.split())
    return _THANKS.sub("", _GREETING.sub("", asked))


def _keys(text: str, lexicon: Lexicon) -> set[str]:
    return {stem(word) for word in re.findall(r"[^\W_]+", fold(text)) if word not in lexicon.stops}
