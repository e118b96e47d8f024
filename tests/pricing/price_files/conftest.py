"""A desk for each test."""

from pathlib import Path

import pytest

from tests.pricing.price_files.made_up import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk with empty folders."""
    return Desk(tmp_path)
