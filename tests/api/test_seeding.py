"""Seeding adds what is missing, once, and leaves alone what people changed."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from api.database import Database
from api.seeding import SeedReport, seed
from logistics import samples
from logistics.case.model import Case
from logistics.facility import Facility
from logistics.organisation import CasePart, Organisation, OrganisationKind
from logistics.people import Specialist
from logistics.repository.cases import get_case, list_cases, replace_case
from logistics.repository.facilities import list_facilities
from logistics.repository.organisations import list_participants
from logistics.repository.specialists import list_specialists
from logistics.samples import SampleSlot
from pricing.coverage.library import list_shipped
from scheduling.repository.slots import add_slots, list_slots
from scheduling.slots import Slot
from tests.storage.builders import (
    HOUR,
    case,
    facility,
    organisation,
    slot,
    slots,
    specialist,
    store_people,
)

TODAY = date(2027, 3, 1)


@dataclass
class _FewSamples:
    """One facility, one specialist, one case, and the slots of three days from today."""

    asked: list[date] = field(default_factory=list)

    def load_facilities(self) -> tuple[Facility, ...]:
        return (facility(),)

    def load_organisations(self) -> tuple[Organisation, ...]:
        return (organisation(), organisation("payer", kind=OrganisationKind.PAYER))

    def case_payer(self) -> str:
        return "payer"

    def load_specialists(self) -> tuple[Specialist, ...]:
        return (specialist(),)

    def load_cases(self, today: date) -> tuple[Case, ...]:
        self.asked.append(today)
        return (case(),)

    def sample_slots(
        self, specialists: tuple[Specialist, ...], _facilities: tuple[Facility, ...], today: date
    ) -> tuple[SampleSlot, ...]:
        days = [(today - TODAY).days + number for number in range(3)]
        return tuple(
            SampleSlot(f"day-{day}", one.id, first.starts_at, first.ends_at, first.fee)
            for one in specialists
            for day in days
            for first in [slot(starts_at=slot().starts_at + timedelta(days=day))]
        )


def _ids(database: Database) -> list[str]:
    with database.read() as session:
        return [one.id for one in list_slots(session, specialist_ids=["keller"])]


def test_an_empty_database_is_filled(database: Database) -> None:
    report = seed(database, today=TODAY, samples=_FewSamples())

    assert report == SeedReport(
        facilities=1,
        organisations=2,
        specialists=1,
        cases=1,
        slots=3,
        users=2,
        policies=len(list_shipped()),
    )
    with database.read() as session:
        assert list_facilities(session) == (facility(),)
        assert list_specialists(session) == (specialist(),)
        assert list_cases(session) == (case(),)
    assert _ids(database) == ["day-0", "day-1", "day-2"]


def test_a_sample_case_is_run_by_the_operator_of_its_prefix(database: Database) -> None:
    seed(database, today=TODAY, samples=_FewSamples())

    with database.read() as session:
        parts = list_participants(session, case().reference)
    assert parts == {CasePart.OPERATOR: "operator", CasePart.PAYER: "payer"}


def test_a_case_stored_before_there_were_organisations_gets_them(database: Database) -> None:
    with database.write() as session:
        store_people(session)

    seed(database, today=TODAY, samples=_FewSamples())

    with database.read() as session:
        assert len(list_participants(session, case().reference)) == 2


def test_the_day_is_passed_on(database: Database) -> None:
    few = _FewSamples()

    seed(database, today=TODAY, samples=few)

    assert few.asked == [TODAY]


def test_seeding_again_adds_nothing(database: Database) -> None:
    seed(database, today=TODAY, samples=_FewSamples())

    assert seed(database, today=TODAY, samples=_FewSamples()) == SeedReport(0, 0, 0, 0, 0)


def test_a_later_day_adds_the_later_slots(database: Database) -> None:
    seed(database, today=TODAY, samples=_FewSamples())

    report = seed(database, today=TODAY + timedelta(days=2), samples=_FewSamples())

    assert report == SeedReport(0, 0, 0, 0, slots=2)
    assert _ids(database) == ["day-0", "day-1", "day-2", "day-3", "day-4"]


def test_what_people_changed_stays(database: Database) -> None:
    seed(database, today=TODAY, samples=_FewSamples())
    changed = replace(case(), story="Changed by a coordinator.")
    with database.write() as session:
        replace_case(session, changed)

    seed(database, today=TODAY, samples=_FewSamples())

    with database.read() as session:
        assert get_case(session, changed.reference) == changed


def test_a_time_people_gave_to_another_slot_stays_theirs(database: Database) -> None:
    with database.write() as session:
        store_people(session)
        add_slots(session, [slot("ours", starts_at=slot().starts_at + 24.5 * HOUR)])

    report = seed(database, today=TODAY, samples=_FewSamples())

    assert report.slots == 2
    assert _ids(database) == ["day-0", "ours", "day-2"]


def test_a_sample_slot_that_was_moved_stays_where_it_is(database: Database) -> None:
    moved = slot("day-0", starts_at=slot().starts_at + 12 * HOUR)
    with database.write() as session:
        store_people(session)
        add_slots(session, [moved])

    assert seed(database, today=TODAY, samples=_FewSamples()).slots == 2

    with database.read() as session:
        assert moved in list_slots(session, specialist_ids=["keller"])


def test_the_free_times_found_are_those_of_the_database(database: Database) -> None:
    with database.write() as session:
        store_people(session)
        add_slots(session, slots(40)[::3])
    taken = {one.starts_at for one in slots(40)[::3]}

    class Hourly(_FewSamples):
        """Offers every hour, also those that are taken."""

        def sample_slots(self, *_arguments: object) -> tuple[SampleSlot, ...]:
            return tuple(
                SampleSlot(f"h-{one.id}", "keller", one.starts_at, one.ends_at, one.fee)
                for one in slots(40)
            )

    report = seed(database, today=TODAY, samples=Hourly())

    assert report.slots == 40 - len(taken)


def test_the_sample_world_fits_into_the_database(database: Database) -> None:
    report = seed(database, today=TODAY, samples=samples)

    assert report.facilities >= 15
    assert report.cases >= 12
    offered = samples.sample_slots(samples.load_specialists(), samples.load_facilities(), TODAY)
    assert report.slots == len(offered)
    with database.read() as session:
        stored = list_slots(session, specialist_ids={one.specialist_id for one in offered})
        assert {one.reference: one for one in list_cases(session)} == {
            one.reference: one for one in samples.load_cases(TODAY)
        }
    assert {one.id: one for one in stored} == {
        one.id: Slot(one.id, one.specialist_id, one.starts_at, one.ends_at, one.fee)
        for one in offered
    }


def test_the_sample_world_grows_with_the_days(sqlite_database: Database) -> None:
    seed(sqlite_database, today=TODAY, samples=samples)

    for days in (7, 300):
        report = seed(sqlite_database, today=TODAY + timedelta(days=days), samples=samples)

        assert report.slots > 0
        assert (report.facilities, report.specialists, report.cases) == (0, 0, 0)
