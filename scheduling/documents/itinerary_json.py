"""The itinerary as a JSON document in a published form, and back.

``seed_data/schemas/itinerary-1.json`` is the schema, ``docs/itinerary-formats.md`` explains it.
Every moment is given in UTC and as local time with its zone; every amount in minor units and as
text. What is derived (``minutes``, totals, texts) is for readers: parsing checks the moments and
the shares of each line, and computes the rest again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from pricing.money import Money
from scheduling.cost_split import CoverageDecision, DecidedLine, LineKind
from scheduling.documents import wording
from scheduling.documents.errors import MalformedDocument
from scheduling.documents.json_reader import Reader
from scheduling.itinerary import (
    Contact,
    ItemKind,
    Itinerary,
    ItineraryItem,
    LocalInstant,
    Stop,
)

FORMAT: Final = "sojourn-itinerary/1"


def to_document(itinerary: Itinerary) -> dict[str, Any]:
    """Return the itinerary as a JSON document: strings, numbers, lists and dicts only."""
    return {
        "format": FORMAT,
        "id": itinerary.id,
        "revision": itinerary.revision,
        "case_reference": itinerary.case_reference,
        "title": itinerary.title,
        "patient": itinerary.patient,
        "companions": list(itinerary.companions),
        "facility_name": itinerary.facility_name,
        "service_level": itinerary.service_level,
        "accepted_at": _utc_text(itinerary.accepted_at),
        "home_zone": itinerary.home_zone,
        "clinic_zone": itinerary.clinic_zone,
        "plan_id": itinerary.plan_id,
        "proposal_name": itinerary.proposal_name,
        "digest": itinerary.digest,
        "is_sample": itinerary.is_sample,
        "starts": _moment(itinerary.starts),
        "ends": _moment(itinerary.ends),
        "items": [item_document(item) for item in itinerary.items],
        "coverage": _coverage(itinerary.coverage),
        "bring": list(itinerary.bring),
        "contacts": [
            {"role": it.role, "name": it.name, "phone": it.phone, "email": it.email}
            for it in itinerary.contacts
        ],
        "notices": list(itinerary.notices),
    }


def parse_document(document: object) -> Itinerary:
    """Return the itinerary of a JSON document made by ``to_document``.

    Raises MalformedDocument, which names the first field that is missing or wrong.
    """
    reader = Reader(document)
    if reader.text("format") != FORMAT:
        raise MalformedDocument("format", f"must be {FORMAT!r}")
    return reader.made(
        lambda: Itinerary(
            id=reader.text("id"),
            revision=reader.integer("revision"),
            case_reference=reader.text("case_reference"),
            title=reader.text("title"),
            patient=reader.text("patient"),
            companions=reader.texts("companions"),
            facility_name=reader.text("facility_name"),
            service_level=reader.text("service_level"),
            accepted_at=reader.instant("accepted_at"),
            home_zone=reader.zone("home_zone"),
            clinic_zone=reader.zone("clinic_zone"),
            plan_id=reader.text("plan_id"),
            proposal_name=reader.text("proposal_name"),
            items=_parse_items(reader),
            coverage=_parse_coverage(reader.child("coverage")),
            bring=reader.texts("bring"),
            contacts=tuple(_parse_contact(it) for it in reader.children("contacts")),
            notices=reader.texts("notices"),
            is_sample=reader.flag("is_sample"),
            digest=reader.text("digest"),
        )
    )


def _utc_text(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def _moment(instant: LocalInstant) -> dict[str, str]:
    return {
        "utc": _utc_text(instant.at),
        "local": instant.local.isoformat(),
        "zone": instant.zone,
    }


def _money(amount: Money) -> dict[str, Any]:
    return {"minor": amount.minor, "currency": amount.currency, "text": wording.money(amount)}


def _stop(stop: Stop) -> dict[str, Any]:
    return {
        "name": stop.name,
        "address": stop.address,
        "latitude": stop.latitude,
        "longitude": stop.longitude,
        "code": stop.code,
    }


def item_document(item: ItineraryItem) -> dict[str, Any]:
    """Return the JSON form of one item of a timeline."""
    return {
        "key": item.key,
        "kind": str(item.kind),
        "title": item.title,
        "travellers": list(item.travellers),
        "starts": _moment(item.starts),
        "ends": _moment(item.ends),
        "minutes": item.minutes,
        "origin": _stop(item.origin),
        "destination": _stop(item.destination) if item.destination else None,
        "details": [{"label": label, "text": text} for label, text in item.details],
    }


def _coverage(coverage: CoverageDecision) -> dict[str, Any]:
    return {
        "level": coverage.level,
        "policy_version": coverage.policy_version,
        "policy_source": coverage.policy_source,
        "currency": coverage.currency,
        "trip_cap": _money(coverage.trip_cap) if coverage.trip_cap else None,
        "lines": [_line(line) for line in coverage.lines],
        "totals": {
            "amount": _money(coverage.amount),
            "payer": _money(coverage.payer),
            "patient": _money(coverage.patient),
        },
    }


def _line(line: DecidedLine) -> dict[str, Any]:
    return {
        "key": line.key,
        "kind": str(line.kind),
        "label": line.label,
        "amount": _money(line.amount),
        "payable": _money(line.payable),
        "payer": _money(line.payer),
        "patient": _money(line.patient),
        "rule": line.rule,
        "reason": line.reason,
    }


def _parse_items(reader: Reader) -> tuple[ItineraryItem, ...]:
    items = tuple(_parse_item(child) for child in reader.children("items"))
    if not items:
        raise MalformedDocument("items", "must hold at least one item")
    return items


def _parse_item(reader: Reader) -> ItineraryItem:
    return reader.made(
        lambda: ItineraryItem(
            key=reader.text("key"),
            kind=ItemKind(reader.one_of("kind", ItemKind)),
            title=reader.text("title"),
            travellers=reader.texts("travellers"),
            starts=_parse_moment(reader.child("starts")),
            ends=_parse_moment(reader.child("ends")),
            origin=_parse_stop(reader.child("origin")),
            destination=_parse_stop(reader.child("destination"))
            if reader.has("destination")
            else None,
            details=tuple((it.text("label"), it.text("text")) for it in reader.children("details")),
        )
    )


def _parse_moment(reader: Reader) -> LocalInstant:
    instant = LocalInstant(reader.instant("utc"), reader.zone("zone"))
    if reader.text("local") != instant.local.isoformat():
        wanted = instant.local.isoformat()
        raise MalformedDocument(reader.path_of("local"), f"must be {wanted!r}, as utc and zone say")
    return instant


def _parse_stop(reader: Reader) -> Stop:
    return Stop(
        name=reader.text("name"),
        address=reader.text("address"),
        latitude=reader.degrees("latitude", 90),
        longitude=reader.degrees("longitude", 180),
        code=reader.text("code"),
    )


def _parse_money(reader: Reader) -> Money:
    return reader.made(lambda: Money(reader.integer("minor"), reader.text("currency")))


def _parse_coverage(reader: Reader) -> CoverageDecision:
    cap = _parse_money(reader.child("trip_cap")) if reader.has("trip_cap") else None
    return CoverageDecision(
        level=reader.text("level"),
        policy_version=reader.text("policy_version"),
        policy_source=reader.text("policy_source"),
        currency=reader.text("currency"),
        lines=tuple(_parse_line(child) for child in reader.children("lines")),
        trip_cap=cap,
    )


def _parse_line(reader: Reader) -> DecidedLine:
    return reader.made(
        lambda: DecidedLine(
            key=reader.text("key"),
            kind=LineKind(reader.one_of("kind", LineKind)),
            label=reader.text("label"),
            amount=_parse_money(reader.child("amount")),
            payable=_parse_money(reader.child("payable")),
            payer=_parse_money(reader.child("payer")),
            rule=reader.text("rule"),
            reason=reader.text("reason"),
        )
    )


def _parse_contact(reader: Reader) -> Contact:
    return Contact(
        role=reader.text("role"),
        name=reader.text("name"),
        phone=reader.text("phone"),
        email=reader.text("email"),
    )
