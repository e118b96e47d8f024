"""Redirects to a place that a request names: what a browser makes of it stays on these pages."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask, redirect
from hypothesis import event, example, given
from hypothesis import strategies as st

from api.security.redirects import own_path

OURS = "https://visits.example"
EVIL = (
    "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example",
    "\\/evil.example", "/\t/evil.example", "/\n/evil.example", "\t//evil.example",
    "https://evil.example", "https:evil.example", "https:/evil.example", "javascript:alert(1)",
    " //evil.example", "/ /evil.example", "//evil.example/%2f..", "http:///evil.example",
    "data:text/html,x", "evil.example", "", ".", "?next=x", "#x", "//[::1]", "/\x00/evil.example",
    "/\u2028/evil.example", "/\uff0fevil.example", "/cases\\evil.example", "@evil.example",
    "//visits.example@evil.example",
)  # fmt: skip
GOOD = ("/", "/cases/SJ-1001", "/cases?level=vip&q=a%20b", "/plans/PL-1#more", "/a//b", "/a/../b")

_PIECES = st.sampled_from(
    ["/", "\\", ":", "//", "https:", "evil.example", "@", "?", "#", "%2f", "%5c", ".", "..", "\t",
     "\n", "\r", " ", "cases", "javascript:", "\u2028", "\uff0f", "[", "]", "\x00", "é", ";"]
)  # fmt: skip
TARGETS = st.one_of(st.text(max_size=30), st.lists(_PIECES, max_size=7).map("".join))


def browser_reads(target: str) -> str:
    """Return the address a browser goes to, as the WHATWG URL standard has it parse a location."""
    cleaned = re.sub(r"[\t\n\r]", "", target.strip("".join(map(chr, range(0x21)))))
    return urljoin(f"{OURS}/login", cleaned.replace("\\", "/"))


@pytest.mark.parametrize("target", EVIL)
def test_what_leads_away_or_nowhere_is_not_followed(target: str) -> None:
    assert own_path(target, "/home") == "/home"


def test_nothing_leads_to_the_default() -> None:
    assert own_path(None, "/home") == "/home"


@pytest.mark.parametrize("target", GOOD)
def test_a_path_of_ours_is_followed(target: str) -> None:
    assert own_path(target, "/home") == target


@given(TARGETS)
@example("//evil.example")
def test_whatever_is_named_a_browser_stays_here(target: str) -> None:
    chosen = own_path(target, "/home")

    event("followed" if chosen == target else "refused")
    assert chosen in {target, "/home"}
    parts = urlsplit(browser_reads(chosen))
    assert (parts.scheme, parts.netloc) == ("https", "visits.example")


@given(TARGETS)
def test_whatever_is_named_the_framework_sends_as_it_is(target: str) -> None:
    app = Flask("redirecting")
    app.add_url_rule("/login", "login", lambda: redirect(own_path(target, "/home")))

    location = app.test_client().get("/login").headers["Location"]

    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert not re.search(r"[\s\x00-\x1f\\]", location)
