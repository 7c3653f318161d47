"""What the app sees of people, messages, files and channels: the JSON of Slack's Web API and events."""

from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from handlers.sandbox.nouns import Channel, File, Json, Message, Person
from handlers.sandbox.typed import rich_text
from handlers.sandbox.workspace import Workspace

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


def user(workspace: Workspace, person: Person) -> Json:
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


def slackbot(workspace: Workspace) -> Json:
    """Slack lists its own Slackbot among the people, with `is_bot` false."""
    person = Person("USLACKBOT", "Slackbot", tz="America/Los_Angeles", updated=0)
    return user(workspace, person) | {"is_bot": False, "is_email_confirmed": False}


def bot_profile(workspace: Workspace) -> Json:
    return {
        "id": workspace.bot_id,
        "app_id": workspace.app_id,
        "user_id": workspace.bot_user_id,
        "name": workspace.bot.name,
        "team_id": workspace.team["id"],
        "deleted": False,
        "updated": workspace.bot.updated,
    }


def message(workspace: Workspace, channel: Channel, known: Message, *, metadata: bool = False) -> Json:
    if known.deleted:
        body: Json = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "hidden": True}
        body |= {"text": "This message was deleted.", "ts": known.ts}
        return body | _thread(channel, known)
    body = {"type": "message", "user": known.user, "text": known.text, "ts": known.ts}
    body["team"] = workspace.team["id"]
    if known.bot:
        body |= {
            "bot_id": workspace.bot_id,
            "app_id": workspace.app_id,
            "bot_profile": bot_profile(workspace),
        }
        if known.blocks:
            body["blocks"] = known.blocks
    else:
        body["client_msg_id"] = f"{known.ts}-{known.user}"
        if known.text:
            body["blocks"] = [rich_text(known.text, f"r{known.ts[-6:]}")]
    if known.files:
        body |= {"files": [file(workspace, workspace.files[file_id]) for file_id in known.files]}
        body |= {"upload": False, "display_as_bot": False}
    if known.broadcast:
        body["subtype"] = "thread_broadcast"
    if known.edited:
        body["edited"] = known.edited
    if metadata and known.metadata:
        body["metadata"] = known.metadata
    return body | _thread(channel, known)


def _thread(channel: Channel, known: Message) -> Json:
    if known.thread_ts and known.thread_ts != known.ts:
        root = channel.messages.get(known.thread_ts)
        return {"thread_ts": known.thread_ts} | ({"parent_user_id": root.user} if root else {})
    replies = channel.replies(known.ts)
    if not replies:
        return {}
    people = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": known.ts,
        "reply_count": len(replies),
        "reply_users_count": len(people),
        "latest_reply": replies[-1].ts,
        "reply_users": people[:5],
        "is_locked": False,
        "subscribed": False,
    }


def file(workspace: Workspace, known: File) -> Json:
    base = workspace.url
    ending = known.name.rsplit(".", 1)[-1].lower() if "." in known.name else ""
    kind, pretty = KINDS.get(ending, (ending or "binary", ending.upper() or "Binary"))
    path = f"{workspace.team['id']}-{known.id}"
    name = quote(known.name)
    return {
        "id": known.id,
        "created": known.created,
        "timestamp": known.created,
        "name": known.name,
        "title": known.title or known.name,
        "mimetype": known.mimetype,
        "filetype": kind,
        "pretty_type": pretty,
        "user": known.owner,
        "user_team": workspace.team["id"],
        "editable": False,
        "size": known.size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": any(name.startswith("C") for name in known.shared_in),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{base}/files-pri/{path}/{name}",
        "url_private_download": f"{base}/files-pri/{path}/download/{name}",
        "permalink": f"{base}/files/{known.owner}/{known.id}/{name}",
        "has_rich_preview": False,
        "file_access": "visible",
    }


def conversation(channel: Channel) -> Json:
    if channel.im_with is not None:
        return {
            "id": channel.id,
            "created": channel.created,
            "is_im": True,
            "is_archived": False,
            "is_org_shared": False,
            "user": channel.im_with,
            "is_user_deleted": False,
            "priority": 0,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": False,
        "is_archived": False,
        "is_general": channel.name == "general",
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "created": channel.created,
        "num_members": len(channel.members),
    }
