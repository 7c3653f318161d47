"""The week for a compliance lead: the state of each examination, what needs action, and the lead's own requests.

Each part is written once, as lines that the blocks and the plain-text twin share.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.answers.rules.unanswered import UnansweredTopic
from bot.blocks import limits
from bot.blocks.ids import Action
from bot.blocks.kit import (
    Block,
    Message,
    Mrkdwn,
    button,
    context,
    data_table,
    day,
    header,
    lines,
    md,
    prose,
    section,
    table_text,
)
from bot.blocks.packing import REST_WEIGHT, divided_blocks, joined_within, left_out_note, messages_that_fit
from bot.blocks.wording import counted, days, frequency
from bot.owners.rules.ownership import DigestHandover
from bot.owners.views.handovers import handover_in_digest
from bot.readiness.rules.findings import PastAssessment
from bot.readiness.views.sampling import past_result
from bot.readiness.views.status import DISPOSED, OWN_VIEW, occurrence_name, rejection_remark, short_title
from bot.register.rules.window_guard import WindowFinding
from bot.register.views.window_guard import finding_sentences
from bot.reminders.rules.digest import (
    SILENT_AFTER,
    Arrears,
    Digest,
    ExceptionAhead,
    Movement,
    OpenQuestion,
    Orphan,
    Progress,
    TypeOneLine,
    TypeTwoLine,
)
from bot.reminders.rules.trimming import SHOWN, Trimmed
from storage.terms import Disposition

_COLUMNS = ("Policy", "Acknowledged", "Asked", "Not yet", "Due", "Who not yet")
_REQUESTS_BYTES = 700
_NAME = 40
_LINE = 140
_FIRST = "This is the first digest, so nothing is compared with a week ago."
_FOR_LEADS = "Who owes what, and what was asked, stands in the digest of each compliance lead."


@dataclass(frozen=True)
class DigestPart:
    """A heading with its figures, and lines below it; `blocks` where lines are not the best way to show them."""

    title: str
    says: Sequence[str]
    blocks: Sequence[Block] = ()

    @property
    def text(self) -> Mrkdwn:
        return lines(self.title, *self.says)

    @property
    def as_blocks(self) -> Sequence[Block]:
        return self.blocks or [section(lines(md("*{title}*", title=self.title), *self.says))]


def digest_message(
    digest: Digest, requests: Sequence[Message], name: str, *, in_channel: bool = False
) -> Message:
    """`name` is the lead's, and `requests` are the lead's own. A channel gets the figures without names or
    questions, which only leads may read.
    """
    greeting = f"Hello {name}, this is the digest for {digest.week}."
    elsewhere = _FOR_LEADS if in_channel else ""
    closing = lines(elsewhere, _quiet(digest), f"Head of the record: {digest.head}", OWN_VIEW)
    parts = _titles(digest) if in_channel else _fitting_parts(digest, greeting, closing)
    head = _blocks(digest, greeting, parts, closing)
    whole = messages_that_fit(requests, head)
    rest = left_out_note(len(requests) - len(whole))
    room = limits.MESSAGE_TEXT_BYTES - len(rest.encode()) - 2 * len("\n")
    figures = joined_within(
        [greeting, *(part.text for part in parts), closing], room - (_REQUESTS_BYTES if whole else 0)
    )
    requested = joined_within([request.text for request in whole], room - len(figures.encode()))
    return Message(
        lines(figures, requested, rest),
        [*head, *divided_blocks(whole), *([context(rest)] if rest else [])],
    )


def _titles(digest: Digest) -> list[DigestPart]:
    """The figures of the examinations, and the title of each list with its count."""
    return [*_examined(digest), *(DigestPart(each.title, ()) for each in _lists(digest, 1))]


def _fitting_parts(digest: Digest, greeting: str, closing: str) -> list[DigestPart]:
    """All parts, with as many lines of each list as one message holds."""
    examined = _examined(digest)
    for most in range(SHOWN, 1, -1):
        parts = [*examined, *_lists(digest, most)]
        if limits.weight(_blocks(digest, greeting, parts, closing)) + REST_WEIGHT <= limits.MESSAGE_WEIGHT:
            return parts
    return [*examined, *_lists(digest, 1)]


def _blocks(digest: Digest, greeting: str, parts: Sequence[DigestPart], closing: str) -> list[Block]:
    body = [block for part in parts for block in part.as_blocks]
    return [header(f"Digest for {digest.week}"), section(greeting), *body, context(closing)]


def _examined(digest: Digest) -> list[DigestPart]:
    return [
        _type_one(each) if isinstance(each, TypeOneLine) else _type_two(each) for each in digest.examinations
    ]


def _lists(digest: Digest, most: int) -> list[DigestPart]:
    """Everything beside the examinations in reading order, with at most `most` lines of each list."""
    lists: list[tuple[Trimmed[Any] | None, Callable[[Any], DigestPart]]] = [
        (digest.exceptions_ahead, _ahead),
        (digest.window, _window),
        (digest.changes, _changed),
        (digest.overdue, _overdue),
        (digest.silent, _silent),
        (digest.acknowledgements, _acknowledgements),
        (digest.questions, _questions),
        (digest.gaps, _gaps),
        (digest.orphans, _orphans),
        (digest.handed_over, _handovers),
    ]
    parts = [part(_first(trimmed, most)) for trimmed, part in lists if trimmed and trimmed.shown]
    if digest.to_review:
        parts.append(DigestPart(f"Evidence waiting for review: {counted(digest.to_review, 'file')}", ()))
    if digest.assessed:
        parts.append(DigestPart(_assessed(digest.assessed), ()))
    return parts


def _assessed(past: PastAssessment) -> str:
    return f"Last self-assessment, {day(past.on)}: {past_result(past)}"


def _first(trimmed: Trimmed[Any], most: int) -> Trimmed[Any]:
    return Trimmed(trimmed.shown[:most], trimmed.more + max(0, len(trimmed.shown) - most))


def _quiet(digest: Digest) -> str:
    """Names the lists that are empty, so that silence is not mistaken for an omission."""
    lists = {
        "about to become an exception": digest.exceptions_ahead.shown,
        "lacking in a window": digest.window.shown,
        "changed since the last digest": digest.changes is None or digest.changes.shown,
        "overdue from a control's owner": digest.overdue.shown,
        "unanswered by people asked several times": digest.silent.shown,
        "waiting for a person's answer": digest.questions.shown,
        "asked in vain": digest.gaps.shown,
        "without an owner": digest.orphans.shown,
        "waiting for review": digest.to_review,
    }
    quiet = _or([words for words, entries in lists.items() if not entries])
    return lines(_FIRST if digest.changes is None else "", f"Nothing is {quiet}." if quiet else "")


def _or(words: list[str]) -> str:
    return " or ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _type_one(line: TypeOneLine) -> DigestPart:
    """Each criterion or control objective is ready or has a gap."""
    return DigestPart(
        f"{short_title(line.title)}, as of {day(line.as_of)}, {_left(line.days_left)}",
        [
            f"{line.ready} of {line.criteria} ready, {line.criteria - line.ready} with a gap.",
            *(limits.shorten(f"{gap.criterion}: {'; '.join(gap.reasons)}", _LINE) for gap in line.gaps.shown),
            line.gaps.rest,
        ],
    )


def _type_two(line: TypeTwoLine) -> DigestPart:
    """Every scheduled occurrence, counted by disposition."""
    counts = ", ".join(f"{line.counts[each]} {words}{_moved(line, each)}" for each, words in DISPOSED.items())
    window = f"{day(line.starts_on)} to {day(line.ends_on)}"
    uncovered = " ".join([", ".join(line.uncovered.shown), line.uncovered.rest]).strip()
    return DigestPart(
        f"{short_title(line.title)}, {window}, {_left(line.days_left)}",
        [
            f"{line.scheduled} scheduled: {counts}.",
            "In brackets: the change since the last digest."
            if line.deltas and any(line.deltas.values())
            else "",
            f"Of the open ones {line.under_review} under review." if line.under_review else "",
            limits.shorten(f"Nothing is scheduled for {uncovered}.", _LINE) if uncovered else "",
        ],
    )


def _moved(line: TypeTwoLine, disposition: Disposition) -> str:
    moved = line.deltas[disposition] if line.deltas else 0
    return f" ({moved:+})" if moved else ""


def _left(days_left: int) -> str:
    if days_left < 0:
        return f"ended {days(-days_left)} ago"
    return f"{days(days_left)} left" if days_left else "today"


def _ahead(ahead: Trimmed[ExceptionAhead]) -> DigestPart:
    """Each has a button, since another owner may still act in time."""
    title, says = (
        f"Will become exceptions unless somebody acts: {_total(ahead)}",
        [_last_call(each) for each in ahead.shown],
    )
    blocks = [section(md("*{title}*", title=title))]
    for each, words in zip(ahead.shown, says, strict=True):
        control_id = each.standing.control_id
        reassign = button("Reassign", Action.OPEN_ASSIGN, control_id, says=f"Reassign {control_id}")
        blocks.append(section(words, reassign))
    return DigestPart(title, [*says, ahead.rest], [*blocks, *([context(ahead.rest)] if ahead.rest else [])])


def _last_call(ahead: ExceptionAhead) -> str:
    standing = ahead.standing
    owner = limits.shorten(standing.owner, _NAME) if standing.owner else "no owner"
    left = f"in {days(ahead.days_left)}" if ahead.days_left else "today"
    last_day = f"last day {day(standing.last_day)}, {left}{rejection_remark(standing)}"
    return f"{occurrence_name(standing)}, {owner}: {last_day}"


def _window(findings: Trimmed[WindowFinding]) -> DigestPart:
    return DigestPart(
        f"What a window lacks: {_total(findings)}", finding_sentences(findings.shown, findings.more)
    )


def _changed(changes: Trimmed[Movement]) -> DigestPart:
    says = [
        f"{occurrence_name(each.standing)}: {DISPOSED[each.standing.disposition]}"
        + (f", was {DISPOSED[each.was]}" if each.was else ", new")
        for each in changes.shown
    ]
    return DigestPart(f"Changed since the last digest: {_total(changes)}", [*says, changes.rest])


def _overdue(overdue: Trimmed[Arrears]) -> DigestPart:
    says = [
        f"{limits.shorten(each.person, _NAME)}: {each.count} overdue, the oldest since {day(each.oldest_due_on)}: "
        f"{_subjects(each)}"
        for each in overdue.shown
    ]
    return DigestPart(f"Overdue, by owner: {_people(overdue)}", [*says, overdue.rest])


def _silent(silent: Trimmed[Arrears]) -> DigestPart:
    says = [
        f"{limits.shorten(each.person, _NAME)}: asked {each.reminders} times, no answer yet: {_subjects(each)}"
        for each in silent.shown
    ]
    return DigestPart(
        f"Asked {SILENT_AFTER} times or more, no answer: {_people(silent)}", [*says, silent.rest]
    )


def _subjects(arrears: Arrears) -> str:
    subjects = "; ".join(limits.shorten(subject, _NAME) for subject in arrears.subjects.shown)
    return limits.shorten(f"{subjects} {arrears.subjects.rest}".strip(), _LINE)


def _acknowledgements(progress: Trimmed[Progress]) -> DigestPart:
    rows = [_progress(each) for each in progress.shown]
    title = f"Policies being acknowledged: {_total(progress)}"
    blocks = [data_table(title, _COLUMNS, rows), *([context(progress.rest)] if progress.rest else [])]
    return DigestPart(title, [table_text(_COLUMNS, rows), progress.rest], blocks)


def _progress(progress: Progress) -> tuple[str | int, ...]:
    campaign = progress.campaign
    due = f"{day(campaign.due_on)}{', overdue' if progress.overdue else ''}"
    names = ", ".join(limits.shorten(name, _NAME) for name in progress.waiting.shown)
    who = limits.shorten(f"{names} {progress.waiting.rest}".strip(), _LINE) or "nobody"
    policy = f"{short_title(campaign.policy)} {campaign.version}"
    return policy, campaign.acknowledged, campaign.roster, len(campaign.waiting), due, who


def _questions(questions: Trimmed[OpenQuestion]) -> DigestPart:
    """The questions are people's words, so they are shown as plain text."""
    says = [
        f"{limits.shorten(each.asked_by, _NAME)}, {day(each.asked_on)}: “{limits.shorten(each.text, _LINE)}”"
        for each in questions.shown
    ]
    title, below = f"Waiting for a person's answer: {_total(questions)}", [*says, questions.rest]
    return DigestPart(
        title, below, [section(md("*{title}*", title=title)), prose("\n".join(filter(None, below)))]
    )


