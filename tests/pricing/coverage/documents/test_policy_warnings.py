"""What looks wrong in a policy without a fault: each on its line, none where all is well."""

from __future__ import annotations

from time import process_time

import pytest

from pricing.coverage.documents.doubt import list_warnings
from pricing.coverage.documents.read import read_policy
from pricing.coverage.library import find_shipped_text, list_shipped
from tests.pricing.coverage.deciding import policy_text
from tests.pricing.coverage.documents.examples import HERE, POLICY, line_of

HEAD = """
facts:
  trip.facts.tier: {type: text, text: Its tier., values: [gold, silver]}
tables:
  diem:
  - {key: Denver CO, value: 50}
  - {otherwise: yes, value: 40}
"""
SECONDS_MAX = 5
TIER = "- {id: gold, text: Gold., requires: trip.facts.tier = 'gold'}"
DIEM = "{covers: [meals], pays: allowance, amount: \"lookup('diem', day.location)\"}"
ALL = "{covers: [transport, lodging, meals], pays: actual}"
FACT = "line.facts.x: {type: text, text: X}"
LIMIT = "id: odd, text: Odd., cap: 5"
MEANT = "; did you mean 'Denver CO'?"
NEVER = "never holds, so this is never used"


def warned(text: str) -> list[tuple[int, str]]:
    """Return line and message of every warning; the document has no fault."""
    policy = read_policy(text, "policy")
    return [(one.line, one.message) for one in list_warnings(policy, text)]


def policy(*benefits: str, conditions: str = TIER, more: str = "", head: str = HEAD) -> str:
    """Return a policy of the benefits, each written in braces, and of one that asks for all."""
    rows = "\n".join(
        f"- {{id: b{place}, text: A benefit., {one.strip()[1:]}"
        for place, one in enumerate((*benefits, DIEM, ALL))
    )
    rules = f"conditions:\n{conditions}\nbenefits:\n{rows}\n{more}"
    return policy_text(rules, head=head)


def pays(rule: str) -> str:
    """Return a benefit that pays what was spent."""
    return f"{{{rule}, pays: actual}} {HERE}"


def conditions(rule: str) -> str:
    """Return the conditions with one more."""
    return f"{TIER}\n- {{id: odd, text: Odd., {rule}}} {HERE}"


def test_the_pages_policy_and_every_shipped_one_are_without_warning() -> None:
    texts = [POLICY, policy(), *(find_shipped_text(name) or "" for name in list_shipped())]

    assert [warned(text) for text in texts] == [[]] * len(texts)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (policy(head=f"{HEAD}  spare: [{{value: 1}}] {HERE}"), "no rule looks this table up"),
        (
            policy(head=HEAD.replace("tables:", f"  {FACT} {HERE}\ntables:")),
            "no rule asks for this fact",
        ),
        (policy(more=f"travellers:\n  pair: {HERE}\n    text: Two."), "no benefit of this version"),
        (policy(pays("covers: [air], when: patient.age < 18 and patient.age > 64")),
         f"{NEVER}: patient.age < 18 and patient.age > 64 exclude each other"),
        (policy(pays("covers: [air], when: line.kind = 'rail'")),
         "line.kind in ['air'] and line.kind = 'rail' exclude each other"),
        (policy(pays("covers: [air], when: trip.days < 0")), "trip.days >= 0 and trip.days < 0"),
        (policy(pays("covers: [air], when: no")), NEVER),
        (policy(conditions=conditions("requires: trip.nights = 1 and trip.nights = 2")),
         "never holds, so nothing that it is asked of meets it"),
        (policy(more=f"limits:\n- {{{LIMIT}, when: trip.days = 1 and trip.days > 1}} {HERE}"),
         NEVER),
        (
            policy(
                pays("covers: [air], travellers: pair").replace(HERE, ""),
                more=f"travellers:\n  pair:\n    text: Two.\n    companions: [{{at_most: 1, "
                f"who: person.age < 5 and person.age > 9}}] {HERE}",
            ),
            "never holds, so nobody counts",
        ),
    ],
)  # fmt: skip
def test_what_nothing_uses_and_what_never_holds_is_warned_of(text: str, words: str) -> None:
    ((line, message),) = warned(text)

    assert line == line_of(text)
    assert words in message


