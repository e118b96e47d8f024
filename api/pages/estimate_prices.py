"""Pricing an item of a draft: from what hospitals publish, or by an agreement that is pasted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from api.access.actions import Action, acts
from api.errors import FieldError, InvalidRequest
from api.guard.asking import get_principal
from api.guard.once import once
from api.operations.item_prices import (
    PricedItem,
    Pricing,
    Published,
    agreed_by,
    find_priced_item,
    published_of,
    save_pricing,
    taken_from,
)
from api.pages.contracts import find_unfit
from api.pages.estimates import note_estimate, open_file, posted_revision
from api.pages.form_state import FormState
from api.policy_errors import TooLongToDecide
from api.presenters.item_prices import LABELS, present_item_prices
from api.wiring import get_services
from pricing.estimate.figures import Figure

pages = Blueprint("estimate_prices", __name__)

_DAYS: Final = re.compile(r"[1-9]\d{0,3}", re.ASCII)
_SETTINGS: Final = ("inpatient", "outpatient", "professional")
_ADDRESS: Final = "/cases/<reference>/estimate/items/<item>/price"


@pages.get(_ADDRESS)
@acts(Action.ESTIMATE_WRITE)
def item_page(reference: str, item: str) -> str:
    """Show what an item could cost, and where that is from."""
    return _page(_find(reference, item), {})


@pages.post(_ADDRESS)
@acts(Action.ESTIMATE_WRITE)
@once
def take(reference: str, item: str) -> Response | tuple[str, int]:
    """Take a published price into the draft, with file, row and date as its source."""
    at = _find(reference, item)
    try:
        figures = taken_from(_published(at), request.form.get("published", ""), at.item)
        return _save(reference, figures, "published")
    except InvalidRequest as error:
        return _page(at, {}, error.errors), 422


@pages.post(f"{_ADDRESS}/agreement")
@acts(Action.ESTIMATE_WRITE)
@once
def apply_agreement(reference: str, item: str) -> Response | tuple[str, int]:
    """Price an item by an agreement, with terms and term as its source; nothing else is stored."""
    at = _find(reference, item)
    typed = {
        name: request.form.get(name, "").replace("\r\n", "\n")
        for name in ("terms", "setting", "days")
    }
    try:
        return _save(reference, _agreed(at, typed), "terms")
    except InvalidRequest as error:
        return _page(at, typed, error.errors), 422
    except TooLongToDecide as error:
        return _page(at, typed, (FieldError("terms", str(error)),)), 422


def _agreed(at: PricedItem, typed: Mapping[str, str]) -> dict[str, Figure]:
    """Return what the terms allow; raises InvalidRequest, TooLongToDecide."""
    faults = []
    words = find_unfit(typed["terms"])
    if words:
        faults.append(FieldError("terms", words))
    if typed["setting"] not in {"", *_SETTINGS}:
        faults.append(FieldError("setting", f"choose one of {', '.join(_SETTINGS)}"))
    if typed["days"] and not _DAYS.fullmatch(typed["days"]):
        faults.append(FieldError("days", "must be a whole number of days, such as 3"))
    if faults:
        raise InvalidRequest(tuple(faults))
    days = int(typed["days"]) if typed["days"] else None
    return agreed_by(at, typed["terms"], setting=typed["setting"] or None, days=days)


def _save(reference: str, figures: dict[str, Figure], field: str) -> Response:
    """Store the figures; raises InvalidRequest where the draft cannot have them."""
    services, by = get_services(), get_principal().user_id
    pricing = Pricing(figures=figures, revision=posted_revision(reference), field=field)
    with services.sessions.write() as session:
        saved = save_pricing(session, reference, pricing, by=by, now=services.now())
        note_estimate(session, "priced", saved.number)
    return redirect(url_for("estimates.estimate_page", reference=reference, done="priced"), 303)


def _page(at: PricedItem, typed: Mapping[str, str], faults: tuple[FieldError, ...] = ()) -> str:
    return render_template(
        "estimate_price.html",
        case={"reference": at.file.case.reference, "title": at.file.case.title},
        item=present_item_prices(at.draft, at.item, _published(at)),
        form=FormState(LABELS, dict(typed), faults).to_dict(),
    )


def _published(at: PricedItem) -> Published:
    services = get_services()
    return published_of(at, services.settings.price_files, services.today())


def _find(reference: str, item: str) -> PricedItem:
    """Return the draft and its item; raises CaseNotFound, EstimateItemNotFound."""
    with get_services().sessions.read() as session:
        file = open_file(session, reference)
    return find_priced_item(file, item)
