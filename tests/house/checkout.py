"""Reading the checkout: which files belong to it, which of them are Python, what they declare."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
FLOORS: Final = ("pricing", "logistics", "scheduling", "api")

# Passed over where there is no git to ask.
_MADE_BY_TOOLS: Final = {"__pycache__", "node_modules", "var", "build", "dist", "shared"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tracked_files() -> tuple[Path, ...]:
    """Return every file of the checkout, relative to its top, that git tracks or would track.

    Without git (an unpacked archive) these are all files outside the folders that tools make.
    """
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0:
        names = (Path(name) for name in listing.stdout.split("\0") if name)
        return tuple(sorted({name for name in names if (ROOT / name).is_file()}))
    return tuple(sorted(_walk(ROOT)))


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files below this folder, relative to the top, without what tools make."""
    for entry in folder.iterdir():
        if entry.is_dir():
            hidden = entry.name.startswith(".") and entry.name != ".ci"
            if not hidden and entry.name not in _MADE_BY_TOOLS:
                yield from _walk(entry)
        else:
            yield entry.relative_to(ROOT)


def python_files() -> tuple[Path, ...]:
    """Return the Python files of the checkout, relative to its top."""
    return tuple(file for file in tracked_files() if file.suffix == ".py")


@cache
def text_of(file: Path) -> str:
    """Return the text of a file of the checkout; bytes that are no UTF-8 read as U+FFFD."""
    return (ROOT / file).read_text(encoding="utf-8", errors="replace")


@cache
def tree_of(file: Path) -> ast.Module:
    """Return the syntax tree of a Python file of the checkout."""
    return ast.parse(text_of(file), filename=str(file))


def functions_of(file: Path) -> Iterator[Function]:
    """Yield every function and method of a Python file, inner ones too."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def rooms_of(floor: str) -> set[str]:
    """Return the names of a floor's modules and packages, the first level only."""
    rooms = set()
    for file in python_files():
        if file.parts[0] == floor and len(file.parts) > 1:
            name = file.parts[1].removesuffix(".py")
            rooms.add(name)
    return rooms - {"__init__"}
