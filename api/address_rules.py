"""Rules of addresses that learn to write an address when they are first asked for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class PatientRule(Rule):
    """A rule that is matched at once, and compiles its writing of addresses at the first need.

    Werkzeug compiles two functions for each rule as it is added: nine tenths of the time that
    making the application takes, while a request writes the addresses of a few rules only.
    """

    def _compile_builder(
        self,
        append_unknown: bool = True,  # noqa: FBT001, FBT002 — as Werkzeug's own
    ) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder
        compiled: Callable[..., tuple[str, str]] | None = None

        # A variable of an address may have any name, `rule` and `self` among them.
        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:  # noqa: ANN401 — as Werkzeug's own
            nonlocal compiled
            if compiled is None:
                compiled = compile_now(append_unknown)
            return compiled(rule, **values)

        return build
