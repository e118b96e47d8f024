"""Import a hospital's price file: any shape, any size, whole or not at all.

Steps: survey the file (hash, encoding, a count of its rows) → make its text regular if it is not →
write charges and codes as sorted Parquet → hold the counts against each other → publish the folder
by one rename. What each step found is noted beside the staged files, so that an import that was
killed goes on where it stood; what was published before is never touched.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb

from pricing.price_files.careful import LINE_MAX
from pricing.price_files.dataset import (
    Descriptions,
    Manifest,
    Rows,
    SourceFile,
    dataset_id,
    find_manifest,
    folder_of,
    publish,
    write_manifest,
)
from pricing.price_files.errors import CountsDisagree, NoRoom, NotAPriceFile
from pricing.price_files.reading import (
    Reading,
    head_of,
    read_carefully,
    read_directly,
    read_json,
)
from pricing.price_files.staging import Staging, staging_for
from pricing.price_files.survey import Progress, Survey, survey
from pricing.price_files.writing import Written, workshop, write_charges, write_set_aside

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportWish:
    """What is to be imported into which folder of datasets; ``now`` is the import's time.

    ``licence`` states under which licence long descriptors of licensed codes may be kept.
    """

    file: Path
    root: Path
    now: datetime
    url: str | None = None
    facility_id: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it: ``imported``, ``unchanged``, or ``linked`` (known, with a new link)."""

    outcome: str
    manifest: Manifest


def import_price_file(wish: ImportWish, progress: Progress) -> Imported:
    """Import a file, or say that it is there already.

    Raises:
        PriceFileError: the file cannot be read, is none, is being imported, or there is no room.
    """
    try:
        with staging_for(wish.file, wish.root, licence=wish.licence, now=wish.now) as staging:
            imported = _import(wish, staging, progress)
    except duckdb.OutOfMemoryException as error:
        raise NoRoom(wish.file.name, "DuckDB's memory and the disk do not suffice") from error
    except (OSError, duckdb.IOException) as error:
        raise NoRoom(wish.file.name, str(error)) from error
    _log.info(
        "price_file.imported",
        extra={"outcome": imported.outcome, "dataset": imported.manifest.id},
    )
    return imported


def _import(wish: ImportWish, staging: Staging, progress: Progress) -> Imported:
    name = wish.file.name
    found = staging.survey()
    if found is None:
        found = survey(wish.file, staging.text, name, progress)
        staging.keep_survey(found)
    identity = dataset_id(found.sha256, wish.licence)
    known = find_manifest(wish.root, identity)
    if known is None:
        manifest = _made(wish, staging, found, identity, progress)
        staging.require_same_file()
        write_manifest(staging.output, manifest)
        if publish(staging.output, wish.root, identity):
            staging.clear()
            return Imported("imported", manifest)
        known = find_manifest(wish.root, identity) or manifest
    staging.clear()
    return _linked(wish, known)


def _linked(wish: ImportWish, known: Manifest) -> Imported:
    """Return the dataset that is there already, with the link or address that is new."""
    wanted = replace(
        known,
        facility_id=wish.facility_id or known.facility_id,
        file=replace(known.file, url=wish.url or known.file.url),
    )
    if wanted == known:
        return Imported("unchanged", known)
    write_manifest(folder_of(wish.root, known.id), wanted)
    return Imported("linked", wanted)


