"""The head of a price file: whose it is, which version, when last updated, as it states itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pricing.price_files.columns import normalise_header

_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_AMERICAN: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_VERSIONS: Final = re.compile(r"v?[23](\.\d+){0,2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says of itself; ``updated_on`` is None where the date cannot be read."""

    hospital: str
    updated_on: date | None
    updated_as_written: str
    version: str
    locations: tuple[str, ...]
    addresses: tuple[str, ...]
    npis: tuple[str, ...]
    license_state: str
    license_number: str
    contract_provisions: str
    financial_aid_policy: str

    @property
    def hospital_key(self) -> str:
        """Return the hospital's name as files of the same hospital share it."""
        return key_of(self.hospital)

    @property
    def is_known_version(self) -> bool:
        """Return whether the file says it follows version 2 or 3 of the format."""
        return bool(_VERSIONS.fullmatch(self.version.strip()))


class HeadUnusable(Exception):
    """The head does not name a hospital; the text says what is missing."""


def key_of(name: str) -> str:
    """Return a name in lower case, its words joined by hyphens."""
    return "-".join(re.findall(r"[^\W_]+", name.casefold()))


def read_head(keys: list[str], values: list[str]) -> Head:
    """Return the head from the first two rows of a CSV file; raises HeadUnusable."""
    cells = dict(zip(map(normalise_header, keys), values, strict=False))
    license_key = next((key for key in cells if key.startswith("license_number")), "")
    return _head(
        {
            "hospital_name": cells.get("hospital_name"),
            "last_updated_on": cells.get("last_updated_on"),
            "version": cells.get("version"),
            # Version 2 called it hospital_location.
            "location_name": _split(cells.get("location_name") or cells.get("hospital_location")),
            "hospital_address": _split(cells.get("hospital_address")),
            "type_2_npi": _split(cells.get("type_2_npi")),
            "license_information": {
                "license_number": cells.get(license_key),
                "state": license_key.partition("|")[2].upper(),
            },
            "general_contract_provisions": cells.get("general_contract_provisions"),
            "financial_aid_policy": cells.get("financial_aid_policy"),
        },
        where="row 1",
    )


def read_json_head(members: Mapping[str, Any]) -> Head:
    """Return the head from the members of a JSON file that are no items; raises HeadUnusable."""
    location = members.get("location_name") or members.get("hospital_location")
    return _head({**members, "location_name": location}, where="the file")


def parse_day(text: str) -> date | None:
    """Return a day written as 2026-04-01 or 4/1/2026, or None."""
    iso, american = _ISO.fullmatch(text.strip()), _AMERICAN.fullmatch(text.strip())
    if iso is not None:
        numbers = (iso[1], iso[2], iso[3])
    elif american is not None:
        numbers = (american[3], american[1], american[2])
    else:
        return None
    try:
        return date(int(numbers[0]), int(numbers[1]), int(numbers[2]))
    except ValueError:
        return None


def _head(members: Mapping[str, Any], *, where: str) -> Head:
    name = _text(members.get("hospital_name"))
    if not key_of(name):
        raise HeadUnusable(f"{where} names no hospital (hospital_name)")
    written = _text(members.get("last_updated_on"))
    licensed = members.get("license_information")
    licensed = licensed if isinstance(licensed, Mapping) else {}
    return Head(
        hospital=name,
        updated_on=parse_day(written),
        updated_as_written=written,
        version=_text(members.get("version")),
        locations=_texts(members.get("location_name")),
        addresses=_texts(members.get("hospital_address")),
        npis=_texts(members.get("type_2_npi")),
        license_state=_text(licensed.get("state")),
        license_number=_text(licensed.get("license_number")),
        contract_provisions=_provisions(members.get("general_contract_provisions")),
        financial_aid_policy=_text(members.get("financial_aid_policy")),
    )


def _provisions(found: object) -> str:
    """Return general provisions as text; JSON has a list of them, by payer."""
    if not isinstance(found, list):
        return _text(found)
    entries = [one for one in found if isinstance(one, Mapping)]
    return "\n".join(
        f"{_text(one.get('payer_name'))}: {_text(one.get('provisions'))}" for one in entries
    )


def _split(text: str | None) -> list[str]:
    return (text or "").split("|")


def _texts(found: object) -> tuple[str, ...]:
    parts = found if isinstance(found, list) else [found]
    return tuple(text for part in parts if (text := _text(part)))


def _text(found: object) -> str:
    return found.strip() if isinstance(found, str) else ""
