"""What the data dictionaries fix: versions, statements, headers and allowed values.

Source: CMS Hospital Price Transparency data dictionaries v2.0 to v3.0, read 2026-11.
"""

from __future__ import annotations

from typing import Final

VERSIONS: Final = ("2.0.0", "2.1.0", "2.2.0", "3.0.0")
NEWEST: Final = VERSIONS[-1]

AFFIRMATION: Final = (
    "To the best of its knowledge and belief, the hospital has included all applicable standard "
    "charge information in accordance with the requirements of 45 CFR 180.50, and the information "
    "encoded is true, accurate, and complete as of the date indicated."
)
"""The sentence of 45 CFR 180.50(a)(3) until v2.2, word for word."""

ATTESTATION: Final = (
    "To the best of its knowledge and belief, this hospital has included all applicable standard "
    "charge information in accordance with the requirements of 45 CFR 180.50, and the information "
    "encoded is true, accurate, and complete as of the date in the file. This hospital has "
    "included all payer-specific negotiated charges in dollars that can be expressed as a dollar "
    "amount. For payer-specific negotiated charges that cannot be expressed as a dollar amount in "
    "the machine-readable file or not knowable in advance, the hospital attests that the "
    "payer-specific negotiated charge is based on a contractual algorithm, percentage or formula "
    "that precludes the provision of a dollar amount and has provided all necessary information "
    "available to the hospital for the public to be able to derive the dollar amount, including, "
    "but not limited to, the specific fee schedule or components referenced in such percentage, "
    "algorithm or formula."
)
"""The sentence of 45 CFR 180.50(a)(3) from v3.0, word for word."""

SETTINGS: Final = ("inpatient", "outpatient", "both")
METHODOLOGIES: Final = (
    "case rate",
    "fee schedule",
    "percent of total billed charges",
    "per diem",
    "other",
)
DRUG_UNITS: Final = ("GR", "ME", "ML", "UN", "F2", "EA", "GM")
_CODE_TYPES: Final = (
    "CPT", "HCPCS", "ICD", "DRG", "MS-DRG", "R-DRG", "S-DRG", "APS-DRG", "AP-DRG", "APR-DRG",
    "APC", "NDC", "HIPPS", "LOCAL", "EAPG", "CDT", "RC", "CDM", "TRIS-DRG",
)  # fmt: skip
STATES: Final = (
    "AL", "AK", "AS", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "GU", "HI", "ID",
    "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE",
    "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "MP", "OH", "OK", "OR", "PA", "PR", "RI", "SC",
    "SD", "TN", "TX", "UT", "VT", "VI", "VA", "WA", "WV", "WI", "WY",
)  # fmt: skip
STATES_IN_JSON: Final = (*STATES, "FM", "MH", "PW")
"""The JSON schemas allow three freely associated states that the CSV headers do not."""

LICENSE: Final = "license_number | [state]"
COUNT_WORDS: Final = "1 through 10"
NINE_NINES: Final = 999_999_999
"""What some files write for "not known"; CMS asks to write a real amount."""


def code_types(version: str) -> tuple[str, ...]:
    """Return the code types a version allows."""
    return (*_CODE_TYPES, "CMG", "MS-LTC-DRG") if version >= "3" else _CODE_TYPES


def statement(version: str) -> str:
    """Return the sentence a hospital must state under a version."""
    return ATTESTATION if version >= "3" else AFFIRMATION


def metadata_headers(version: str) -> tuple[str, ...]:
    """Return the headers row 1 of a CSV file must have, in the order they are reported."""
    first = ("hospital_name", "last_updated_on", "version", "hospital_address", LICENSE)
    if version >= "3":
        return (*first, "location_name", "type_2_npi", ATTESTATION, "attester_name")
    return (*first, "hospital_location", AFFIRMATION)


def stated_versions(version: str, kind: str) -> tuple[str, ...]:
    """Return what a file judged under a version may state as its own; () where all is well."""
    in_csv = {"2.1.0": ("2.0.0",), "2.2.0": ("2.0.0",), "3.0.0": ("3.0.0",)}
    in_json = {
        "2.1.0": ("2.0.0", "2.1.0"),
        "2.2.0": ("2.0.0", "2.2.0", "2.2.1"),
        "3.0.0": ("3.0.0",),
    }
    return (in_csv if kind == "csv" else in_json).get(version, ())
