"""Every error a caller can meet has an answer: a status and a title in `api.errors.PROBLEMS`."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Final

import pytest

from api.account_errors import AccountError
from api.archive_errors import ArchiveError
from api.errors import PROBLEMS, ApiError
from api.override_errors import OverrideError
from api.policy_errors import PolicyError
from logistics.errors import LogisticsError
from pricing.errors import PricingError
from scheduling.errors import SchedulingError
from scheduling.optimizer.errors import OptimizerError
from tests.house.checkout import FLOORS

# Raised and caught inside one room, or a sign of our own mistake that no caller could act upon.
INSIDE_ONE_ROOM: Final = {
    "logistics.repository.documents.UnreadableDocument",
    "pricing.price_files.validation.json_stream.BrokenJson",
    "pricing.price_files.validation.records.RecordTooLong",
    "pricing.price_files.columns.HeadersUnusable",
    "pricing.price_files.head.HeadUnusable",
    "pricing.price_files.json_items.NotWhole",
    "scheduling.optimizer.watch.OutOfTime",
}
BASES: Final = (
    PricingError,
    LogisticsError,
    SchedulingError,
    ApiError,
    AccountError,
    OverrideError,
    ArchiveError,
    PolicyError,
)


@cache
def all_modules() -> tuple[str, ...]:
    """Import every module of the four floors, so that every error class is known; return names."""
    names = []
    for floor in FLOORS:
        package = importlib.import_module(floor)
        for module in pkgutil.walk_packages(package.__path__, f"{floor}."):
            if not module.name.startswith("api.migrations."):
                importlib.import_module(module.name)
                names.append(module.name)
    return tuple(names)


def kinds_of(base: type[BaseException]) -> Iterator[type[BaseException]]:
    """Yield every class below this one."""
    for kind in base.__subclasses__():
        yield kind
        yield from kinds_of(kind)


@pytest.mark.parametrize("base", BASES)
def test_every_error_of_a_floor_has_an_answer(base: type[Exception]) -> None:
    all_modules()
    silent = [
        f"{kind.__module__}.{kind.__name__}"
        for kind in kinds_of(base)
        if kind.__module__.split(".")[0] in FLOORS and not set(kind.__mro__) & set(PROBLEMS)
    ]

    assert not silent, "name each in api.errors.PROBLEMS with its status and title"


@pytest.mark.parametrize("base", BASES)
def test_no_base_stands_for_all_the_errors_of_its_floor(base: type[Exception]) -> None:
    assert base not in PROBLEMS


def test_every_error_below_the_api_descends_from_the_base_of_its_package() -> None:
    modules = {name for name in all_modules() if not name.startswith("api.")}
    homeless = {
        f"{kind.__module__}.{kind.__name__}"
        for kind in kinds_of(Exception)
        if kind.__module__ in modules
        and not kind.__name__.startswith("_")
        and not issubclass(kind, (*BASES, OptimizerError))
    }

    assert homeless <= INSIDE_ONE_ROOM


def test_no_two_errors_have_one_name() -> None:
    all_modules()
    names = Counter(
        kind.__name__
        for kind in set(kinds_of(Exception))
        if kind.__module__.split(".")[0] in FLOORS and not kind.__name__.startswith("_")
    )

    assert [name for name, count in names.items() if count > 1] == []
