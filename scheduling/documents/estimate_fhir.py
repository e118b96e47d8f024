"""An estimate as FHIR R4: the GFE bundle of Da Vinci Patient Cost Transparency 2.0.1.

A collection: first the summary, then claims for each provider that bills (``institutional`` for a
facility, ``professional`` for a person), organisations, the patient, and their coverage. Self-pay
is a coverage of that kind whose payer is the patient. What the form asks and nobody has stated,
such as a taxonomy or a type of bill, says so (``data-absent-reason``) and is never guessed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from pricing.estimate.disclaimers import disclaimers_of
from pricing.estimate.estimate_document import Estimate, Item, Provider
from pricing.estimate.totals import charge_of, shares_of, total_of
from pricing.money import Money

_PROFILE: Final = "http://hl7.org/fhir/us/davinci-pct/StructureDefinition/davinci-pct-"
_EXTENSION: Final = "http://hl7.org/fhir/us/davinci-pct/StructureDefinition/"
_CODES: Final = "http://hl7.org/fhir/us/davinci-pct/CodeSystem/"
_TERMS: Final = "http://terminology.hl7.org/CodeSystem/"
_PATIENT_PROFILE: Final = (
    "http://hl7.org/fhir/us/davinci-hrex/StructureDefinition/hrex-patient-demographics"
)
_DRG: Final = (
    "https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/AcuteInpatientPPS/"
    "MS-DRG-Classifications-and-Software"
)
_REVENUE: Final = "https://www.nubc.org/CodeSystem/RevenueCodes"
_SYSTEMS: Final = {
    "CPT": "http://www.ama-assn.org/go/cpt",
    "HCPCS": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "ICD-10-PCS": "http://www.cms.gov/Medicare/Coding/ICD10",
    "MS-DRG": _DRG,
    "NDC": "http://hl7.org/fhir/sid/ndc",
    "RC": _REVENUE,
}
_OTHER_SYSTEMS: Final = "urn:sojourn:code-type:"
"""Systems that have no address of their own are told by their word in price files."""

_ITEMS_MAX: Final = {"facility": 999, "professional": 50}
_CLAIM_TYPES: Final = {"facility": "institutional", "professional": "professional"}


def estimate_to_bundle(estimate: Estimate, *, made_at: datetime) -> dict[str, Any]:
    """Return the bundle as JSON values; the same estimate gives the same ids."""
    claims = [
        _claim(estimate, provider, items, place)
        for provider in estimate.providers
        for place, items in enumerate(_portions(estimate, provider), 1)
    ]
    resources = [
        _summary(estimate),
        *claims,
        *(_organization(estimate, one) for one in estimate.providers),
        _patient(estimate),
        _coverage(estimate),
    ]
    return {
        "resourceType": "Bundle",
        "id": _id(estimate, "bundle"),
        "meta": {"profile": [f"{_PROFILE}gfe-bundle"]},
        "identifier": {"system": "urn:ietf:rfc:3986", "value": _address(estimate, "bundle")},
        "type": "collection",
        "timestamp": made_at.isoformat(timespec="seconds"),
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources],
    }


def _portions(estimate: Estimate, provider: Provider) -> list[tuple[Item, ...]]:
    """Return a provider's items in as many claims as the form needs."""
    own = [one for one in estimate.items if one.provider == provider.id]
    most = _ITEMS_MAX[provider.kind]
    return [tuple(own[first : first + most]) for first in range(0, len(own), most)]


def _summary(estimate: Estimate) -> dict[str, Any]:
    return {
        **_claim_head(estimate, "summary", "gfe-summary"),
        "extension": _disclaimers(estimate),
        "type": _coded(f"{_CODES}PCTEstimateTypeSummaryCSTemporaryTrialUse", "estimate-summary"),
        "billablePeriod": _period(estimate),
        "provider": {"extension": [_absent("not-applicable")]},
        "total": _money(total_of(estimate)),
    }


