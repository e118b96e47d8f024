"""Two scanners that others wrote attack the running service, and must find nothing.

Sqlmap tries each parameter of each GET route, each field of each JSON body and of each form.
Wapiti crawls as nobody and as some roles and tries what it finds. Both first attack a tiny
application with known holes (`vulnerable`), which they must find there.

The scanners live in an environment of their own below the cache folder: they pull in a hundred
packages that nothing else needs, so they are not in the lock. Left out of wapiti are the modules

- that ask a host of its makers for proof: ssrf, xxe, log4shell;
- that fetch lists from elsewhere or know other products: cms, wp_enum, nikto, wapp, htp, takeover;
- csrf, which knows a form's token by eighteen names of which ours is none (`tests/api/security`
  tries forms without theirs), and ldap and spring4shell, which take any two answers that differ
  for a directory or a Java bean; there is neither.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from api.security.cookies import session_cookie
from bench.drills.targets import Target, list_targets
from bench.sample_service import SampleService, sample_service

TOOLS: Final = ("sqlmap==1.10.10", "wapiti3==3.2.3")
VISITORS: Final = ("", "demo-coordinator", "demo-administrator", "demo-auditor")
_MODULES: Final = (
    "backup,brute_login_form,buster,cookieflags,crlf,csp,exec,file,htaccess,http_headers,methods,"
    "permanentxss,redirect,shellshock,sql,timesql,upload,xss"
)
_CRAWL_SECONDS: Final = 25
_MODULE_SECONDS: Final = 8
_FOUND: Final = "identified the following injection point"
_NOT_FOUND: Final = "do not appear to be injectable"
_AT_ONCE: Final = 3
_CRAWLS_AT_ONCE: Final = 2
_MOST_SECONDS: Final = 400
"""What one target may take: most take ten, the form of a case with its sixty fields far more."""

_LARGE: Final = 400
"""A body longer than this has dozens of fields, which are not tried as deeply."""

_SLOW: Final = "/why-not"
"""Each answer of this page takes a search."""


def drill() -> dict[str, Any]:
    """Attack both applications."""
    begun = time.monotonic()
    tools = _tools()
    with tempfile.TemporaryDirectory(prefix="sojourn-drill-") as name:
        folder = Path(name)
        control = _attack_control(tools, folder)
        with sample_service(folder) as sample, _serving_sample(folder) as address:
            attacked = _attack(tools, folder, sample, address)
    is_control_found = all(control.values())
    return {
        "is_well": is_control_found
        and not attacked["findings"]
        and not attacked["untried"]
        and _is_inside(attacked["wapiti_pages"]),
        "seconds": round(time.monotonic() - begun, 1),
        "control": control,
        **attacked,
    }


def _attack(tools: Path, folder: Path, sample: SampleService, address: str) -> dict[str, Any]:
    # Those that take long begin first.
    targets = sorted(list_targets(sample), key=lambda one: (_SLOW in one.address, len(one.body)))[
        ::-1
    ]
    print(f"sqlmap attacks {len(targets)} targets", file=sys.stderr)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        said = list(pool.map(lambda one: _sqlmap(tools, folder, address, one), targets))
    findings = [
        f"sqlmap: {one.name}" for one, told in zip(targets, said, strict=True) if _FOUND in told
    ]
    untried = [
        one.name
        for one, told in zip(targets, said, strict=True)
        if _NOT_FOUND not in told and _FOUND not in told
    ]
    print(f"wapiti crawls as {len(VISITORS)}", file=sys.stderr)
    sessions = {user_id: sample.log_in(user_id) if user_id else "" for user_id in VISITORS}
    with ThreadPoolExecutor(_CRAWLS_AT_ONCE) as pool:
        reports = list(
            pool.map(lambda one: _wapiti(tools, folder, address, one), sessions.values())
        )
    names = [user_id or "nobody" for user_id in VISITORS]
    crawled = {
        name: int(report["infos"]["crawled_pages_nbr"])
        for name, report in zip(names, reports, strict=True)
    }
    findings += [
        f"wapiti as {name}: {one}"
        for name, report in zip(names, reports, strict=True)
        for one in _holes(report)
    ]
    return {
        "sqlmap_targets": [one.name for one in targets],
        "untried": untried,
        "wapiti_pages": crawled,
        "findings": findings,
    }


def _is_inside(pages: dict[str, int]) -> bool:
    """Return whether every role saw more than nobody does, so was not thrown out on the way."""
    return all(count > pages["nobody"] for name, count in pages.items() if name != "nobody")


def _attack_control(tools: Path, folder: Path) -> dict[str, bool]:
    """Return for each hole of the vulnerable application whether it was found."""
    port = _free_port()
    command = [sys.executable, "-m", "bench.drills.vulnerable", str(port)]
    with _running(command, port, dict(os.environ), folder / "control.log"):
        address = f"http://127.0.0.1:{port}"
        query = Target("GET", "/things?name=one")
        body = Target("POST", "/api/things", body='{"name": "one"}', media="application/json")
        report = _wapiti(tools, folder, address, "")
        kinds = {one.partition(":")[0] for one in _holes(report)}
        return {
            "sqlmap finds the query": _FOUND in _sqlmap(tools, folder, address, query),
            "sqlmap finds the body": _FOUND in _sqlmap(tools, folder, address, body),
            "wapiti finds the query": "SQL Injection" in kinds,
            "wapiti finds the script": "Reflected Cross Site Scripting" in kinds,
        }


def _sqlmap(tools: Path, folder: Path, address: str, target: Target) -> str:
    """Return what sqlmap said about one target."""
    place = Path(tempfile.mkdtemp(dir=folder))
    request = place / "request"
    request.write_text(target.to_request(address.removeprefix("http://")), "utf-8")
    depth = "1" if len(target.body) > _LARGE or _SLOW in target.address else "2"
    command = [
        *(str(tools / "sqlmap"), "-r", str(request), "--batch", "--flush-session"),
        *("--output-dir", str(place), "--level", depth, "--risk", depth, "--disable-coloring"),
        *(
            "--time-sec",
            "3",
            "--timeout",
            "20",
            "--retries",
            "0",
            "--time-limit",
            str(_MOST_SECONDS),
        ),
        *("--ignore-code", "*", "--ignore-redirects", "--dbms", "SQLite", "--threads", "2"),
        # Of what a form has several times, the first is tried.
        *("--skip", "form_token,request_key", "--param-exclude", r"\.[1-9]\."),
    ]
    if target.is_form:
        # A key that has acted would have all that comes later refused.
        command += ["--eval", "import uuid; request_key=uuid.uuid4().hex"]
    return _run(command, place)


def _wapiti(tools: Path, folder: Path, address: str, token: str) -> dict[str, Any]:
    """Return wapiti's report of a crawl with that session; empty: with none."""
    place = Path(tempfile.mkdtemp(dir=folder))
    report = place / "report.json"
    command = [
        *(str(tools / "wapiti"), "-u", f"{address}/", "--scope", "folder", "-m", _MODULES),
        *("--max-scan-time", str(_CRAWL_SECONDS), "--max-attack-time", str(_MODULE_SECONDS)),
        *("-f", "json", "-o", str(report), "--no-bugreport", "--flush-session", "-v", "0"),
        *("--store-session", str(place), "--store-config", str(place), "--tasks", "4"),
        # Nobody logs out or suspends somebody else who is crawling.
        *("-x", f"{address}/logout", "-x", f"{address}/users/demo-*"),
        *("-H", "Sec-Fetch-Site: same-origin"),
    ]
    if token:
        command += ["-H", f"Cookie: {session_cookie(is_https=True)}={token}"]
    said = _run(command, place)
    if not report.is_file():
        raise RuntimeError(f"wapiti wrote no report: {said[-2000:]}")
    found: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return found


