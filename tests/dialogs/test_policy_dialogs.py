"""Policies: Cleo publishes a version to a frozen roster; everyone on it reads, agrees once and gets a receipt."""

import shutil
from collections.abc import AsyncGenerator
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from handlers.sandbox.cast import Cast, Player, ScreenMessage
from handlers.stack import Stage, open_stage
from storage.obligations import Obligation
from storage.outbox import Delivery
from storage.policies import Acknowledgement, PolicyVersion, text_hash
from storage.record.entries import entries_from
from storage.terms import DeliveryKind, Event, ObligationKind, ObligationState, VersionState
from tests.dialogs.postbox import open_postbox
from tests.dialogs.scenes import continued, publishes
from tests.dialogs.steps import (
    ADA,
    BEN,
    CLEO,
    DAN,
    EVA,
    FARID,
    GRACE,
    OMAR,
    as_it_is_now,
    asked_on,
    bundles,
    kinds,
    local,
    only,
    proved,
    rows,
)

EVERYONE = {ADA, BEN, CLEO, DAN, EVA, FARID, GRACE}
TITLE = "Acceptable Use Policy"
POLICY = "acceptable-use"


async def version_of(stage: Stage, number: str = "1.0") -> PolicyVersion:
    versions = await rows(stage, PolicyVersion)
    return next(row for row in versions if (row.policy_id, row.version) == (POLICY, number))


@pytest.fixture
async def stage(a_policy_is_out: Path) -> AsyncGenerator[Stage]:
    async with open_stage(a_policy_is_out, keep=True) as opened:
        yield opened


@pytest.fixture
async def published(stage: Stage) -> PolicyVersion:
    return await version_of(stage)


async def test_ada_reads_acknowledges_once_and_gets_a_receipt(
    stage: Stage, cast: Cast, published: PolicyVersion
) -> None:
    ada = cast.person("Ada")
    request = await ada.hears(f"Please read and acknowledge {TITLE}, version 1.0")
    assert "Due Mon 12 Oct 2026, in 7 days." in request.text
    assert published.consent in request.text
    assert "You have not acknowledged an earlier version." in request.text

    await ada.presses("Read the full text", request)
    page = await ada.modal(f"{TITLE}, version 1.0")
    assert f"SHA-256 of this text: {published.text_hash}" in page.text
    last_paragraph = published.text.strip().splitlines()[-1].replace("**", "").removeprefix("- ")
    assert last_paragraph[-60:] in page.text
    await ada.presses("Acknowledge", request)

    receipt = await ada.hears(f"You acknowledged {TITLE}, version 1.0.", thread=request)
    acknowledgement = await only(stage, Acknowledgement)
    number = (await kinds(stage)).index(Event.POLICY_ACKNOWLEDGED)
    assert (acknowledgement.person_id, acknowledgement.text_hash) == (ADA, published.text_hash)
    assert (acknowledgement.text_hash, acknowledgement.consent) == (
        text_hash(published.text),
        published.consent,
    )
    for words in (f"Text SHA-256 {published.text_hash}", f"record no. {number:,}", "Mon 5 Oct 2026"):
        assert words in receipt.fallback
    edited = await as_it_is_now(stage, ada, request)
    assert f"You acknowledged {TITLE}, version 1.0." in edited.text
    assert edited.buttons == []

    await ada.presses("Acknowledge", request, stale=True)
    refusal = await ada.hears("Already recorded on Mon 5 Oct 2026")
    assert f"as no. {number:,}." in refusal.text
    assert len(await rows(stage, Acknowledgement)) == 1
    assert len([row for row in await rows(stage, Delivery) if row.kind is DeliveryKind.RECEIPT]) == 1
    await proved(stage)


async def test_the_roster_is_frozen_when_it_is_published(
    stage: Stage, cast: Cast, published: PolicyVersion
) -> None:
    ida = await cast.joins("U0IDA", "Ida Novak", tz="Europe/Berlin")
    await cast.clock.to("2026-10-06T08:00:00Z")

    assert await bundles(ida) == []
    obligations = [row for row in await rows(stage, Obligation) if row.kind is ObligationKind.ACKNOWLEDGE]
    assert {row.person_id for row in obligations} == EVERYONE
    assert {row.due_on for row in obligations} == {date(2026, 10, 12)}
    async with stage.service.desk.sessions.reading() as session:
        entries = await entries_from(session, 0, 1_000)
    entry = next(entry for entry in entries if entry.kind == Event.POLICY_PUBLISHED)
    assert all(f'"{person_id}"' in entry.leaf for person_id in EVERYONE)
    assert OMAR not in entry.leaf
    async with open_postbox(stage) as postbox:
        await postbox.presses("U0IDA", "acknowledge_policy", published.id)
        await ida.hears("You were not asked to acknowledge this version.")
        await postbox.presses(OMAR, "acknowledge_policy", published.id)
        await cast.person("Omar").hears("Only full members of this workspace can do this.")
    assert await rows(stage, Acknowledgement) == []


async def test_everyone_is_asked_in_their_next_bundle_in_their_own_zone(
    stage: Stage, cast: Cast, published: PolicyVersion
) -> None:
    """It was published at 09:00 in Berlin, 15:00 in Singapore and 03:00 in New York."""
    await cast.clock.to("2026-10-06T06:00:00Z")

    first_bundles = {
        "Ada": ("Europe/London", "Mon 09:30"),
        "Ben": ("Europe/Berlin", "Mon 09:30"),
        "Dan": ("America/New_York", "Mon 09:30"),
        "Farid": ("Asia/Dubai", "Tue 09:30"),
        "Grace": ("Asia/Singapore", "Tue 09:30"),
    }
    for name, (zone, when) in first_bundles.items():
        [bundle] = await bundles(cast.person(name))
        assert f"Please read and acknowledge {TITLE}, version 1.0" in bundle.text
        assert local(bundle, zone).strftime("%a %H:%M") == when, name


