"""The wheel carries everything that the service needs: code, seed data, templates, migrations."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.checkout import FLOORS, ROOT, tracked_files


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names of the files in a wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "hatchling",
            "build",
            "--target",
            "wheel",
            "--directory",
            str(folder),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_carries_every_file_of_the_floors_and_the_seed_data(
    wheel_names: set[str],
) -> None:
    ours = {str(file) for file in tracked_files() if file.parts[0] in (*FLOORS, "seed_data")}

    assert ours <= wheel_names


def test_the_wheel_carries_nothing_else(wheel_names: set[str]) -> None:
    tops = {Path(name).parts[0] for name in wheel_names}

    assert {top for top in tops if not top.endswith(".dist-info")} <= {*FLOORS, "seed_data"}


def test_the_wheel_installs_the_command(wheel_names: set[str]) -> None:
    assert any(name.endswith(".dist-info/entry_points.txt") for name in wheel_names)
