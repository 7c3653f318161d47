"""A policy version to acknowledge, its receipt, the page with its full text, and the form that publishes one."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from bot.blocks import limits
from bot.blocks.ids import Action, Callback, Field
from bot.blocks.kit import (
    Block,
    Message,
    actions,
    button,
    choice,
    confirm,
    context,
    lines,
    local_moment,
    md,
    modal,
    moment,
    prose,
    quote,
    section,
)
from bot.blocks.markdown import markdown, plain
from bot.blocks.rich import rich_text
from bot.blocks.text import escaped
from bot.blocks.wording import counted, days, due_words
from bot.policies.rules import ChangeKind, ParagraphChange
from storage.policies import Acknowledgement, Policy, PolicyVersion

_CHANGES_SHOWN = 4
_CHANGE = 240
_CHANGES_BYTES = 500
_TEXT = 600
_TEXT_BYTES = 300
_TITLE = 70
_HASH_SHOWN = 12
_DUE_DAYS = (7, 14, 30)
_KINDS = {ChangeKind.ADDED: "Added", ChangeKind.REMOVED: "Removed"}


def version_name(policy: Policy, version: PolicyVersion) -> str:
    return f"{policy.title}, version {version.version}"


def policy_request(
    version: PolicyVersion,
    policy: Policy,
    changes: Sequence[ParagraphChange],
    first: bool,
    due_on: date,
    today: date,
) -> Message:
    """`first`: the person has acknowledged no earlier version, so `changes` are ignored."""
    news = "You have not acknowledged an earlier version." if first else _news(changes)
    summary = limits.shorten(version.summary, _TEXT)
    return Message(
        lines(
            f"Please read and acknowledge {version_name(policy, version)}. {due_words(due_on, today)}.",
            limits.shorten_bytes(escaped(summary), _TEXT_BYTES),
            limits.shorten_bytes(escaped(news), _CHANGES_BYTES),
            f"You agree to: “{version.consent}”",
            "Press Read the full text, then Acknowledge.",
        ),
        [
            section(
                md(
                    "*Please read and acknowledge {policy}*\n*{due}.*",
                    policy=version_name(policy, version),
                    due=due_words(due_on, today),
                )
            ),
            prose(f"{summary}\n{news}"),
            section("You agree to this sentence:"),
            quote(version.consent),
            actions(
                button(
                    "Read the full text",
                    Action.READ_POLICY,
                    version.id,
                    says=f"Read the full text: {policy.title}",
                ),
                button(
                    "Acknowledge",
                    Action.ACKNOWLEDGE_POLICY,
                    version.id,
                    style="primary",
                    confirm=_confirm(policy, version),
                    says=f"Acknowledge {version_name(policy, version)}",
                ),
            ),
        ],
    )


def _news(changes: Sequence[ParagraphChange]) -> str:
    """One line for each of the first changes."""
    if not changes:
        return "No word has changed since the version you last acknowledged, only the layout."
    change_lines = [
        f"{_KINDS[change.kind]}: {limits.shorten(plain(change.text).removeprefix('- '), _CHANGE)}"
        for change in changes[:_CHANGES_SHOWN]
    ]
    more = len(changes) - len(change_lines)
    rest = [f"and {counted(more, 'more change')}"] if more else []
    return "\n".join(["Changed since the version you last acknowledged:", *change_lines, *rest])


def _confirm(policy: Policy, version: PolicyVersion) -> dict[str, Any]:
    title = limits.shorten(policy.title, _TITLE)
    return confirm(
        f"Acknowledge {title}?",
        f"This records, with your name and the time, that you agree to version {version.version}: "
        f"“{version.consent}”",
        "Acknowledge",
    )


def policy_receipt(
    policy: Policy,
    version: PolicyVersion,
    acknowledgement: Acknowledgement,
    record_number: int | None,
    zone: str,
) -> Message:
    statement = f"You acknowledged {version_name(policy, version)}."
    number = f"record no. {record_number:,}" if record_number else ""
    digest = acknowledgement.text_hash
    return Message(
        lines(
            statement,
            ", ".join(part for part in (local_moment(acknowledgement.at, zone), number) if part),
            f"Text SHA-256 {digest}",
        ),
        [
            section(md("*{statement}*", statement=statement)),
            context(
                md("{moment}", moment=moment(acknowledgement.at, zone)),
                f"Text SHA-256 {digest[:_HASH_SHOWN]}…",
                *([number] if number else []),
            ),
        ],
    )


def replaced_policy(policy: Policy, version: PolicyVersion) -> Message:
    """For a person who was asked and had not acknowledged the version before a newer one replaced it."""
    words = f"Closed: a newer version has replaced {version_name(policy, version)}. You are asked for the new one."
    return Message(words, [prose(words)])


def already_acknowledged(acknowledgement: Acknowledgement, record_number: int | None, zone: str) -> str:
    number = f", as no. {record_number:,}" if record_number else ""
    return f"Already recorded on {local_moment(acknowledgement.at, zone)}{number}."


def full_text_modal(policy: Policy, version: PolicyVersion) -> dict[str, Any]:
    source = f"SHA-256 of this text: {version.text_hash}"
    intro = [section(md("*{policy}*", policy=version_name(policy, version))), context(source)]
    body = _within(limits.VIEW_BLOCKS - len(intro), markdown(version.text))
    return modal("Policy text", Callback.NOTICE, [*intro, *body])


def _within(room: int, blocks: list[Block]) -> list[Block]:
    """Packs paragraphs into fewer blocks if there are too many, since no person should agree to a text that was cut."""
    if len(blocks) <= room:
        return blocks
    packed: list[Block] = []
    for kind, neighbours in groupby(blocks, key=lambda block: block["type"]):
        group = list(neighbours)
        if kind == "rich_text":
            group = rich_text([part for block in group for part in block["elements"]])
        packed += group
    return packed


def publish_modal(drafts: Sequence[tuple[Policy, PolicyVersion]], recipients: int) -> dict[str, Any]:
    """`recipients` counts the people whom a publication asks today. Needs at least one draft."""
    due_days = sorted({*_DUE_DAYS, *(draft.due_days for _, draft in drafts)})
    options = [
        (draft.id, f"{limits.shorten(policy.title, _TITLE - 10)} {draft.version}") for policy, draft in drafts
    ]
    return modal(
        "Publish a policy",
        Callback.PUBLISH,
        [
            section(
                md(
                    "*{people} will be asked to acknowledge it*, each with their next reminder. "
                    "The list of people and the text are fixed at the moment you publish.",
                    people=counted(recipients, "person", "people"),
                )
            ),
            choice(Field.POLICY, "Version", options, initial=options[0][0] if len(options) == 1 else None),
            choice(
                Field.DUE_DAYS,
                "Due",
                [(str(count), f"{days(count)} from now") for count in due_days],
                initial=str(drafts[0][1].due_days),
            ),
        ],
        submit="Publish",
    )
