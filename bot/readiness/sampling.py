"""The dry run of an audit: a lead has a sample drawn and sees what an auditor would find; it is on the record.

What is stored is read before the transaction. Where the files of a sample are too many bytes to be read before Slack
gives up, the sample is recorded at once and a worker reads them.
"""

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from bot.calendar.periods import local_date
from bot.desk import Desk
from bot.errors import BadSeed, NothingToSample, RequestClosed, WhichExamination
from bot.evidence.rules.timeliness import last_day_to_act
from bot.people import acting_lead, name_of
from bot.readiness.rules.findings import (
    Assessment,
    ControlSum,
    Item,
    Past,
    SampledOccurrence,
    by_criterion,
    findings,
    is_exception,
)
from bot.readiness.rules.sampling import SEED, SEED_DIGITS, Drawn, SampleRequest, digest, names_of, understood
from bot.readiness.sample_facts import Look, broken_files, facts_of, look_at
from bot.readiness.status import answers_to, criteria_in_scope
from bot.readiness.views.sampling import NO_WINDOW, type_one, which
from bot.schedule.rules.scope import window
from bot.work import Work
from storage import evidence, programme, sampling
from storage.programme import Control, Examination
from storage.record import entries
from storage.record.recorded import subject_of
from storage.sampling import SelfAssessment
from storage.terms import AuditFinding, Cadence, Event, ReportType

# On two busy cores 57 MiB in 3,000 files are read and hashed in 0.2 s; Slack waits for three seconds.
READ_AT_ONCE = 64 * 1024 * 1024
PAST_SHOWN = 20


async def ordered(desk: Desk, words: str) -> SampleRequest | None:
    """What the words of a command order, if they are an order at all."""
    async with desk.reading() as work:
        known = await programme.examinations(work.session)
    return understood(words, names_of(known))


async def before_sampling(desk: Desk, lead_id: str) -> tuple[list[Examination], list[Past]]:
    """The windows that can be sampled, and the newest self-assessments."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        past = await past_assessments(work, PAST_SHOWN)
        return await _windows(work), past


async def past_assessments(work: Work, most: int) -> list[Past]:
    """The newest first."""
    titles = {each.id: each.title for each in await programme.examinations(work.session)}
    return [
        _past(each, titles[each.examination_id], await name_of(work, each.made_by), work.zone)
        for each in await sampling.newest_self_assessments(work.session, most)
    ]


async def take_sample(
    desk: Desk, lead_id: str, asked: SampleRequest, read_at_once: int = READ_AT_ONCE
) -> str:
    """Draw, look, and record it as a self-assessment; its id. In Slack nobody sees a sample that is not on the record.

    Files of more than ``read_at_once`` bytes in all are read later.
    """
    if asked.seed is not None and not SEED.fullmatch(asked.seed):
        raise BadSeed(field="seed")
    async with desk.snapshot() as work:
        await acting_lead(work, lead_id)
        look = await look_asked(work, asked)
    small = sum(each.size for each in look.facts) <= read_at_once
    broken = await broken_files(desk.files, look.facts) if small else None
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        made = assessment_of(look, lead.id, broken)
        work.record(Event.SELF_ASSESSMENT_MADE, lead.id, made)
    return made.id


async def shown_assessment(desk: Desk, lead_id: str, assessment_id: str) -> Assessment:
    async with desk.snapshot() as work:
        await acting_lead(work, lead_id)
        made = await sampling.self_assessment(work.session, assessment_id)
        if made is None:
            raise RequestClosed
        return await told(work, made)


async def look_asked(work: Work, asked: SampleRequest) -> Look:
    """Raises NothingToSample for a Type 1, and WhichExamination where several windows are open to choice."""
    examination = await _examination_asked(work, asked.examination_id)
    return await look_at(work, examination, asked.seed or _fresh_seed())


def assessment_of(look: Look, made_by: str, broken: frozenset[str] | None) -> SelfAssessment:
    """With ``broken`` None the files are still to be read."""
    starts_on, ends_on = window(look.examination)
    return SelfAssessment(
        examination_id=look.examination.id,
        made_by=made_by,
        made_at=look.at,
        day=look.day,
        starts_on=starts_on,
        ends_on=ends_on,
        seed=look.seed,
        population=sum(each.population for each in look.drawn),
        digest=digest(look.populations),
        drawn=[entries.plain(asdict(each)) for each in look.drawn],
        findings=_found(look.facts, broken or frozenset()),
        files=len({each.sha256 for each in look.facts if each.sha256}),
        files_read_at=None if broken is None else look.at,
    )


async def told(work: Work, made: SelfAssessment) -> Assessment:
    """With the words that its ids stand for today."""
    examination = await programme.examination(work.session, made.examination_id)
    if examination is None:
        raise RequestClosed
    drawn = _drawn(made)
    controls = await programme.controls_by_id(work.session, [each.control_id for each in drawn])
    items = await _items(work, made, drawn, controls)
    exceptions = {each.occurrence_id for each in items if each.is_exception}
    populations = Counter(each.control_id for each in drawn)
    sums = tuple(
        _sum(
            each,
            controls[each.control_id],
            examination,
            len(exceptions.intersection(each.occurrence_ids)),
            several=populations[each.control_id] > 1,
        )
        for each in drawn
    )
    entry = await entries.entry_of_kind(work.session, Event.SELF_ASSESSMENT_MADE, subject_of(made))
    before = await sampling.made_before(work.session, made)
    return Assessment(
        id=made.id,
        examination_id=examination.id,
        title=examination.title,
        starts_on=made.starts_on,
        ends_on=made.ends_on,
        day=made.day,
        seed=made.seed,
        digest=made.digest,
        made_by=await name_of(work, made.made_by) if made.made_by else None,
        number=entry.seq if entry else None,
        made_before=local_date(before.made_at, work.zone) if before else None,
        files=made.files,
        files_read=made.files_read_at is not None,
        items=items,
        controls=sums,
        criteria=by_criterion(sums, criteria_in_scope(examination, work.content)),
    )


class Reader:
    """The worker that reads the files of samples that were too large to be read while the lead waited."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.again_at: datetime | None = None

    async def turn(self) -> int:
        """The files of one sample; what else is found stays what was so when it was drawn."""
        async with self.desk.snapshot() as work:
            made = await sampling.assessment_to_read(work.session)
            if made is None:
                return 0
            facts = await facts_of(work, _drawn(made), made.made_at)
        broken = await broken_files(self.desk.files, facts)
        async with self.desk.work() as work:
            row = await sampling.self_assessment(work.session, made.id, to_change=True)
            if row and row.files_read_at is None:
                row.findings, row.files_read_at = _found(facts, broken), work.now
                work.record(Event.SELF_ASSESSMENT_FILES_READ, "socrates", row)
        return 1

    async def finish(self) -> None:
        """Nothing is in flight between two turns."""


