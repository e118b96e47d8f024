"""The verdict on a JSON file: every item as it is read, and what the file holds beside them."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, TextIO

from pricing.price_files.validation.csv_wording import sentence
from pricing.price_files.validation.json_format import (
    CHARGES,
    alert_schema,
    file_schema,
    item_schema,
)
from pricing.price_files.validation.json_stream import BrokenJson, JsonStream, Piece
from pricing.price_files.validation.json_wording import (
    alert_finding,
    alert_rule_of,
    error_finding,
    rule_of,
)
from pricing.price_files.validation.shapes import Breach, Shape, compile_shape
from pricing.price_files.validation.standard import stated_versions
from pricing.price_files.validation.verdict import Finding, Findings, Verdict

READ: Final = frozenset(
    {
        "hospital_name", "last_updated_on", "license_information", "version", "hospital_address",
        "hospital_location", "location_name", "affirmation", "attestation", "modifier_information",
        "type_2_npi",
    }
)  # fmt: skip
"""The properties that are looked at; whatever else a file holds is its own business."""


def judge_json(text: TextIO, version: str, limit: int) -> Verdict:
    """Return the verdict on a JSON file opened with bytes that are not UTF-8 replaced."""
    stream = JsonStream(text)
    judge = _Judge(version, limit)
    notes: list[str] = []
    try:
        for piece in stream.pieces():
            judge.take(piece)
        judge.conclude()
        if stream.has_more():
            notes.append("text follows the end of the JSON; it was not looked at")
    except BrokenJson as error:
        judge.errors.replace_by(
            Finding(
                "json-unreadable",
                "",
                f"line {error.line} is no JSON: {error.why}; nothing else can be said of the file",
                row=error.line,
            )
        )
    if stream.replaced:
        notes.append(
            "the file holds bytes that are not UTF-8; they were read as replacement characters, as "
            "the official validator does. Save the file as UTF-8"
        )
    return Verdict(version, "json", judge.items, judge.errors, judge.alerts, tuple(notes))


class _Judge:
    """Takes the pieces of a file and says what is wrong with them."""

    def __init__(self, version: str, limit: int) -> None:
        self.errors = Findings(limit)
        self.alerts = Findings(limit)
        self.items = 0
        self._version = version
        self._item = item_shape(version)
        self._alert = alert_shape(version)
        self._properties: dict[str, Any] = {}

    def take(self, piece: Piece) -> None:
        """Judge an item, or keep a property until the file has ended."""
        if piece.position is None:
            if piece.name in READ:
                self._properties[piece.name] = piece.value
            return
        self.items += 1
        path = f"/{CHARGES}/{piece.position}"
        if not self._item.holds(piece.value):
            for breach in self._item.breaches(piece.value, path):
                self._note_error(breach)
        if self._alert is not None and not self._alert.holds(piece.value):
            for breach in self._alert.breaches(piece.value, path):
                self._note_alert(breach)

    def conclude(self) -> None:
        """Judge the properties of the file, now that all are known."""
        shape = file_shape(self._version)
        for breach in shape.breaches(self._properties, ""):
            if breach.wanted != CHARGES or not self.items:
                self._note_error(breach)
        self._alert_to_statement()
        self._alert_to_version()

    def _note_error(self, breach: Breach) -> None:
        self.errors.note(rule_of(breach), lambda: error_finding(breach))

    def _note_alert(self, breach: Breach) -> None:
        """Note what is forbidden; that a value is of the wrong type is no alert but an error."""
        if breach.keyword == "not":
            self.alerts.note(alert_rule_of(breach), lambda: alert_finding(breach))

    def _alert_to_statement(self) -> None:
        word = "attestation" if self._version >= "3" else "affirmation"
        stated = self._properties.get(word)
        if isinstance(stated, dict) and stated.get(f"confirm_{word}") is False:
            self.alerts.add(
                Finding(
                    "statement-false",
                    f"/{word}/confirm_{word}",
                    f'"confirm_{word}" is false; 45 CFR 180.50(a)(3) asks for true',
                    f"confirm_{word}",
                )
            )

    def _alert_to_version(self) -> None:
        stated = self._properties.get("version")
        expected = stated_versions(self._version, "json")
        if isinstance(stated, str) and expected and stated not in expected:
            message = sentence(
                "version-differs", header="version", value=stated, facts=", ".join(expected), row=0
            )
            self.alerts.add(Finding("version-differs", "/version", message, "version"))


@cache
def item_shape(version: str) -> Shape:
    """Return what an item must hold under a version, compiled."""
    return compile_shape(item_schema(version))


@cache
def file_shape(version: str) -> Shape:
    """Return what a file must hold beside its items under a version, compiled."""
    return compile_shape(file_schema(version))


@cache
def alert_shape(version: str) -> Shape | None:
    """Return what items should not hold under a version, compiled."""
    schema = alert_schema(version)
    return None if schema is None else compile_shape(schema)
