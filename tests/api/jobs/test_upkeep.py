"""What the service does for itself once a day: the head of the trail is kept elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from api.audit.head import load_key, read_heads
from api.audit.verify import verify_chain
from api.database import Database
from api.jobs.job import Job, JobStatus
from api.jobs.kinds import KINDS
from api.jobs.repository import claim_job, get_job
from api.jobs.run_job import run_job
from api.settings import Settings
from tests.api.audit.builders import store_entries
from tests.api.jobs.builders import KIND, LEASE, NOW, add, services_over


def _keep(database: Database, path: Path | None, *, job_id: str = "JB-1") -> Job:
    """Make the job once, under settings that name the file."""
    with database.write() as session:
        add(session, job_id)
        claim_job(session, job_id, owner="left", now=NOW, lease=LEASE)
    return _make(database, path, job_id)


def _make(database: Database, path: Path | None, job_id: str) -> Job:
    with database.read() as session:
        job = get_job(session, job_id)
    services = replace(services_over(database), settings=Settings(audit_heads=path))
    run_job(job, services=services, kinds={KIND: KINDS["audit.keep"]})
    with database.read() as session:
        return get_job(session, job_id)


def _heads(path: Path) -> dict[int, str]:
    return read_heads(path.read_text(), [load_key("", is_sample=True).public_key()])


def test_a_head_is_kept_each_day() -> None:
    assert KINDS["audit.keep"].every == timedelta(days=1)


def test_each_time_a_head_is_added_behind_those_before(database: Database, tmp_path: Path) -> None:
    kept = tmp_path / "heads.jsonl"
    store_entries(database, 3)

    first = _keep(database, kept)
    store_entries(database, 2)
    second = _keep(database, kept, job_id="JB-2")

    assert (first.status, second.status) == (JobStatus.DONE, JobStatus.DONE)
    heads = _heads(kept)
    assert list(heads) == [3, 5]
    with database.read() as session:
        assert verify_chain(session, heads).is_whole


def test_without_a_file_nothing_is_kept(database: Database, tmp_path: Path) -> None:
    done = _keep(database, None)

    assert done.status is JobStatus.DONE
    assert list(tmp_path.glob("heads*")) == []


def test_a_file_that_is_away_is_tried_again(database: Database, tmp_path: Path) -> None:
    kept = tmp_path / "away" / "heads.jsonl"

    waiting = _keep(database, kept)
    kept.parent.mkdir()
    with database.write() as session:
        claim_job(session, "JB-1", owner="left", now=NOW + timedelta(hours=1), lease=LEASE)
    done = _make(database, kept, "JB-1")

    assert waiting.status is JobStatus.QUEUED
    assert waiting.failure is not None
    assert str(kept) in waiting.failure
    assert "SOJOURN_AUDIT_HEADS" in waiting.failure
    assert done.status is JobStatus.DONE
    assert list(_heads(kept)) == [0]
