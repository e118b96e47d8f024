"""Coverage over REST: policies that are kept, documents looked over, trips decided."""

from __future__ import annotations

from typing import Any

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from api.access.actions import Action, acts
from api.coverage.apart import ask_apart, check_apart
from api.coverage.wishes import answer_of, rules_wish
from api.errors import FieldError, InvalidRequest
from api.guard.asking import get_principal
from api.guard.noting import note_done
from api.operations.policies import find_ceilings, told_of
from api.rest.reading import API_PREFIX
from api.schemas.coverage import (
    CheckAnswer,
    CheckBody,
    DecisionAnswer,
    DecisionBody,
    PolicyAnswer,
    PolicyList,
    policy_answer,
    policy_summary,
)
from api.schemas.fields import Asked
from api.schemas.problem import refusals
from api.wiring import get_services
from pricing.errors import PolicyNotInForce
from pricing.policies import RevisionKey
from pricing.repository.policies import (
    find_policy_owner,
    get_policy,
    get_revision,
    list_policies,
)

rest = APIBlueprint(
    "coverage_rest",
    __name__,
    url_prefix=API_PREFIX,
    abp_tags=[Tag(name="Coverage")],
    abp_responses=refusals(400, 401, 403, 429, 503),
)


class PolicyPath(Asked):
    """The policy an address names."""

    policy_id: str


class OwnerQuery(Asked):
    """Whose policy, and which revision."""

    of: str | None = Field(default=None, description="whose, where several sponsors have one")
    revision: int | None = Field(
        default=None, ge=1, le=999_999, description="default: the one in force, else the newest"
    )


@rest.get("/policies", responses={200: PolicyList}, operation_id="listPolicies")
@acts(Action.COVERAGE_READ)
def list_all_policies() -> dict[str, Any]:
    """List the policies of the own organisation and of who pays for its cases."""
    with get_services().sessions.read() as session:
        return {"policies": [policy_summary(one) for one in list_policies(session)]}


@rest.get(
    "/policies/<policy_id>",
    responses={200: PolicyAnswer, **refusals(404, 409, 422)},
    operation_id="getPolicy",
)
@acts(Action.COVERAGE_READ)
def get_one_policy(path: PolicyPath, query: OwnerQuery) -> dict[str, Any]:
    """Tell a policy's revisions, and the text of one."""
    with get_services().sessions.read() as session:
        owner = find_policy_owner(
            session, path.policy_id, own=get_principal().organisation_id, owner=query.of
        )
        policy = get_policy(session, owner, path.policy_id)
        wanted = query.revision or (policy.in_force or policy.newest).key.revision
        key = RevisionKey(organisation_id=owner, policy_id=path.policy_id, revision=wanted)
        return policy_answer(policy, get_revision(session, key))


@rest.post(
    "/policies/check",
    responses={200: CheckAnswer, **refusals(413, 415, 422)},
    operation_id="checkPolicy",
)
@acts(Action.COVERAGE_TRY)
def check_policy(body: CheckBody) -> dict[str, Any]:
    """Look a policy document over; nothing is stored."""
    return check_apart(body.policy)


@rest.post(
    "/coverage/decisions",
    responses={200: DecisionAnswer, **refusals(404, 409, 413, 415, 422)},
    operation_id="decideCoverage",
)
@acts(Action.COVERAGE_TRY)
def decide_coverage(body: DecisionBody) -> dict[str, Any]:
    """Decide a trip under a policy; nothing is stored but that it was tried."""
    if (body.policy is None) == (body.policy_id is None):
        raise InvalidRequest((FieldError("policy", "send either policy or policy_id"),))
    if body.policy is not None and (body.of, body.revision) != (None, None):
        raise InvalidRequest((FieldError("policy_id", "of and revision want a stored one"),))
    services = get_services()
    text, ceilings, tried = _find_rules(body)
    told = ask_apart(
        "decide",
        {
            "rules": rules_wish(text, ceilings, body.version),
            "trip": body.trip,
            "balances": body.balances,
            "as_of": (body.as_of or services.today()).isoformat(),
        },
    )
    note_done(Action.COVERAGE_TRY, tried)
    return answer_of(told)


def _find_rules(body: DecisionBody) -> tuple[str, dict[str, str], dict[str, Any]]:
    """Return the policy's text, the ceilings in force, and how the audit trail names it."""
    own = get_principal().organisation_id
    with get_services().sessions.read() as session:
        if body.policy_id is None:
            text = body.policy or ""
            return text, find_ceilings(session, own, text), {"policy": "as sent"}
        owner = find_policy_owner(session, body.policy_id, own=own, owner=body.of)
        in_force = get_policy(session, owner, body.policy_id).in_force
        if in_force is None and body.revision is None:
            raise PolicyNotInForce(body.policy_id)
        wanted = body.revision or (in_force.key.revision if in_force else 0)
        key = RevisionKey(organisation_id=owner, policy_id=body.policy_id, revision=wanted)
        text = get_revision(session, key).text
        return text, find_ceilings(session, owner, text), dict(told_of(key))
