"""A second verifier of exported lines, written from docs/audit.md alone; it shares nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

HASHED = (
    "action",
    "at",
    "commitment",
    "credential_id",
    "organisation_id",
    "outcome",
    "prev_hash",
    "principal_kind",
    "request_id",
    "seq",
    "user_id",
)


def faults_of(lines: Iterable[str]) -> list[str]:
    """Return every fault of a whole export, each with the entry's number."""
    entries = [json.loads(line) for line in lines]
    by_seq = {one["seq"]: one for one in entries}
    faults = []
    before = "0" * 64
    for place, one in enumerate(entries, 1):
        if one["seq"] != place:
            faults.append(f"{place}: number")
        if one["prev_hash"] != before:
            faults.append(f"{place}: link")
        if one["hash"] != _sha256(_text({name: one[name] for name in HASHED}).encode()):
            faults.append(f"{place}: hash")
        faults += [f"{place}: {fault}" for fault in _faults_of_detail(one, by_seq)]
        before = one["hash"]
    return faults


def _faults_of_detail(one: dict[str, Any], by_seq: dict[int, dict[str, Any]]) -> list[str]:
    if one["erased_by"] is not None:
        erasure = by_seq[one["erased_by"]]
        named = {
            each["seq"]: each["cases"]
            for each in json.loads(erasure["document"])["detail"]["erased"]
        }
        is_good = (
            one["document"] is None
            and erasure["action"] == "audit.erase"
            and erasure["seq"] > one["seq"]
            and named.get(one["seq"]) == one["cases"]
        )
        return [] if is_good else ["erasure"]
    if one["document"] is None:
        return ["detail"]
    faults = []
    committed = bytes.fromhex(one["salt"]) + one["document"].encode()
    if _sha256(committed) != one["commitment"]:
        faults.append("commitment")
    if json.loads(one["document"])["cases"] != one["cases"]:
        faults.append("cases")
    return faults


def _text(value: dict[str, Any]) -> str:
    """Write an object of text and whole numbers, letter by letter."""
    parts = []
    for name in sorted(value):
        one = value[name]
        parts.append(f'"{name}":{one}' if isinstance(one, int) else f'"{name}":"{_escaped(one)}"')
    return "{" + ",".join(parts) + "}"


def _escaped(text: str) -> str:
    short = {
        '"': '\\"',
        "\\": "\\\\",
        "\b": "\\b",
        "\f": "\\f",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
    }
    return "".join(
        short.get(letter) or (f"\\u{ord(letter):04x}" if ord(letter) < 32 else letter)
        for letter in text
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
