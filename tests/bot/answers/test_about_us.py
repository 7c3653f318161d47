"""Which questions ask for a fact about the company, so that no textbook answer stands in for one."""

import json
import re

import pytest

from bot.answers.rules.about_us import asks_about_us
from bot.answers.rules.company_facts import FactKind, recognise
from bot.answers.rules.message_questions import rank_each
from bot.search.words import Lexicon
from content.library import load_library
from handlers.commands.ask import read_index, reply_text
from storage.terms import Outcome
from tests.grading import CHOOSING, FOLDER, JUDGING, read_questions

LIBRARY = load_library()
LEXICON = Lexicon(LIBRARY.vocabulary)
ABOUT_US = [json.loads(line)["q"] for line in (FOLDER / "about_us.jsonl").read_text().splitlines()]
YES_OR_NO = re.compile(r"\W*(yes|no)\b", re.IGNORECASE)


def test_no_question_about_us_is_answered_from_a_textbook():
    index = read_index(None)
    for question in ABOUT_US:
        parts, more = rank_each(question, index)
        assert [part.outcome for part in parts] == [Outcome.ABOUT_US], question
        assert reply_text(parts, more).startswith("I do not know that about us"), question


def test_questions_of_the_field_stay_with_the_entries():
    in_scope = [
        each.q for file in (*CHOOSING, JUDGING) for each in read_questions(file) if each.kind == "in_scope"
    ]
    assert len(in_scope) > 300
    assert [question for question in in_scope if asks_about_us(question)] == []


@pytest.mark.parametrize(
    "question",
    [
        "do we need a formal risk assessment",
        "how often should we review access",
        "are we allowed to switch audit firms",
        "is our report confidential",
        "are we a service organization",
        "if we have an incident, are we in trouble",
        "what policies do we need",
        "how do we choose an auditor",
        "did SOC 2 replace SAS 70",
        "how long do we have to keep evidence",
    ],
)
def test_what_is_needed_allowed_or_usual_is_general(question: str):
    assert not asks_about_us(question)


def test_no_entry_opens_with_yes_or_no():
    assert [entry.id for entry in LIBRARY.knowledge if YES_OR_NO.match(entry.answer)] == []


@pytest.mark.parametrize(
    ("question", "kind", "subject"),
    [
        ("have we done a formal risk assessment?", FactKind.EVIDENCE, "formal risk assessment"),
        ("was the risk assessment done this year", FactKind.EVIDENCE, "risk assessment"),
        ("did Farid hand in the backup check for last week", FactKind.EVIDENCE, "backup check"),
        ("when did we last test a restore", FactKind.EVIDENCE, "restore"),
        ("what did we hand in for CC6.2?", FactKind.EVIDENCE, "cc6.2"),
        ("which controls have no owner", FactKind.WITHOUT_OWNER, ""),
        ("what is overdue?", FactKind.OVERDUE, ""),
        ("how many of our controls are late", FactKind.OVERDUE, ""),
        ("what waits for my review", FactKind.TO_REVIEW, ""),
        ("who hasn't signed the code of conduct yet", FactKind.NOT_ACKNOWLEDGED, "code of conduct"),
        ("has everyone signed the code of conduct", FactKind.NOT_ACKNOWLEDGED, "code of conduct"),
    ],
)
def test_what_leads_ask_the_record(question: str, kind: FactKind, subject: str):
    intent = recognise(question, LEXICON)
    assert intent is not None
    assert (intent.kind, intent.subject) == (kind, subject)
