"""Price files on pages: what was imported, and the evidence about a code."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from flask import Blueprint, Response, render_template

from api.access.actions import Action, acts
from api.errors import FieldError, InvalidRequest
from api.operations.price_evidence import PriceQuestion, Shelves, ask_prices
from api.pages.form_state import FormState
from api.pages.requests import query_text
from api.presenters.prices import present_evidence, present_files
from api.wiring import get_services
from pricing.errors import PricingError
from pricing.medicare.errors import InvalidFactor
from pricing.price_files.dataset import list_manifests
from pricing.price_files.errors import (
    CodeNotPriced,
    DatasetNotFound,
    SeveralCodeTypes,
    TooManyCharges,
)
from pricing.price_files.flags import CODE_TYPES

pages = Blueprint("prices", __name__)

_LABELS: Final = {
    "billing_code": "Billing code",
    "type": "Type of the code",
    "hospital": "Hospital",
    "setting": "Setting",
    "wage_index": "Medicare: wage index",
    "locality": "Medicare: locality",
    "ours": "Our offer, USD",
    "theirs": "Their offer, USD",
}
_PLACE: Final[dict[type[PricingError], str]] = {
    CodeNotPriced: "billing_code",
    TooManyCharges: "billing_code",
    InvalidFactor: "wage_index",
}
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DIGITS_MAX: Final = 12


@dataclass(frozen=True, slots=True)
class _Typed:
    """What the form of a question says."""

    values: dict[str, str]

    @property
    def question(self) -> PriceQuestion:
        """Return it as a question."""
        return PriceQuestion(
            code=self.values["billing_code"],
            kind=self.values["type"] or None,
            hospitals=[self.values["hospital"]] if self.values["hospital"] else [],
            setting=self.values["setting"] or None,
            wage_index=self.values["wage_index"] or "1",
            locality=self.values["locality"] or None,
        )

    def offer(self, name: str) -> Decimal | None:
        """Return an offer in dollars; raises InvalidRequest for what is no amount."""
        text = self.values[name].replace(",", "")
        if not text:
            return None
        digits = text.replace(".", "", 1)
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS_MAX):
            raise InvalidRequest((FieldError(name, "must be an amount like 12500 or 12500.50"),))
        return Decimal(text)


@pages.get("/prices")
@acts(Action.PRICES_READ)
def list_page() -> str:
    """Show what was imported, and the form of a question."""
    return _list_page(FormState(_LABELS, {"wage_index": "1"}))


@pages.get("/prices/evidence")
@acts(Action.PRICES_READ)
def evidence_page() -> str | tuple[str, int]:
    """Show what hospitals charge and accept for a code."""
    typed = _typed()
    try:
        ours, theirs = typed.offer("ours"), typed.offer("theirs")
        document = _ask(typed)
    except InvalidRequest as error:
        return _list_page(FormState(_LABELS, typed.values, error.errors)), 422
    return render_template(
        "price_evidence.html",
        evidence=present_evidence(document, ours, theirs),
        form=FormState(_LABELS, typed.values).to_dict(),
        options=_options(),
        query={name: text for name, text in typed.values.items() if text},
    )


@pages.get("/prices/evidence.csv")
@acts(Action.PRICES_READ)
def evidence_csv() -> Response:
    """Give every rate as CSV."""
    from api.operations.price_sheets import to_csv  # noqa: PLC0415 — pandas takes its time to load

    return _download(to_csv(_ask(_typed())), "text/csv; charset=utf-8", "csv")


@pages.get("/prices/evidence.xlsx")
@acts(Action.PRICES_READ)
def evidence_workbook() -> Response:
    """Give hospitals and rates as an XLSX workbook."""
    from api.operations.price_sheets import to_workbook  # noqa: PLC0415 — as above

    return _download(to_workbook(_ask(_typed())), _XLSX, "xlsx")


def _ask(typed: _Typed) -> dict[str, Any]:
    """Return the evidence; raises InvalidRequest naming the field that is in the way."""
    if not typed.values["billing_code"]:
        raise InvalidRequest(
            (FieldError("billing_code", "write a code, such as MS-DRG 470 or J0001"),)
        )
    services = get_services()
    shelves = Shelves(services.settings.price_files, services.settings.benchmarks)
    try:
        return ask_prices(shelves, typed.question, services.today())
    except SeveralCodeTypes as error:
        words = f"the files have it as {', '.join(error.types)}; choose which is meant"
        raise InvalidRequest((FieldError("type", words),)) from error
    except tuple(_PLACE) as error:
        raise InvalidRequest((FieldError(_PLACE[type(error)], str(error)),)) from error
    except DatasetNotFound as error:
        raise InvalidRequest((FieldError("hospital", str(error)),)) from error


def _typed() -> _Typed:
    return _Typed({name: query_text(name, longest=200) for name in _LABELS})


def _list_page(form: FormState) -> str:
    shown = present_files(list_manifests(get_services().settings.price_files))
    return render_template("price_list.html", form=form.to_dict(), options=_options(), **shown)


def _options() -> dict[str, list[dict[str, str]]]:
    manifests = list_manifests(get_services().settings.price_files)
    names = sorted({one.hospital for one in manifests})
    return {
        "types": [
            {"value": "", "label": "as the files name it"},
            *({"value": one, "label": one} for one in CODE_TYPES),
        ],
        "hospitals": [
            {"value": "", "label": "all of them"},
            *({"value": one, "label": one} for one in names),
        ],
        "settings": [
            {"value": "", "label": "any"},
            {"value": "inpatient", "label": "Inpatient"},
            {"value": "outpatient", "label": "Outpatient"},
        ],
    }


def _download(content: bytes, media: str, ending: str) -> Response:
    response = Response(content, content_type=media)
    name = "".join(
        one if one.isalnum() and one.isascii() else "-" for one in query_text("billing_code")
    )
    response.headers["Content-Disposition"] = f'attachment; filename="evidence-{name}.{ending}"'
    return response
