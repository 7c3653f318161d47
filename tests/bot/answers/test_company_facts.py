"""Which questions are about the company itself, and that all others stay with the curated entries."""

import pytest

from bot.answers.rules.company_facts import (
    FactKind,
    Intent,
    MappedControl,
    controls_named,
    examination_named,
    people_named,
    policies_named,
    recognise,
)
from bot.search.words import Lexicon
from content.library import load_library
from storage.terms import ReportKind, ReportType

LIBRARY = load_library()
LEXICON = Lexicon(LIBRARY.vocabulary)
CONTROLS = [
    MappedControl("AC-01", "Quarterly user access review", ("CC6.2", "CC6.3", "CO-5")),
    MappedControl("BK-01", "Weekly backup check", ("A1.2", "CO-6")),
    MappedControl("IR-01", "Quarterly incident listing", ("CC7.3", "CC7.4")),
]
CRITERIA_AND_OBJECTIVES = [
    "CC6.1",
    "CC6.2",
    "CC6.3",
    "A1.2",
    "CC7.3",
    "CC7.4",
    "PI1.1",
    "PI1.2",
    "CO-5",
    "CO-6",
]
POLICIES = {
    "information-security": "Information Security Policy",
    "code-of-conduct": "Code of Conduct",
    "incident-response": "Incident Response Policy",
}


@pytest.mark.parametrize(
    ("question", "kind", "subject"),
    [
        ("what do I owe?", FactKind.MY_DUTIES, ""),
        ("Hi Socrates, what do i still owe this week please", FactKind.MY_DUTIES, ""),
        ("What's open for me?", FactKind.MY_DUTIES, ""),
        ("do I have anything overdue", FactKind.MY_DUTIES, ""),
        ("what is due this week for me?", FactKind.MY_DUTIES, ""),
        ("my open tasks", FactKind.MY_DUTIES, ""),
        ("what does Ben owe?", FactKind.DUTIES_OF, "ben"),
        ("what does <@U0BEN> owe?", FactKind.DUTIES_OF, "u0ben"),
        ("what are Ben's open tasks?", FactKind.DUTIES_OF, "ben"),
        ("who owns backups?", FactKind.OWNER, "backups"),
        ("Who owns CC6.1?", FactKind.OWNER, "cc6.1"),
        ("who is the backup owner of AC-01?", FactKind.OWNER, "ac-01"),
        ("who is the owner of CC 6.1", FactKind.OWNER, "cc6.1"),
        ("who's responsible for our incident listing?", FactKind.OWNER, "our incident listing"),
        ("are we ready for the type 2?", FactKind.READINESS, "the type 2"),
        ("are we ready yet", FactKind.READINESS, ""),
        ("are we SOC 2 ready?", FactKind.READINESS, ""),
        ("where do we stand with our SOC 2?", FactKind.READINESS, "our soc 2"),
        ("when does our window end?", FactKind.WINDOW, "our window"),
        ("when's our window over?", FactKind.WINDOW, "our window"),
        ("how long is our type 2 window", FactKind.WINDOW, "our type 2 window"),
        ("how many days left in our window?", FactKind.WINDOW, "our window"),
        ("did I acknowledge the security policy?", FactKind.ACKNOWLEDGED, "the security policy"),
        ("have i signed the code of conduct yet?", FactKind.ACKNOWLEDGED, "the code of conduct"),
        ("did i already ack the infosec policy?", FactKind.ACKNOWLEDGED, "the information security policy"),
        ("did I sign the security policy?", FactKind.ACKNOWLEDGED, "the security policy"),
        ("what evidence will the auditor want from me for CC6.2?", FactKind.AUDITOR_ASKS, "cc6.2"),
        ("what will the auditor ask me for CC6.2?", FactKind.AUDITOR_ASKS, "cc6.2"),
        ("what will the auditor want for CC6.2", FactKind.AUDITOR_ASKS, "cc6.2"),
        ("what will the auditor ask me for backups?", FactKind.AUDITOR_ASKS, "backups"),
    ],
)
def test_a_question_about_us_is_recognised(question: str, kind: FactKind, subject: str):
    assert recognise(question, LEXICON) == Intent(kind, subject)


