"""The guides as pages: the words of docs/, with anchors and links that lead somewhere."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urldefrag, urljoin

import pytest
from flask.testing import FlaskClient

from api.presenters.guides import first_example, list_guides
from tests.api.faces.conftest import GetPage
from tests.api.faces.page import fetch, text_of
from tests.api.faces.worlds import World
from tests.house.checkout import ROOT

GUIDES: Final = ("policy-documents", "trip-documents", "contract-documents")
_OF_A_FENCE: Final = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_HEADING: Final = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)


def _source(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text("utf-8")


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_has_the_headings_and_examples_of_its_document(
    get_page: GetPage, name: str
) -> None:
    source = _source(name)
    headings = [
        words.replace("`", "") for _, words in _HEADING.findall(_OF_A_FENCE.sub("", source))
    ]

    page = get_page(f"/guides/{name}")

    shown = [text_of(one) for one in page.root.iter() if one.tag in {"h1", "h2", "h3", "h4"}]
    assert shown == headings
    assert len(page.all(".//pre")) == len(_OF_A_FENCE.findall(source)) > 0
    assert len(page.all(".//nav[@aria-label='Sections']//a")) == source.count("\n## ")


def test_every_link_of_a_guide_leads_to_a_place_that_is_there(get_page: GetPage) -> None:
    pages = {f"/guides/{name}": get_page(f"/guides/{name}") for name in GUIDES}
    followed = 0

    for path, page in pages.items():
        for link in page.all(".//div[@class='guide-text']//a[@href]"):
            target, anchor = urldefrag(urljoin(path, str(link.get("href"))))
            assert target in pages, link.get("href")
            if anchor:
                pages[target].by_id(anchor)
            followed += 1
    assert followed > 10


def test_a_heading_has_the_anchor_that_markdown_readers_give_it(get_page: GetPage) -> None:
    page = get_page("/guides/contract-documents")

    assert text_of(page.by_id("what-terms-can-use")) == "What terms can use"


def test_another_name_is_no_guide(client: FlaskClient) -> None:
    for name in ("storage", "../README", "policy-documents.md"):
        assert client.get(f"/guides/{name}").status_code == 404


def test_anybody_reads_them(world: World) -> None:
    page = fetch(world.app, world.app.test_client(), "/guides/")

    assert [text_of(one) for one in page.all(".//main//h2/a")] == [
        guide.title for guide in list_guides()
    ]


def test_a_trip_to_begin_with_is_the_one_of_the_guide(world: World) -> None:
    reviewer = world.client_of("insurer_reviewer")

    page = fetch(world.app, reviewer, "/policies/sojourn-premium/try")

    assert "the guide’s example" in page.text
    assert page.form("/try?revision=1")["trip"] == first_example("trip-documents")
