"""Questions about the company itself: what a person owes, who owns a control, how ready an examination is.

A question is one of these only in a few exact forms, of the whole question or of its only clause that asks. Words
such as "our" or "my", or a named person, control or criterion, make it one about the company. The curated entries
answer everything else.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bot.answers.rules.phrases import cleaned
from bot.search.clauses import MOST_CLAUSES, clauses
from bot.search.sentences import asks_by_itself, questions_in
from bot.search.words import Lexicon, stem
from storage.terms import ReportKind, ReportType


class FactKind(StrEnum):
    MY_DUTIES = "my_duties"
    DUTIES_OF = "duties_of"
    OWNER = "owner"
    READINESS = "readiness"
    WINDOW = "window"
    ACKNOWLEDGED = "acknowledged"
    AUDITOR_ASKS = "auditor_asks"
    EVIDENCE = "evidence"
    NOT_ACKNOWLEDGED = "not_acknowledged"
    OVERDUE = "overdue"
    TO_REVIEW = "to_review"
    WITHOUT_OWNER = "without_owner"


ANSWERED_IN_GENERAL = frozenset({FactKind.MY_DUTIES, FactKind.AUDITOR_ASKS})
"""If the company's records say nothing on these, an entry still says what holds in general."""


@dataclass(frozen=True)
class Intent:
    """What a question asks of the company's records.

    ``subject`` are its words that name a person, a control, an examination or a policy.
    """

    kind: FactKind
    subject: str = ""


