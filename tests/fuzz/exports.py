"""What is taken along: tables that no spreadsheet runs, and archives that open, whatever stands in the database."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient

from bridge.dashboard.export import FORMULA_PREFIXES, as_csv, utf8_text
from bridge.storage.people import sessions
from tests.contract.samples import sample
from tests.fuzz.chance import Chance
from tests.fuzz.lab import BROWSER, NOW, OWNER
from tests.fuzz.trials import Fault, Trial
from tests.fuzz.web import OnBridge
from tests.peer import OUTBOX_GENERATION


def read_table(text: str) -> list[list[str]]:
    """As a spreadsheet reads it.

    Raises:
        Fault: a cell would be taken for a formula.
    """
    rows = [*csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))]
    for cell in (cell for row in rows[1:] for cell in row):
        if cell.startswith(FORMULA_PREFIXES) and not _is_number(cell):
            raise Fault(f"a cell that is run: {cell[:40]!r}")
    return rows


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


class Tables(Trial):
    """Rows of anything."""

    name = "csv"
    inputs = 15_000

    def try_one(self, chance: Chance, number: int) -> None:
        names = [chance.choice(("id", "title", "=a", "", chance.text())) for _ in range(chance.randint(1, 4))]
        rows = [{name: self._value(chance) for name in names} for _ in range(chance.randint(1, 4))]
        self.tried = rows
        text = utf8_text(as_csv(rows)).decode()
        table = read_table(text)
        if {len(row) for row in table} != {len(rows[0])} or len(table) != len(rows) + 1:
            raise Fault("rows or columns are lost")

    @staticmethod
    def _value(chance: Chance) -> Any:
        sign = chance.choice(("", "=", "+", "-", "@", "\t", "\r", "\n=", '"', ",", ";", "\x00", " ="))
        return chance.choice((sign + chance.text(), chance.scalar(), datetime(2026, 1, 1, tzinfo=UTC), sign.encode()))


class Archives(OnBridge):
    """The zip of somebody, after their blog has said odd things of them."""

    name = "zip"
    inputs = 400

    @contextmanager
    def opened(self) -> Iterator[None]:
        with super().opened():
            self._browser: FlaskClient = self.bridge.app.test_client()
            with self.bridge.database.begin() as tx:
                token = sessions.record_link(tx, OWNER, NOW)
            self._browser.get(f"/sign-in?token={token}", headers=BROWSER)
            yield

    def try_one(self, chance: Chance, number: int) -> None:
        kind = chance.choice(("post.published", "author.updated", "comment.published"))
        document = sample(kind)
        data = document["data"]
        data["version"] = {"generation": OUTBOX_GENERATION, "revision": 1000 + number}
        data["id"] = 1 if kind == "author.updated" else chance.randint(1, 30)
        data |= {name: 1 for name in ("author_id", "post_id") if name in data}
        for name in chance.choices([name for name, value in data.items() if isinstance(value, str)], k=2):
            if not name.endswith(("_at", "url", "commenter", "basis", "door")):
                data[name] = chance.choice(("=", "@", "+1", "")) + chance.text()
        body = json.dumps(document).encode(errors="surrogatepass")
        self.tried = body
        self.bridge.deliver(self.bridge.alice, f"fuzz_{number:08d}", body)
        if number % 4:
            return
        self.bridge.settle()
        answer = self._browser.get("/dashboard/alice/settings/export.zip", headers=BROWSER)
        if answer.status_code != 200:
            raise Fault(f"{answer.status_code} for the archive")
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            for name in archive.namelist():
                text = archive.read(name).decode()
                if name.endswith(".csv"):
                    read_table(text)
                else:
                    json.loads(text)