BELOW = "whatever it covers is granted by {} above already"


@pytest.mark.parametrize(
    ("above", "below", "by"),
    [
        (["when: patient.age < 18"], "when: patient.age < 18", "b0"),
        (["when: patient.age < 18"], "when: patient.age < 12", "b0"),
        (["when: patient.age < 18"], "when: site.network and patient.age < 12", "b0"),
        (["when: patient.age < 12"], "when: patient.age < 18", ""),
        (["when: patient.age < 18", "when: patient.age >= 18"], "travellers: patient", "b0, b1"),
        (["when: patient.age < 18", "when: patient.age > 18"], "travellers: patient", ""),
        (["when: patient.age < 18, travellers: patient"], "when: patient.age < 18", ""),
        (["when: patient.age < 18"], "when: patient.age < 18, travellers: patient", "b0"),
        (["when: trip.facts.tier = 'gold'", "when: trip.facts.tier = 'silver'"],
         "travellers: patient", "b0, b1"),
        (["when: \"line.kind in ['air', 'rail']\""], "when: not line.kind = 'bus'", "b0"),
    ],
)  # fmt: skip
def test_a_benefit_behind_others_that_take_all_of_it_is_warned_of(
    above: list[str], below: str, by: str
) -> None:
    covers = "covers: [air, rail]"
    before = [pays(f"{covers}, {one}").replace(HERE, "") for one in above]
    text = policy(*before, pays(f"{covers}, {below}"))

    told = warned(text)

    assert told == ([(line_of(text), f"is never reached: {BELOW.format(by)}")] if by else [])


def test_a_table_that_only_an_unused_one_looks_up_is_not_used_either() -> None:
    rows = "  a: [{value: \"lookup('b', 1)\"}]\n  b: [{to: 2, value: 1}]"

    told = warned(policy(head=HEAD + rows))

    assert [message.partition("write ")[2] for _, message in told] == [
        "lookup('a', …), or delete it",
        "lookup('b', …), or delete it",
    ]


def test_a_benefit_that_one_of_its_kinds_reaches_is_not_warned_of() -> None:
    above = pays("covers: [air], when: patient.age < 18").replace(HERE, "")

    assert not warned(policy(above, pays("covers: [air, rail], when: patient.age < 18")))


def test_entries_behind_others_that_take_all_of_it_are_warned_of() -> None:
    text = policy(
        "{covers: [air], pays: actual, cabin: {above: nothing, highest: [\n"
        "    {cabin: first, when: patient.age < 18},\n"
        f"    {{cabin: business, when: patient.age < 12}}, {HERE}\n"
        "    {cabin: economy}]}}"
    )

    assert warned(text) == [
        (line_of(text), "is never reached: the entries above hold wherever it does")
    ]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("conditions", "no benefit of this version pays for wages"),
        ("limits", "no benefit of this version pays for wages"),
        ("benefit", "the benefit b0 pays nothing"),
    ],
)
def test_a_rule_for_what_nobody_pays_is_warned_of(rule: str, words: str) -> None:
    name = "b0" if rule == "benefit" else "wages"
    written = f"{{id: odd, text: Odd., applies_to: [{name}], "
    of_conditions = f"{TIER}\n- {written}requires: trip.days > 2}} {HERE}"
    limits = f"limits:\n- {written}cap: 5}} {HERE}"
    text = policy(
        "{covers: [wages], pays: nothing}",
        conditions=of_conditions if rule == "conditions" else TIER,
        more="" if rule == "conditions" else limits,
    )

    assert warned(text) == [(line_of(text), words)]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("covers: [meals], when: day.location = 'Denvr CO'",
         f"'Denvr CO' is no key of the table diem, which day.location is looked up in{MEANT}"),
        ("covers: [lodging], when: \"line.location in ['denver co', 'Aspen CO']\"", "'Denver CO'?"),
        ("covers: [lodging], up_to: \"lookup('diem', 'Denvr CO')\"",
         f"the table diem has no row of 'Denvr CO'{MEANT}"),
        ("covers: [lodging], up_to: \"lookup('diem', 'Aspen CO')\"",
         "the table diem has no row of 'Aspen CO'"),
    ],
)  # fmt: skip
def test_a_word_much_like_a_key_of_the_facts_table_is_warned_of(rule: str, words: str) -> None:
    text = policy(pays(rule))

    ((line, message),) = warned(text)

    assert line == line_of(text)
    assert message.endswith(words)


