"""Whatever the bytes, there is a verdict or a refusal in words, and nothing else."""

import bz2
import gzip
import io
import json
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.verdicts.made_up import document, rows, written
from pricing.price_files.errors import PriceFileUnreadable
from pricing.price_files.validation.judge import judge
from pricing.price_files.validation.standard import VERSIONS


def zipped(content: bytes, method: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("prices.csv", content)
    return packed.getvalue()


TALL = written(rows("3.0.0", "tall"))
WHOLE = {
    "a.csv": TALL,
    "b.csv": written(rows("3.0.0", "wide")),
    "c.json": json.dumps(document("3.0.0")).encode(),
    "d.csv.gz": gzip.compress(TALL),
    "e.zip": zipped(TALL, zipfile.ZIP_DEFLATED),
    "f.zip": zipped(TALL, zipfile.ZIP_BZIP2),
    "g.zip": zipped(TALL, zipfile.ZIP_LZMA),
}
NAMES = st.sampled_from(sorted(WHOLE))


@given(NAMES, st.binary(max_size=200), st.sampled_from(VERSIONS))
def test_any_bytes_get_a_verdict_or_a_refusal(name: str, content: bytes, version: str) -> None:
    with suppress(PriceFileUnreadable):
        assert judge(io.BytesIO(content), name, version=version).version == version


@given(NAMES, st.integers(0, 3000), st.binary(max_size=4), st.integers(0, 40))
def test_a_file_damaged_anywhere_gets_one_too(
    name: str, position: int, stray: bytes, lost: int
) -> None:
    content = WHOLE[name][:position] + stray + WHOLE[name][position + lost :]

    with suppress(PriceFileUnreadable):
        judge(io.BytesIO(content), name)


@pytest.mark.parametrize("name", ["e.zip", "f.zip", "g.zip"])
def test_every_usual_way_of_packing_is_opened(name: str) -> None:
    assert judge(io.BytesIO(WHOLE[name]), name).is_valid


def test_an_archive_with_a_password_is_refused_in_words() -> None:
    content = bytearray(WHOLE["e.zip"])
    central = content.index(b"PK\x01\x02")
    content[6] |= 1
    content[central + 8] |= 1

    with pytest.raises(PriceFileUnreadable, match="unpack it by other means"):
        judge(io.BytesIO(bytes(content)), "e.zip")


def test_bzip2_alone_is_no_archive_of_ours_and_judged_as_text() -> None:
    assert not judge(io.BytesIO(bz2.compress(TALL)), "prices.csv").is_valid
