"""Sample me: a lead sees what an auditor would find, it is on the record, and the same seed draws the same."""

import asyncio
import json
import shutil
from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path

import pytest

from bot.calendar.periods import local_date
from bot.events.reporting import report_event
from bot.events.rules.events import EventReport
from bot.evidence.reviewing import accept_evidence, show_file
from bot.evidence.rules.listings import Listing
from bot.evidence.statements import submit_statement
from bot.readiness import sampling
from bot.readiness.rules.sampling import Population, SampleRequest, draw, population_digest
from bot.register.cadence import change_rhythm
from bot.register.catalogue import adopt_control
from bot.register.rules.controls import Rhythm
from content.library import PACKAGED
from handlers.commands.sample import sample_report
from handlers.sandbox.cast import Cast, Player, ScreenMessage, View
from handlers.stack import Stage, open_stage
from storage.evidence import Evidence, Occurrence
from storage.programme import Control
from storage.proof.verify import verify
from storage.questions import Question
from storage.record.entries import newest_entry
from storage.sampling import SelfAssessment
from storage.terms import AuditFinding, Cadence, Event, OccurrenceState, TriggerKind, TriggerSource
from tests.dialogs.postbox import open_postbox
from tests.dialogs.scenes import continued
from tests.dialogs.steps import (
    BEN,
    CLEO,
    DAN,
    EVA,
    FARID,
    LISTED,
    kinds,
    only,
    owns,
    proved,
    quarter,
    rows,
    sleeps_until,
)

LEADS_ONLY = "Only a compliance lead can do this: Cleo Marchetti or Dan Whitfield."
SOC2 = "soc2-2026-h2"
BROKEN = "the stored file is gone, or is not the one that was handed in"


async def form_to_sample(lead: Player) -> View:
    await lead.presses("Sample me", await lead.home("The programme"))
    return await lead.modal("I draw at random")


async def samples(lead: Player, **values: str) -> View:
    """From Home, through the form, to what was found."""
    assert await lead.submits(await form_to_sample(lead), values) == {}
    return await lead.modal("What was sampled")


async def turned(lead: Player, page: View) -> list[View]:
    """All pages, each turned to from the one before."""
    pages = [page]
    while "Next" in pages[-1].buttons:
        await lead.presses("Next", pages[-1])
        pages.append(await lead.modal(f"Page {len(pages) + 1} of"))
    return pages


async def orders(person: Player, line: str) -> ScreenMessage:
    answer = await person.commands(line)
    assert answer is not None
    return answer


def missing(assessment: SelfAssessment) -> int:
    """How many were forgotten: it differs with the ids of the occurrences, which no two databases share."""
    return sum(AuditFinding.MISSING in findings for findings in assessment.findings.values())


async def accepted(stage: Stage) -> Evidence:
    """Dan looks at Ben's file and accepts it."""
    evidence = await only(stage, Evidence)
    await show_file(stage.service.desk, DAN, evidence.id)
    await stage.service.settle()
    await accept_evidence(stage.service.desk, DAN, evidence.id)
    return evidence


