"""A policy made ready to decide with: kinds expanded, tables built, once for many decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pricing.coverage.documents.policy_document import Benefit, Condition, Limit, Policy, Version
from pricing.coverage.kinds import Kind, expand_known, with_units
from pricing.coverage.window import Window, window_of
from pricing.documents.tables import Table, table_of
from pricing.money import Money


@dataclass(frozen=True, slots=True)
class PreparedLimit:
    """A limit and what it applies to: kinds that have its units, and ids of benefits."""

    rule: Limit
    kinds: frozenset[Kind]
    benefits: frozenset[str]


@dataclass(frozen=True, slots=True)
class PreparedVersion:
    """The rules of one version with the kinds they speak of, and windows by balance."""

    version: Version
    conditions: tuple[tuple[Condition, frozenset[Kind]], ...]
    benefits: tuple[tuple[Benefit, frozenset[Kind]], ...]
    limits: tuple[PreparedLimit, ...]
    windows: Mapping[str, Window]


@dataclass(frozen=True, slots=True)
class PreparedPolicy:
    """A policy, its versions in order of their first day, and its tables."""

    policy: Policy
    versions: tuple[PreparedVersion, ...]
    tables: Mapping[str, Table]
    minor_units: int


def prepare(policy: Policy) -> PreparedPolicy:
    """Return the policy ready to decide with."""
    versions = sorted(policy.versions, key=lambda one: one.valid_from)
    return PreparedPolicy(
        policy=policy,
        versions=tuple(_prepare_version(version) for version in versions),
        tables={name: table_of(name, rows) for name, rows in policy.tables.items()},
        minor_units=10 ** Money.zero(policy.currency).decimals,
    )


def _prepare_version(version: Version) -> PreparedVersion:
    benefit_ids = frozenset(benefit.id for benefit in version.benefits)
    return PreparedVersion(
        version=version,
        conditions=tuple((rule, expand_known(rule.applies_to)) for rule in version.conditions),
        benefits=tuple((rule, expand_known(rule.covers)) for rule in version.benefits),
        limits=tuple(
            PreparedLimit(
                rule,
                with_units(expand_known(rule.applies_to), rule.of, rule.per),
                benefit_ids & {*rule.applies_to},
            )
            for rule in version.limits
        ),
        windows={
            rule.balance_name: window_of(rule.window)
            for rule in version.limits
            if rule.window is not None
        },
    )
