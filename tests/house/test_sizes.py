"""Small rooms: a file one can read in one sitting, a function one can see at once."""

import ast
from typing import Final

from tests.house.checkout import functions_of, python_files, text_of, tree_of

FILE_LINES_MAX: Final = 400
FUNCTION_LINES_MAX: Final = 50
DOCSTRING_LENGTH_MIN: Final = 15


def test_no_python_file_is_over_400_lines() -> None:
    too_long = {
        str(file): lines
        for file in python_files()
        if (lines := len(text_of(file).splitlines())) > FILE_LINES_MAX
    }

    assert not too_long


def test_no_function_is_over_50_lines() -> None:
    too_long = {
        f"{file}:{function.lineno} {function.name}": lines
        for file in python_files()
        for function in functions_of(file)
        if (lines := (function.end_lineno or function.lineno) - function.lineno + 1)
        > FUNCTION_LINES_MAX
    }

    assert not too_long


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(file)
        for file in python_files()
        if len(ast.get_docstring(tree_of(file)) or "") < DOCSTRING_LENGTH_MIN
    ]

    assert not silent


def test_no_package_re_exports() -> None:
    re_exporting = [
        str(file)
        for file in python_files()
        if file.name == "__init__.py"
        and any(isinstance(node, ast.Import | ast.ImportFrom) for node in tree_of(file).body)
    ]

    assert not re_exporting
