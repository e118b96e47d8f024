"""Contracts on pages: two offers compared on an expected stay, a claim priced by terms."""

from __future__ import annotations

from importlib import resources
from typing import Any, Final

from flask import Blueprint, render_template, request

from api.access.actions import Action, acts
from api.coverage.apart import ask_apart
from api.coverage.contract_jobs import DOCUMENT_MAX
from api.coverage.wishes import list_refusals
from api.errors import FieldError
from api.pages.form_state import FormState, showable
from api.policy_errors import TooLongToDecide
from api.presenters.contracts import present_comparison, present_priced
from logistics.plain_text import find_no_text

pages = Blueprint("contracts", __name__)

_COMPARE: Final = {"a": "First offer", "b": "Second offer", "stay": "Expected stay"}
_PRICE: Final = {"terms": "Terms", "claim": "Claim"}
_SAMPLES: Final = {
    "a": "sample-per-diem-offer.yaml",
    "b": "sample-case-rate-offer.yaml",
    "stay": "sample-hip-stay.yaml",
    "terms": "sample-case-rate-offer.yaml",
    "claim": "sample-hip-claim.yaml",
}


@pages.get("/contracts")
@acts(Action.CONTRACTS_TRY)
def compare_page() -> str:
    """Show the form that compares two offers, filled with samples."""
    return _compare_page(FormState(_COMPARE, _samples(_COMPARE)), None)


@pages.post("/contracts")
@acts(Action.CONTRACTS_TRY)
def compare() -> str | tuple[str, int]:
    """Show two offers on one stay; nothing is stored."""
    typed = _typed(_COMPARE)
    answer, faults = _ask("contract_compare", typed)
    page = _compare_page(FormState(_COMPARE, typed, faults), answer)
    return page if answer else (page, 422)


@pages.get("/contracts/price")
@acts(Action.CONTRACTS_TRY)
def price_page() -> str:
    """Show the form that prices a claim, filled with samples."""
    return _price_page(FormState(_PRICE, _samples(_PRICE)), None)


@pages.post("/contracts/price")
@acts(Action.CONTRACTS_TRY)
def price() -> str | tuple[str, int]:
    """Show what terms allow for a claim, line by line; nothing is stored."""
    typed = _typed(_PRICE)
    answer, faults = _ask("contract_price", typed)
    page = _price_page(FormState(_PRICE, typed, faults), answer)
    return page if answer else (page, 422)


def _compare_page(form: FormState, answer: dict[str, Any] | None) -> str:
    found = None if answer is None else present_comparison(answer)
    return render_template("contract_compare.html", form=form.to_dict(), found=found)


def _price_page(form: FormState, answer: dict[str, Any] | None) -> str:
    found = None if answer is None else present_priced(answer)
    return render_template("contract_price.html", form=form.to_dict(), found=found)


def _ask(job: str, typed: dict[str, str]) -> tuple[dict[str, Any] | None, tuple[FieldError, ...]]:
    """Return the answer, or what is wrong with each document."""
    faults = tuple(
        FieldError(name, words) for name, text in typed.items() if (words := find_unfit(text))
    )
    if faults:
        return None, faults
    try:
        told = ask_apart(job, typed)
    except TooLongToDecide as error:
        return None, (FieldError(next(iter(typed)), str(error)),)
    return told.get("answer"), list_refusals(told)


def find_unfit(text: str) -> str:
    """Return why what was typed is no document to read; "" where it may be."""
    found = find_no_text(text)
    if found:
        return f"contains the character {found}, which is no text"
    if len(text) > DOCUMENT_MAX:
        return f"is longer than {DOCUMENT_MAX:,} characters"
    return "" if text.strip() else "paste or write a document"


def _typed(labels: dict[str, str]) -> dict[str, str]:
    return {name: request.form.get(name, "").replace("\r\n", "\n") for name in labels}


def _samples(labels: dict[str, str]) -> dict[str, str]:
    folder = resources.files("seed_data") / "contracts"
    return {name: showable((folder / _SAMPLES[name]).read_text("utf-8")) for name in labels}
