"""Policies: reading and acknowledging one, and a lead's publication of a version."""

from bot.blocks.ids import Field
from bot.desk import Desk
from bot.policies import policies, views
from handlers.slack.payloads import Click, Submission


async def read(click: Click, desk: Desk) -> None:
    policy, version = await policies.read_policy(desk, click.person_id, click.value)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=views.full_text_modal(policy, version))


async def acknowledge(click: Click, desk: Desk) -> None:
    """Nothing can be said under what only one person sees."""
    thread = None if click.ephemeral else click.root
    await policies.acknowledge_policy(
        desk, click.person_id, click.value, click.channel, click.message_ts, thread
    )


async def open_publish(click: Click, desk: Desk) -> None:
    drafts, recipients = await policies.drafts_to_publish(desk, click.person_id)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=views.publish_modal(drafts, recipients))


async def publish(form: Submission, desk: Desk) -> None:
    due_days = form.choice(Field.DUE_DAYS)
    await policies.publish_policy(
        desk, form.person_id, form.choice(Field.POLICY), int(due_days) if due_days else None
    )