def _gaps(gaps: Trimmed[UnansweredTopic]) -> DigestPart:
    """Home has a button for each topic."""
    says = [f"{frequency(each.people, each.times)}: “{short_title(each.text)}”" for each in gaps.shown]
    title, below = f"Asked in vain, to be answered from Home: {_total(gaps)}", [*says, gaps.rest]
    return DigestPart(
        title, below, [section(md("*{title}*", title=title)), prose("\n".join(filter(None, below)))]
    )


def _orphans(orphans: Trimmed[Orphan]) -> DigestPart:
    says = [
        f"{each.control_id} {short_title(each.title)}"
        + (f": last day {day(each.last_day)}" if each.last_day else "")
        for each in orphans.shown
    ]
    return DigestPart(f"Without an owner: {_total(orphans)}", [*says, orphans.rest])


def _handovers(handovers: Trimmed[DigestHandover]) -> DigestPart:
    says = [handover_in_digest(each) for each in handovers.shown]
    return DigestPart(f"Controls that owners hand over: {_total(handovers)}", [*says, handovers.rest])


def _total(trimmed: Trimmed[Any]) -> int:
    return len(trimmed.shown) + trimmed.more


def _people(trimmed: Trimmed[Arrears]) -> str:
    return counted(_total(trimmed), "person", "people")
