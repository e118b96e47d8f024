"""Which policy decides a case's travel: the one its payer has in force, else the one shipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from logistics.case.model import Case
from logistics.repository.organisations import find_payer
from pricing.coverage.decision_errors import CeilingNotFound
from pricing.coverage.library import find_shipped_text, get_shipped_text
from pricing.coverage.prepared import PreparedPolicy
from pricing.coverage.read_once import prepared_policy
from pricing.coverage.record import Digests, digest_of
from pricing.errors import NoPolicyInForce, PolicyNotInForce
from pricing.policies import Revision
from pricing.repository.policies import find_in_force, find_text_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePolicy:
    """A policy as it is to be decided with now.

    ``revision`` is the payer's, None where the document shipped is taken. ``ceilings`` are the
    texts of the policies that its tax rules name, by their ids.
    """

    payer_id: str | None
    policy_id: str
    revision: int | None
    text: str
    ceilings: Mapping[str, str]

    @property
    def prepared(self) -> PreparedPolicy:
        """Return it ready to decide with; raises InvalidDocument."""
        return prepared_policy(self.text, self.policy_id)

    @property
    def prepared_ceilings(self) -> dict[str, PreparedPolicy]:
        """Return the ceilings ready to decide with; raises InvalidDocument."""
        return {name: prepared_policy(text, name) for name, text in self.ceilings.items()}

    @property
    def texts(self) -> tuple[str, ...]:
        """Return every text that a decision under it is made from."""
        return (self.text, *self.ceilings.values())

    @property
    def digests(self) -> Digests:
        """Return how a record of a decision names the texts."""
        named = tuple((name, digest_of(text)) for name, text in sorted(self.ceilings.items()))
        return Digests(digest_of(self.text), named)


def policy_id_of(case: Case) -> str:
    """Return the id of the policy of a case's service level."""
    return f"sojourn-{case.service_level.value}"


def get_case_policy(session: Session, case: Case) -> CasePolicy:
    """Return the policy in force for the case.

    Raises:
        NoPolicyInForce: the payer keeps the policy, but no revision of it is in force.
        CeilingNotFound: nobody has a policy that one of its tax rules names.
        InvalidDocument: the document cannot be read.
    """
    payer_id, policy_id = find_payer(session, case.reference), policy_id_of(case)
    kept = None if payer_id is None else _find_kept(session, payer_id, policy_id)
    text = get_shipped_text(policy_id) if kept is None else kept.text
    named = prepared_policy(text, policy_id).policy.ceilings
    return CasePolicy(
        payer_id=payer_id,
        policy_id=policy_id,
        revision=None if kept is None else kept.note.key.revision,
        text=text,
        ceilings={name: _ceiling(session, payer_id, policy_id, name) for name in sorted(named)},
    )


def _find_kept(session: Session, payer_id: str, policy_id: str) -> Revision | None:
    try:
        return find_in_force(session, payer_id, policy_id)
    except PolicyNotInForce as error:
        why = (
            f"{payer_id} keeps revisions of it, and none is in force; have its draft put in force "
            "on the page of the policy, then try again"
        )
        raise NoPolicyInForce(policy_id, why) from error


def _ceiling(session: Session, payer_id: str | None, policy_id: str, name: str) -> str:
    text = None if payer_id is None else find_text_in_force(session, payer_id, name)
    if text is None:
        text = find_shipped_text(name)
    if text is None:
        raise CeilingNotFound(policy_id, name)
    return text
