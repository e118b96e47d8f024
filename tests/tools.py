"""The outside tools that some tests need: where they are, how to install them, what to do without.

A test that needs one says so with `@pytest.mark.needs_tool("khal")` or asks `require_tool("khal")`
for its path. Where the tool is missing the test is skipped with that reason, and fails instead
where `SOJOURN_REQUIRE_TOOLS=1` promises that every tool is installed.
"""

import ctypes.util
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

FONT_FOLDERS: Final = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path("/Library/Fonts"),
)


@dataclass(frozen=True, slots=True)
class Tool:
    """One outside tool: the words that install it and the function that finds it."""

    install: str
    find: Callable[[], Path | None]


def _on_path(*names: str) -> Callable[[], Path | None]:
    """Return a finder of the first of these executables on PATH."""

    def find() -> Path | None:
        found = (shutil.which(name) for name in names)
        return next((Path(path) for path in found if path), None)

    return find


def _find_libical() -> Path | None:
    """Return the shared library of libical 3, by path where Debian puts it, else by soname."""
    places = sorted(Path("/usr/lib").glob("*/libical.so.3"))
    if places:
        return places[0]
    soname = ctypes.util.find_library("ical")
    return Path(soname) if soname else None


def node_modules() -> Path:
    """Return the folder where the calendar readers of Node are installed, whether it exists or not.

    `SOJOURN_NODE_MODULES` names it; without it, the place where `.ci/run` installs them.
    """
    named = os.environ.get("SOJOURN_NODE_MODULES")
    if named:
        return Path(named)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "sojourn" / "node" / "node_modules"


def _node_package(name: str) -> Callable[[], Path | None]:
    """Return a finder of this Node package, absent too where Node itself is."""

    def find() -> Path | None:
        folder = node_modules() / name
        return folder if folder.is_dir() and shutil.which("node") else None

    return find


def _find_fonts() -> Path | None:
    """Return the folder that holds both Noto Sans and its Chinese-Japanese-Korean part."""
    wanted = ("NotoSans-Regular.ttf", "NotoSansCJK-Regular.ttc")
    for folder in FONT_FOLDERS:
        if all(next(folder.rglob(name), None) for name in wanted):
            return folder
    return None


TOOLS: Final[Mapping[str, Tool]] = {
    "chromium": Tool(
        "apt-get install chromium",
        _on_path("chromium", "chromium-browser", "google-chrome"),
    ),
    "fonts": Tool("apt-get install fonts-noto-core fonts-noto-cjk", _find_fonts),
    "gcc": Tool("apt-get install gcc libc6-dev", _on_path("gcc")),
    "hpt-validator": Tool(
        "npm install @cmsgov/hpt-validator; set SOJOURN_NODE_MODULES",
        _node_package("@cmsgov/hpt-validator"),
    ),
    "ical.js": Tool("npm install ical.js; set SOJOURN_NODE_MODULES", _node_package("ical.js")),
    "khal": Tool("apt-get install khal", _on_path("khal")),
    "libical": Tool("apt-get install libical-dev", _find_libical),
    "node": Tool("apt-get install nodejs", _on_path("node")),
    "node-ical": Tool(
        "npm install node-ical; set SOJOURN_NODE_MODULES", _node_package("node-ical")
    ),
    "pdfinfo": Tool("apt-get install poppler-utils", _on_path("pdfinfo")),
    "pdftoppm": Tool("apt-get install poppler-utils", _on_path("pdftoppm")),
    "pdftotext": Tool("apt-get install poppler-utils", _on_path("pdftotext")),
}


def find_tool(name: str) -> Path | None:
    """Return where this tool is, or None.

    Raises:
        KeyError: `TOOLS` does not know the name.
    """
    return TOOLS[name].find()


def are_tools_required() -> bool:
    """Tell whether a missing tool is a failure (as in `.ci/run`) rather than a reason to skip."""
    return os.environ.get("SOJOURN_REQUIRE_TOOLS", "") not in {"", "0"}


def missing_reason(name: str) -> str:
    """Return the sentence shown for a test that does without this tool."""
    return f"needs {name} ({TOOLS[name].install})"


def require_tool(name: str) -> Path:
    """Return where this tool is; without it skip the running test, or fail it where required."""
    found = find_tool(name)
    if found is not None:
        return found
    if are_tools_required():
        pytest.fail(missing_reason(name), pytrace=False)
    pytest.skip(missing_reason(name))


def is_about_a_tool(reason: str) -> bool:
    """Tell whether a test skipped for this reason was skipped for lack of one of our tools."""
    return any(name in reason.lower() for name in TOOLS)
