"""Documents that commands read from files: whatever is in them, they answer in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from api.commands.group import main
from tests.api.faces.worlds import World

_DEEP: Final = 100_000
BOMBS: Final = {
    "deep lists": b"[" * _DEEP + b"]" * _DEEP,
    "deep objects": b'{"a":' * _DEEP + b"1" + b"}" * _DEEP,
    "a large number": b'{"horizon_minutes": ' + b"9" * 100_000 + b"}",
    "an infinite number": b'{"horizon_minutes": 1e999, "prices": -Infinity}',
    "no number": b'{"horizon_minutes": NaN, "seq": NaN}',
    "aliases": b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
    "a tag that runs": b"!!python/object/apply:os.system ['echo xqz']\n",
    "an entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "no text": b"\xff\xfe\x00\x01\x1b[2J",
    "nothing": b"",
    "many keys": json.dumps(dict.fromkeys(map(str, range(50_000)), 1)).encode(),
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS)
@pytest.mark.parametrize(
    "words", [("solve", "FILE"), ("why", "FILE", "x"), ("audit", "verify", "--head", "FILE")]
)
def test_a_document_that_is_none_is_refused_in_words(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    content: bytes,
) -> None:
    monkeypatch.setenv("SOJOURN_DATABASE_URL", world.services.settings.database_url)
    file = tmp_path / "document"
    file.write_bytes(content)

    asked = [str(file) if word == "FILE" else word for word in words]
    result = CliRunner().invoke(main, asked, prog_name="sojourn")

    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in {1, 2}
    assert "Traceback" not in result.output
    assert "root:" not in result.output
    assert "\x1b" not in result.output
    assert len(result.output) < 3_000_000
