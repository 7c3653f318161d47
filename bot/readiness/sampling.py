"""The dry run of an audit: a lead draws a sample and sees what an auditor would find; the record has an entry of it.

Slack waits three seconds. When a sample's files are too large to be read in that time, we record the sample at once,
and a worker reads the files.
"""

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from bot.blocks.ids import Field
from bot.calendar.periods import local_date
from bot.desk import Desk
from bot.errors import BadSeed, NothingToSample, RequestClosed, UnclearExamination
from bot.evidence.rules.dispositions import last_day_to_act
from bot.people import acting_lead, name_of
from bot.readiness.rules.findings import (
    Assessment,
    ControlSum,
    PastAssessment,
    SampledItem,
    SampledOccurrence,
    findings,
    is_exception,
    sums_by_criterion,
)
from bot.readiness.rules.sampling import (
    SEED,
    SEED_DIGITS,
    PopulationSample,
    SampleRequest,
    examination_names,
    parse_sample_request,
    population_digest,
)
from bot.readiness.sample_facts import Sample, broken_files, draw_sample, sampled_occurrences
from bot.readiness.status import criteria_in_scope
from bot.readiness.views.sampling import NO_WINDOW, type_one_has_no_window, which_examination
from bot.schedule.rules.examinations import criteria_of_control, examination_window
from bot.work import Work
from storage import evidence, programme, sampling
from storage.programme import Control, Examination
from storage.record import entries
from storage.record.recorded import Actor, subject_of
from storage.sampling import SelfAssessment
from storage.terms import AuditFinding, Cadence, Event, ReportType

# On two busy cores 57 MiB in 3,000 files are read and hashed in 0.2 s; Slack waits for three seconds.
READ_AT_ONCE = 64 * 1024 * 1024
PAST_SHOWN = 20


async def requested_sample(desk: Desk, words: str) -> SampleRequest | None:
    """The request in the words of a command; None when the words are no request for a sample."""
    async with desk.reading() as work:
        examinations = await programme.examinations(work.session)
    return parse_sample_request(words, examination_names(examinations))


async def sampling_choices(desk: Desk, lead_id: str) -> tuple[list[Examination], list[PastAssessment]]:
    """The Type 2 examinations, whose windows can be sampled, and the newest self-assessments."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        past = await past_assessments(work, PAST_SHOWN)
        return await _type_two_examinations(work), past


async def past_assessments(work: Work, most: int) -> list[PastAssessment]:
    """The newest first."""
    titles = {each.id: each.title for each in await programme.examinations(work.session)}
    return [
        _past(each, titles[each.examination_id], await name_of(work, each.made_by), work.zone)
        for each in await sampling.newest_self_assessments(work.session, most)
    ]


async def take_sample(
    desk: Desk, lead_id: str, request: SampleRequest, read_at_once: int = READ_AT_ONCE
) -> str:
    """Draw a sample and record it as a self-assessment, whose id it gives. Slack shows recorded samples only.

    A worker reads the files later when they have more than ``read_at_once`` bytes in all. Raises BadSeed.
    """
    if request.seed is not None and not SEED.fullmatch(request.seed):
        raise BadSeed(field=Field.SEED)
    async with desk.snapshot() as work:
        await acting_lead(work, lead_id)
        sample = await draw_requested_sample(work, request)
    reads_now = sum(each.size for each in sample.facts) <= read_at_once
    broken = await broken_files(desk.files, sample.facts) if reads_now else None
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        assessment = self_assessment_from(sample, lead.id, broken)
        work.record(Event.SELF_ASSESSMENT_MADE, lead.id, assessment)
    return assessment.id


async def show_assessment(desk: Desk, lead_id: str, assessment_id: str) -> Assessment:
    async with desk.snapshot() as work:
        await acting_lead(work, lead_id)
        assessment = await sampling.self_assessment(work.session, assessment_id)
        if assessment is None:
            raise RequestClosed
        return await assessment_from(work, assessment)


async def draw_requested_sample(work: Work, request: SampleRequest) -> Sample:
    """Raises NothingToSample for a Type 1, and UnclearExamination for a request without one when there are several."""
    examination = await _requested_examination(work, request.examination_id)
    return await draw_sample(work, examination, request.seed or _fresh_seed())


def self_assessment_from(sample: Sample, made_by: str, broken: frozenset[str] | None) -> SelfAssessment:
    """``broken`` has the hashes of broken files; None when the files are still to be read."""
    starts_on, ends_on = examination_window(sample.examination)
    return SelfAssessment(
        examination_id=sample.examination.id,
        made_by=made_by,
        made_at=sample.at,
        day=sample.day,
        starts_on=starts_on,
        ends_on=ends_on,
        seed=sample.seed,
        population=sum(each.population for each in sample.drawn),
        digest=population_digest(sample.populations),
        drawn=[entries.canonical_value(asdict(each)) for each in sample.drawn],
        findings=_stored_findings(sample.facts, broken or frozenset()),
        files=len({each.sha256 for each in sample.facts if each.sha256}),
        files_read_at=None if broken is None else sample.at,
    )


async def assessment_from(work: Work, row: SelfAssessment) -> Assessment:
    """The self-assessment with today's titles and names in place of its ids."""
    examination = await programme.examination(work.session, row.examination_id)
    if examination is None:
        raise RequestClosed
    drawn = _drawn(row)
    controls = await programme.controls_by_id(work.session, [each.control_id for each in drawn])
    items = await _items(work, row, drawn, controls)
    exception_ids = {each.occurrence_id for each in items if each.is_exception}
    populations = Counter(each.control_id for each in drawn)
    sums = tuple(
        _sum(
            each,
            controls[each.control_id],
            examination,
            len(exception_ids.intersection(each.occurrence_ids)),
            several=populations[each.control_id] > 1,
        )
        for each in drawn
    )
    entry = await entries.newest_entry(work.session, Event.SELF_ASSESSMENT_MADE, subject_of(row))
    earlier = await sampling.earlier_same_sample(work.session, row)
    return Assessment(
        id=row.id,
        examination_id=examination.id,
        title=examination.title,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        day=row.day,
        seed=row.seed,
        digest=row.digest,
        made_by=await name_of(work, row.made_by) if row.made_by else None,
        number=entry.seq if entry else None,
        made_before=local_date(earlier.made_at, work.zone) if earlier else None,
        files=row.files,
        files_read=row.files_read_at is not None,
        items=items,
        controls=sums,
        criteria=sums_by_criterion(sums, criteria_in_scope(examination, work.content)),
    )


