"""Cleo adds an examination and changes another; she sees what it means before she saves, and nobody else can."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

from content.library import PACKAGED
from handlers.sandbox.cast import Cast, Player, View
from handlers.stack import Stage, open_stage
from storage.evidence import Evidence, Occurrence
from storage.programme import Examination
from storage.record import entries
from storage.terms import Category, Event, OccurrenceState, ReportKind, ReportType
from tests.dialogs.postbox import open_postbox
from tests.dialogs.scenes import continued
from tests.dialogs.steps import kinds, proved, rows

LEADS_ONLY = "Only a compliance lead can do this: Cleo Marchetti or Dan Whitfield."
SOC2 = "soc2-2026-h2"
NEXT_YEAR = {
    "Title": "SOC 2 Type 2, 2027",
    "Report": "SOC 2",
    "Type": "Type 2: throughout a window",
    "starts_on": "2027-01-01",
    "ends_on": "2027-06-30",
    "categories": ["Availability"],
}


async def examinations_of(lead: Player) -> View:
    await lead.presses("Examinations", await lead.home("The programme"))
    return await lead.modal("Examinations")


async def form_to_add(lead: Player) -> View:
    await lead.presses("Add an examination", await examinations_of(lead))
    return await lead.modal("Add an examination")


async def form_to_change(lead: Player, title: str) -> View:
    """The button stands beside the title."""
    page = await examinations_of(lead)
    block = next(each for each in page.blocks if title in str(each.get("text")))
    only = replace(page, blocks=[block])
    await lead.presses("Change", only)
    return await lead.modal("Change an examination")


async def stored_examination(stage: Stage, examination_id: str) -> Examination:
    return next(each for each in await rows(stage, Examination) if each.id == examination_id)


async def by_state(stage: Stage) -> dict[OccurrenceState, int]:
    states = [row.state for row in await rows(stage, Occurrence)]
    return {state: states.count(state) for state in OccurrenceState}


async def test_the_list_tells_kind_type_dates_and_categories(stage: Stage, cast: Cast):
    page = await examinations_of(cast.person("Cleo"))
    assert "SOC 2, Type 2, Wed 1 Jul 2026 to Thu 31 Dec 2026" in page.text
    assert "Categories: Security, Availability, Confidentiality" in page.text
    assert "SOC 1, Type 1, as of Thu 31 Dec 2026" in page.text
    assert "Scope: the control objectives that management writes" in page.text
    assert page.buttons == ["Change", "Change", "Add an examination"]


async def test_a_lead_adds_one_after_seeing_what_it_means(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    form = await form_to_add(cleo)
    before, states = await kinds(stage), await by_state(stage)
    assert await cleo.submits(form, NEXT_YEAR) == {}
    preview = await cleo.modal("Before you save")
    added = int(preview.text.partition("Before you save ")[2].split()[0])
    assert added > 20
    assert "withdrawn" not in preview.text
    assert (await kinds(stage), await by_state(stage)) == (before, states)

    assert await cleo.submits(preview) == {}
    page = await cleo.modal("SOC 2 Type 2, 2027")
    assert page.id == form.id
    assert "Fri 1 Jan 2027 to Wed 30 Jun 2027" in page.text
    assert (await by_state(stage))[OccurrenceState.OPEN] == states[OccurrenceState.OPEN] + added
    added_examination = await stored_examination(stage, "soc-2-type-2-2027")
    assert (added_examination.kind, added_examination.type) == (ReportKind.SOC2, ReportType.TYPE2)
    assert added_examination.categories == [Category.SECURITY, Category.AVAILABILITY]
    assert Event.EXAMINATION_ADDED in await kinds(stage)
    await cleo.home("SOC 2 Type 2, 2027 (Fri 1 Jan 2027 to Wed 30 Jun 2027): ")
    assert (await cast.calls())["refused"] == []
    await proved(stage)


async def test_a_shorter_window_withdraws_what_nothing_asks_for(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    before = await by_state(stage)
    form = await form_to_change(cleo, "SOC 2 Type 2")
    terms = {"ends_on": "2026-11-30", "categories": ["Privacy"], "Why": "The report is needed sooner."}
    assert await cleo.submits(form, terms) == {}
    preview = await cleo.modal("Before you save")
    withdrawn = int(preview.text.partition("Before you save ")[2].split()[0])
    assert f"{withdrawn} occurrences are withdrawn." in preview.text
    assert await cleo.submits(preview) == {}
    await cleo.modal("Wed 1 Jul 2026 to Mon 30 Nov 2026")

    after = await by_state(stage)
    assert after[OccurrenceState.WITHDRAWN] == withdrawn
    assert after[OccurrenceState.OPEN] == before[OccurrenceState.OPEN] - withdrawn
    withdrawn_rows = [row for row in await rows(stage, Occurrence) if row.state is OccurrenceState.WITHDRAWN]
    assert all(row.ends_on > date(2026, 11, 30) for row in withdrawn_rows)
    # The SOC 1 still looks at the fourth quarter of the access review.
    assert not any((row.control_id, row.label) == ("AC-01", "Q4 2026") for row in withdrawn_rows)
    changed = await stored_examination(stage, SOC2)
    assert changed.categories == [Category.SECURITY, Category.PRIVACY]
    async with stage.service.desk.sessions.reading() as session:
        entry = await entries.newest_entry(session, Event.EXAMINATION_CHANGED, f"examination/{SOC2}")
        assert entry is not None
        assert (
            '"before":{"as_of":null,"categories":["security","availability","confidentiality"]' in entry.leaf
        )
        assert "needed sooner" not in entry.leaf
    await cleo.home("SOC 2 Type 2 (Wed 1 Jul 2026 to Mon 30 Nov 2026): ")
    await proved(stage)


async def test_a_longer_window_asks_for_nothing_that_is_over(stage: Stage, cast: Cast):
    """April to June are over: nobody could hand them in on time any more."""
    cleo = cast.person("Cleo")
    before = {row.id for row in await rows(stage, Occurrence)}
    form = await form_to_change(cleo, "SOC 2 Type 2")
    terms = {"starts_on": "2026-04-01", "ends_on": "2027-03-31", "Why": "A whole year."}
    await cleo.submits(form, terms)
    await cleo.submits(await cleo.modal("Before you save"))
    await cleo.modal("Wed 1 Apr 2026 to Wed 31 Mar 2027")

    added = [row for row in await rows(stage, Occurrence) if row.id not in before]
    assert added
    assert all(row.ends_on > date(2026, 12, 31) for row in added)
    await proved(stage)


async def test_what_was_handed_in_stays_when_its_examination_moves_away(dan_is_to_review: Path):
    async with continued(dan_is_to_review) as (stage, cast):
        cleo = cast.person("Cleo")
        for title, terms in (
            ("SOC 2 Type 2", {"starts_on": "2027-07-01", "ends_on": "2027-12-31", "Why": "Postponed."}),
            ("SOC 1 Type 1", {"as_of": "2027-12-31", "Why": "Postponed."}),
        ):
            await cleo.submits(await form_to_change(cleo, title), terms)
            await cleo.submits(await cleo.modal("Before you save"))
            await cleo.modal("2027")
        [submitted] = await rows(stage, Evidence)
        occurrences = {row.id: row for row in await rows(stage, Occurrence)}
        assert occurrences[submitted.occurrence_id].state is OccurrenceState.SUBMITTED
        over = [row for row in occurrences.values() if row.ends_on < date(2026, 10, 5)]
        assert over
        assert not any(row.state is OccurrenceState.WITHDRAWN for row in over)
        coming = [row for row in occurrences.values() if row.ends_on.year == 2026 and row not in over]
        assert {row.state for row in coming} == {OccurrenceState.WITHDRAWN}
        await proved(stage)


async def test_what_does_not_fit_is_said_at_its_field(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    form = await form_to_add(cleo)
    for terms, field, words in (
        ({"Title": "soc 2 type 2"}, "title", "There is an examination with this title already."),
        ({"ends_on": "2026-12-31"}, "ends_on", "The window must end after it begins."),
        ({"ends_on": "2097-06-30"}, "ends_on", "more than two years"),
        ({"starts_on": None}, "starts_on", "Please give the first day of the window."),
        ({"Report": "SOC 1"}, "categories", "A SOC 1 has control objectives"),
        ({"Type": "Type 1: as of one date"}, "as_of", "A Type 1 speaks as of one date."),
        ({"as_of": "2027-01-01"}, "as_of", "A Type 2 has a window"),
    ):
        errors = await cleo.submits(form, {"as_of": None, **NEXT_YEAR, **terms})
        assert list(errors) == [field], terms
        assert words in errors[field]
    await cleo.closes(form)
    form = await form_to_change(cleo, "SOC 2 Type 2")
    errors = await cleo.submits(form, {"Why": "x"})
    assert errors == {"starts_on": "Nothing differs from how it is now, so nothing was changed."}
    await cleo.submits(form, {"ends_on": "2026-12-30", "Why": " "})
    assert "reason" in await cleo.submits(await cleo.modal("Before you save"))
    assert len(await rows(stage, Examination)) == 2


async def test_what_a_file_proposes_is_adopted_by_a_lead_only(data_folder: Path, tmp_path: Path):
    """The company writes another window, and a further examination, into its own content."""
    async with open_stage(data_folder, keep=True) as stage:
        before = await rows(stage, Examination)
    content = shutil.copytree(PACKAGED, tmp_path / "ours", ignore=shutil.ignore_patterns("*.py"))
    text = (content / "programme.yaml").read_text(encoding="utf-8").replace("2026-12-31", "2027-03-31", 1)
    added = (
        "  - id: soc1-2027\n    title: SOC 1, 2027\n    kind: soc1\n    type: type1\n    as_of: 2027-06-30\n"
    )
    (content / "programme.yaml").write_text(f"{text.rstrip()}\n{added}", encoding="utf-8")

    async with continued(data_folder, content_dir=content) as (stage, cast):
        assert await rows(stage, Examination) == before
        cleo = cast.person("Cleo")
        page = await examinations_of(cleo)
        assert page.text.count("The file programme.yaml proposes this.") == 2
        await cleo.presses("Look at it", page)
        form = await cleo.modal("Change an examination")
        await cleo.submits(form, {"Why": "As we wrote it."})
        await cleo.submits(await cleo.modal("Before you save"))
        page = await cleo.modal("Wed 1 Jul 2026 to Wed 31 Mar 2027")
        assert page.text.count("The file programme.yaml proposes this.") == 1
        await cleo.presses("Look at it", page)
        form = await cleo.modal("Add an examination")
        await cleo.submits(form)
        await cleo.submits(await cleo.modal("Before you save"))
        assert "proposes" not in (await cleo.modal("as of Wed 30 Jun 2027")).text
        await proved(stage)


async def test_a_lead_s_change_outlasts_the_file(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    form = await form_to_change(cleo, "SOC 2 Type 2")
    await cleo.submits(form, {"ends_on": "2027-03-31", "Why": "Longer."})
    await cleo.submits(await cleo.modal("Before you save"))
    assert "proposes" not in (await cleo.modal("Wed 31 Mar 2027")).text


async def test_others_are_refused_and_nothing_changes(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.opens_dm()
    assert "Examinations" not in (await ada.home()).buttons
    before = await kinds(stage)
    first_day = {"type": "datepicker", "selected_date": "2027-01-01"}
    last_day = {"type": "datepicker", "selected_date": "2027-06-30"}
    title_and_kind = {
        "title": {"type": "plain_text_input", "value": "Mine"},
        "kind": {"type": "radio_buttons", "selected_option": {"value": "soc2"}},
        "type": {"type": "radio_buttons", "selected_option": {"value": "type2"}},
    }
    window = {
        "starts_on": first_day,
        "ends_on": last_day,
        "reason": {"type": "plain_text_input", "value": "x"},
    }
    async with open_postbox(stage) as slack:
        for callback, values in (
            ("add_examination", title_and_kind | window),
            ("change_examination", window),
        ):
            response = await slack.submits(ada.id, callback, f"{SOC2} token", values)
            assert list(response.json["errors"].values()) == [LEADS_ONLY], callback
        for action in (
            "open_examinations",
            "open_add_examination",
            "open_proposed_examination",
            "open_change_examination",
        ):
            so_far = await ada.so_far()
            assert (await slack.presses(ada.id, action, SOC2)).status == 200
            await ada.hears(LEADS_ONLY, after=so_far)
    assert await kinds(stage) == before
    assert (await stored_examination(stage, SOC2)).ends_on == date(2026, 12, 31)
