"""Outside tools: found where they are, a stated reason to skip or fail where they are not."""

import socket
from pathlib import Path

import pytest

from tests.conftest import NetworkReached
from tests.tools import TOOLS, find_tool, is_about_a_tool, missing_reason, require_tool


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Make this a machine on whose PATH there is nothing, with tools not required."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("SOJOURN_NODE_MODULES", str(tmp_path))
    monkeypatch.delenv("SOJOURN_REQUIRE_TOOLS", raising=False)
    return tmp_path


def put(folder: Path, name: str) -> Path:
    """Put an executable of this name into a folder."""
    path = folder / name
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_tool_on_the_path_is_found(bare_machine: Path) -> None:
    khal = put(bare_machine, "khal")

    assert find_tool("khal") == khal
    assert require_tool("khal") == khal


def test_a_missing_tool_skips_and_says_how_to_install_it(bare_machine: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match=r"needs khal \(apt-get install khal\)"):
        require_tool("khal")


def test_a_missing_tool_fails_where_tools_are_required(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOJOURN_REQUIRE_TOOLS", "1")

    with pytest.raises(pytest.fail.Exception, match="needs khal"):
        require_tool("khal")


def test_a_node_package_without_node_is_missing(bare_machine: Path) -> None:
    (bare_machine / "ical.js").mkdir()

    assert find_tool("ical.js") is None


def test_a_node_package_beside_node_is_found(bare_machine: Path) -> None:
    put(bare_machine, "node")
    (bare_machine / "ical.js").mkdir()

    assert find_tool("ical.js") == bare_machine / "ical.js"


def test_an_unknown_tool_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        find_tool("hammer")


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_a_skip_for_lack_of_a_tool_is_recognised(name: str) -> None:
    assert is_about_a_tool(missing_reason(name))


def test_a_skip_for_lack_of_reference_material_is_no_skip_for_lack_of_a_tool() -> None:
    assert not is_about_a_tool("needs the reference material in ../shared")


def test_a_test_cannot_leave_this_machine() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as outbound,
        pytest.raises(NetworkReached, match="may not reach the network"),
    ):
        outbound.connect(("192.0.2.1", 80))
