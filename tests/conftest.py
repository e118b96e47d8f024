"""What every test stands on: no network, repeatable random cases, outside tools found or missed."""

import gc
import ipaddress
import os
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import settings

from tests.keys import KEY
from tests.tools import are_tools_required, is_about_a_tool, node_modules, require_tool

# The databases that tests run on; a fixture is there for whoever names it.
pytest_plugins = ("tests.databases",)

ROOT: Final = Path(__file__).resolve().parent.parent

# Collecting makes objects by the million and hardly any garbage.
gc.set_threshold(100_000, 50, 100)

# The same cases on every machine and in every run; `--hypothesis-profile=deep` looks further.
settings.register_profile(
    "house", derandomize=True, deadline=None, max_examples=100, print_blob=True
)
settings.register_profile("deep", derandomize=False, deadline=None, max_examples=2_000)
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switch of `./run drill injection`."""
    parser.addoption(
        "--whole-corpus", action="store_true", help="Send every hostile string everywhere."
    )


class NetworkReached(AssertionError):
    """A test tried to leave this machine."""


def _is_here(address: object) -> bool:
    """Tell whether a socket address lies on this machine: a path, or the loopback range."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in {"", "localhost"}


@pytest.fixture(autouse=True, scope="session")
def _stay_on_this_machine() -> Iterator[None]:
    """Refuse every connection to another machine, whoever makes it."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:  # noqa: ANN401 — as socket's own
        if not _is_here(address):
            message = f"a test may not reach the network: {address!r}"
            raise NetworkReached(message)
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        yield


@pytest.fixture(autouse=True, scope="session")
def _have_keys() -> Iterator[None]:
    """Let commands and servers that the tests start open what the tests have sealed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOJOURN_KEYS", KEY.to_line())
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long tests: whoever shares the work then ends at about the same time."""
    items.sort(key=lambda item: item.get_closest_marker("sweep") is None)


def pytest_collection_finish() -> None:
    """Leave what collecting has made out of every later search for garbage: it stays to the end."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or fail, a test marked `needs_tool` where one of its tools is missing."""
    for mark in item.iter_markers("needs_tool"):
        for name in mark.args:
            require_tool(name)


@pytest.fixture
def chromium_path() -> Path:
    """The Chromium that is installed, for Playwright's `executable_path`."""
    return require_tool("chromium")


@pytest.fixture
def khal_path() -> Path:
    """The command-line calendar khal."""
    return require_tool("khal")


@pytest.fixture
def libical_path() -> Path:
    """The shared library of libical 3, for ctypes."""
    return require_tool("libical")


@pytest.fixture
def node_modules_path() -> Path:
    """The folder with `ical.js` and `node-ical`; Node runs with it as `NODE_PATH`."""
    require_tool("ical.js")
    require_tool("node-ical")
    return node_modules()


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material beside the checkout, which strangers do not have."""
    folder = Path(os.environ.get("SOJOURN_SHARED") or ROOT.parent / "shared")
    if not (folder / "domain").is_dir():
        pytest.skip("needs the reference material in ../shared")
    return folder


def _skips(reporter: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 — pytest has no public type
    """Yield the file and the reason of each skipped test (or file)."""
    for report in reporter.stats.get("skipped", []):
        reason = (
            str(report.longrepr[2]) if isinstance(report.longrepr, tuple | list) else "no reason"
        )
        yield report.nodeid.split("::")[0], reason.removeprefix("Skipped: ")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run if tools are required and a test was skipped for lack of one by other ways."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not are_tools_required():
        return
    if any(is_about_a_tool(reason) for _, reason in _skips(reporter)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:  # noqa: ANN401 — as above
    """List what was skipped, by reason."""
    counts = Counter((reason, file) for file, reason in _skips(terminalreporter))
    if not counts:
        return
    terminalreporter.section("skipped, by reason")
    for reason in sorted({reason for reason, _ in counts}):
        must = "NOT ALLOWED HERE: " if are_tools_required() and is_about_a_tool(reason) else ""
        terminalreporter.write_line(f"{must}{reason}")
        for (why, file), count in sorted(counts.items()):
            if why == reason:
                terminalreporter.write_line(f"    {count:4} in {file}")
