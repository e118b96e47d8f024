"""The commands about problem documents: ``solve`` and ``why``. They need no database.

What solves is imported when it is needed: ``--schema`` and ``--help`` do without.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

import click

from api.commands.answers import NO, WRONG, as_json, print_json

_WHY_STATUS: Final = {"UNKNOWN_OPTION": NO, "INFEASIBLE": NO, "UNKNOWN": NO, "INVALID": WRONG}


@click.command()
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--alternatives", type=click.IntRange(0, 5), default=0, show_default=True)
@click.option("--seconds", type=click.FloatRange(0.1, 3600), default=30.0, show_default=True)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of problem documents.")
@as_json
def solve(file: Any, *, alternatives: int, seconds: float, schema: bool, as_json: bool) -> None:  # noqa: ANN401 — click's file
    """Solve the problem document FILE ("-": standard input)."""
    if schema:
        click.echo(_schema(), nl=False)
        return
    if file is None:
        raise click.UsageError("name the FILE to solve, or ask for --schema")
    document = file.read()
    _keep_to_one_thread()
    from api.commands.here import solve_here  # noqa: PLC0415 — the schema needs no solver

    answer, status = solve_here(document, seconds=seconds, alternatives=alternatives)
    if as_json:
        print_json(answer)
    else:
        click.echo(_answer_text(answer))
    raise SystemExit(status)


def _schema() -> str:
    from importlib import resources  # noqa: PLC0415 — only the schema is read from the package

    return (resources.files("seed_data") / "schemas" / "problem-1.json").read_text("utf-8")


def _keep_to_one_thread() -> None:
    """Have linear algebra, loaded next, start no threads: its arrays here are small."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.putenv(name, "1")


def _answer_text(document: dict[str, Any]) -> str:
    lines = [f"{document['status']}  cost {document['cost']}  bound {document['bound']}"]
    lines += [f"  {fault['path']}: {fault['message']}" for fault in document.get("faults", ())]
    lines += [f"  {one['rule']}: {one['sentence']}" for one in document.get("in_the_way", ())]
    for name, part in (document["choices"] or {}).items():
        lines.append(f"  {name}: {json.dumps(part, ensure_ascii=False)}")
    lines += [
        f"  {one['name']}: {one['status']}, measure {one['measure']}, cost {one['cost']}"
        for one in document["alternatives"]
    ]
    return "\n".join([*lines, f"  in {document['seconds']:.3f} s"])


@click.command()
@click.argument("source", metavar="FILE_OR_PLAN")
@click.argument("option")
@click.option("--seconds", type=click.FloatRange(0.1, 3600), default=30.0, show_default=True)
@as_json
def why(source: str, option: str, *, seconds: float, as_json: bool) -> None:
    """Say why OPTION is not in the best plan of a problem document, or of a stored plan."""
    document = _problem(source)
    _keep_to_one_thread()
    from api.commands.here import explain_here  # noqa: PLC0415 — the help needs no solver

    answer = explain_here(document, option=option, seconds=seconds)
    if as_json:
        print_json(answer)
    else:
        click.echo(_why_text(answer))
    raise SystemExit(_WHY_STATUS.get(answer["status"], 0))


def _why_text(answer: dict[str, Any]) -> str:
    if "options" not in answer:
        faults = [f"{fault['path']}: {fault['message']}" for fault in answer.get("faults", ())]
        return "\n".join([answer.get("message", answer["status"]), *faults])
    from api.presenters.why_not import reason_sentence  # noqa: PLC0415 — JSON needs no words

    return "\n".join(
        f"{one['list']}/{one['option']}: {one['verdict']}. {reason_sentence(one, None)}"
        for one in answer["options"]
    )


def _problem(source: str) -> bytes:
    """Return the problem document in a file, else that of the plan with this id."""
    file = Path(source)
    if file.is_file():
        return file.read_bytes()
    from api.commands.visits import problem_of_plan  # noqa: PLC0415 — a file needs no database

    return problem_of_plan(source)