def _claim(
    estimate: Estimate, provider: Provider, items: tuple[Item, ...], place: int
) -> dict[str, Any]:
    kind = _CLAIM_TYPES[provider.kind]
    name = f"claim-{provider.id}-{place}"
    charges = (charge_of(estimate, one) for one in items)
    claim = {
        **_claim_head(estimate, name, f"gfe-{kind}"),
        "extension": [*_disclaimers(estimate), _linking(estimate)],
        "identifier": [
            {"type": _coded(f"{_TERMS}v2-0203", "PLAC"), "value": f"{estimate.id}-{name}"}
        ],
        "type": _coded(f"{_TERMS}claim-type", kind),
        "provider": {
            "extension": [
                {
                    "url": f"{_EXTENSION}providerTaxonomy",
                    "valueCodeableConcept": {"extension": [_absent("unknown")]},
                }
            ],
            **_reference(estimate, f"organization-{provider.id}"),
        },
        "item": [_item(estimate, provider, one, sequence) for sequence, one in enumerate(items, 1)],
        "total": _money(Money.total(charges, estimate.currency)),
    }
    if provider.kind == "facility":
        claim["supportingInfo"] = _supporting_info(items)
    return claim


def _claim_head(estimate: Estimate, name: str, profile: str) -> dict[str, Any]:
    made = estimate.issued_on or estimate.primary.date
    return {
        "resourceType": "Claim",
        "id": _id(estimate, name),
        "meta": {"profile": [f"{_PROFILE}{profile}"]},
        "status": "active" if estimate.issued_on else "draft",
        "use": "predetermination",
        "patient": _reference(estimate, "patient"),
        "created": made.isoformat(),
        "priority": _coded(f"{_TERMS}processpriority", "normal"),
        "insurance": [{"sequence": 1, "focal": True, "coverage": _reference(estimate, "coverage")}],
        **_diagnoses(estimate),
    }


def _diagnoses(estimate: Estimate) -> dict[str, Any]:
    found = [
        {
            "sequence": place,
            "diagnosisCodeableConcept": {
                "coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": one.code}],
                **({"text": one.description} if one.description else {}),
            },
            "type": [
                _coded(f"{_TERMS}ex-diagnosistype", "principal")
                if place == 1
                else _coded(f"{_CODES}PCTDiagnosisType", "other")
            ],
        }
        for place, one in enumerate(estimate.diagnoses, 1)
    ]
    return {"diagnosis": found} if found else {}


def _item(estimate: Estimate, provider: Provider, item: Item, sequence: int) -> dict[str, Any]:
    charge = charge_of(estimate, item)
    found: dict[str, Any] = {
        "extension": [{"url": f"{_EXTENSION}serviceDescription", "valueString": item.description}],
        "sequence": sequence,
        "productOrService": _service(item),
        "servicedDate": item.date.isoformat(),
        "quantity": {"value": item.quantity},
        # Of several units the price of one may be no whole cent; what counts is ``net``.
        "unitPrice": _money(charge.share(1, item.quantity)),
        "net": _money(charge),
    }
    if provider.kind == "facility":
        is_revenue = item.code_type == "RC"
        found["revenue"] = _service(item) if is_revenue else {"extension": [_absent("unknown")]}
    else:
        where = provider.location or provider.state
        found["locationCodeableConcept"] = (
            {"text": where} if where else {"extension": [_absent("unknown")]}
        )
    return found


def _service(item: Item) -> dict[str, Any]:
    """Return a code with the words people wrote for it: no text of a licensed system."""
    system = _SYSTEMS.get(item.code_type, f"{_OTHER_SYSTEMS}{item.code_type}")
    coding = {"system": system, "code": item.code, "display": item.description}
    return {"coding": [coding], "text": item.description}


