"""What a second person's approval sets off, for each action that needs one."""

from __future__ import annotations

from typing import Final

from api.access.actions import Action
from api.operations.erasure import erase_case
from api.operations.policies import force_policy, withdraw_policy
from api.overrides.approvals import Effects

EFFECTS: Final[Effects] = {
    Action.PERSON_ERASE: erase_case,
    Action.COVERAGE_FORCE: force_policy,
    Action.COVERAGE_WITHDRAW: withdraw_policy,
}
"""All of them; each happens in the transaction of the decision."""
