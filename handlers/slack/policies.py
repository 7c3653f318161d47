"""Policies: a person reads one and acknowledges it, and a lead publishes a version."""

from bot.blocks.ids import Field
from bot.desk import Desk
from bot.policies import policies, views
from handlers.slack.pages import open_page
from handlers.slack.payloads import Click, Submission


async def read_policy(click: Click, desk: Desk) -> None:
    policy, version = await policies.read_policy(desk, click.person_id, click.value)
    await open_page(desk, click, views.full_text_modal(policy, version))


async def acknowledge_policy(click: Click, desk: Desk) -> None:
    """An ephemeral message has no thread, so the receipt for a press there has none either."""
    thread = None if click.ephemeral else click.root
    await policies.acknowledge_policy(
        desk, click.person_id, click.value, click.channel, click.message_ts, thread
    )


async def open_publish_form(click: Click, desk: Desk) -> None:
    drafts, recipients = await policies.drafts_to_publish(desk, click.person_id)
    await open_page(desk, click, views.publish_modal(drafts, recipients))


async def publish_policy(form: Submission, desk: Desk) -> None:
    due_days = form.choice(Field.DUE_DAYS)
    await policies.publish_policy(
        desk, form.person_id, form.choice(Field.POLICY), int(due_days) if due_days else None
    )
