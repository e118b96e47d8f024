"""Price files and the evidence in them, for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from api.formatting import format_count, format_date
from api.presenters.price_plot import Scale, scale_for, strip
from api.problem_kind import to_sentence
from pricing.price_files.dataset import Manifest, current_of

_GROUPS: Final = MappingProxyType(
    {
        "all": "All payers",
        "domestic": "Domestic payers",
        "international": "International payers",
        "embassy": "Embassies",
    }
)
_RATES_SHOWN: Final = 200
_HUNDRED: Final = 100


def present_files(manifests: Iterable[Manifest]) -> dict[str, Any]:
    """Return every dataset, those in use marked."""
    found = list(manifests)
    current = {one.id for one in current_of(found).values()}
    return {
        "files": [
            {
                "hospital": one.hospital,
                "facility": one.facility_id or "",
                "updated": format_date(one.updated_on) if one.updated_on else "no date stated",
                "version": one.version,
                "kept": f"{one.rows.kept:,}",
                "set_aside": f"{one.rows.set_aside:,}",
                "charges": f"{one.rows.charges:,}",
                "flags": [
                    f"{name.replace('_', ' ')} ({count:,})"
                    for name, count in sorted(one.flags.items(), key=lambda item: -item[1])
                ],
                "file": one.file.name,
                "sha256": one.file.sha256,
                "imported": format_date(one.imported_at.date()),
                "is_current": one.id in current,
            }
            for one in found
        ]
    }


def present_evidence(
    document: Mapping[str, Any], ours: Decimal | None, theirs: Decimal | None
) -> dict[str, Any]:
    """Return the evidence as the page shows it; the offers in dollars are marked in the plot."""
    scale = _scale(document, ours, theirs)
    medicare = document["medicare"]
    beside = {
        "medicare": Decimal(medicare["amount"]) if medicare else None,
        "ours": ours,
        "theirs": theirs,
    }
    return {
        "title": " ".join(filter(None, (document["type"], document["code"]))),
        "asked_on": format_date(date.fromisoformat(document["asked_on"])),
        "ticks": scale.ticks,
        "medicare": _medicare(medicare),
        "no_medicare": to_sentence(document["no_medicare"] or ""),
        "hospitals": [
            _hospital(one, line, scale, beside)
            for one, line in zip(document["hospitals"], document["comparison"], strict=True)
            if one["rates"] or one["gross"] or one["cash"]
        ],
        "without": [
            one["hospital"]
            for one in document["hospitals"]
            if not (one["rates"] or one["gross"] or one["cash"])
        ],
        "legend": _legend(beside),
    }


def dollars(amount: str | Decimal | None) -> str:
    """Return an amount of dollars as text; empty for none."""
    if amount is None:
        return ""
    exact = Decimal(amount)
    decimals = max(2, -int(exact.as_tuple().exponent)) if exact % 1 else 2
    return f"USD {exact:,.{decimals}f}"


def _scale(document: Mapping[str, Any], ours: Decimal | None, theirs: Decimal | None) -> Scale:
    amounts = [one for one in (ours, theirs) if one is not None]
    if document["medicare"]:
        amounts.append(Decimal(document["medicare"]["amount"]))
    for one in document["hospitals"]:
        spreads = [one["gross"], one["cash"], *one["negotiated"].values()]
        amounts += [Decimal(spread["median"]) for spread in spreads if spread is not None]
        everybody = one["negotiated"].get("all")
        if everybody is not None:
            amounts.append(Decimal(everybody["p90"]))
    return scale_for(amounts)


def _medicare(payment: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if payment is None:
        return None
    return {
        "amount": dollars(payment["amount"]),
        "title": f"{payment['schedule']} {payment['year']}, {payment['title']}",
        "steps": payment["steps"],
        "sources": payment["sources"],
        "left_out": payment["left_out"],
    }


def _hospital(
    one: Mapping[str, Any],
    line: Mapping[str, Any],
    scale: Scale,
    beside: Mapping[str, Decimal | None],
) -> dict[str, Any]:
    everybody = one["negotiated"].get("all")
    marks = {
        "gross": Decimal(one["gross"]["median"]) if one["gross"] else None,
        "cash": Decimal(one["cash"]["median"]) if one["cash"] else None,
        **beside,
    }
    ratios = line.get("to_medicare", {})
    source = one["source"]
    updated = source["updated_on"]
    return {
        "name": one["hospital"],
        "plot": strip(scale, everybody, marks),
        "words": _words(one, everybody),
        "lines": [
            _line(name, spread, one["of_gross"].get(key), ratios.get(key))
            for key, name, spread in _spreads(one)
        ],
        "notices": one["notices"],
        "source": {
            "file": source["file"],
            "sha256": source["sha256"],
            "url": source["url"] or "",
            "updated": format_date(date.fromisoformat(updated)) if updated else "no date stated",
        },
        "rates": [_rate(rate) for rate in one["rates"][:_RATES_SHOWN]],
        "rates_words": format_count(len(one["rates"]), "rate"),
        "more": max(0, len(one["rates"]) - _RATES_SHOWN),
    }


def _spreads(one: Mapping[str, Any]) -> list[tuple[str, str, Mapping[str, Any]]]:
    found = [("gross", "Gross charge", one["gross"]), ("cash", "Cash price", one["cash"])]
    found += [(key, _GROUPS.get(key, key), spread) for key, spread in one["negotiated"].items()]
    return [(key, name, spread) for key, name, spread in found if spread is not None]


def _line(
    name: str, spread: Mapping[str, Any], of_gross: Mapping[str, Any] | None, ratio: str | None
) -> dict[str, Any]:
    return {
        "name": name,
        "count": spread["count"],
        "is_few": spread["is_few"],
        **{level: dollars(spread[level]) for level in ("min", "p10", "median", "p90", "max")},
        "of_gross": "" if of_gross is None else _percent(of_gross["median"]),
        "to_medicare": "" if ratio is None else _percent(ratio),
    }


def _rate(rate: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "payer": rate["payer"] or "no payer named",
        "plan": rate["plan"] or "",
        "group": _GROUPS.get(rate["group"], rate["group"]),
        "amount": dollars(rate["amount"]) or "none",
        "basis": rate["unpriced"] or rate["basis"],
        "of_gross": "" if rate["of_gross"] is None else _percent(rate["of_gross"]),
        "is_counted": rate["is_counted"],
        "flags": ", ".join(one.replace("_", " ") for one in rate["flags"]),
        "row": f"{rate['row']:,}",
    }


def _percent(share: str) -> str:
    percent = Decimal(share) * _HUNDRED
    return f"{percent.quantize(Decimal(1))} %"


def _words(one: Mapping[str, Any], spread: Mapping[str, Any] | None) -> str:
    """Return the plot of a hospital in words, for whoever does not see it."""
    if spread is None:
        return f"{one['hospital']}: no negotiated amount"
    return (
        f"{one['hospital']}: {format_count(spread['count'], 'negotiated amount')} from "
        f"{dollars(spread['min'])} to {dollars(spread['max'])}, "
        f"median {dollars(spread['median'])}, eight in ten "
        f"between {dollars(spread['p10'])} and {dollars(spread['p90'])}"
    )


def _legend(beside: Mapping[str, Decimal | None]) -> list[dict[str, str]]:
    names = {"medicare": "Medicare", "ours": "Our offer", "theirs": "Their offer"}
    return [
        {"kind": "gross", "words": "gross charge, median"},
        {"kind": "cash", "words": "cash price, median"},
        *(
            {"kind": kind, "words": f"{names[kind]}, {dollars(amount)}"}
            for kind, amount in beside.items()
            if amount is not None
        ),
    ]
