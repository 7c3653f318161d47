"""Files: who may read them, what a broken one looks like, and the app's own uploads."""

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.sandbox import Sandbox
from handlers.sandbox.cast import Cast, NotPossible
from tests.sandbox.kit import Listener, entry, form, modal, refused

FILE = entry("File", {"type": "file_input", "action_id": "file", "max_files": 2}, block_id="file")


async def fetch(url: str, token: str | None) -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, answer.content_type, await answer.read()


async def given_in_modal(
    file_ids: list[str], listener: Listener, slack: AsyncWebClient, cast: Cast
) -> list[dict[str, str]]:
    ben = cast.person("Ben")
    await ben.uses_shortcut("open")
    trigger_id = form(listener.bodies[-1])["trigger_id"]
    await slack.views_open(trigger_id=trigger_id, view=modal(FILE))
    assert await ben.submits(await ben.modal(), {"File": file_ids}) == {}
    return form(listener.bodies[-1])["view"]["state"]["values"]["file"]["file"]["files"]


async def test_a_file_in_a_modal_is_private_to_its_uploader_and_readable_by_the_app(
    listener: Listener, slack: AsyncWebClient, cast: Cast, sandbox: Sandbox
) -> None:
    ben, token = cast.person("Ben"), sandbox.keys.bot_token
    file_id = await ben.uploads("proof.json", b'{"as": "U0ADA"}')
    assert (await refused(slack.files_info(file=file_id)))["error"] == "file_not_found"
    (file,) = await given_in_modal([file_id], listener, slack, cast)
    url = file["url_private_download"]
    assert await fetch(url, token) == (200, "application/json", b'{"as": "U0ADA"}')
    for stranger in (None, "xoxb-other", sandbox.keys.app_token):
        status, kind, body = await fetch(url, stranger)
        assert (status, kind) == (200, "text/html")
        assert b"Sign in" in body
    assert (await slack.files_info(file=file_id))["file"]["user"] == "U0BEN"
    assert await ben.downloads(file_id) == b'{"as": "U0ADA"}'
    with pytest.raises(NotPossible, match="Ada Okafor sees no file"):
        await cast.person("Ada").downloads(file_id)
    with pytest.raises(NotPossible, match="Ada Okafor has no file"):
        await cast.person("Ada").says("look", files=[file_id])


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ("html", (200, "text/html")),
        ("empty", (200, "application/pdf")),
        ("truncated", (200, "application/pdf")),
        ("vanished", (404, "text/html")),
    ],
)
async def test_a_broken_file(
    broken: str,
    expected: tuple[int, str],
    listener: Listener,
    slack: AsyncWebClient,
    cast: Cast,
    sandbox: Sandbox,
) -> None:
    file_id = await cast.person("Ben").uploads("proof.pdf", b"%PDF-1.7\n", broken=broken)
    (file,) = await given_in_modal([file_id], listener, slack, cast)
    assert file["size"] == 9
    status, kind, body = await fetch(file["url_private_download"], sandbox.keys.bot_token)
    assert (status, kind) == expected
    assert body != b"%PDF-1.7\n"


async def test_a_file_said_in_the_dm_arrives_with_the_message(
    listener: Listener, cast: Cast, sandbox: Sandbox
) -> None:
    ben = cast.person("Ben")
    ts = await ben.says("here it is", files=[await ben.uploads("a.csv", b"a,b")])
    await sandbox.deliveries.quiet()
    event = listener.events()[-1]
    assert (event["subtype"], event["ts"], event["text"]) == ("file_share", ts, "here it is")
    assert event["files"][0]["filetype"] == "csv"
    status, _, body = await fetch(event["files"][0]["url_private"], sandbox.keys.bot_token)
    assert (status, body) == (200, b"a,b")


async def test_the_app_uploads_into_a_thread(slack: AsyncWebClient, cast: Cast) -> None:
    ben = cast.person("Ben")
    ts = await ben.says("show me")
    await slack.files_upload_v2(
        content=b"stored bytes",
        filename="proof.pdf",
        title="Proof",
        channel="D0BEN",
        thread_ts=ts,
        initial_comment="The stored copy",
    )
    message = await ben.hears("The stored copy", thread=ts)
    assert [(file["name"], file["size"]) for file in message.files] == [("proof.pdf", 12)]
    assert await ben.downloads(message.files[0]["id"]) == b"stored bytes"
    wrong = await slack.files_getUploadURLExternal(filename="x.txt", length=5)
    async with aiohttp.ClientSession() as session, session.post(wrong["upload_url"], data=b"1234") as answer:
        assert answer.status == 400
    nothing = slack.files_completeUploadExternal(files=[{"id": wrong["file_id"], "title": "x"}])
    assert (await refused(nothing))["error"] == "file_not_found"


async def test_downloads_fail_on_demand(
    listener: Listener, slack: AsyncWebClient, cast: Cast, sandbox: Sandbox
) -> None:
    file_id = await cast.person("Ben").uploads("a.csv", b"a,b")
    (file,) = await given_in_modal([file_id], listener, slack, cast)
    await cast.fails("files.download", "error")
    assert (await fetch(file["url_private_download"], sandbox.keys.bot_token))[0] == 503
    assert (await fetch(file["url_private_download"], sandbox.keys.bot_token))[2] == b"a,b"
