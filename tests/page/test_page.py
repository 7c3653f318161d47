"""The sandbox's page in headless Chromium: what a newcomer does in the first minutes, with a clean console."""

import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from handlers.demo.stack import Stage
from handlers.sandbox.cast import Cast

playwright = pytest.importorskip("playwright.async_api", reason="the e2e group is not installed")
CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
WITHIN = 10_000  # milliseconds; the machine may be busy

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}")
expect = playwright.expect


@pytest.fixture
async def page(stage: Stage) -> AsyncGenerator["playwright.Page"]:
    """A tab that asks nobody but the sandbox and at the end has nothing to complain of."""
    complaints: list[str] = []

    def heard(message: "playwright.ConsoleMessage") -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def asked(request: "playwright.Request") -> None:
        if not request.url.startswith((stage.sandbox.url, "blob:", "data:")):
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
        await tab.goto(stage.sandbox.url)
        yield tab
        await browser.close()
    assert complaints == []


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
    await expect(thread.get_by_test_id("message")).to_have_count(4)

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
