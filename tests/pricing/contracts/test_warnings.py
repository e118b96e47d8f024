"""What terms without a fault are warned of: terms never reached, names that nothing uses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.commands.group import main
from pricing.contracts.documents.doubt import list_claim_warnings, list_warnings
from pricing.contracts.documents.read import read_claim, read_terms
from tests.pricing.contracts.pricing_of import CLAIM_HEAD, TERMS_HEAD, with_head

REST = "{id: rest, text: R., pays: {share: 80 %, of: charges}}"
ROOM = "{id: room, text: R., lines: {revenue_codes: [0120]}, pays: {amount: 900}}"


def warned(text: str) -> list[str]:
    """Return what is doubtful, as path and message."""
    whole = with_head(text, TERMS_HEAD)
    found = list_warnings(read_terms(whole, "terms"), whole)
    return [f"{one.path}: {one.message}" for one in found]


def test_a_term_below_one_that_takes_every_line_is_never_reached() -> None:
    [told] = warned(f"terms:\n- {REST}\n- {ROOM}\n")

    assert told.startswith("terms[room].id: pays nothing: rest stands above and takes every line")


def test_a_term_for_the_same_lines_as_one_above_is_never_reached() -> None:
    [told] = warned(f"terms:\n- {ROOM}\n- {ROOM.replace('id: room', 'id: bed')}\n- {REST}\n")

    assert told.startswith(
        "terms[bed].id: pays nothing: room stands above and takes the same lines"
    )


@pytest.mark.parametrize(
    "above",
    [
        ROOM,
        REST.replace("pays", "when: group.charges > 5, pays"),
        REST.replace("pays", "valid_to: 2026-06-30, pays"),
        REST.replace("pays", "claim: {drgs: [470]}, pays"),
        REST.replace("pays", "in_addition: yes, pays"),
        REST.replace("{share: 80 %, of: charges}", "{schedule: fees}"),
        REST.replace(
            "{share: 80 %, of: charges}", "{first_of: [{when: line.charge > 5, amount: 1}]}"
        ),
    ],
)
def test_a_term_below_one_that_may_pass_a_line_over_is_not_doubted(above: str) -> None:
    head = "schedules: {fees: [{code: 1, amount: 2}]}\n" if "fees" in above else ""
    last = ROOM.replace("id: room", "id: other").replace("0120", "0360")

    assert warned(f"{head}terms:\n- {above}\n- {last}\n") == []


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("tables: {t: [{key: 1, value: 2}]}", "tables.t: nothing uses this; write lookup('t', …)"),
        ("schedules: {t: [{code: 1, amount: 2}]}", "schedules.t: nothing uses this; write sched"),
        ("modifiers: {t: {'50': 150 %}}", "modifiers.t: nothing uses this; write modifiers: t"),
        ("amounts: {t: 5}", "amounts.t: nothing uses this; write amount.t"),
        ("tests: {t: {drgs: [470]}}", "tests.t: nothing uses this; write test.t"),
        (
            "facts: {claim.facts.urgent: {type: yes_no, text: U.}}",
            "facts.'claim.facts.urgent': nothing uses this; write claim.facts.urgent",
        ),
        (
            "escalators: {t: {raises: [{on: 2026-01-01, by: 3 %}]}}",
            "escalators.t: nothing uses this; write escalate: t",
        ),
    ],
)
def test_what_is_declared_and_never_used_is_told(head: str, told: str) -> None:
    [found] = warned(f"{head}\nterms:\n- {REST}\n")

    assert found.startswith(told)


def test_the_command_prints_warnings_and_calls_the_terms_well(tmp_path: Path) -> None:
    file = tmp_path / "terms.yaml"
    file.write_text(with_head(f"terms:\n- {REST}\n- {ROOM}\n", TERMS_HEAD), "utf-8")

    told = CliRunner().invoke(main, ["contract", "check", str(file)])
    answer = CliRunner().invoke(main, ["contract", "check", str(file), "--json"])

    assert (told.exit_code, answer.exit_code) == (0, 0)
    line = file.read_text("utf-8").splitlines().index(f"- {ROOM}") + 1
    assert f"{file}:{line}: warning: terms[room].id: pays nothing" in told.stdout
    [document] = json.loads(answer.stdout)["documents"]
    assert document["well"]
    assert [one["line"] for one in document["warnings"]] == [line]


def with_key(said: str) -> str:
    """Return the term of the rest with one key more."""
    return REST.replace("pays", f"{said}, pays")


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        (
            "terms: [{id: t, text: T., pays: {lesser_of: [{amount: 5}]}}]",
            "terms[t].pays.lesser_of",
            "compares nothing: one rate stands here",
        ),
        (
            f"terms: [{REST}]\nsteps: [{{id: s, text: S., times: 110}}]",
            "steps[s].times",
            "multiplies by 110; did you mean 110 %?",
        ),
        (
            f"valid_to: 2026-12-31\nterms: [{with_key('valid_from: 2027-01-01')}]",
            "terms[rest].valid_from",
            "is never in force: the contract ends on 2026-12-31",
        ),
        (
            f"valid_from: 2027-01-01\nterms: [{with_key('valid_to: 2026-01-01')}]",
            "terms[rest].valid_to",
            "is never in force: the contract begins on 2027-01-01",
        ),
        (
            f"terms: [{with_key('allot: charges')}]",
            "terms[rest].allot",
            "changes nothing: each line is priced by itself",
        ),
        (
            f"terms: [{ROOM.replace('revenue_codes: [0120]', 'codes: 0278')}]",
            "terms[room].lines.codes",
            "0278 looks like a revenue code; these stand below revenue_codes",
        ),
        (
            f"terms: [{ROOM.replace('revenue_codes: [0120]', 'codes: 99213-9925')}]",
            "terms[room].lines.codes",
            "99213-9925 is taken for one code, not a range",
        ),
    ],
)
def test_what_is_hardly_meant_is_doubted(text: str, path: str, words: str) -> None:
    [told] = warned(text)

    assert told.startswith(f"{path}: {words}")


@pytest.mark.parametrize("codes", ["27447", "99281-99285", "68516-5216-8", "J*", "ABC-1"])
def test_codes_that_are_meant_are_not_doubted(codes: str) -> None:
    assert warned(f"terms: [{ROOM.replace('revenue_codes: [0120]', f'codes: {codes}')}]") == []


def test_lines_billed_twice_and_lines_of_nothing_are_doubted() -> None:
    text = with_head(
        "lines:\n"
        "- {code: A1, charge: 5, date: 2026-01-01}\n"
        "- {code: A1, charge: 5, date: 2026-01-02}\n"
        "- {id: again, code: A1, charge: 5, date: 2026-01-01}\n"
        "- {code: B1, charge: 5, units: 0}\n",
        CLAIM_HEAD,
    )

    found = list_claim_warnings(read_claim(text, "claim"), text)

    assert [one.line for one in found] == [7, 8]
    assert "says the same as the line on 5; leave out what is billed twice" in found[0].message
    assert "is 0: what is paid once is paid all the same" in found[1].message


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("days: 6", []),  # March 2 to 7, both ends
        ("covered_days: 5", []),
        ("days: 4\ncovered_days: 4", []),
        ("days: 7", ["days: is more than the 6 days from admitted to discharged, both counted"]),
        ("covered_days: 9", ["covered_days: is more than the 6 days from admitted to discharged"]),
        ("days: 4\ncovered_days: 5", ["covered_days: is more than days, 4"]),
    ],
)
def test_more_days_than_a_claim_can_have_are_doubtful(days: str, expected: list[str]) -> None:
    stay = f"admitted: 2026-03-02\ndischarged: 2026-03-07\n{days}\nlines: [{{charge: 5}}]\n"
    text = with_head(stay, CLAIM_HEAD)

    found = list_claim_warnings(read_claim(text, "claim"), text)

    told = [f"{one.path}: {one.message}" for one in found]
    assert [words[: len(start)] for words, start in zip(told, expected, strict=True)] == expected
