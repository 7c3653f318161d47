"""Web API: files.* methods, the upload address they hand out, and downloads by the app."""

from aiohttp import web

from handlers.sandbox.api.call import Call
from handlers.sandbox.terms import ErrorAnswer, Json
from handlers.sandbox.workspace import messages, slack_json
from handlers.sandbox.workspace.installation import Keys
from handlers.sandbox.workspace.nouns import File
from handlers.sandbox.workspace.stored_files import StoredFiles, guessed_type
from handlers.sandbox.workspace.workspace import SlackWorkspace, new_id

LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Sign in to Slack</title></head><body>Sign in</body></html>"


def upload_url(call: Call) -> Json:
    name = call.required("filename")
    length = call.number("length", 0)
    if length < 1:
        raise ErrorAnswer("invalid_arguments")
    workspace = call.workspace
    file = File(new_id("F"), name, workspace.bot_user_id, length, guessed_type(name), workspace.now_seconds())
    ticket = new_id("", 20)
    workspace.uploads[ticket] = file
    return {"upload_url": f"{workspace.url}/upload/v1/{ticket}", "file_id": file.id}


def complete_upload(call: Call) -> Json:
    """With a channel, the bot posts a message with the files there."""
    descriptions = call.parsed("files", "invalid_arguments")
    if (
        not isinstance(descriptions, list)
        or not descriptions
        or not all(isinstance(one, dict) for one in descriptions)
    ):
        raise ErrorAnswer("invalid_arguments")
    workspace = call.workspace
    candidates = [workspace.files.get(str(one.get("id"))) for one in descriptions]
    files = [file for file in candidates if file is not None and file.owner == workspace.bot_user_id]
    if len(files) < len(descriptions):
        raise ErrorAnswer("file_not_found")
    for file, one in zip(files, descriptions, strict=True):
        file.title = str(one.get("title") or file.name)
    if call.text("channel_id"):
        _share(call, call.text("channel_id"), files)
    return {"files": [slack_json.file(workspace, file) for file in files]}


def _share(call: Call, channel_id: str, files: list[File]) -> None:
    channel = call.workspace.channels.get(channel_id)
    if channel is None:
        raise ErrorAnswer("channel_not_found")
    if call.workspace.bot_user_id not in channel.members:
        raise ErrorAnswer("not_in_channel")
    thread_ts = call.text("thread_ts") or None
    if thread_ts and thread_ts not in channel.messages:
        raise ErrorAnswer("thread_not_found")
    messages.post(
        call.workspace,
        channel,
        call.workspace.bot_user_id,
        call.text("initial_comment"),
        bot=True,
        thread_ts=thread_ts,
        files=[file.id for file in files],
    )


def info(call: Call) -> Json:
    file = call.workspace.files.get(call.required("file", "file_not_found"))
    if file is None or not app_may_read(call.workspace, file):
        raise ErrorAnswer("file_not_found")
    if file.broken == "vanished":
        raise ErrorAnswer("file_deleted")
    return {"file": slack_json.file(call.workspace, file), "comments": [], "content_html": None}


def app_may_read(workspace: SlackWorkspace, file: File) -> bool:
    shared = any(workspace.bot_user_id in workspace.channels[name].members for name in file.shared_in)
    return file.given_to_app or shared or file.owner == workspace.bot_user_id


async def receive_upload(
    request: web.Request, workspace: SlackWorkspace, stored: StoredFiles
) -> web.Response:
    """The second step of the app's upload: raw bytes, or a form with one file."""
    file = workspace.uploads.pop(request.match_info["ticket"], None)
    if file is None:
        return web.Response(status=404, text="no such upload")
    if request.content_type == "multipart/form-data":
        parts = [part for part in (await request.post()).values() if isinstance(part, web.FileField)]
        content = parts[0].file.read() if parts else b""
    else:
        content = await request.read()
    if len(content) != file.size:
        return web.Response(status=400, text=f"expected {file.size} bytes, got {len(content)}")
    workspace.files[file.id] = file
    stored.keep(file.id, content)
    workspace.changed()
    return web.Response(text=f"OK - {len(content)}")


def download(
    workspace: SlackWorkspace, stored: StoredFiles, keys: Keys, path_id: str, token: str
) -> web.Response:
    """Without a right to the file Slack answers 200 with its sign-in page."""
    file = workspace.files.get(path_id.rpartition("-")[2])
    may_read = token == keys.bot_token and "files:read" in keys.scopes
    if file is None or not may_read or not app_may_read(workspace, file) or file.broken == "html":
        return web.Response(text=LOGIN_PAGE, content_type="text/html")
    if file.broken == "vanished":
        return web.Response(status=404, text="<html>File not found</html>", content_type="text/html")
    content = stored.read(file.id)
    length = {"empty": 0, "truncated": len(content) // 2}.get(file.broken or "", len(content))
    return web.Response(body=content[:length], headers={"Content-Type": file.mimetype})