def _made(
    wish: ImportWish, staging: Staging, found: Survey, identity: str, progress: Progress
) -> Manifest:
    """Write the dataset into the staged folder; return its manifest."""
    with workshop(staging.spill) as connection:
        attempt = _Attempt(connection, wish, staging, found, progress)
        reading, outcome = attempt.of_json() if found.is_json else attempt.of_csv()
    return _manifest(wish, found, identity, reading, outcome)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What was written, and the rows set aside by reason."""

    written: Written
    reasons: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One file on its way into the staged folder."""

    connection: duckdb.DuckDBPyConnection
    wish: ImportWish
    staging: Staging
    found: Survey
    progress: Progress

    def of_csv(self) -> tuple[Reading, _Outcome]:
        """Write a CSV file the quick way, or the careful one where that fails."""
        text = self.staging.text_of(self.found)
        if self.found.count.longest_line > LINE_MAX:
            raise NotAPriceFile(
                self.wish.file.name,
                f"a line has more than {LINE_MAX:,} bytes, so it is no CSV file",
            )
        head, columns, is_plain = head_of(text, self.wish.file.name)
        if self.found.count.is_regular and is_plain and self.staging.note("careful") is None:
            reading = read_directly(
                text,
                self.found.count,
                head,
                columns,
                folder=self.staging.folder,
                told=lambda rows: self.progress("number", rows, self.found.count.rows),
            )
            try:
                outcome = self._written(reading)
            except (duckdb.InvalidInputException, duckdb.ConversionException):
                _log.info("price_file.irregular")
            else:
                if _reconciles(reading, outcome):
                    return reading, outcome
        known = self.staging.note("careful")
        reading, noted = read_carefully(
            text,
            self.found.count,
            head,
            columns,
            folder=self.staging.folder,
            known=known,
            told=lambda rows: self.progress("rewrite", rows, self.found.count.rows),
        )
        self.staging.keep_note("careful", noted)
        return reading, self._checked(reading)

    def of_json(self) -> tuple[Reading, _Outcome]:
        """Write a JSON file."""
        reading, noted = read_json(
            self.staging.text_of(self.found),
            name=self.wish.file.name,
            folder=self.staging.folder,
            known=self.staging.note("json"),
            told=lambda items: self.progress("rewrite", items, 0),
        )
        self.staging.keep_note("json", noted)
        return reading, self._checked(reading)

    def _checked(self, reading: Reading) -> _Outcome:
        outcome = self._written(reading)
        if not _reconciles(reading, outcome):
            counted = (
                f"{reading.rows} rows read, {outcome.written.rows} kept, "
                f"{sum(outcome.reasons.values())} set aside, {outcome.written.charges} charges "
                f"written of {reading.charges or 'as many'}"
            )
            raise CountsDisagree(self.wish.file.name, counted)
        return outcome

    def _written(self, reading: Reading) -> _Outcome:
        """Write charges and what is set aside, unless an earlier run has; raises duckdb.Error."""
        if reading.rows == 0:
            raise NotAPriceFile(self.wish.file.name, "the file has headers and not one row")
        name = f"written-{reading.reader}"
        known = self.staging.note(name)
        if known is not None:
            return _Outcome(Written(**known["written"]), known["reasons"])
        self.progress("write", 0, reading.rows)
        output = self.staging.output
        licensed = self.wish.licence is not None
        written = write_charges(self.connection, reading.cells, output, licensed=licensed)
        # No row is missing, so none needs to be looked for.
        aside = None if written.rows == reading.rows else reading.aside
        outcome = _Outcome(written, write_set_aside(self.connection, aside, output))
        self.staging.keep_note(name, asdict(outcome))
        self.progress("write", reading.rows, reading.rows)
        return outcome


def _reconciles(reading: Reading, outcome: _Outcome) -> bool:
    """Return whether rows in are rows kept and set aside, and no charge went missing."""
    written = outcome.written
    rows = written.rows + sum(outcome.reasons.values()) == reading.rows
    return rows and reading.charges in {None, written.charges}


def _manifest(
    wish: ImportWish, found: Survey, identity: str, reading: Reading, outcome: _Outcome
) -> Manifest:
    head, written = reading.head, outcome.written
    return Manifest(
        id=identity,
        hospital=head.hospital,
        updated_on=head.updated_on,
        updated_as_written=head.updated_as_written,
        version=head.version,
        is_known_version=head.is_known_version,
        locations=head.locations,
        addresses=head.addresses,
        npis=head.npis,
        license_state=head.license_state,
        license_number=head.license_number,
        contract_provisions=head.contract_provisions,
        financial_aid_policy=head.financial_aid_policy,
        facility_id=wish.facility_id,
        imported_at=wish.now,
        file=SourceFile(
            name=wish.file.name,
            sha256=found.sha256,
            size=found.size,
            url=wish.url,
            packing=found.packing.kind,
            member=found.packing.member,
            shape=reading.shape,
            reader=reading.reader,
            encoding=found.encoding,
            odd_bytes=found.odd_bytes,
        ),
        rows=Rows(
            read=reading.rows,
            kept=written.rows,
            set_aside=sum(outcome.reasons.values()),
            reasons=outcome.reasons,
            charges=written.charges,
            second_count=reading.second_count,
        ),
        codes=written.items,
        flags=written.flags,
        descriptions=Descriptions(
            licence=wish.licence, kept=written.described, dropped=written.dropped
        ),
        ignored_columns=reading.ignored,
    )
