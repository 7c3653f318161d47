"""Which questions ask for a fact about this company, such as "do we have cyber insurance": no entry can answer them.

What is needed, allowed or usual ("do we need …", "how often should we …") stays with the curated entries, and so
does what would be ("if we …").
"""

import re

from bot.answers.rules.phrases import cleaned
from bot.search.clauses import MOST_CLAUSES, clauses

_NOW = r"(?:already |still |actually |currently |even |ever |now |really |also |yet |regularly |all )*"
# What a company does or has; it does not "need", "get", "lose" or "count as" something by a fact of its own.
_DOES = (
    r"(?:have(?! (?:to|enough)\b)|use|hold|own|keep|run|do|offer|encrypt|test|review|scan|monitor|log|back ?up|store"
    r"|share|train|rotate|patch|screen|perform|maintain|collect|conduct|document|track|enforce|require|retain|host"
    r"|outsource|support|allow|permit|forbid|carry|check|record|follow|work with|buy|sell|process|operate|measure"
    r"|publish|employ)\b"
)
_HAS = (
    r"(?:have(?! (?:to|enough)\b)|use|hold|own|keep|run|offer|encrypt|monitor|log|back ?up|store|share|collect|retain"
    r"|host|outsource|buy|sell|process|operate|publish|employ|work with)\b"
)
_DONE = (
    r"(?:done|performed|tested|completed|finished|reviewed|approved|signed|held|run|conducted|accepted|handed in"
    r"|uploaded|submitted|encrypted|patched|scanned|updated|published|trained|screened|checked)"
)
_LATELY = (
    r"(?:(?:this|last|past) (?:year|quarter|month|week|time|half)|yesterday|today|so far|recently|lately|yet"
    r"|in (?:20\d\d|q[1-4]))"
)
_WHOLE = (
    r"(?:everyone|everybody|anyone|anybody|somebody|someone|nobody|all (?:of )?(?:us|staff|employees|people))"
)
_OUR_REPORT = r"our (?:soc(?: ?[12])?|scope|audit|report|policy|policies|system|programme|program|insurance)"
_FORMS = (
    rf"(?:have|has|had) (?:we|our|{_WHOLE})\b.*",
    rf"has (?!soc|aicpa|sas|ssae|iso)[\w.-]+ {_NOW}{_DONE}\b.*",
    r"did (?!(?:the )?(?:soc|aicpa|sas|ssae|iso|coso|trust|criteria|standard)|you\b|it\b|we (?:pass|fail)\b).*",
    rf"(?:was|were) (?:the|our|all|any|every)\b.*(?:{_DONE}|{_LATELY})\b.*",
    rf"do we {_NOW}{_DOES}.*",
    r"did we (?:pass|fail) (?:the|our|any|all)? ?(?:last|latest|previous|first)\b.*",
    rf"(?:has|have|had) (?:the|any|all)\b.* (?:been|{_DONE})\b.*",
    r"(?:has|have) there been any .+",
    r"(?:was|were) there any .+",
    rf"do(?:es)? our .*\b(?:{_DOES}|{_DONE}\b).*",
    r"do(?:es)? (?!soc|aicpa|the aicpa|iso).+ (?:here|at our company)",
    rf"do(?:es)? {_WHOLE} (?:here |of us )?{_NOW}{_DOES}.*",
    r"is our (?!.*\b(?:a|an|confidential|restricted|public|valid|enough|acceptable|ok|okay)\b).+",
    r"are our (?!.*\b(?:confidential|restricted|public|valid|enough|acceptable|ok|okay)$).+",
    r"are we (?!.*\b(?:an?|allowed|able|supposed|required|obliged|toast|too|covered)\b).+",
    r"are we allowed to (?!.*\b(?:soc|audits?|auditors?|reports?|aicpa|cpa|opinion|window|criteria)\b).+",
    rf"(?:is|are) .+ (?:in|within|part of|covered by|included in|under) {_OUR_REPORT}.*",
    r"(?:is|are) .+ in(?: the)? scope for us",
    r"(?:is|are) .+ (?:here|for everyone|for everybody|for all (?:of us|staff|employees)|(?:at|in) our company)",
    rf"(?:(?:is|are|was|were|have) there (?:been )?)?any .+ {_LATELY}",
    r"(?:which|what) .+ (?:is|are|was|were) (?:in|within|part of|covered by|included in) our .+",
    rf"what (?:is|are) the .+ of {_OUR_REPORT}",
    r"who has (?!.*\b(?:soc|reports?)\b).*\b(?:access|admin|keys?|rights?)\b.*",
    r"who (?:is|are|was|were) our .+",
    r"who \w+s our (?!.*\b(?:soc|reports?)\b).+",
    r"who (?!.*\b(?:soc|compliance)\b).+ at our company",
    r"what (?:is|are) (?:still |currently |already )?(?:overdue|late|missing|outstanding|pending|(?:due|waiting) .+)",
    r"what do(?:es)? our .+",
    rf"(?:what|when|why|where|how|who) did .+ {_LATELY}",
    r"who is (?:currently )?on (?:call|leave|duty|holiday)\b.*",
    rf"who (?:has|have|had|hasnt|havent)(?: not)?(?: yet)? (?:\w+ed|{_DONE}|read|seen)\b.*",
    r"who (?:approved|signed|reviewed|performed|handed in|uploaded|did|wrote|published|tested|assigned)"
    r" (?:the|our)\b.*",
    r"(?:when|where|what|how) (?:is|are|was|were) our .+",
    r"(?:when|where|what|why|how|which .+) did (?:we|our|the (?:last|latest|previous))\b.*",
    r"(?:when|what) (?:is|was|will be|are) (?:the|our) (?:next|last|latest)\b.+",
    r"what (?:changed|has changed|is new|was found) in (?:the|our) (?:latest|last|new|current)\b.*",
    rf"(?:which|what|whose) .+ (?:do|does|did|have|has) (?:we|our company) {_NOW}{_HAS}.*",
    r"(?:which|what|how many) (?:of )?(?:our |the )?(?:\w+ )?(?:controls?|policies|evidence|risks|vendors|reviews|tasks"
    r"|people|exceptions|incidents|requests) (?:have|has|had|is|are|was|were) (?!there|in\b|required|needed|mandatory"
    r"|the|most|usual|expected|named|open for me|due for me)(?!.*\b(?:soc|aicpa|criteria|too|\w+ly)\b).+",
    r"how many (?:of )?our .+",
    r"how many (?:people|employees|colleagues|owners|staff|contractors|of us)\b(?!.* (?:need|should|required|soc)\b).*",
    r"how (?:long|often|much|fast|quickly) (?:do|does|did|is|are|was|were|will) our .+",
    rf"how (?:many|much) .+ (?:do|does|did|have|has) we {_NOW}{_DOES}.*",
    r"how many (?:hours|days|weeks|months) do we have to .+",
    rf"how (?:long|often|frequently|fast|quickly|soon) do we {_NOW}{_DOES}.*",
    rf"(?:where|what) do we {_NOW}{_HAS}.*",
)
_PATTERNS = tuple(re.compile(form) for form in _FORMS)
_SUPPOSES = re.compile(r"\b(?:if|suppose|assuming)\b")
_ADVISES = re.compile(r"\b(?:should|would|when we)\b")


def asks_about_us(question: str) -> bool:
    """Whether the question, or the only part of it that is a question of this kind, asks for a fact about us."""
    if _SUPPOSES.search(question.lower()):
        return False
    return any(_is_about_us(cleaned(piece)) for piece in (question, *clauses(question)[:MOST_CLAUSES]))


def _is_about_us(text: str) -> bool:
    return not _ADVISES.search(text) and any(pattern.fullmatch(text) for pattern in _PATTERNS)
