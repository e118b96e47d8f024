"""The run script: plain sh, says what it can do, refuses what it cannot."""

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.house.checkout import ROOT, text_of

COMMANDS: Final = {"serve", "test", "sweep", "check", "fix", "bench", "drill", "lock", "help"}
BASHISMS: Final = re.compile(
    r"\[\[|\]\]|\blocal\b|\bfunction\b|\bsource\b|<<<|\$'|&>|\bdeclare\b|\bmapfile\b|\(\("
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script with these arguments, from another folder than its own."""
    return subprocess.run(
        [str(ROOT / "run"), *arguments], cwd="/", capture_output=True, text=True, check=False
    )


def test_help_lists_every_command_with_a_sentence() -> None:
    arms = set(re.findall(r"^    ([a-z]+)\) ", text_of(Path("run")), re.MULTILINE))

    listed = run("help")

    assert listed.returncode == 0
    assert arms == COMMANDS
    assert len(re.findall(r"^  \./run.* [A-Z].*\.$", listed.stdout, re.MULTILINE)) == len(COMMANDS)


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_can_be_asked_for_by_flag(flag: str) -> None:
    assert run(flag).stdout == run("help").stdout


def test_an_unknown_command_is_refused_and_the_known_ones_are_shown() -> None:
    refused = run("deploy")

    assert refused.returncode == 2
    assert "'deploy'" in refused.stderr
    assert "./run test" in refused.stderr


def test_it_is_plain_sh() -> None:
    text = text_of(Path("run"))
    code = "\n".join(line.split(" # ")[0] for line in text.splitlines())

    assert text.startswith("#!/bin/sh\n")
    assert not BASHISMS.findall(code)
    assert subprocess.run(["sh", "-n", str(ROOT / "run")], check=False).returncode == 0


def test_the_ci_script_checks_and_tests() -> None:
    text = text_of(Path(".ci/run"))

    assert "\n./run check\n" in text
    assert text.rstrip().endswith("exec ./run test -n 3 --dist loadfile --no-loadscope-reorder")
    assert subprocess.run(["bash", "-n", str(ROOT / ".ci/run")], check=False).returncode == 0