def _holes(report: dict[str, Any]) -> list[str]:
    kinds = {**report["vulnerabilities"], **report["anomalies"]}
    return [
        f"{kind}: {one['method']} {one['path']} {one['info']}"
        for kind, found in kinds.items()
        for one in found
    ]


def _run(command: Sequence[str], place: Path) -> str:
    done = subprocess.run(
        command,
        # Sqlmap wants this said before it makes up a key for each request.
        env={**os.environ, "SQLMAP_UNSAFE_EVAL": "1"},
        capture_output=True,
        text=True,
        errors="replace",
        cwd=place,
        check=False,
    )
    return done.stdout + done.stderr


def _tools() -> Path:
    """Return the folder of the scanners' programs, installing them the first time."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = cache / "sojourn" / "scan"
    programs = place / "bin"
    stamp = place / "installed"
    if not stamp.is_file() or stamp.read_text("utf-8") != "\n".join(TOOLS):
        venv.create(place, clear=True, with_pip=True)
        subprocess.run([str(programs / "pip"), "install", "-q", *TOOLS], check=True)
        stamp.write_text("\n".join(TOOLS), "utf-8")
    return programs


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def _serving_sample(folder: Path) -> Iterator[str]:
    """Serve the sample database as it is served, with every limit of pace out of the way."""
    port = _free_port()
    environment = {
        **os.environ,
        "SOJOURN_DATABASE_URL": f"sqlite:///{folder}/drill.db",
        "SOJOURN_PORT": str(port),
        "SOJOURN_RATE_LIMIT": "1000000",
        "SOJOURN_PUBLIC_URL": f"https://127.0.0.1:{port}",
    }
    command = [sys.executable, "-c", "from api.commands.group import main; main()", "serve"]
    with _running(command, port, environment, folder / "service.log"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(
    command: Sequence[str], port: int, environment: dict[str, str], log: Path
) -> Iterator[None]:
    with (
        log.open("w", encoding="utf-8") as told,
        subprocess.Popen(command, env=environment, stdout=told, stderr=told) as process,
    ):
        try:
            for _try in range(300):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(60)