@dataclass(frozen=True)
class MappedControl:
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
_FORMS: tuple[tuple[FactKind, str], ...] = (
    (FactKind.MY_DUTIES, rf"what (?:else )?(?:do|must) i (?:still )?owe(?: you| compliance)?{_WHEN}"),
    (FactKind.MY_DUTIES, rf"do i (?:still )?owe (?:you |compliance )?(?:anything|something){_WHEN}"),
    (
        FactKind.MY_DUTIES,
        rf"(?:what|which {_TASKS}) (?:is|are) (?:still )?{_OPEN}{_WHEN} (?:for|from|on|with) me{_WHEN}",
    ),
    (
        FactKind.MY_DUTIES,
        rf"(?:is (?:there )?)?(?:anything|something) (?:still )?{_OPEN} (?:for|from|on) me{_WHEN}",
    ),
    (FactKind.MY_DUTIES, rf"do i have (?:anything {_OPEN}|(?:any )?(?:{_OPEN} )?{_TASKS}){_WHEN}"),
    (FactKind.MY_DUTIES, rf"(?:(?:what are|show me|show|list) )?my (?:{_OPEN} )?{_TASKS}{_WHEN}"),
    (
        FactKind.DUTIES_OF,
        rf"what (?:does|do) (?P<subject>.+?) (?:still )?owe(?: you| us| compliance)?{_WHEN}",
    ),
    (FactKind.DUTIES_OF, rf"does (?P<subject>.+?) (?:still )?owe (?:you |us )?(?:anything|something){_WHEN}"),
    (FactKind.DUTIES_OF, rf"what (?:is|are) (?:still )?{_OPEN} (?:for|from|on|with) (?P<subject>.+?){_WHEN}"),
    (FactKind.DUTIES_OF, rf"(?:what are|show me|list) (?P<subject>.+?)s (?:{_OPEN} )?{_TASKS}{_WHEN}"),
    (
        FactKind.OWNER,
        r"who (?:is )?(?:(?:currently )?owns?|(?:the )?(?:backup )?owners? (?:of|for)) (?P<subject>.+)",
    ),
    (FactKind.OWNER, r"who is (?:responsible for|accountable for|in charge of) (?P<subject>.+)"),
    (
        FactKind.READINESS,
        r"are we (?:already |still )?(?:audit |soc ?2 )?ready(?: (?:yet|now))?(?: for (?P<subject>.+))?",
    ),
    (FactKind.READINESS, r"how (?:audit )?ready are we(?: for (?P<subject>.+))?"),
    (FactKind.READINESS, r"(?:how|what) is our (?:audit )?readiness(?: for (?P<subject>.+))?"),
    (FactKind.READINESS, r"where do we stand(?: (?:with|on|for) (?P<subject>.+))?"),
    (FactKind.READINESS, r"how far are we(?: (?:with|on) (?P<subject>.+))?"),
    (
        FactKind.WINDOW,
        rf"(?:when (?:does|do|did|will|is)|what is|how long is) (?P<subject>{_OURS}){_END}{_WHEN}",
    ),
    (FactKind.WINDOW, rf"what are the (?:dates|start and end) of (?P<subject>{_OURS})"),
    (
        FactKind.WINDOW,
        rf"how (?:much time|long|many days) (?:(?:is|are) )?(?:left )?(?:in|until) (?P<subject>{_OURS}){_END}",
    ),
    (
        FactKind.ACKNOWLEDGED,
        rf"(?:did|have|when did) i (?:already |ever )?{_SIGNED} (?P<subject>.+?)(?: yet| already)?",
    ),
    (
        FactKind.ACKNOWLEDGED,
        rf"which (?P<subject>policies) (?:did|have) i (?:already )?{_SIGNED}(?: yet| already)?",
    ),
    (
        FactKind.AUDITOR_ASKS,
        rf"what (?:evidence )?(?:will|would|does|do|might|could) (?:the |our |an )?auditors? (?:likely )?{_ASKS}"
        rf"(?: to see)?{_FROM_US}(?: (?:for|on|about|under))? (?P<subject>.+)",
    ),
)
_LATELY = "(?: (?:(?:this|last|past) (?:year|quarter|month|week|time)|today|yet|already|recently|so far))*"
_DO = "(?:done|do|run|perform(?:ed)?|complete(?:d)?|conduct(?:ed)?|had|made|make|finish(?:ed)?|test(?:ed)?)"
_DONE = "(?:done|performed|completed|conducted|made|finished|tested|held|handed in|submitted)"
_HAND_IN = "(?:hand(?:ed)? in|submit(?:ted)?|upload(?:ed)?|provide(?:d)?|give(?:n)?)"
_THING = "(?:a |an |any |the |our |all )*(?P<subject>.+?)"
_FORMS += (
    (FactKind.EVIDENCE, rf"(?:have|did) we (?:already |ever )?{_DO} {_THING}{_LATELY}"),
    (FactKind.EVIDENCE, rf"(?:was|were|has|have) {_THING} (?:been )?{_DONE}{_LATELY}"),
    (FactKind.EVIDENCE, rf"when did we last {_DO} {_THING}"),
    (FactKind.EVIDENCE, r"when (?:was|were) (?:the|our) (?:last|latest|most recent) (?P<subject>.+)"),
    (
        FactKind.EVIDENCE,
        rf"(?:what|which)(?: evidence)? (?:did|have) we {_HAND_IN}(?: as evidence)? for {_THING}",
    ),
    (FactKind.EVIDENCE, rf"what evidence do we have (?:for|of|on) {_THING}"),
    (FactKind.EVIDENCE, rf"(?:did|has) (?!we |i )[\w.-]+ {_HAND_IN} {_THING}(?: for .+)?{_LATELY}"),
    (
        FactKind.NOT_ACKNOWLEDGED,
        rf"who (?:(?:has|have|did) (?:still )?not|hasnt|havent|didnt)(?: yet)? {_SIGNED} {_THING}(?: yet)?",
    ),
    (FactKind.NOT_ACKNOWLEDGED, rf"who (?:still )?(?:has|have|needs?) to {_SIGNED} {_THING}"),
    (
        FactKind.NOT_ACKNOWLEDGED,
        rf"(?:has|have|did) (?:everyone|everybody|all(?: of us| employees| staff)?) {_SIGNED} {_THING}(?: yet)?",
    ),
    (
        FactKind.WITHOUT_OWNER,
        r"(?:which|what|how many)(?: of)?(?: our| the)? controls (?:have no|are without(?: an)?|lack an) owners?",
    ),
    (FactKind.WITHOUT_OWNER, r"(?:which|what) controls (?:does|do) nobody own"),
    (
        FactKind.OVERDUE,
        r"(?:what|who|(?:which|how many)(?: of)?(?: our| the)? (?:controls|tasks|requests|reviews|evidence))"
        rf" (?:is|are) (?:currently |still )?(?:overdue|late){_WHEN}",
    ),
    (FactKind.OVERDUE, rf"(?:is|are) (?:there )?(?:anything|something|any \w+) (?:overdue|late){_WHEN}"),
    (
        FactKind.TO_REVIEW,
        r"(?:what|which evidence|how much evidence)(?: is| still)? wait(?:s|ing)? (?:for|on) (?:(?:my|our|a) )?review",
    ),
    (FactKind.TO_REVIEW, r"what (?:do i (?:have|need) to|must i|should i) review"),
)
_PATTERNS = tuple((kind, re.compile(form)) for kind, form in _FORMS)

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
    """None if the question has none of the forms, or asks another thing beside it."""
    pieces = clauses(question)
    if len(pieces) > MOST_CLAUSES:
        return None
    by_piece = [(piece, _intent_of(piece)) for piece in pieces]
    intents = [intent for _, intent in by_piece if intent]
    if not intents:
        return _intent_of(question)
    asks_more = any(asks_by_itself(piece, lexicon) for piece, intent in by_piece if not intent)
    return None if len(intents) > 1 or asks_more else intents[0]