async def test_who_is_asked_in_a_digest_acknowledges_in_it(
    stage: Stage, cast: Cast, published: PolicyVersion
) -> None:
    cleo = cast.person("Cleo")
    digest = await cleo.hears("Digest for week 41 of 2026")
    figures = digest.text.partition("Please read and acknowledge")[0]

    await cleo.presses("Acknowledge", digest)

    await cleo.hears(f"You acknowledged {TITLE}, version 1.0.", thread=digest)
    edited = await as_it_is_now(stage, cleo, digest)
    assert edited.text.partition("You acknowledged")[0] == figures
    assert "Acknowledge" not in edited.buttons


async def test_a_second_publication_of_the_same_draft_and_a_stranger_are_refused(
    stage: Stage, cast: Cast, published: PolicyVersion
) -> None:
    chosen = {
        "policy": {"selected_option": {"value": published.id}},
        "due_days": {"selected_option": {"value": "7"}},
    }
    async with open_postbox(stage) as postbox:
        again = await postbox.submits(CLEO, "publish", "", chosen)
        ben = await postbox.submits(BEN, "publish", "", chosen)

    assert again.json["errors"] == {"policy": "Version 1.0 is already published."}
    assert "Only a compliance lead can do this" in str(ben.json["errors"])
    assert (await kinds(stage)).count(Event.POLICY_PUBLISHED) == 1


async def test_who_has_acknowledged_is_not_asked_again_and_others_are(
    stage: Stage, cast: Cast, published: PolicyVersion
) -> None:
    ada, ben = cast.person("Ada"), cast.person("Ben")
    await ada.presses("Acknowledge", await ada.hears(TITLE))
    await cast.clock.to("2026-10-13T12:00:00Z")

    assert await asked_on(ada, "Europe/London") == [date(2026, 10, 5)]
    assert await asked_on(ben, "Europe/Berlin") == [
        date(2026, 10, 5),
        date(2026, 10, 12),
        date(2026, 10, 13),
    ]
    assert "1 day overdue, was due Mon 12 Oct 2026" in (await bundles(ben))[-1].text


@pytest.fixture
def own_content(tmp_path: Path) -> Path:
    """The company's own copy of the content, which a lead may edit."""
    folder = tmp_path / "content"
    with resources.as_file(resources.files("content")) as packaged:
        shutil.copytree(packaged, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder


async def test_a_newer_version_shows_what_changed_and_withdraws_the_old_request(
    a_policy_is_out: Path, own_content: Path
) -> None:
    """Ada agreed to 1.0 and Ben did not, when the file changed and Cleo published 2.0."""
    async with continued(a_policy_is_out) as (_, cast):
        ada = cast.person("Ada")
        first = await ada.hears(TITLE)
        await ada.presses("Acknowledge", first)
        await ada.hears("You acknowledged", thread=first)
    _edit(own_content / "policies" / f"{POLICY}.md")

    async with continued(a_policy_is_out, content_dir=own_content) as (stage, cast):
        ada, ben = cast.person("Ada"), cast.person("Ben")
        await ada.hears_nothing_of("version 2.0", within=0.1)  # a file alone asks nobody anything
        await publishes(cast, f"{TITLE} 2.0")
        [request] = await bundles(ben)
        await _old_request_is_closed(stage, ben, request)
        await cast.clock.to("2026-10-06T09:00:00Z")

        again, ben_again = (await bundles(ada))[-1], (await bundles(ben))[-1]
        assert "Changed since the version you last acknowledged:" in again.text
        assert "Added: Phones that hold customer data are locked with a code of six digits." in again.text
        assert "You have not acknowledged an earlier version." in ben_again.text
        await ada.presses("Acknowledge", again)
        await ada.hears("version 2.0.", thread=again)

        states = {
            row.version: row.state for row in await rows(stage, PolicyVersion) if row.policy_id == POLICY
        }
        assert states == {"1.0": VersionState.SUPERSEDED, "2.0": VersionState.PUBLISHED}
        old = (await version_of(stage)).id
        states_by_person = {
            row.person_id: row.state for row in await rows(stage, Obligation) if row.subject == old
        }
        assert states_by_person == dict.fromkeys(EVERYONE, ObligationState.WITHDRAWN) | {
            ADA: ObligationState.DONE
        }
        assert len(await rows(stage, Acknowledgement)) == 2
        await proved(stage)


async def _old_request_is_closed(stage: Stage, ben: Player, request: ScreenMessage) -> None:
    edited = await as_it_is_now(stage, ben, request)
    assert f"a newer version has replaced {TITLE}, version 1.0." in edited.text
    await ben.presses("Acknowledge", request, stale=True)
    await ben.hears(f"A newer version of {TITLE} has replaced this one.")


def _edit(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert 'version: "1.0"' in text
    text = text.replace('version: "1.0"', 'version: "2.0"')
    added = "\n- Phones that hold customer data are locked with a code of six digits.\n"
    file.write_text(text.rstrip("\n") + added, encoding="utf-8")
