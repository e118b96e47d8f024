"""The written word keeps up: commands named in documents exist, links in them lead somewhere."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.house.checkout import ROOT, text_of, tracked_files
from tests.house.test_run_script import COMMANDS

DOCUMENTS: Final = [file for file in tracked_files() if file.suffix == ".md"]
LINK: Final = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s#]+)")
RUN: Final = re.compile(r"\./run(?: +([a-z]+))?")
SOJOURN: Final = re.compile(r"^\s*(?:\.venv/bin/)?sojourn +([a-z-]+)", re.MULTILINE)
FENCED: Final = re.compile(r"^```(?:sh|console|bash)?\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands_in(document: Path) -> str:
    """Return the shell blocks of a document, one after the other."""
    return "\n".join(FENCED.findall(text_of(document)))


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_leads_to_a_file_of_the_checkout(document: Path) -> None:
    targets = LINK.findall(text_of(document))

    assert not [name for name in targets if not (ROOT / document.parent / name).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_run_command_in_a_document_exists(document: Path) -> None:
    named = {name for name in RUN.findall(commands_in(document)) if name}

    assert named <= COMMANDS


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_sojourn_command_in_a_document_exists(document: Path) -> None:
    named = set(SOJOURN.findall(commands_in(document)))
    if not named:
        return
    from api.commands.group import main  # noqa: PLC0415 — only documents that name commands need them

    assert named <= set(main.commands)
