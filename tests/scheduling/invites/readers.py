"""Calendar programs that none of us wrote: each reads a feed and says when its events are.

Every reader returns, for each UID, the instants (UTC) at which the event begins and ends.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import vobject

Times: TypeAlias = dict[str, tuple[datetime, datetime]]

_NODE: Final = {
    "ical.js": """
const loaded = require("ical.js"), ICAL = loaded.default || loaded;
const root = new ICAL.Component(ICAL.parse(text));
for (const zone of root.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
for (const part of root.getAllSubcomponents("vevent")) {
  const event = new ICAL.Event(part);
  found[event.uid] = [event.startDate.toJSDate(), event.endDate.toJSDate()];
}
""",
    "node-ical": """
const events = require("node-ical").sync.parseICS(text);
for (const event of Object.values(events))
  if (event.type === "VEVENT") found[event.uid] = [event.start, event.end];
""",
}
_KHAL_CONFIG: Final = """
[calendars]
[[visit]]
path = {folder}/visit
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%dT%H:%M
longdatetimeformat = %Y-%m-%dT%H:%M
[sqlite]
path = {folder}/khal.db
"""


def with_vobject(feed: bytes) -> Times:
    """Read with vobject, which takes the zones from the feed's own VTIMEZONEs."""
    calendar = vobject.readOne(feed.decode())
    return {
        event.uid.value: (
            event.dtstart.value.astimezone(UTC),
            event.dtend.value.astimezone(UTC),
        )
        for event in calendar.vevent_list
    }


def with_khal(khal: Path, feeds: list[bytes], folder: Path) -> Times:
    """Read with khal: import into one calendar, then list three years in UTC."""
    (folder / "visit").mkdir(parents=True)
    (folder / "config").write_text(_KHAL_CONFIG.format(folder=folder), "utf-8")
    files = []
    for place, feed in enumerate(feeds):
        files.append(str(folder / f"{place}.ics"))
        Path(files[-1]).write_bytes(feed)
    khal_with_config = [str(khal), "-c", str(folder / "config")]
    _run([*khal_with_config, "import", "--batch", "-a", "visit", *files])
    listing = ["list", "--once", "--day-format", "", "--format", "{uid}|{start-long}|{end-long}"]
    lines = _run([*khal_with_config, *listing, "2026-01-01", "1000d"]).splitlines()
    rows = (line.strip().split("|") for line in lines if "|" in line)
    return {uid: (_utc(start), _utc(end)) for uid, start, end in rows}


def with_node(node: Path, reader: str, feeds: list[bytes], modules: Path) -> Times:
    """Read with a package of Node: ``ical.js`` or ``node-ical``."""
    script = (
        f'process.env.TZ = "Asia/Tokyo"; module.paths.push({json.dumps(str(modules))});'
        "const found = {};"
        'for (const text of JSON.parse(require("fs").readFileSync(0, "utf8"))) {'
        f"{_NODE[reader]} }} console.log(JSON.stringify(found));"
    )
    done = subprocess.run(
        [str(node), "-e", script],
        input=json.dumps([feed.decode() for feed in feeds]).encode(),
        capture_output=True,
        check=True,
    )
    found = json.loads(done.stdout)
    return {uid: (_utc(start), _utc(end)) for uid, (start, end) in found.items()}


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return done.stdout


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "")).replace(tzinfo=UTC)


class _IcalTime(ctypes.Structure):
    """``struct icaltimetype`` of libical 3."""

    _fields_ = [
        ("year", ctypes.c_int),
        ("month", ctypes.c_int),
        ("day", ctypes.c_int),
        ("hour", ctypes.c_int),
        ("minute", ctypes.c_int),
        ("second", ctypes.c_int),
        ("is_date", ctypes.c_int),
        ("is_daylight", ctypes.c_int),
        ("zone", ctypes.c_void_p),
    ]


class Libical:
    """libical 3, which also checks a feed against the restrictions of RFC 5545 and RFC 5546."""

    _EVENT: Final = 4
    """``ICAL_VEVENT_COMPONENT``."""

    def __init__(self, path: Path) -> None:
        self._library = ctypes.CDLL(str(path))

    def _call(self, name: str, result: Any, *arguments: Any) -> Any:  # noqa: ANN401 — ctypes' own
        function = getattr(self._library, name)
        function.restype = result
        return function(*arguments)

    def _parse(self, feed: bytes) -> ctypes.c_void_p:
        root = self._call("icalparser_parse_string", ctypes.c_void_p, feed)
        assert root, "libical could not parse the feed"
        return ctypes.c_void_p(root)

    def faults(self, feed: bytes) -> list[str]:
        """Return what libical finds wrong; empty for a feed that keeps the rules."""
        root = self._parse(feed)
        keeps_rules = self._call("icalrestriction_check", ctypes.c_int, root)
        errors = self._call("icalcomponent_count_errors", ctypes.c_int, root)
        written = self._call("icalcomponent_as_ical_string", ctypes.c_char_p, root).decode()
        lines = [line for line in written.splitlines() if "X-LIC-ERROR" in line]
        return lines if keeps_rules and not errors else [*lines, "restriction check failed"]

    def read(self, feed: bytes) -> Times:
        """Read with libical, which takes the zones from the feed's own VTIMEZONEs."""
        root = self._parse(feed)
        found: Times = {}
        first, following = "icalcomponent_get_first_component", "icalcomponent_get_next_component"
        event = self._call(first, ctypes.c_void_p, root, self._EVENT)
        while event:
            part = ctypes.c_void_p(event)
            uid = self._call("icalcomponent_get_uid", ctypes.c_char_p, part).decode()
            found[uid] = (
                self._instant("icalcomponent_get_dtstart", part),
                self._instant("icalcomponent_get_dtend", part),
            )
            event = self._call(following, ctypes.c_void_p, root, self._EVENT)
        return found

    def _instant(self, name: str, part: ctypes.c_void_p) -> datetime:
        time = self._call(name, _IcalTime, part)
        zone = ctypes.c_void_p(time.zone)
        seconds = self._call("icaltime_as_timet_with_zone", ctypes.c_int64, time, zone)
        return datetime.fromtimestamp(seconds, tz=UTC)