def _supporting_info(items: tuple[Item, ...]) -> list[dict[str, Any]]:
    kinds = f"{_CODES}PCTSupportingInfoType"
    found: list[dict[str, Any]] = [
        {
            "sequence": 1,
            "category": _coded(kinds, "typeofbill"),
            "code": {"extension": [_absent("unknown")]},
        }
    ]
    drg = next((one for one in items if one.code_type == "MS-DRG"), None)
    if drg is not None:
        found.append(
            {"sequence": 2, "category": _coded(kinds, "drg"), "code": _coded(_DRG, drg.code)}
        )
    return found


def _organization(estimate: Estimate, provider: Provider) -> dict[str, Any]:
    identifiers: list[dict[str, Any]] = []
    if provider.npi:
        identifiers.append({"system": "http://hl7.org/fhir/sid/us-npi", "value": provider.npi})
    if provider.tin:
        tax = _coded(f"{_CODES}PCTOrgIdentifierTypeCS", "ETIN")
        identifiers.append({"type": tax, "value": provider.tin})
    address = {
        **({"text": provider.location} if provider.location else {}),
        **({"state": provider.state} if provider.state else {}),
    }
    return {
        "resourceType": "Organization",
        "id": _id(estimate, f"organization-{provider.id}"),
        "meta": {"profile": [f"{_PROFILE}organization"]},
        **({"identifier": identifiers} if identifiers else {}),
        "active": True,
        "type": [_coded(f"{_TERMS}organization-type", "prov")],
        "name": provider.name,
        **({"address": [address]} if address else {}),
    }


def _patient(estimate: Estimate) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": _id(estimate, "patient"),
        "meta": {"profile": [_PATIENT_PROFILE]},
        "identifier": [{"system": "urn:sojourn:case", "value": estimate.id}],
        "name": [{"text": estimate.patient.name}],
        "birthDate": estimate.patient.birth_date.isoformat(),
    }


def _coverage(estimate: Estimate) -> dict[str, Any]:
    is_self_pay = not shares_of(estimate).plan.minor
    kind = "self-pay" if is_self_pay else "insurance"
    return {
        "resourceType": "Coverage",
        "id": _id(estimate, "coverage"),
        "meta": {"profile": [f"{_PROFILE}coverage"]},
        "extension": [
            {
                "url": "http://hl7.org/fhir/5.0/StructureDefinition/extension-Coverage.kind",
                "valueCode": kind,
            },
            {"url": f"{_EXTENSION}selfPayDeclared", "valueBoolean": is_self_pay},
        ],
        "status": "active",
        "beneficiary": _reference(estimate, "patient"),
        "relationship": _coded(f"{_TERMS}subscriber-relationship", "self"),
        "payor": [
            _reference(estimate, "patient") if is_self_pay else {"extension": [_absent("unknown")]}
        ],
    }


def _disclaimers(estimate: Estimate) -> list[dict[str, Any]]:
    url = f"{_EXTENSION}gfeDisclaimer"
    return [{"url": url, "valueString": one} for one in disclaimers_of(estimate)]


def _linking(estimate: Estimate) -> dict[str, Any]:
    return {
        "url": f"{_EXTENSION}gfeServiceLinkingInfo",
        "extension": [
            {"url": "linkingIdentifier", "valueString": estimate.id},
            {"url": "plannedPeriodOfService", "valueDate": estimate.primary.date.isoformat()},
        ],
    }


def _period(estimate: Estimate) -> dict[str, str]:
    days = [one.date for one in estimate.items]
    return {"start": min(days).isoformat(), "end": max(days).isoformat()}


def _coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def _absent(why: str) -> dict[str, str]:
    return {
        "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
        "valueCode": why,
    }


def _money(amount: Money) -> dict[str, Any]:
    # FHIR wants a JSON number: of up to fifteen digits the shortest float is the very amount.
    return {"value": float(amount.to_decimal_text()), "currency": amount.currency}


def _reference(estimate: Estimate, name: str) -> dict[str, str]:
    return {"reference": _address(estimate, name)}


def _address(estimate: Estimate, name: str) -> str:
    return f"urn:uuid:{_id(estimate, name)}"


def _id(estimate: Estimate, name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"urn:sojourn:{estimate.id}:{estimate.version}:{name}"))
