"""The sandbox's page in headless Chromium, with a clean console: what a newcomer does in the first minutes, and each
kind of block and input that the product sends.
"""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.sandbox import open_sandbox
from handlers.sandbox.cast import Cast
from handlers.stack import Stage
from tests.sandbox.kit import button, entry, section

playwright = pytest.importorskip("playwright.async_api", reason="the e2e group is not installed")
CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
WITHIN = 10_000  # milliseconds; the machine may be busy

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}")
expect = playwright.expect


@asynccontextmanager
async def tab_at(url: str) -> AsyncGenerator["playwright.Page"]:
    """A tab that asks nobody but the sandbox and at the end has nothing to complain of."""
    complaints: list[str] = []

    def heard(message: "playwright.ConsoleMessage") -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def asked(request: "playwright.Request") -> None:
        if not request.url.startswith((url, "blob:", "data:")):
            complaints.append(f"asked {request.url}")

    expect.set_options(timeout=WITHIN)
    async with playwright.async_playwright() as started:
        browser = await started.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        tab = await browser.new_page(locale="en-GB", viewport={"width": 1280, "height": 800})
        tab.set_default_timeout(WITHIN)
        tab.on("console", heard)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("request", asked)
        tab.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
        await tab.goto(url)
        yield tab
        await browser.close()
    assert complaints == []


@pytest.fixture
async def page(stage: Stage) -> AsyncGenerator["playwright.Page"]:
    async with tab_at(stage.sandbox.url) as tab:
        yield tab


async def test_ada_asks_and_reads_the_answer_and_what_she_writes_is_shown_as_text(page: "playwright.Page"):
    await expect(page).to_have_title(re.compile("Ada Okafor · Northwind Payroll"))
    await page.get_by_test_id("composer").fill("how long is a type 2 window?")
    await page.get_by_test_id("send").click()
    thread = page.get_by_test_id("thread-pane")
    await expect(thread).to_contain_text("A Type 2 window is usually 3 to 12 months long.")
    await expect(thread).to_contain_text("not yet reviewed at your company")

    await page.get_by_test_id("thread-close").click()
    await expect(thread).to_be_hidden()
    question = page.get_by_test_id("message").filter(has_text="how long is a type 2 window?")
    await question.get_by_test_id("replies").click()
    await expect(thread).to_contain_text("window-length")

    await thread.get_by_role("button", name="This answer was helpful", exact=True).click()
    await page.get_by_test_id("thread-composer").fill("and how long is it for a first report?")
    await page.get_by_test_id("thread-composer").press("Enter")
    await expect(thread.get_by_test_id("message")).to_have_count(5)

    await page.get_by_test_id("thread-close").click()
    injected = "<script>window.stolen = 1</script><img src=x onerror='window.stolen = 1'> & *bold*"
    await page.get_by_test_id("composer").fill(injected)
    await page.get_by_test_id("send").click()
    said = page.get_by_test_id("message").filter(has_text="<script>window.stolen = 1</script>")
    await expect(said.first).to_contain_text("<img src=x onerror='window.stolen = 1'> &")
    await expect(page.get_by_test_id("thread-pane")).to_contain_text("Ask compliance")
    assert await page.evaluate("window.stolen") is None
    assert await page.locator(".message script, .message img").count() == 0


async def test_cleo_assigns_a_control_and_the_clock_brings_ben_his_reminder(
    page: "playwright.Page", cast: Cast
):
    await page.get_by_test_id("person-U0CLEO").click()
    await page.get_by_test_id("tab-home").click()
    home = page.get_by_test_id("home")
    await expect(home).to_contain_text("SOC 2 Type 2")
    await home.get_by_role("button", name="Assign a control", exact=True).click()

    modal = page.get_by_test_id("modal")
    await expect(modal).to_be_visible()
    await page.get_by_test_id("modal-submit").click()
    await expect(modal.locator(".field-error:visible").first).to_be_visible()
    await modal.get_by_label("Control", exact=True).select_option("BK-01")
    await modal.get_by_label("Owner", exact=True).select_option("U0BEN")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_be_hidden()

    await expect(page.get_by_test_id("clock-time")).to_have_text("09:00")
    await page.get_by_test_id("clock-next").click()
    await expect(page.get_by_test_id("clock-time")).to_have_text("09:30")
    await page.get_by_test_id("person-U0BEN").click()
    await page.get_by_test_id("tab-messages").click()
    offer = page.get_by_test_id("message").filter(has_text="BK-01")
    await offer.get_by_role("button", name=re.compile("^Accept")).first.click()
    await expect(offer).to_contain_text("You accepted")
    await cast.person("Ben").hears("You accepted")


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def options(*words: str) -> list[dict[str, Any]]:
    return [{"text": plain(word), "value": word.lower()} for word in words]


