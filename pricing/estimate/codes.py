"""Codes of what is done: which systems there are, and when two codes are the same.

The systems are those of hospital price files (CMS, Hospital Price Transparency, dictionary 3.0) and
the procedures of ICD-10. No text of a licensed system is kept: people write their own words.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field

CodeType = Literal[
    "CPT", "HCPCS", "ICD", "ICD-10-PCS", "DRG", "MS-DRG", "R-DRG", "S-DRG", "APS-DRG", "AP-DRG",
    "APR-DRG", "TRIS-DRG", "MS-LTC-DRG", "APC", "EAPG", "NDC", "HIPPS", "CDT", "RC", "CDM", "CMG",
    "LOCAL",
]  # fmt: skip
"""Systems of codes for items and services."""

_INSIGNIFICANT: Final = str.maketrans("", "", " ")


def _to_code(written: object) -> object:
    """Return a code as it is compared: capital letters, no spaces."""
    return written.translate(_INSIGNIFICANT).upper() if isinstance(written, str) else written


def _to_type(written: object) -> object:
    return written.strip().upper() if isinstance(written, str) else written


TypeOfCode = Annotated[CodeType, BeforeValidator(_to_type)]

Code = Annotated[str, BeforeValidator(_to_code), Field(min_length=1, max_length=40)]
