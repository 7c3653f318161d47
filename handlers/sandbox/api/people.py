"""Web API: who is in the workspace, what the token may do, and the assistant's prompts."""

from handlers.sandbox.api.call import Call
from handlers.sandbox.terms import ErrorAnswer, Json
from handlers.sandbox.workspace import slack_json

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


def list_users(call: Call) -> Json:
    everyone = [slack_json.user(call.workspace, person) for person in call.workspace.people.values()]
    page, following = call.page([slack_json.slackbot(call.workspace), *everyone], default=1000)
    return {"members": page, "cache_ts": call.workspace.now_seconds()} | following


def set_suggested_prompts(call: Call) -> Json:
    """For an app with `agent_view` a call with `thread_ts` answers ok and changes nothing."""
    channel = call.channel("channel_id")
    prompts = call.parsed("prompts", "invalid_arguments")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= MOST_PROMPTS:
        raise ErrorAnswer("invalid_arguments")
    if not all(isinstance(p, dict) and {"title", "message"} <= set(p) for p in prompts):
        raise ErrorAnswer("invalid_arguments")
    if not call.text("thread_ts"):
        channel.prompts = [{"title": str(p["title"]), "message": str(p["message"])} for p in prompts]
        call.workspace.changed()
    return {}
