"""Web API: who is in the workspace, what the token may do, and the assistant's prompts and status."""

from handlers.sandbox import shapes
from handlers.sandbox.call import Call
from handlers.sandbox.nouns import Json
from handlers.sandbox.refusals import Refused

MOST_PROMPTS = 4


def auth_test(call: Call) -> Json:
    workspace = call.workspace
    return {
        "url": f"https://{workspace.team['domain']}.slack.com/",
        "team": workspace.team["name"],
        "user": workspace.bot.user_name,
        "team_id": workspace.team["id"],
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def team_info(call: Call) -> Json:
    team = call.workspace.team
    return {"team": team | {"email_domain": "northwind.example", "icon": {}, "is_verified": False}}


def list_users(call: Call) -> Json:
    everyone = [shapes.user(call.workspace, person) for person in call.workspace.people.values()]
    found, following = call.page([shapes.slackbot(call.workspace), *everyone], default=1000)
    return {"members": found, "cache_ts": call.workspace.now_seconds()} | following


def user_info(call: Call) -> Json:
    person = call.workspace.people.get(call.required("user", "user_not_found"))
    if person is None:
        raise Refused("user_not_found")
    return {"user": shapes.user(call.workspace, person)}


def user_by_email(call: Call) -> Json:
    email = call.required("email", "users_not_found").lower()
    for person in call.workspace.people.values():
        if person.email.lower() == email and not person.deleted and not person.is_bot:
            return {"user": shapes.user(call.workspace, person)}
    raise Refused("users_not_found")


def set_suggested_prompts(call: Call) -> Json:
    """For an app with `agent_view` a call with `thread_ts` answers ok and changes nothing."""
    channel = call.channel("channel_id")
    prompts = call.parsed("prompts", "invalid_arguments")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= MOST_PROMPTS:
        raise Refused("invalid_arguments")
    if not all(isinstance(p, dict) and {"title", "message"} <= set(p) for p in prompts):
        raise Refused("invalid_arguments")
    if not call.text("thread_ts"):
        channel.prompts = [{"title": str(p["title"]), "message": str(p["message"])} for p in prompts]
        call.workspace.changed()
    return {}


def set_status(call: Call) -> Json:
    channel = call.channel("channel_id")
    call.required("thread_ts")
    channel.status = call.text("status")
    call.workspace.changed()
    return {}


def set_title(call: Call) -> Json:
    call.channel("channel_id")
    call.required("thread_ts")
    call.required("title")
    return {}
