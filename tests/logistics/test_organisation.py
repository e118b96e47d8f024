"""Organisations: what each kind must have, and whose a case's reference is."""

import pytest

from logistics import samples
from logistics.errors import InvalidField
from logistics.organisation import Organisation, OrganisationKind
from tests.storage.builders import organisation

_OPERATOR, _PAYER, _FACILITY = OrganisationKind


def test_a_reference_belongs_to_the_operator_whose_prefix_begins_it() -> None:
    assert organisation(prefix="SJ").owns("SJ-1001")


@pytest.mark.parametrize("reference", ["SJX-1", "S-1", "SJ1001", "sj-1001", "NH-SJ-1", ""])
def test_other_references_are_not_the_operators(reference: str) -> None:
    with pytest.raises(InvalidField, match="must begin with SJ-"):
        organisation(prefix="SJ").require_own(reference)


def test_a_payer_owns_no_reference() -> None:
    assert not organisation(kind=_PAYER).owns("-1")


@pytest.mark.parametrize(
    ("kind", "prefix", "facility_id", "field"),
    [
        (_OPERATOR, "", None, "case_prefix"),
        (_OPERATOR, "sj", None, "case_prefix"),
        (_OPERATOR, "TOOLONGS", None, "case_prefix"),
        (_OPERATOR, "SJ", "zurich", "facility_id"),
        (_PAYER, "SJ", None, "case_prefix"),
        (_PAYER, "", "zurich", "facility_id"),
        (_FACILITY, "", None, "facility_id"),
    ],
)
def test_what_its_kind_cannot_have_is_refused(
    kind: OrganisationKind, prefix: str, facility_id: str | None, field: str
) -> None:
    with pytest.raises(InvalidField) as refused:
        Organisation(id="one", name="One", kind=kind, case_prefix=prefix, facility_id=facility_id)
    assert refused.value.field == field


@pytest.mark.parametrize("wrong", ["", "a", "A-B", "a_b", "-ab", "ab-", "a" * 65, "ä-b"])
def test_an_id_nobody_can_type_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidField):
        organisation(wrong)


def test_the_samples_have_an_operator_for_every_case_and_an_organisation_for_every_facility() -> (
    None
):
    organisations = samples.load_organisations()
    by_id = {one.id: one for one in organisations}

    assert by_id[samples.case_payer()].kind is _PAYER
    assert {one.facility_id for one in organisations} >= {
        facility.id for facility in samples.load_facilities()
    }
    assert len(by_id) == len(organisations)


@pytest.mark.parametrize("name", ["", "  ", "A\nclinic", "A\x1b[2Jclinic", "A\u2028clinic"])
def test_a_name_is_letters_on_one_line(name: str) -> None:
    with pytest.raises(InvalidField, match="name"):
        Organisation(id="clinic", kind=_PAYER, name=name)