class SampleReader:
    """The worker that reads the files of a sample when they were too large to be read while the lead waited."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.again_at: datetime | None = None

    async def turn(self) -> int:
        """Read the files of one sample; how many samples were read. All other findings stay as of the draw."""
        async with self.desk.snapshot() as work:
            assessment = await sampling.assessment_to_read(work.session)
            if assessment is None:
                return 0
            facts = await sampled_occurrences(work, _drawn(assessment), assessment.made_at)
        broken = await broken_files(self.desk.files, facts)
        async with self.desk.work() as work:
            row = await sampling.self_assessment(work.session, assessment.id, to_change=True)
            if row and row.files_read_at is None:
                row.findings, row.files_read_at = _stored_findings(facts, broken), work.now
                work.record(Event.SELF_ASSESSMENT_FILES_READ, Actor.SOCRATES, row)
        return 1

    async def finish(self) -> None:
        """Nothing is in flight between two turns."""


async def _requested_examination(work: Work, examination_id: str | None) -> Examination:
    if examination_id is not None:
        examination = await programme.examination(work.session, examination_id)
        if examination is None:
            raise RequestClosed
        if examination.type is ReportType.TYPE1:
            raise NothingToSample(type_one_has_no_window(examination.title))
        return examination
    examinations = await _type_two_examinations(work)
    if not examinations:
        raise NothingToSample(NO_WINDOW)
    if len(examinations) > 1:
        raise UnclearExamination(which_examination([each.id for each in examinations]))
    return examinations[0]


async def _type_two_examinations(work: Work) -> list[Examination]:
    return [each for each in await programme.examinations(work.session) if each.type is ReportType.TYPE2]


def _fresh_seed() -> str:
    return f"{secrets.randbelow(10**SEED_DIGITS):0{SEED_DIGITS}}"


def _stored_findings(facts: Iterable[SampledOccurrence], broken: frozenset[str]) -> dict[str, list[str]]:
    """The findings in their stored form: by occurrence id, without occurrences that have none."""
    by_occurrence = {each.occurrence_id: findings(each, broken) for each in facts}
    return {key: [finding.value for finding in some] for key, some in by_occurrence.items() if some}


def _drawn(assessment: SelfAssessment) -> tuple[PopulationSample, ...]:
    return tuple(
        PopulationSample(
            each["control_id"], Cadence(each["cadence"]), each["population"], tuple(each["occurrence_ids"])
        )
        for each in assessment.drawn
    )


async def _items(
    work: Work, assessment: SelfAssessment, drawn: Iterable[PopulationSample], controls: dict[str, Control]
) -> tuple[SampledItem, ...]:
    ids = [occurrence_id for each in drawn for occurrence_id in each.occurrence_ids]
    rows = await evidence.occurrences_by_id(work.session, ids)
    items = [
        SampledItem(
            occurrence_id=row.id,
            control_id=row.control_id,
            title=controls[row.control_id].title,
            period=row.label,
            due_on=row.due_on,
            last_day=last_day_to_act(row.due_on, row.grace_days),
            findings=tuple(map(AuditFinding, assessment.findings.get(row.id, ()))),
        )
        for row in rows.values()
    ]
    return tuple(sorted(items, key=lambda each: (each.control_id, each.due_on, each.period)))


def _sum(
    drawn: PopulationSample, control: Control, examination: Examination, exceptions: int, *, several: bool
) -> ControlSum:
    return ControlSum(
        control_id=control.id,
        title=control.title,
        criteria=tuple(criteria_of_control(control, examination.kind)),
        cadence=drawn.cadence,
        population=drawn.population,
        sampled=len(drawn.occurrence_ids),
        exceptions=exceptions,
        several=several,
    )


def _past(assessment: SelfAssessment, title: str, made_by: str, zone: str) -> PastAssessment:
    return PastAssessment(
        id=assessment.id,
        title=title,
        on=local_date(assessment.made_at, zone),
        made_by=made_by,
        seed=assessment.seed,
        sampled=sum(len(each.occurrence_ids) for each in _drawn(assessment)),
        exceptions=sum(is_exception(map(AuditFinding, some)) for some in assessment.findings.values()),
        files_read=assessment.files_read_at is not None,
    )
