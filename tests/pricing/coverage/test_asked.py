"""Which facts a version of a policy asks for."""

from __future__ import annotations

from pricing.coverage.asked import AskedFact, asks_for_household, list_asked
from pricing.coverage.documents.read import read_policy
from pricing.coverage.prepared import PreparedPolicy, prepare
from pricing.expressions.types import FactType
from tests.pricing.coverage.deciding import policy_text

BENEFIT = "- {id: bed, text: A bed., covers: [lodging], pays: actual}"


def _prepared(rules: str, head: str = "") -> PreparedPolicy:
    return prepare(read_policy(policy_text(rules, head=head), "policy"))


def _asked(rules: str, head: str = "") -> dict[str, AskedFact]:
    policy = _prepared(rules, head)
    return {one.path: one for one in list_asked(policy, policy.versions[0])}


def test_a_fact_is_asked_with_the_rules_that_look_at_it() -> None:
    asked = _asked(
        f"""
        conditions:
        - {{id: net, text: In network., requires: site.network}}
        - {{id: far, text: Far enough., when: site.network, requires: trip.days > 1}}
        benefits:
        {BENEFIT}
        """
    )

    assert asked["site.network"].rules == ("In network.", "Far enough.")
    assert asked["site.network"].type is FactType.YES_NO
    assert set(asked) == {"site.network", "trip.days"}


def test_what_a_table_looks_at_is_asked_through_who_looks_it_up() -> None:
    asked = _asked(
        """
        benefits:
        - {id: bed, text: A bed., covers: [lodging], pays: actual, up_to: "lookup('most', 'a')"}
        """,
        head="""
        tables:
          most: [{key: a, value: "if(care.setting = 'inpatient', 100, 50)"}]
          other: [{key: a, value: site.care_cost}]
        """,
    )

    assert set(asked) == {"care.setting"}


def test_a_fact_of_the_policys_own_comes_with_its_words() -> None:
    asked = _asked(
        f"""
        conditions: [{{id: poor, text: Poor., requires: trip.facts.income < 100}}]
        benefits:
        {BENEFIT}
        """,
        head="facts: {trip.facts.income: {type: number, text: Income in percent.}}",
    )

    assert asked["trip.facts.income"].text == "Income in percent."
    assert asked["trip.facts.income"].is_declared


def test_a_limit_for_each_procedure_asks_for_the_procedure_and_a_balance_is_no_fact() -> None:
    asked = _asked(
        f"""
        benefits:
        {BENEFIT}
        limits:
        - {{id: whole, text: Most., cap: 900, per: lifetime, whose: household}}
        - {{id: each, text: For each., cap: left.whole, per: procedure}}
        """
    )

    assert set(asked) == {"care.procedure"}


def test_who_is_paid_for_is_asked_too() -> None:
    asked = _asked(
        f"""
        travellers:
          both: {{text: Both., companions: [{{at_most: 1, who: person.medically_required}}]}}
        benefits:
        {BENEFIT}
        """
    )

    assert asked["person.medically_required"].rules == ("Both.",)


def test_a_household_is_asked_for_where_a_limit_is_shared_by_one() -> None:
    alone = _prepared(f"benefits:\n{BENEFIT}")
    shared = _prepared(
        f"""
        benefits:
        {BENEFIT}
        limits: [{{id: all, text: Most., cap: 9, per: calendar_year, whose: household}}]
        """
    )

    assert not asks_for_household(alone.versions[0])
    assert asks_for_household(shared.versions[0])