async def _examination_asked(work: Work, examination_id: str | None) -> Examination:
    if examination_id is not None:
        chosen = await programme.examination(work.session, examination_id)
        if chosen is None:
            raise RequestClosed
        if chosen.type is ReportType.TYPE1:
            raise NothingToSample(type_one(chosen.title))
        return chosen
    windows = await _windows(work)
    if not windows:
        raise NothingToSample(NO_WINDOW)
    if len(windows) > 1:
        raise WhichExamination(which([each.id for each in windows]))
    return windows[0]


async def _windows(work: Work) -> list[Examination]:
    return [each for each in await programme.examinations(work.session) if each.type is ReportType.TYPE2]


def _fresh_seed() -> str:
    return f"{secrets.randbelow(10**SEED_DIGITS):0{SEED_DIGITS}}"


def _found(facts: Iterable[SampledOccurrence], broken: frozenset[str]) -> dict[str, list[str]]:
    """As it is stored: by occurrence id, where there is anything."""
    found = {each.occurrence_id: findings(each, broken) for each in facts}
    return {key: [each.value for each in noted] for key, noted in found.items() if noted}


def _drawn(made: SelfAssessment) -> tuple[Drawn, ...]:
    return tuple(
        Drawn(each["control_id"], Cadence(each["cadence"]), each["population"], tuple(each["occurrence_ids"]))
        for each in made.drawn
    )


async def _items(
    work: Work, made: SelfAssessment, drawn: Iterable[Drawn], controls: dict[str, Control]
) -> tuple[Item, ...]:
    ids = [occurrence_id for each in drawn for occurrence_id in each.occurrence_ids]
    rows = await evidence.occurrences_by_id(work.session, ids)
    items = [
        Item(
            occurrence_id=row.id,
            control_id=row.control_id,
            title=controls[row.control_id].title,
            period=row.label,
            due_on=row.due_on,
            last_day=last_day_to_act(row.due_on, row.grace_days),
            findings=tuple(map(AuditFinding, made.findings.get(row.id, ()))),
        )
        for row in rows.values()
    ]
    return tuple(sorted(items, key=lambda each: (each.control_id, each.due_on, each.period)))


def _sum(
    drawn: Drawn, control: Control, examination: Examination, exceptions: int, *, several: bool
) -> ControlSum:
    return ControlSum(
        control_id=control.id,
        title=control.title,
        criteria=tuple(answers_to(control, examination.kind)),
        cadence=drawn.cadence,
        population=drawn.population,
        sampled=len(drawn.occurrence_ids),
        exceptions=exceptions,
        several=several,
    )


def _past(made: SelfAssessment, title: str, made_by: str, zone: str) -> Past:
    return Past(
        id=made.id,
        title=title,
        on=local_date(made.made_at, zone),
        made_by=made_by,
        seed=made.seed,
        sampled=sum(len(each.occurrence_ids) for each in _drawn(made)),
        exceptions=sum(is_exception(map(AuditFinding, noted)) for noted in made.findings.values()),
        files_read=made.files_read_at is not None,
    )
