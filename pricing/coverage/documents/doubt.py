"""What looks wrong in a policy that has no fault: the table of contents of its warnings.

None of it keeps a policy from being used; whoever writes it is told.
"""

from __future__ import annotations

from pricing.coverage.documents.doubt_amounts import doubt_amounts
from pricing.coverage.documents.doubt_counts import doubt_counts
from pricing.coverage.documents.doubt_holding import doubt_holding
from pricing.coverage.documents.doubt_keys import doubt_keys
from pricing.coverage.documents.doubt_unused import doubt_unused
from pricing.coverage.documents.policy_document import Policy
from pricing.documents.compose import read_located
from pricing.documents.fault_list import FaultList
from pricing.documents.faults import Fault, told_once


def list_warnings(policy: Policy, text: str | bytes) -> tuple[Fault, ...]:
    """Return what is doubtful in a policy read from this text, in order of line."""
    found = FaultList(read_located(text, policy.id))
    doubt_unused(policy, found)
    doubt_counts(policy, found)
    doubt_holding(policy, found)
    doubt_keys(policy, found)
    doubt_amounts(policy, found)
    return told_once(found.faults)
