"""Every kind of obligation, collected from the domains that open them.

The table is in `answers` because answers about the company read it: no package below sees the duties of every domain.
"""

from collections.abc import Mapping

from bot.answers.duties import ANSWER_DUTIES
from bot.duties import Duty
from bot.evidence.duties import EVIDENCE_DUTIES
from bot.owners.duties import OWNER_DUTIES
from bot.policies.duties import POLICY_DUTIES
from storage.terms import ObligationKind

EVERY_DUTY = (*OWNER_DUTIES, *EVIDENCE_DUTIES, *POLICY_DUTIES, *ANSWER_DUTIES)
DUTIES: Mapping[ObligationKind, Duty] = {duty.kind: duty for duty in EVERY_DUTY}