def test_words_that_are_keys_or_quite_different_are_not_warned_of() -> None:
    places = "day.location in ['Denver CO', 'Rome']"

    assert not warned(policy(pays(f'covers: [meals], when: "{places}"')))


def test_very_many_conditions_are_not_all_held_against_each_other() -> None:
    several = " or ".join(f"trip.days + {place} > trip.nights" for place in range(30))
    when = f"site.name = 'a' and ({several}) and trip.hours > {{}}"
    rule = f'{{{{covers: [transport], when: "{when}", pays: actual}}}}'
    text = policy(*(rule.format(place) for place in range(200)))
    places = ", ".join(f"'Denver C{place}'" for place in range(100))
    rows = "".join(f"\n  - {{key: Denver {place}, value: 1}}" for place in range(900))
    words = policy(
        *[f'{{covers: [meals], when: "day.location in [{places}]", pays: actual}}'] * 30,
        head=HEAD.replace("  diem:", f"  diem:{rows}"),
    )

    started = process_time()
    told = [warned(text), warned(words)]

    assert process_time() - started < SECONDS_MAX
    assert 0 < len(told[0]) < 200


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("limits: [{id: l, text: L., cap: 10.000}]",
         ["10.000 is 10; if the point parts thousands, write 10000"]),
        ('limits: [{id: l, text: L., deductible: "if(patient.age < 18, 1.250, 2500)"}]',
         ["1.250 is 1.25; if the point parts thousands, write 1250"]),
        ("limits: [{id: l, text: L., cap: 1.25}]", []),
        ("limits: [{id: l, text: L., cap: 0}]", ["is 0, so nothing is paid"]),
        ("limits: [{id: l, text: L., pays_share: 0 %}]", ["is 0, so nothing is paid"]),
        ("limits: [{id: l, text: L., deductible: 0}]", []),
        ("limits: [{id: l, text: L., pays_share: 0.8 %}]",
         ["0.8 % is less than 1 %; did you mean 80 %?"]),
        ("limits: [{id: l, text: L., pays_share: 1}]", ["1 is everything; write 100 %, or 1 %"]),
        ("limits: [{id: l, text: L., pays_share: 0.8}]", []),
    ],
)  # fmt: skip
def test_amounts_that_nobody_means_are_told(rule: str, told: list[str]) -> None:
    text = policy(more=rule)

    found = warned(text)

    assert [message[: len(words)] for (_, message), words in zip(found, told, strict=True)] == told
    assert {line for line, _ in found} <= {line_of(text, "limits:")}


@pytest.mark.parametrize(
    ("amount", "count"),
    [("up_to: 1.500", 1), ("up_to: {USD: 1.500}", 1), ("up_to: 0.205", 0), ("up_to: 0", 1)],
)
def test_so_are_those_of_benefits(amount: str, count: int) -> None:
    benefit = f"{{covers: [visa], pays: actual, {amount}}}"

    assert len(warned(policy(benefit))) == count


def test_a_rate_for_a_distance_may_have_three_decimals() -> None:
    rate = "{covers: [car], pays: allowance, amount: 1.205, per: km}"

    assert not warned(policy(rate))


def test_currencies_with_three_decimals_have_amounts_with_three() -> None:
    text = policy("{covers: [visa], pays: actual, up_to: 12.345}")

    assert len(warned(text)) == 1
    assert not warned(text.replace("currency: USD", "currency: KWD"))


def test_a_condition_that_requires_nothing_is_told() -> None:
    text = policy(conditions=conditions("requires: yes"))

    assert warned(text) == [
        (line_of(text), "always holds, so it refuses nothing; write what is required")
    ]