@pytest.mark.parametrize(
    ("message", "kind", "subject"),
    [
        ("Good morning, what do I owe?", FactKind.MY_DUTIES, ""),
        ("Good morning what do I owe?", FactKind.MY_DUTIES, ""),
        ("hi there, what do I owe?", FactKind.MY_DUTIES, ""),
        ("what do I owe, and when is it due?", FactKind.MY_DUTIES, ""),
        ("What do I owe? I'm back from vacation.", FactKind.MY_DUTIES, ""),
        ("I was away for two weeks - what do I still owe?", FactKind.MY_DUTIES, ""),
        ("who owns backups? I cannot find it.", FactKind.OWNER, "backups"),
        ("and are we ready?", FactKind.READINESS, ""),
    ],
)
def test_words_around_it_do_not_hide_it(message: str, kind: FactKind, subject: str):
    assert recognise(message, LEXICON) == Intent(kind, subject)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "what is a type 2 window",
        "how long is a type 2 window?",
        "when should our window start and end",
        "can our first window be three months",
        "who owns a control",
        "who owns the security policy?",
        "who is responsible for the description",
        "what does an auditor ask for a risk assessment",
        "what will the auditor ask for backups",
        "what will the auditor ask for",
        "what do i have to do",
        "what is readiness",
        "how do we get ready for a type 2",
        "did ben acknowledge the security policy",
        "do i have to acknowledge a policy",
        "what do I owe? and how long is a bridge letter?",
        "what do I owe, and how long is a bridge letter?",
        "what do I owe, and are we ready?",
        "did I signe the security policy",
        "what do I owe? " + "no. " * 20,
        "x " * 10_000,
    ],
)
def test_a_question_of_the_field_is_not(question: str):
    assert recognise(question, LEXICON) is None


def test_no_title_of_a_curated_entry_is_taken_for_one():
    assert [entry.id for entry in LIBRARY.knowledge if recognise(entry.title, LEXICON)] == []


@pytest.mark.parametrize(
    ("subject", "ids"),
    [
        ("backups", ["BK-01"]),
        ("the access reviews", ["AC-01"]),
        ("ac-01", ["AC-01"]),
        ("control ac 01", ["AC-01"]),
        ("cc6.2", ["AC-01"]),
        ("cc7", ["IR-01"]),
        ("co-6", ["BK-01"]),
        ("cc6.1", ["CC6.1"]),
        ("pi1", ["PI1.1", "PI1.2"]),
        ("quarterly", ["AC-01", "IR-01"]),
        ("controls", None),
        ("the soc standard", None),
        ("me", None),
        ("cc9.9", None),
    ],
)
def test_controls_are_found_by_id_criterion_or_title(subject: str, ids: list[str] | None):
    assert controls_named(subject, CONTROLS, CRITERIA_AND_OBJECTIVES, LEXICON) == ids


@pytest.mark.parametrize(
    ("subject", "named"),
    [
        ("", (None, None)),
        ("the type 2", (None, ReportType.TYPE2)),
        ("our soc 1 type i audit", (ReportKind.SOC1, ReportType.TYPE1)),
        ("soc2", (ReportKind.SOC2, None)),
        ("the auditor", (None, None)),
        ("lunch", None),
        ("gdpr", None),
    ],
)
def test_an_examination_is_meant_or_something_else(subject: str, named: object):
    assert examination_named(subject) == named


@pytest.mark.parametrize(
    ("subject", "ids"),
    [
        ("the security policy", ["information-security"]),
        ("code of conduct", ["code-of-conduct"]),
        ("all policies", list(POLICIES)),
        ("policies", list(POLICIES)),
        ("the nda", None),
        ("the policy", None),
    ],
)
def test_policies_are_found_by_the_words_of_their_title(subject: str, ids: list[str] | None):
    assert policies_named(subject, POLICIES, LEXICON) == ids


def test_people_are_found_by_id_and_name():
    names = {"U1": "Ben Castillo", "U2": "Ben Adler", "U3": "Ana María Ruiz"}

    assert people_named("ben", names) == ["U1", "U2"]
    assert people_named("ben adler", names) == ["U2"]
    assert people_named("ana", names) == ["U3"]
    assert people_named("u1", names) == ["U1"]
    assert people_named("an owner", names) == []