async def test_a_lead_samples_and_sees_the_forgotten_weeks_first(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    first = await samples(cleo)
    pages = await turned(cleo, first)
    text = " ".join(page.text for page in pages)
    made = await only(stage, SelfAssessment)
    forgotten = missing(made)

    assert "Self-assessment of SOC 2 Type 2 on Mon 5 Oct 2026, by Cleo Marchetti" in first.text
    assert forgotten >= 6, "four weeks of backups, and of two monthly controls one month each at least"
    assert (
        f"In all: sampled 14 of 25, {forgotten} exceptions noted ({round(100 * forgotten / 14)}%), "
        f"{14 - forgotten} to settle." in first.text
    )
    order = [
        f"Exceptions ({forgotten}): nothing was accepted by the last day Perform it and hand in the evidence now",
        "• BK-01 Weekly backup check, week ",
        f"To settle before the auditor comes ({14 - forgotten}): not yet due, and nothing accepted",
        "Remarks (14): nobody had accepted to own it when it was due",
        "By criterion: 11",
        "• A1.2: 1 control, sampled 5 of 14, ",
        "By control: 8",
        "• AC-01 Quarterly user access review: sampled 1 of 1, no exceptions noted",
        "Nothing to sample, no period is over yet: 6",
        "Everything that was sampled: 14",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert all("only the service auditor concludes" in page.text for page in pages)
    await cleo.presses("Previous", pages[1] if len(pages) == 2 else pages[-1])
    await cleo.modal(f"Page {len(pages) - 1} of")

    assert (made.examination_id, made.made_by, made.population) == (SOC2, CLEO, 25)
    async with stage.service.desk.sessions.reading() as session:
        entry = await newest_entry(session, Event.SELF_ASSESSMENT_MADE, f"self_assessment/{made.id}")
    assert entry
    assert f"Record entry {entry.seq}. Seed {made.seed}." in first.text
    assert made.digest in entry.leaf
    assert "missing" in entry.leaf
    assert "Weekly backup" not in entry.leaf
    assert (await cast.calls())["refused"] == []
    await proved(stage)


async def test_the_same_seed_draws_the_same_until_more_is_over(stage: Stage, cast: Cast):
    cleo, dan = cast.person("Cleo"), cast.person("Dan")
    first = await orders(cleo, f"/soc sample {SOC2} 40718253")
    assert first.ephemeral
    assert "The same was drawn" not in first.text
    again = await samples(dan, Seed="40718253")
    assert "The same was drawn on Mon 5 Oct 2026" in again.text
    one, two = await rows(stage, SelfAssessment)
    assert (one.drawn, one.findings, one.digest) == (two.drawn, two.findings, two.digest)

    await cast.clock.to("2026-10-12T08:00:00Z")
    later = await orders(cleo, "/soc sample 40718253")
    assert "sampled 14 of 26" in later.text, "one more week is over"
    assert "The same was drawn" not in later.text
    other = await orders(cleo, "/soc SAMPLE soc 2 type 2")
    assert "40718253" not in other.text
    assert len({each.digest for each in await rows(stage, SelfAssessment)}) == 2


async def test_anybody_draws_it_again_from_the_listing_and_the_seed(stage: Stage, cast: Cast):
    """Backups are checked monthly from now on, so the weeks to come are withdrawn, and never drawn from."""
    await change_rhythm(
        stage.service.desk, CLEO, "BK-01", Rhythm(Cadence.MONTHLY, 5, 5), "Weekly is too often."
    )
    await sleeps_until(stage, cast, "2026-11-02T08:00:00Z")
    await orders(cast.person("Cleo"), "/soc sample 17")
    made = await only(stage, SelfAssessment)
    occurrences = await rows(stage, Occurrence)
    populations = [
        Population(
            control.id,
            control.cadence,
            tuple(
                row.id
                for row in occurrences
                if row.control_id == control.id
                and made.starts_on <= row.ends_on < made.day
                and row.state is not OccurrenceState.WITHDRAWN
            ),
        )
        for control in await rows(stage, Control)
        if control.criteria
    ]
    assert population_digest(populations) == made.digest
    assert any(
        row.state is OccurrenceState.WITHDRAWN and row.ends_on < made.day
        for row in await rows(stage, Occurrence)
    )
    drawn = {each["control_id"]: tuple(each["occurrence_ids"]) for each in made.drawn}
    assert {each.control_id: each.occurrence_ids for each in draw("17", populations)} == drawn


async def test_a_command_answers_with_the_first_of_it_and_a_button_to_all(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    answer = await orders(cleo, "/soc sample 17")
    forgotten = missing(await only(stage, SelfAssessment))
    counted = (f"Exceptions ({forgotten}): ", f"and {forgotten - 5} more")
    for words in ("sampled 14 of 25", *counted, f"/soc sample {SOC2} 17"):
        assert words in answer.text
        assert words in answer.fallback
    await cleo.presses("Open it", answer)
    assert "Seed 17." in (await cleo.modal("What was sampled")).text


async def test_those_made_before_are_listed_and_open_as_they_were(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await orders(cast.person("Dan"), "/soc sample 17")
    await cast.clock.to("2026-10-14T08:00:00Z")

    form = await form_to_sample(cleo)
    forgotten = missing(await only(stage, SelfAssessment))
    result = f"by Dan Whitfield Seed 17: 14 sampled, {forgotten} exceptions"
    assert f"Mon 5 Oct 2026, SOC 2 Type 2, {result}" in form.text
    await cleo.presses("Open", form)
    page = await cleo.modal("What was sampled")
    assert "on Mon 5 Oct 2026, by Dan Whitfield" in page.text
    assert f"In all: sampled 14 of 25, {forgotten} exceptions noted" in page.text


@pytest.mark.parametrize("seed", ["soon", "1,000", "17 18", "-4"])
async def test_a_seed_that_is_no_number_is_said_at_the_field(stage: Stage, cast: Cast, seed: str):
    cleo = cast.person("Cleo")
    form = await form_to_sample(cleo)
    assert await cleo.submits(form, {"Seed": seed}) == {"seed": "A seed is a number of at most 20 digits."}
    assert await rows(stage, SelfAssessment) == []


async def test_nobody_else_samples_or_reads_one(stage: Stage, cast: Cast):
    await orders(cast.person("Cleo"), "/soc sample 17")
    made, before = await only(stage, SelfAssessment), await kinds(stage)
    ben = cast.person("Ben")

    for line in ("/soc sample", "/soc sample 17", f"/soc sample {SOC2}"):
        assert (await orders(ben, line)).text == LEADS_ONLY
    async with open_postbox(stage) as postbox:
        forged = await postbox.submits(BEN, "sample", "", {"seed": {"value": "17"}})
        assert forged.json["errors"] == {"seed": LEADS_ONLY}
        for action, value in (
            ("open_sample", ""),
            ("show_assessment", made.id),
            ("next_assessed", f"{made.id} 2"),
        ):
            said = await ben.so_far()
            assert (await postbox.presses(BEN, action, value)).status == 200
            await ben.hears(LEADS_ONLY, after=said)
    assert "Sample me" not in (await ben.home()).buttons
    assert await kinds(stage) == before
    assert len(await rows(stage, SelfAssessment)) == 1


async def test_other_words_are_explained_and_a_type_1_samples_nothing(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    for words in ("sizes for a quarterly control", "soc2-2027"):
        usage = (await orders(cleo, f"/soc sample {words}")).text
        assert f"I do not know “{words}” here. Nothing was done." in usage
        assert f"/soc sample {SOC2} 40718253" in usage
    assert await rows(stage, Question) == []
    assert "Self-assessment" not in (await orders(cleo, "/soc sample 17?")).text
    assert len(await rows(stage, Question)) == 1
    answer = await orders(cleo, "/soc sample soc1-2026")
    assert answer.text.startswith(
        "SOC 1 Type 1 is a Type 1: an auditor looks at every control as of its date"
    )
    assert await rows(stage, SelfAssessment) == []


async def test_with_several_windows_a_lead_says_which_and_one_not_begun_has_nothing(
    data_folder: Path, tmp_path: Path
):
    content = shutil.copytree(PACKAGED, tmp_path / "content")
    programme = content / "programme.yaml"
    text = programme.read_text(encoding="utf-8")
    another = text.partition("examinations:\n")[2].partition("  - id: soc1-2026")[0]
    for old, new in ((SOC2, "soc2-2027"), ("SOC 2 Type 2", "SOC 2, 2027"), ("2026-", "2027-")):
        another = another.replace(old, new)
    programme.write_text(text + another, encoding="utf-8")
    async with open_stage(data_folder, content_dir=content) as stage, Cast(stage.sandbox.url) as cast:
        cleo = cast.person("Cleo")
        answer = await orders(cleo, "/soc sample")
        assert answer.text == ("There are several Type 2 examinations. Say which: soc2-2026-h2 or soc2-2027.")
        form = await form_to_sample(cleo)
        assert await cleo.submits(form, {"Examination": "SOC 2, 2027", "Seed": "17"}) == {
            "examination": "No period in the window of SOC 2, 2027 is over yet, so an auditor would find nothing to "
            "draw from."
        }
        assert await rows(stage, SelfAssessment) == []
        assert await cleo.submits(form, {"Examination": "SOC 2 Type 2", "Seed": "17"}) == {}
        await cleo.modal("Self-assessment of SOC 2 Type 2 on Mon 5 Oct 2026")


@pytest.fixture
async def handed_in(dan_is_to_review: Path) -> AsyncGenerator[Stage]:
    """Ben owns AC-01, and his file waits for Dan."""
    async with open_stage(dan_is_to_review, keep=True) as opened:
        yield opened


async def test_what_was_handed_in_is_looked_at_and_its_file_is_read(handed_in: Stage):
    stage, desk = handed_in, handed_in.service.desk
    async with Cast(stage.sandbox.url) as cast:
        cleo, review = cast.person("Cleo"), await quarter(stage)
        answer = await orders(cleo, "/soc sample 1")
        assert "(1): evidence waits for review" in answer.text
        assert "1 stored file read and compared with the hash in the record." in answer.text

        evidence = await accepted(stage)
        await orders(cleo, "/soc sample 2")
        place = desk.files.folder / str(evidence.sha256)[:2] / str(evidence.sha256)
        place.write_bytes(place.read_bytes() + b"eve,admin,\n")
        answer = await orders(cleo, "/soc sample 3")
        assert f"Exceptions (1): {BROKEN}" in answer.text
        place.unlink()
        answer = await orders(cleo, "/soc sample 4")
        assert f"Exceptions (1): {BROKEN}" in answer.text

        made = sorted(await rows(stage, SelfAssessment), key=lambda each: int(each.seed))
        findings = [each.findings.get(review.id, []) for each in made]
        assert findings == [
            [AuditFinding.UNREVIEWED],
            [],
            [AuditFinding.FILE_BROKEN],
            [AuditFinding.FILE_BROKEN],
        ]
        proof = await verify(desk.sessions, desk.files, desk.key.public)
        assert [each for each in proof.findings if "self_assessment" in each] == []


async def test_a_statement_has_no_file_that_could_be_gone(ben_is_asked: Path):
    async with open_stage(ben_is_asked, keep=True) as stage, Cast(stage.sandbox.url) as cast:
        desk, review = stage.service.desk, await quarter(stage)
        looked_up = Listing(query=LISTED, as_of=desk.now())
        await submit_statement(desk, BEN, review.id, looked_up, local_date(desk.now(), "Europe/Berlin"))

        answer = await orders(cast.person("Cleo"), "/soc sample 1")

        assert "(1): evidence waits for review" in answer.text
        assert BROKEN not in answer.text
        await proved(stage)


async def test_a_sample_of_much_is_read_by_the_worker_even_after_a_restart(dan_is_to_review: Path):
    """The verb is told that nothing may be read while Cleo waits, and stops before the worker could."""
    async with continued(dan_is_to_review) as (stage, cast):
        evidence = await accepted(stage)
        (stage.service.desk.files.folder / str(evidence.sha256)[:2] / str(evidence.sha256)).write_bytes(
            b"eve\n"
        )
        async with stage.service.reader.paused():
            assessment_id = await sampling.take_sample(
                stage.service.desk, CLEO, SampleRequest(seed="17"), read_at_once=0
            )
            cleo = cast.person("Cleo")
            await cleo.presses("Open", await form_to_sample(cleo))
            page = await cleo.modal("1 stored file is still being read.")
            assert BROKEN not in page.text
            # Two replicas, each with its own worker.
            replicas = [sampling.SampleReader(stage.service.desk), sampling.SampleReader(stage.service.desk)]
            assert await asyncio.gather(*(reader.turn() for reader in replicas)) == [1, 1]
        await cleo.presses("Refresh", page)
        page = await cleo.modal(f"Exceptions (1): {BROKEN}")
        assert "Refresh" not in page.buttons
        assert (await kinds(stage)).count(Event.SELF_ASSESSMENT_FILES_READ) == 1
        await stage.service.settle()
        assert (await kinds(stage)).count(Event.SELF_ASSESSMENT_FILES_READ) == 1

        async with stage.service.reader.paused():
            assessment_id = await sampling.take_sample(
                stage.service.desk, CLEO, SampleRequest(seed="18"), read_at_once=0
            )
    async with continued(dan_is_to_review) as (stage, cast):
        await stage.service.settle()
        later = next(each for each in await rows(stage, SelfAssessment) if each.id == assessment_id)
        assert later.files_read_at is not None
        assert [AuditFinding.FILE_BROKEN] in later.findings.values()


async def test_who_was_accountable_is_asked_of_the_day_on_which_it_was_due(stage: Stage, cast: Cast):
    """Ben leaves before AC-01 is due, Eva only after IR-01 was, and Farid accepts CM-02 when it is too late."""
    await owns(stage, BEN, "AC-01")
    await owns(stage, EVA, "IR-01")
    await cast.clock.to("2026-10-08T08:00:00Z")
    await cast.joins(BEN, "Ben Castillo", deleted=True)
    await cast.clock.to("2026-10-19T08:00:00Z")
    await cast.joins(EVA, "Eva Lindqvist", deleted=True)
    await owns(stage, FARID, "CM-02")
    await stage.service.settle()

    await orders(cast.person("Cleo"), "/soc sample 17")
    made = await only(stage, SelfAssessment)
    control_ids = {row.id: row.control_id for row in await rows(stage, Occurrence)}
    alone = {
        control_ids[occurrence_id]
        for occurrence_id, findings in made.findings.items()
        if AuditFinding.NOBODY_ACCOUNTABLE in findings
    }
    assert {"AC-01", "CM-02"} <= alone
    assert "IR-01" not in alone


async def test_the_weekly_digest_names_the_latest(data_folder: Path):
    async with continued(data_folder) as (stage, cast):
        cleo = cast.person("Cleo")
        await orders(cleo, "/soc sample 17")
        forgotten = missing(await only(stage, SelfAssessment))
        await cast.clock.to("2026-10-05T08:00:00Z")
        line = f"Last self-assessment, Mon 5 Oct 2026: 14 sampled, {forgotten} exceptions"
        await cleo.hears(line)


async def test_listings_and_events_of_a_control_are_told_apart(stage: Stage, cast: Cast):
    """Two people left; by the new year the fourth quarter's listing is there to be drawn as well."""
    desk = stage.service.desk
    await adopt_control(desk, CLEO, "AC-07")
    for day in (1, 2):
        report = EventReport(TriggerKind.LEAVER, date(2026, 10, day), f"Person {day}")
        await report_event(desk, CLEO, report, TriggerSource.FORM)
    await sleeps_until(stage, cast, "2027-01-04T09:00:00Z")
    page = await samples(cast.person("Cleo"))
    words = " ".join([each.text for each in await turned(cast.person("Cleo"), page)])
    title = "AC-07 Access removed when somebody leaves"
    assert f"{title}, each event: sampled 2 of 2, 2 exceptions noted" in words
    assert f"{title}, the listing every quarter: sampled 1 of 1, no exceptions noted" in words
    drawn = [each for each in (await only(stage, SelfAssessment)).drawn if each["control_id"] == "AC-07"]
    assert [(each["cadence"], each["population"]) for each in drawn] == [("on_event", 2), ("quarterly", 1)]
    as_json = await sample_report(desk.settings, None, "17", as_json=True)
    mine = [each for each in json.loads(as_json)["by_control"] if each["control"] == "AC-07"]
    assert [len(each["drawn_from"]) for each in mine] == [2, 1]
    await proved(stage)
