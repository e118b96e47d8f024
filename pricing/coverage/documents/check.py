"""What is wrong with a policy although its shape is right: the table of contents of its checks."""

from __future__ import annotations

from pricing.coverage.documents.check_expressions import check_expressions
from pricing.coverage.documents.check_head import check_head
from pricing.coverage.documents.check_limits import check_limits
from pricing.coverage.documents.check_rules import check_rules
from pricing.coverage.documents.check_steps import check_steps
from pricing.coverage.documents.check_units import check_units
from pricing.coverage.documents.check_versions import check_versions
from pricing.coverage.documents.check_words import check_words
from pricing.coverage.documents.policy_document import Policy
from pricing.documents.check_tables import check_tables
from pricing.documents.fault_list import FaultList


def check_policy(policy: Policy, found: FaultList) -> None:
    """Note every fault of a policy document whose shape is right."""
    check_head(policy, found)
    check_tables(policy.tables, found)
    check_versions(policy, found)
    for place, version in enumerate(policy.versions):
        check_rules(version, ("versions", place), policy, found)
        check_limits(version, ("versions", place), found)
        check_units(version, ("versions", place), found)
    check_expressions(policy, found)
    check_words(policy, found)
    check_steps(policy, found)
