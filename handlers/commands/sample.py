"""A sample at the terminal: what an auditor would find. Needs no Slack, and the record keeps no entry of it."""

import json
from dataclasses import asdict
from typing import Any

from bot.errors import BadSeed, NoSuchExamination, NothingToSample
from bot.readiness.rules.findings import Assessment
from bot.readiness.rules.sampling import SEED, Population, SampleRequest, examination_names
from bot.readiness.sample_facts import broken_files
from bot.readiness.sampling import assessment_from, draw_requested_sample, self_assessment_from
from bot.readiness.views import sampling
from bot.settings import Settings
from bot.work import Work
from handlers.commands.status import in_parts
from handlers.commands.stored import open_stored
from handlers.faults import Misconfigured
from storage import programme
from storage.files import FileStore


async def sample_report(
    settings: Settings, examination: str | None, seed: str | None, *, as_json: bool
) -> str:
    """Draw a sample and report what an auditor would find; a server may run meanwhile.

    Raises Misconfigured where there is nothing to sample, SchemaMismatch for a database of another release, and
    BadSeed, NoSuchExamination or UnclearExamination for an option to correct.
    """
    if seed is not None and not SEED.fullmatch(seed):
        raise BadSeed
    async with open_stored(settings, "There is nothing to sample yet") as stored:
        try:
            async with stored.snapshot() as work:
                sample = await draw_requested_sample(
                    work, SampleRequest(await _examination_id(work, examination), seed)
                )
        except NothingToSample as refusal:
            raise Misconfigured(str(refusal)) from refusal
        broken = await broken_files(FileStore(settings.evidence_folder), sample.facts)
        async with stored.snapshot() as work:
            assessment = await assessment_from(work, self_assessment_from(sample, "", broken))
    if as_json:
        return json.dumps(_as_json(assessment, sample.populations), ensure_ascii=False)
    return in_parts(
        sampling.assessment_heading(assessment),
        sampling.assessment_parts(assessment),
        sampling.SELF_ASSESSMENT,
    )


async def _examination_id(work: Work, examination: str | None) -> str | None:
    if examination is None:
        return None
    names = examination_names(await programme.examinations(work.session))
    if examination.casefold() not in names:
        raise NoSuchExamination(sampling.no_such_examination(examination))
    return names[examination.casefold()]


def _as_json(assessment: Assessment, populations: tuple[Population, ...]) -> dict[str, Any]:
    """With the ids of each population, so that anybody can draw the same sample again."""
    population_ids = {(each.control_id, each.cadence): sorted(each.occurrence_ids) for each in populations}
    return {
        "examination": assessment.title,
        "starts_on": assessment.starts_on.isoformat(),
        "ends_on": assessment.ends_on.isoformat(),
        "day": assessment.day.isoformat(),
        "seed": assessment.seed,
        "digest": assessment.digest,
        "population": assessment.population,
        "sampled": len(assessment.items),
        "exceptions": assessment.exceptions,
        "files": assessment.files,
        "by_criterion": [asdict(each) for each in assessment.criteria],
        "by_control": [
            {
                "control": each.control_id,
                "title": each.title,
                "cadence": each.cadence,
                "population": each.population,
                "sampled": each.sampled,
                "exceptions": each.exceptions,
                "drawn_from": population_ids[each.control_id, each.cadence],
            }
            for each in assessment.controls
        ],
        "sample": [
            {
                "occurrence": each.occurrence_id,
                "control": each.control_id,
                "period": each.period,
                "due_on": each.due_on.isoformat(),
                "last_day": each.last_day.isoformat(),
                "findings": list(each.findings),
            }
            for each in assessment.items
        ],
    }
