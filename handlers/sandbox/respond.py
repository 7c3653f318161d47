"""The response URLs that interactions and commands carry: five uses within 30 minutes, as in Slack."""

import time

from aiohttp import web

from handlers.sandbox import talk
from handlers.sandbox.limits import check_message_blocks
from handlers.sandbox.nouns import Json, ResponseUrl
from handlers.sandbox.refusals import Refused
from handlers.sandbox.workspace import Workspace

USES = 5
LIVES = 1800.0  # real seconds


async def respond(workspace: Workspace, request: web.Request) -> web.Response:
    url = workspace.response_urls.get(request.match_info["name"])
    if url is None or time.monotonic() - url.born > LIVES:
        return _refused("expired_url")
    if url.uses >= USES:
        return _refused("used_url")
    url.uses += 1
    try:
        _carry_out(workspace, url, await request.json())
    except ValueError:
        return _refused("invalid_json")
    except Refused as refused:
        return _refused(refused.code)
    return web.Response(text="ok")


def _refused(code: str) -> web.Response:
    return web.json_response({"ok": False, "error": code}, status=404)


def _carry_out(workspace: Workspace, url: ResponseUrl, body: Json) -> None:
    """Replace or delete the source, or post anew: to the person alone unless it says `in_channel`."""
    channel = workspace.channels[url.channel]
    source = channel.messages.get(url.ts or "")
    text, blocks = str(body.get("text") or ""), body.get("blocks") or []
    check_message_blocks(blocks)
    if body.get("delete_original") and source is not None:
        talk.delete(workspace, channel, source)
    elif not text and not blocks:
        raise Refused("no_text")
    elif body.get("replace_original") and source is not None:
        talk.edit(workspace, channel, source, text=text, blocks=blocks)
    else:
        only_for = None if body.get("response_type") == "in_channel" else url.person
        bot = workspace.bot_user_id
        talk.post(workspace, channel, bot, text, blocks=blocks, bot=True, only_for=only_for)
