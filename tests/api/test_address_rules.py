"""Rules that compile their writing of addresses late write what Werkzeug's own write."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.routing import BuildError, Map, Rule

from api.address_rules import PatientRule
from api.app import create_app
from api.settings import Settings

RULES: tuple[tuple[str, str, dict[str, int]], ...] = (
    ("/", "home", {}),
    ("/cases/<case_id>", "case", {}),
    ("/prices/<path:file>", "prices", {}),
    ("/people/<self>/<int:rule>", "awkward", {}),
    ("/claims/", "claims", {"page": 1}),
    ("/claims/<int:page>", "claims", {}),
    ("/größe/a b", "spaces", {}),
)


def _map(kind: type[Rule]) -> Map:
    return Map([kind(rule, endpoint=name, defaults=given) for rule, name, given in RULES])


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("home", {}),
        ("home", {"after": "ä&b", "self": "x"}),
        ("case", {"case_id": "SJ 1/1", "tab": ["a", "b"]}),
        ("prices", {"file": "2026/q 1.csv"}),
        ("awkward", {"self": "me", "rule": 3}),
        ("claims", {"page": 1}),
        ("claims", {"page": 7}),
        ("spaces", {}),
    ],
)
@pytest.mark.parametrize("is_unknown_kept", [True, False])
def test_an_address_is_written_as_werkzeug_writes_it(
    endpoint: str, values: dict[str, Any], *, is_unknown_kept: bool
) -> None:
    ours = _map(PatientRule).bind("a.example")
    theirs = _map(Rule).bind("a.example")

    for _ in range(2):
        written = ours.build(endpoint, values, append_unknown=is_unknown_kept)
        assert written == theirs.build(endpoint, values, append_unknown=is_unknown_kept)


def test_an_address_that_lacks_a_value_is_refused() -> None:
    with pytest.raises(BuildError, match="case_id"):
        _map(PatientRule).bind("a.example").build("case", {})


def test_nothing_is_compiled_before_an_address_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compile_builder = Rule._compile_builder

    def note(rule: Rule, *unknown: bool) -> Any:  # noqa: ANN401 — as Werkzeug's own
        compiled.append(rule.rule)
        return compile_builder(rule, *unknown)

    monkeypatch.setattr(Rule, "_compile_builder", note)

    app = create_app(Settings(database_url="sqlite:////nowhere/none.sqlite"))
    of_static_files = list(compiled)
    with app.test_request_context():
        written = app.url_for("about.about_page")

    assert (of_static_files, compiled) == ([], ["/about"])
    assert written == "/about"
