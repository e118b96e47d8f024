"""A tiny application with the holes that a scan must find: without it, "nothing found" says little.

`python -m bench.drills.vulnerable PORT` serves it to this machine until it is stopped.
"""

from __future__ import annotations

import sqlite3
import sys

from flask import Flask, request


def make_app() -> Flask:
    """Return the application; its one table is in memory."""
    app = Flask(__name__)
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.execute("CREATE TABLE thing (name TEXT)")
    database.execute("INSERT INTO thing VALUES ('one'), ('two')")

    def find(name: str) -> str:
        asked = f"SELECT name FROM thing WHERE name = '{name}'"  # noqa: S608 — the hole to be found
        try:
            rows = database.execute(asked).fetchall()
        except sqlite3.Error as error:
            return f"sqlite3.OperationalError: {error}"
        return ", ".join(name for (name,) in rows)

    @app.get("/")
    def home() -> str:
        return '<a href="/things?name=one">one</a> <a href="/hello?name=x">x</a>'

    @app.get("/things")
    def things() -> str:
        return find(request.args.get("name", ""))

    @app.post("/api/things")
    def posted() -> str:
        return find(str((request.get_json(silent=True) or {}).get("name", "")))

    @app.get("/hello")
    def hello() -> str:
        return f"<p>Hello {request.args.get('name', '')}</p>"

    return app


if __name__ == "__main__":
    make_app().run("127.0.0.1", int(sys.argv[1]))
