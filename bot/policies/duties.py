"""What members owe about policies: an acknowledgement of each version that is published to them."""

from collections.abc import Collection

from bot.duties import Duty, OnePerson
from bot.policies.policies import policy_message
from bot.work import Work
from storage import policies
from storage.obligations import Obligation
from storage.terms import ObligationKind


async def _acknowledgement_words(work: Work, obligation: Obligation) -> str:
    version = await policies.policy_version(work.session, obligation.subject)
    if version is None:
        return f"Your acknowledgement of {obligation.subject}"
    titles = await policies.policies_by_id(work.session)
    return f"Your acknowledgement of {titles[version.policy_id].title}, version {version.version}"


async def _acknowledgement_in_digest(work: Work, subjects: Collection[str]) -> dict[str, str]:
    versions = [await policies.policy_version(work.session, subject) for subject in sorted(set(subjects))]
    return {version.id: f"{version.policy_id} {version.version}" for version in versions if version}


POLICY_DUTIES = (
    Duty(
        ObligationKind.ACKNOWLEDGE,
        message=policy_message,
        words=_acknowledgement_words,
        owed_by=OnePerson(digest_words=_acknowledgement_in_digest),
    ),
)
