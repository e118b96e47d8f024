"""Nothing of one machine in the checkout, no exception without its reason, nothing left lying."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.house.checkout import python_files, text_of, tracked_files

# Joined here so that this file does not hold what it looks for.
_MACHINE_FOLDERS: Final = [f"/{name}/" for name in ("work", "root", "home", "farm", "Users")]
_REGISTRIES: Final = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
    )
]
_INDEX_OPTION: Final = "index-" + r"url\s*[=\s]\s*http"
OF_ONE_MACHINE: Final = re.compile(
    "|".join([rf"(?<![\w./-]){re.escape(folder)}" for folder in _MACHINE_FOLDERS])
    + "|"
    + "|".join(re.escape(host) for host in _REGISTRIES)
    + "|"
    + _INDEX_OPTION
)
NOQA: Final = re.compile(r"#\s*noqa(?P<rest>.*)$", re.IGNORECASE)
TYPE_IGNORE: Final = re.compile(r"#\s*type:\s*ignore(?P<rest>.*)$")
NOQA_WITH_REASON: Final = re.compile(r"^: [A-Z]+\d+(?:, ?[A-Z]+\d+)* — \w.+")
IGNORE_WITH_REASON: Final = re.compile(r"^\[[a-z-]+(?:, ?[a-z-]+)*\]\s+# (?:— )?\w.+")
LEFT_LYING: Final = re.compile(r"#\s*(?:TODO|FIXME|XXX|HACK)\b|\bbreakpoint\(\)|\bpdb\.set_trace")


def lines_matching(pattern: re.Pattern[str], file: Path) -> list[str]:
    """Return the lines of a file in which the pattern occurs, with their places."""
    return [
        f"{file}:{number}: {line.strip()}"
        for number, line in enumerate(text_of(file).splitlines(), 1)
        if pattern.search(line)
    ]


def unexplained(mark: re.Pattern[str], reason: re.Pattern[str], file: Path) -> list[str]:
    """Return the exceptions made in a file that do not name their rule and say why."""
    return [
        f"{file}:{number}: {line.strip()}"
        for number, line in enumerate(text_of(file).splitlines(), 1)
        if (found := mark.search(line)) and not reason.match(found["rest"])
    ]


def test_no_file_names_a_place_on_one_machine_or_a_registry() -> None:
    found = [line for file in tracked_files() for line in lines_matching(OF_ONE_MACHINE, file)]

    assert not found


def test_every_noqa_names_its_rule_and_says_why() -> None:
    here = Path(__file__).name
    found = [
        line
        for file in python_files()
        if file.name != here
        for line in unexplained(NOQA, NOQA_WITH_REASON, file)
    ]

    assert not found


def test_every_type_ignore_names_its_rule_and_says_why() -> None:
    here = Path(__file__).name
    found = [
        line
        for file in python_files()
        if file.name != here
        for line in unexplained(TYPE_IGNORE, IGNORE_WITH_REASON, file)
    ]

    assert not found


def test_nothing_is_left_lying() -> None:
    here = Path(__file__).name
    found = [
        line
        for file in python_files()
        if file.name != here
        for line in lines_matching(LEFT_LYING, file)
    ]

    assert not found


@pytest.mark.parametrize(
    "line",
    [
        f"path = '{_MACHINE_FOLDERS[0]}main'",
        f"see {_MACHINE_FOLDERS[2]}somebody/notes",
        f"https://{_REGISTRIES[0]}/simple",
        "pip install --index-" + "url http://mirror.example/simple",
    ],
)
def test_the_pattern_sees_what_it_is_for(line: str) -> None:
    assert OF_ONE_MACHINE.search(line)


@pytest.mark.parametrize(
    "line",
    [
        f"https://example.org{_MACHINE_FOLDERS[0]}",
        f"share{_MACHINE_FOLDERS[2]}x",
        f"a{_MACHINE_FOLDERS[1]}b",
    ],
)
def test_the_pattern_passes_what_only_resembles(line: str) -> None:
    assert not OF_ONE_MACHINE.search(line)
