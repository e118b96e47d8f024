"""Policy, trip and balances read from files, and a policy's tax ceiling found beside it."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from pricing.coverage.decide import Question
from pricing.coverage.decision import Decision
from pricing.coverage.documents.check_ceilings import Ceilings
from pricing.coverage.documents.read import read_policy, read_trip
from pricing.coverage.library import find_shipped_text, list_shipped, read_ceilings
from pricing.coverage.prepared import prepare
from pricing.coverage.typed import Typed, decide_typed, read_used
from pricing.ecb_rates import EcbRates


def decide_files(
    policy_file: Path, trip_file: Path, balances_file: Path | None, *, decided_on: date
) -> Decision:
    """Return the decision about the documents in these files; "-" is standard input."""
    beside = ceilings_beside(policy_file)
    policy = read_policy(read_text(policy_file), _name_of(policy_file), ceilings=beside)
    trip = _typed(trip_file)
    balances = None if balances_file is None else _typed(balances_file)
    question = Question(
        policy=prepare(policy),
        trip=read_trip(trip.text, trip.name),
        decided_on=decided_on,
        rates=EcbRates(),
        balances={} if balances is None else read_used(balances, policy),
        ceilings=read_ceilings(policy, lambda name: beside.find_text(name) or ""),
    )
    return decide_typed(question, trip, balances)


def _typed(file: Path) -> Typed:
    return Typed(read_text(file), _name_of(file))


def _name_of(file: Path) -> str:
    return "standard input" if str(file) == "-" else file.name


def read_text(file: Path) -> str:
    """Return what a file or standard input holds; refuses what is not UTF-8 text."""
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read().decode("utf-8")
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file.name} is not UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise click.UsageError(f"{file}: {error.strerror or error}") from error


def ceilings_beside(policy_file: Path) -> Ceilings:
    """Return where the tax ceilings of a policy file are: in its folder, or among the shipped."""

    def find_text(name: str) -> str | None:
        file = policy_file.with_name(f"{name}.yaml")
        return read_text(file) if file.is_file() else find_shipped_text(name)

    shipped = set(list_shipped())
    folder = policy_file.parent
    return Ceilings(find_text, shipped | {file.stem for file in folder.glob("*.yaml")})
