"""People, messages and files as the app gets them: the JSON of Slack's Web API and events."""

from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from handlers.sandbox.terms import Json
from handlers.sandbox.workspace.mentions import rich_text
from handlers.sandbox.workspace.nouns import Channel, ChannelMessage, File, Member
from handlers.sandbox.workspace.workspace import SlackWorkspace

SLACKBOT = "USLACKBOT"
KINDS = {  # file name ending → (Slack's filetype, pretty name)
    "pdf": ("pdf", "PDF"),
    "png": ("png", "PNG"),
    "jpg": ("jpg", "JPEG"),
    "jpeg": ("jpg", "JPEG"),
    "csv": ("csv", "CSV"),
    "txt": ("text", "Plain Text"),
    "json": ("json", "JSON"),
    "zip": ("zip", "Zip"),
    "html": ("html", "HTML"),
    "docx": ("docx", "Word Document"),
    "xlsx": ("xlsx", "Excel Spreadsheet"),
}


def user(workspace: SlackWorkspace, person: Member) -> Json:
    offset = datetime.fromtimestamp(workspace.now_seconds(), UTC).astimezone(ZoneInfo(person.tz)).utcoffset()
    profile = {
        "real_name": person.name,
        "real_name_normalized": person.name,
        "display_name": person.first_name,
        "display_name_normalized": person.first_name,
        "title": person.title,
        "email": person.email,
        "team": workspace.team["id"],
    }
    if person.is_bot:
        del profile["email"]
        profile |= {"api_app_id": workspace.app_id, "bot_id": workspace.bot_id}
    return {
        "id": person.id,
        "team_id": workspace.team["id"],
        "name": person.user_name,
        "deleted": person.deleted,
        "real_name": person.name,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": profile,
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        "is_stranger": person.is_stranger,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": person.updated,
        "is_email_confirmed": not person.is_bot,
    }


def slackbot(workspace: SlackWorkspace) -> Json:
    """Slack lists its own Slackbot among the people, with `is_bot` false."""
    person = Member(SLACKBOT, "Slackbot", tz="America/Los_Angeles", updated=0)
    return user(workspace, person) | {"is_bot": False, "is_email_confirmed": False}


def bot_profile(workspace: SlackWorkspace) -> Json:
    return {
        "id": workspace.bot_id,
        "app_id": workspace.app_id,
        "user_id": workspace.bot_user_id,
        "name": workspace.bot.name,
        "team_id": workspace.team["id"],
        "deleted": False,
        "updated": workspace.bot.updated,
    }


def message(
    workspace: SlackWorkspace, channel: Channel, message: ChannelMessage, *, metadata: bool = False
) -> Json:
    body: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    body["team"] = workspace.team["id"]
    if message.bot:
        body |= {
            "bot_id": workspace.bot_id,
            "app_id": workspace.app_id,
            "bot_profile": bot_profile(workspace),
        }
        if message.blocks:
            body["blocks"] = message.blocks
    else:
        body["client_msg_id"] = f"{message.ts}-{message.user}"
        if message.text:
            body["blocks"] = [rich_text(message.text, f"r{message.ts[-6:]}")]
    if message.files:
        body |= {"files": [file(workspace, workspace.files[file_id]) for file_id in message.files]}
        body |= {"upload": False, "display_as_bot": False}
    if message.edited:
        body["edited"] = message.edited
    if metadata and message.metadata:
        body["metadata"] = message.metadata
    return body | _thread(channel, message)


def _thread(channel: Channel, message: ChannelMessage) -> Json:
    if message.thread_ts and message.thread_ts != message.ts:
        root = channel.messages.get(message.thread_ts)
        return {"thread_ts": message.thread_ts} | ({"parent_user_id": root.user} if root else {})
    replies = channel.replies(message.ts)
    if not replies:
        return {}
    people = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(people),
        "latest_reply": replies[-1].ts,
        "reply_users": people[:5],
        "is_locked": False,
        "subscribed": False,
    }


def file(workspace: SlackWorkspace, file: File) -> Json:
    base = workspace.url
    ending = file.name.rsplit(".", 1)[-1].lower() if "." in file.name else ""
    kind, pretty = KINDS.get(ending, (ending or "binary", ending.upper() or "Binary"))
    path = f"{workspace.team['id']}-{file.id}"
    name = quote(file.name)
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": kind,
        "pretty_type": pretty,
        "user": file.owner,
        "user_team": workspace.team["id"],
        "editable": False,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": any(channel_id.startswith("C") for channel_id in file.shared_in),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{base}/files-pri/{path}/{name}",
        "url_private_download": f"{base}/files-pri/{path}/download/{name}",
        "permalink": f"{base}/files/{file.owner}/{file.id}/{name}",
        "has_rich_preview": False,
        "file_access": "visible",
    }