def divide(question: str, lexicon: Lexicon) -> list[tuple[str, Intent | None]]:
    """The questions of one sentence in their order, each with its intent.

    Only a question about the company divides its sentence.
    """
    intent, pieces = recognise(question, lexicon), clauses(question)
    if intent or not any(_intent_of(piece) for piece in pieces[:MOST_CLAUSES]):
        return [(question, intent)]
    return [(text, recognise(text, lexicon)) for text in questions_in("\n".join(pieces), lexicon)]


@lru_cache(maxsize=32)  # one question is looked at several times: whole, and by its pieces
def _intent_of(text: str) -> Intent | None:
    """The intent of a text that as a whole has one of the forms."""
    phrase = cleaned(text)
    for kind, pattern in _PATTERNS:
        if match := pattern.fullmatch(phrase):
            subject = match.groupdict().get("subject") or ""
            return Intent(kind, subject) if _is_about_the_company(kind, subject, phrase) else None
    return None


def people_named(subject: str, names: Mapping[str, str]) -> list[str]:
    """Ids of the people whose id, whole name or first name is the subject; several when it is ambiguous.

    ``names`` are the whole names by person id.
    """
    names_by_id = {person_id: cleaned(name) for person_id, name in names.items()}
    return [
        person_id
        for person_id, name in names_by_id.items()
        if subject in (person_id.casefold(), name, name.partition(" ")[0])
    ]


def controls_named(
    subject: str, controls: Sequence[MappedControl], criteria: Iterable[str], lexicon: Lexicon
) -> list[str] | None:
    """Ids of the controls that the subject names: by id, by a criterion or objective that they serve (or a CC
    series), or by words of their title.

    If no control serves the named criteria, the ids of the criteria; None if the subject names nothing.
    """
    by_code = {criterion.casefold(): criterion for criterion in criteria}
    code = _ARTICLE.sub("", subject).removeprefix("control ").removeprefix("criterion ")
    by_id = [
        control.id
        for control in controls
        if control.id.casefold().replace("-", "") == re.sub("[ -]", "", code)
    ]
    if by_id:
        return by_id
    criteria_named = [
        criterion for folded, criterion in by_code.items() if folded == code or folded.startswith(f"{code}.")
    ]
    if criteria_named:
        serving = [control.id for control in controls if not set(criteria_named).isdisjoint(control.serves)]
        return serving or criteria_named
    return ids_titled(subject, {control.id: control.title for control in controls}, lexicon) or None


def policies_named(subject: str, titles: Mapping[str, str], lexicon: Lexicon) -> list[str] | None:
    """Ids of the policies that the subject names by words of their title, or all of them; ``titles`` by id."""
    if _ARTICLE.sub("", subject) in _EVERY_POLICY:
        return list(titles)
    return ids_titled(subject, titles, lexicon) or None


def ids_titled(subject: str, titles: Mapping[str, str], lexicon: Lexicon) -> list[str]:
    """Ids of the titles that have every word of the subject, stop words and words such as "control" aside."""
    words = _words(subject, lexicon) - _NO_SUBJECT
    return [row_id for row_id, title in titles.items() if words and words <= _words(title, lexicon)]


def examination_named(subject: str) -> tuple[ReportKind | None, ReportType | None] | None:
    """The kind and the type of report, each None if the subject leaves it open.

    None if the subject names no examination.
    """
    match = _EXAMINATION.fullmatch(subject)
    if match is None:
        return None
    kinds = {"1": ReportKind.SOC1, "2": ReportKind.SOC2}
    types = {"1": ReportType.TYPE1, "i": ReportType.TYPE1, "2": ReportType.TYPE2, "ii": ReportType.TYPE2}
    return kinds.get(match["kind"] or ""), types.get(match["type"] or "")


def _is_about_the_company(kind: FactKind, subject: str, question: str) -> bool:
    """ "Who owns backups" can only ask about the company's own control; a looser form has to say so."""
    if kind not in (FactKind.OWNER, FactKind.AUDITOR_ASKS):
        return True
    if _INDEFINITE.fullmatch(subject) or _POLICY.search(subject):
        return False
    strict = kind is FactKind.OWNER and " own" in question
    return strict or bool(_CODE.search(subject) or _ABOUT_US.search(question))


def _words(text: str, lexicon: Lexicon) -> set[str]:
    """As they are compared, so that "pen test" finds a control on penetration tests."""
    return {word for word in lexicon.words(text) if word not in lexicon.stops}
