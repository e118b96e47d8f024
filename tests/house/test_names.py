"""Names that tell: no drawer for odds and ends, nothing at the top but what the owner put there."""

import re
from typing import Final

from tests.house.checkout import python_files, text_of, tracked_files

SAY_NOTHING: Final = {
    "common",
    "data",
    "helper",
    "helpers",
    "info",
    "manager",
    "managers",
    "misc",
    "process",
    "stuff",
    "util",
    "utils",
}
TOP_LEVEL: Final = {
    "README.md",
    "api",
    "bench",
    "docs",
    "logistics",
    "pricing",
    "pyproject.toml",
    "scheduling",
    "seed_data",
    "tests",
    # What tools need:
    ".ci",
    ".dockerignore",
    ".gitattributes",
    ".gitignore",
    ".pre-commit-config.yaml",
    "requirements-build.lock",
    "requirements-dev.lock",
    "requirements.lock",
    "run",
}


def test_no_module_or_folder_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {
        str(file)
        for file in python_files()
        if SAY_NOTHING & {part.removesuffix(".py").strip("_") for part in file.parts}
    }

    assert not drawers


def test_no_class_is_called_manager_or_helper() -> None:
    pattern = re.compile(r"^class \w*(?:Manager|Helper|Helpers|Utils?)\b", re.MULTILINE)

    assert not {
        str(file): pattern.findall(text_of(file))
        for file in python_files()
        if pattern.search(text_of(file))
    }


def test_the_top_level_holds_only_what_the_readme_draws() -> None:
    assert {file.parts[0] for file in tracked_files()} <= TOP_LEVEL


def test_no_variable_is_numbered() -> None:
    """Test that nobody wrote `plan2` where a second word was missing."""
    numbered = re.compile(
        r"^\s*(?:data|item|obj|res|result|temp|tmp|val|value|x)\d\s*=", re.MULTILINE
    )

    assert not [str(file) for file in python_files() if numbered.search(text_of(file))]
