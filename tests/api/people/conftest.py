"""The world the people are tested in, on both databases."""

from __future__ import annotations

import pytest

from api.database import Database
from api.people.users import User
from tests.api.people.worlds import store_user, store_world


@pytest.fixture
def world(database: Database) -> Database:
    """A database with organisations and a case."""
    with database.write() as session:
        store_world(session)
    return database


@pytest.fixture
def user(world: Database) -> User:
    """A coordinator of the operator."""
    with world.write() as session:
        return store_user(session)
