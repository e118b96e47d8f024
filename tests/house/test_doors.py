"""What every route and every form of a page must have, whoever adds one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final

from flask import Flask
from werkzeug.routing import Rule

from api.access.actions import OPEN_TO_ANYBODY, Action, find_action
from api.app import create_app
from api.guard.once import acts_once
from api.schemas.description import openapi_document
from api.settings import Settings
from tests.house.checkout import text_of, tracked_files

REST: Final = "/api/"
SECRETS: Final = re.compile(
    r"(token|secret|password|session|cookie|signature|otp|code)(?!_id)|pin$|^key$|_key$"
)
NO_SECRETS: Final = {"billing_code"}
"""What only sounds like one: codes of services that hospitals bill."""

ANSWERS_WITH_A_SECRET: Final = {
    Action.ACCOUNT_MANAGE,
    Action.TOKEN_MANAGE,
    Action.LINK_ISSUE,
    Action.USER_MANAGE,
}
"""What these answer is shown once and must not be stored, not even to be given again."""

SAME_WHEN_REPEATED: Final = {Action.CASE_PEOPLE, Action.CONTRACTS_TRY, Action.COVERAGE_TRY}
"""These let somebody in or out, or only compute; a second time changes nothing."""

FORM: Final = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
POSTS: Final = re.compile(r"<form\b[^>]*method=\"post\"", re.IGNORECASE)


@cache
def whole_app() -> Flask:
    """Return the application as it is served; nothing is connected."""
    return create_app(Settings(database_url="sqlite:////nowhere/none.sqlite"))


def posting_rules() -> Iterator[tuple[Rule, Callable[..., Any]]]:
    """Yield each route whose POST books, sends or decides something, with its view."""
    app = whole_app()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        action = find_action(view)
        free = OPEN_TO_ANYBODY | ANSWERS_WITH_A_SECRET | SAME_WHEN_REPEATED
        if "POST" in (rule.methods or ()) and action not in free:
            yield rule, view


def test_every_post_acts_once_for_each_key() -> None:
    careless = {rule.rule for rule, view in posting_rules() if not acts_once(view)}

    assert not careless, "declare these with @once, below @acts"


def test_nothing_that_answers_with_a_secret_is_stored() -> None:
    app = whole_app()
    stored = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if find_action(view) in OPEN_TO_ANYBODY | ANSWERS_WITH_A_SECRET and acts_once(view)
    }

    assert not stored


def test_no_secret_stands_in_the_path_of_a_route() -> None:
    named = {
        (rule.rule, name)
        for rule in whole_app().url_map.iter_rules()
        for name in rule.arguments
        if SECRETS.search(name)
    }

    assert not named


def test_no_secret_stands_in_the_query_of_a_route() -> None:
    app = whole_app()
    with app.test_request_context():
        document = openapi_document(app)
    named = {
        (path, parameter["name"])
        for path, operations in document["paths"].items()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query"
        and SECRETS.search(parameter["name"].lower())
        and parameter["name"] not in NO_SECRETS
    }

    assert not named


def test_no_page_reads_a_secret_from_the_query() -> None:
    reading = re.compile(r"(?:args\.get|args\[|query_text)\(?\s*[\"'](\w+)")
    named = {
        (str(file), name)
        for file in tracked_files()
        if file.parts[0] == "api" and file.suffix == ".py"
        for name in reading.findall(text_of(file))
        if SECRETS.search(name) and name not in NO_SECRETS
    }

    assert not named


def test_every_form_that_posts_shows_its_token() -> None:
    lacking = [
        f"{file}: {form[:80]}"
        for file in tracked_files()
        if file.suffix == ".html" and file.parts[0] == "api"
        for form in FORM.findall(text_of(file))
        if POSTS.match(form) and "form_token()" not in form
    ]

    assert not lacking, "put {{ form_token() }} into these"


def test_every_form_is_seen_by_the_test_above() -> None:
    for file in tracked_files():
        if file.suffix == ".html" and file.parts[0] == "api":
            text = text_of(file)
            assert len(FORM.findall(text)) == text.count("<form"), file


def test_no_template_holds_a_script_or_a_style_of_its_own() -> None:
    inline = re.compile(
        r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
    )
    found = [
        f"{file}: {match.group()}"
        for file in tracked_files()
        if file.suffix in {".html", ".svg"} and file.parts[0] == "api"
        for match in inline.finditer(text_of(file))
    ]

    assert not found