def rich(kind: str, *elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": f"rich_text_{kind}", "elements": list(elements), **more}


def prose() -> dict[str, Any]:
    words = rich("section", {"type": "text", "text": "a quarter", "style": {"bold": True}})
    link = rich("section", {"type": "link", "url": "https://x.example/", "text": "the policy"})
    parts = [words, rich("quote", *words["elements"]), rich("preformatted", {"type": "text", "text": "ls"})]
    return {"type": "rich_text", "elements": [*parts, rich("list", link, words, style="ordered", offset=2)]}


def table() -> dict[str, Any]:
    head = [{"type": "raw_text", "text": name} for name in ("Control", "Pieces")]
    rows = [
        [{"type": "raw_text", "text": f"AC-0{n}"}, {"type": "raw_number", "value": n, "text": str(n)}]
        for n in range(1, 8)
    ]
    return {"type": "data_table", "caption": "Evidence", "rows": [head, *rows], "row_header_column_index": 0}


async def test_every_kind_of_block_is_drawn():
    async with open_sandbox() as sandbox, tab_at(sandbox.url) as tab:
        slack = AsyncWebClient(sandbox.keys.bot_token, base_url=sandbox.slack_api_url, retry_handlers=[])
        pair = {"type": "section", "fields": [plain("Due"), plain("12 October")]}
        blocks = [
            {"type": "header", "text": plain("Digest")},
            section("*Two* are due <!date^1791183600^{date_short}|5 Oct 2026>")
            | {"accessory": button("Open", "o")},
            pair,
            {"type": "divider"},
            {"type": "context", "elements": [plain("Only leads see this")]},
            prose(),
            table(),
            {"type": "actions", "elements": [button("Accept", "a") | {"style": "primary"}]},
        ]
        await slack.chat_postMessage(channel="U0ADA", text="Digest", blocks=blocks)
        shown = tab.get_by_test_id("message").filter(has_text="Digest")
        for words in (
            "Two are due 5 Oct 2026",
            "12 October",
            "Only leads see this",
            "a quarter",
            "the policy",
        ):
            await expect(shown).to_contain_text(words)
        await expect(shown.locator("ol")).to_have_attribute("start", "3")
        await expect(shown.get_by_role("button", name="Accept")).to_be_visible()
        await expect(shown.get_by_role("rowheader")).to_have_count(5)
        await shown.get_by_role("button", name="Pieces").click()
        await shown.get_by_role("button", name="Pieces").click()
        await expect(shown.get_by_role("rowheader").first).to_have_text("AC-07")
        await shown.get_by_role("button", name="Next").click()
        await expect(shown).to_contain_text("6–7 of 7 rows")


async def test_every_kind_of_input_is_drawn_and_read():
    elements: dict[str, dict[str, Any]] = {
        "Reason": {"type": "plain_text_input", "multiline": True},
        "Pieces": {"type": "number_input", "is_decimal_allowed": False},
        "Performed on": {"type": "datepicker", "initial_date": "2026-10-01"},
        "As of": {"type": "datetimepicker"},
        "File": {"type": "file_input"},
        "Reviewer": {"type": "users_select"},
        "Control": {"type": "static_select", "options": options("AC-01", "AC-02")},
        "Result": {"type": "radio_buttons", "options": options("Pass", "Fail")},
        "Scope": {"type": "checkboxes", "options": options("Laptops", "Servers")},
    }
    form = [entry(label, element | {"action_id": "a"}, block_id=label) for label, element in elements.items()]
    async with (
        open_sandbox() as sandbox,
        tab_at(sandbox.url) as tab,
        Cast(sandbox.url) as cast,
    ):
        slack = AsyncWebClient(sandbox.keys.bot_token, base_url=sandbox.slack_api_url, retry_handlers=[])
        await cast.post("shortcut", {"as": "U0ADA", "callback_id": "open"})
        (trigger,) = sandbox.workspace.triggers
        view = {"type": "modal", "title": plain("Evidence"), "submit": plain("Send"), "blocks": form}
        await slack.views_open(trigger_id=trigger, view=view)
        modal = tab.get_by_test_id("modal")
        await modal.get_by_label("Reason").fill("done")
        await modal.get_by_label("Pieces").fill("3")
        await modal.get_by_label("As of").fill("2026-10-02T07:30")
        await modal.get_by_label("File").set_input_files(
            {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a,b"}
        )
        await modal.get_by_label("Reviewer").select_option("U0BEN")
        await modal.get_by_label("Control").select_option("ac-02")
        await modal.get_by_label("Fail").check()
        await modal.get_by_label("Servers").check()
        await tab.get_by_test_id("modal-submit").click()
        await expect(modal.get_by_role("alert")).to_contain_text("did not answer in time")
        (open_view,) = sandbox.workspace.views.values()
        values = {label: fields["a"] for label, fields in open_view.values.items()}
        assert values["Reason"]["value"] == "done"
        assert values["Pieces"]["value"] == "3"
        assert values["Performed on"]["selected_date"] == "2026-10-01"
        assert values["As of"]["selected_date_time"] == 1_790_922_600  # 07:30 in London
        assert len(values["File"]["files"]) == 1
        assert values["Reviewer"]["selected_user"] == "U0BEN"
        assert values["Control"]["selected_option"]["value"] == "ac-02"
        assert values["Result"]["selected_option"]["value"] == "fail"
        assert [option["value"] for option in values["Scope"]["selected_options"]] == ["servers"]
