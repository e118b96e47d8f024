"""The official validator as a judge of ours: npm ``@cmsgov/hpt-validator``, run by Node.

npm has 2.4.0. The later 2.6.0, whose verdicts the shared fixtures hold, differs in two ways that
the judge makes up for: errors in rows 1 and 2 leave the rows below to be checked, and blank headers
in row 3 are never twice.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from pricing.price_files.validation.verdict import Finding, Verdict

PACKAGE: Final = "@cmsgov/hpt-validator"

_PROGRAM: Final = """
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
const { CsvValidator, JsonValidator } = await import(process.argv[1]);
class Judge extends CsvValidator {
  validateColumns(columns) {
    return super.validateColumns(columns).filter((error) => error.columnName !== "");
  }
  handleParseStep(step, resolve, parser) {
    if (this.index !== 2) return super.handleParseStep(step, resolve, parser);
    const earlier = this.errors;
    this.errors = [];
    const joined = (verdict) => {
      const isBlank = verdict.errors.some((error) => error.constructor.name === "HeaderBlankError");
      resolve(isBlank ? verdict : { ...verdict, errors: [...earlier, ...verdict.errors] });
    };
    super.handleParseStep(step, joined, parser);
    this.errors = [...earlier, ...this.errors];
  }
}
const shown = (found) => found.map((one) => ({
  cls: one.constructor.name, path: one.path, field: one.field ?? "", message: one.message }));
for await (const line of createInterface({ input: process.stdin })) {
  const { path, version, kind } = JSON.parse(line);
  const input = createReadStream(path, "utf-8");
  const Kind = kind === "json" ? JsonValidator : Judge;
  let said;
  try {
    const verdict = await new Kind(version).validate(input);
    said = { valid: verdict.valid, errors: shown(verdict.errors), alerts: shown(verdict.alerts) };
  } catch (error) {
    said = { crashed: String(error) };
  }
  console.log(JSON.stringify(said));
}
"""

_RULES: Final = {
    "AllowedCountZeroNotesError": "notes-missing-for-zero",
    "AllowedValuesError": "value-not-allowed",
    "AmbiguousFormatError": "neither-tall-nor-wide",
    "ChargeWithPayerPlanError": "payer-charge-missing",
    "CodePairMissingError": "code-missing",
    "ColumnMissingError": "column-missing",
    "CsvFalseAffirmationAlert": "statement-false",
    "CsvFalseAttestationAlert": "statement-false",
    "CsvNineNinesAlert": "nine-nines",
    "CsvVersionMismatchAlert": "version-differs",
    "DollarNeedsMinMaxError": "minimum-maximum-missing",
    "DrugInformationRequiredError": "drug-information-missing",
    "DuplicateColumnError": "column-twice",
    "DuplicateHeaderColumnError": "metadata-header-twice",
    "EstimatedAmountAlert": "estimated-amount-column",
    "HeaderBlankError": "header-row-blank",
    "HeaderColumnMissingError": "metadata-header-missing",
    "InvalidCountNumberError": "count-unreadable",
    "InvalidDateError": "date-unreadable",
    "InvalidJsonError": "json-unreadable",
    "InvalidPositiveNumberError": "not-a-positive-number",
    "InvalidStateCodeError": "state-unknown",
    "ItemRequiresChargeError": "charge-missing",
    "JsonFalseAffirmationAlert": "statement-false",
    "JsonFalseAttestationAlert": "statement-false",
    "JsonVersionMismatchAlert": "version-differs",
    "MinRowsError": "no-rows",
    "ModifierMissingInfoError": "modifier-information-missing",
    "OtherMethodologyNotesError": "notes-missing-for-other",
    "PercentageAlgorithm10thError": "tenth-percentile-missing",
    "PercentageAlgorithm90thError": "ninetieth-percentile-missing",
    "PercentageAlgorithmCountError": "count-missing",
    "PercentageAlgorithmEstimateError": "estimate-missing",
    "PercentageAlgorithmMedianError": "median-missing",
    "PlaceholderError": "placeholder-left",
    "ProblemsInHeaderError": "rows-not-checked",
    "RequiredValueError": "value-missing",
}
_JSON_RULES: Final = (
    (r"must have required property", "value-missing"),
    (r"must be equal to one of", "value-not-allowed"),
    (r"must be equal to constant", "statement-altered"),
    (r"must be > 0", "not-a-positive-number"),
    (r"must NOT have fewer than 1 characters", "text-empty"),
    (r"must NOT have fewer than 1 items", "list-empty"),
    (r"must match pattern", "count-unreadable"),
    (r"must match format", "date-unreadable"),
    (r"must match a schema in anyOf", "charge-missing"),
    (r'must match "then" schema', "condition-unmet"),
    (r"must be (string|number|boolean|array|object)$", "wrong-type"),
    (r"Nine 9s used", "nine-nines"),
    (r"The 'estimated amount' is no longer", "estimated-amount-given"),
)
_MISSING: Final = re.compile(r"must have required property '(.*)'")


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict to compare: valid or not, and each finding as place, rule and field in order.

    The field is compared of JSON files only, where a place is an object of many.
    """

    is_valid: bool
    errors: tuple[tuple[str, str, str], ...]
    alerts: tuple[tuple[str, str, str], ...]


def official_said(document: dict[str, Any]) -> Said:
    """Return what the official validator said, in our rules' names."""
    return Said(
        document["valid"],
        tuple(_official(one) for one in document["errors"]),
        tuple(_official(one) for one in document["alerts"]),
    )


def _official(one: dict[str, Any]) -> tuple[str, str, str]:
    message = one["message"]
    missing = _MISSING.match(message)
    if one["cls"] == "ValidationError":
        rule = next(rule for pattern, rule in _JSON_RULES if re.match(pattern, message))
        return one["path"], rule, missing.group(1) if missing else ""
    return one["path"], _RULES[one["cls"]], ""


def our_said(verdict: Verdict) -> Said:
    """Return what we said, to be compared."""
    return Said(
        verdict.is_valid,
        tuple(_ours(one, verdict.layout) for one in verdict.errors.listed),
        tuple(_ours(one, verdict.layout) for one in verdict.alerts.listed),
    )


def _ours(one: Finding, layout: str) -> tuple[str, str, str]:
    is_missing = layout == "json" and one.rule == "value-missing"
    return one.place, one.rule, one.field if is_missing else ""


class OfficialJudge(AbstractContextManager["OfficialJudge"]):
    """The official validator in a process of its own, asked file by file."""

    def __init__(self, modules: Path) -> None:
        program = (modules / PACKAGE / "lib" / "index.js").as_uri()
        # Its reading of slashed dates depends on the zone: in UTC a day is a day.
        self._process = subprocess.Popen(
            ["node", "--input-type=module", "--eval", _PROGRAM, "--", program],  # noqa: S607 — Node wherever it is installed
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TZ": "UTC"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(timeout=30)

    def judge(self, path: Path, version: str, kind: str) -> dict[str, Any]:
        """Return its verdict on a file as a document; ``crashed`` alone where it broke down."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:  # pragma: no cover — both are pipes
            raise RuntimeError("the judge has no pipes")
        stdin.write(json.dumps({"path": str(path), "version": version, "kind": kind}) + "\n")
        stdin.flush()
        answer: dict[str, Any] = json.loads(stdout.readline())
        return answer
