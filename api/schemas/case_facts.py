"""The facts of a case as JSON: what is asked, what is stated, what somebody states anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from api.operations.case_facts import FactsFile, find_stated
from api.schemas.fields import Answer, Body
from pricing.coverage.documents.write import to_plain

_VERSION_MAX = 2**31 - 1


class FactsBody(Body):
    """Everything that is to be stated about a case, in place of what was stated before."""

    version: int = Field(
        ge=0, le=_VERSION_MAX, description="the version that was looked at; 0 where none is stated"
    )
    facts: dict[str, Any] = Field(description="as docs/case-facts.md explains")


class AskedAnswer(Answer):
    """One fact that the policy asks and no booking tells."""

    place: list[str] = Field(description="keys from the top of the facts down to it")
    fact: str = Field(description="as the policy names it, such as site.network")
    type: str = Field(description="number, text, date, yes_no or texts")
    about: str = Field(description="whose it is, or of which site or visit; empty for the trip")
    is_stated: bool
    rules: list[str] = Field(description="the rules that look at it, in the policy's words")


class FactsAnswer(Answer):
    """What is stated about a case, and what its policy asks."""

    case: str
    policy: str
    version: int = Field(description="grows with every change; 0 where nothing is stated")
    saved_at: datetime | None
    facts: dict[str, Any]
    asked: list[AskedAnswer]


def facts_answer(file: FactsFile) -> dict[str, Any]:
    """Return the facts of a case as JSON."""
    plain = to_plain(file.stored.facts)
    return FactsAnswer(
        case=file.case.reference,
        policy=file.policy.policy_id,
        version=file.stored.version,
        saved_at=file.stored.saved_at,
        facts=plain,
        asked=[
            AskedAnswer(
                place=list(one.place),
                fact=one.fact.path,
                type=one.fact.type.value,
                about=one.about,
                is_stated=find_stated(plain, one.place) is not None,
                rules=list(one.fact.rules),
            )
            for one in file.questions
        ],
    ).model_dump(mode="json")
