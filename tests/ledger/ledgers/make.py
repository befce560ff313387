"""Writes the newest schema's ledger as SQL, with rows in every table.

    .venv/bin/python -m tests.ledger.ledgers.make

Run it as long as the newest schema is still being worked on, and never again once hubs have it.
"""

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from padlicht.ledger import (
    Command,
    DiaryEntry,
    Fault,
    Footfall,
    Health,
    Lamp,
    Ledger,
    Node,
    Site,
    Target,
)
from padlicht.ledger.records.blocks import BLOCK
from padlicht.ledger.schema import MIGRATIONS
from padlicht.ledger.tables.quarter_sheets import Action, Outcome, QuarterSheet
from padlicht.ledger.tables.studies import Amendment, StoredLook, StoredPlan, StoredResult, Switch
from padlicht.ledger.tables.study_jobs import RUN
from padlicht.ledger.upkeep.retention import Step
from padlicht.usage.batches import RollUp
from tests.hub.use import CORRECTED

HERE = Path(__file__).parent
NOW = 1_795_224_000
PARK = "molukkenplantsoen"


def fill(path: Path) -> None:
    """A park with something of everything."""
    with Ledger.open(path) as ledger:
        with ledger.transaction():
            ledger.sites.add(
                Site(PARK, "Molukkenplantsoen", "Europe/Amsterdam", 53.23, 6.576, ((53.2, 6.5),))
            )
            lamp = Node(0, "lamp-1", PARK, "path", "lamp", 53.23, 6.576, False, NOW - 3600, False)
            lamp = replace(lamp, rated_mw=9000)
            ledger.nodes.add(lamp)
            ledger.nodes.add(
                replace(lamp, name="counter-1", role="counter", lat=None, lon=None, rated_mw=None)
            )
            ledger.nodes.add(
                replace(lamp, name="lamp-9", zone="pond", retired=True, retired_utc_s=NOW)
            )
            ledger.settings.request("lamp-1", {"base_pct": 20}, "padlicht", "added", NOW)
            ledger.settings.request("lamp-1", {"base_pct": 15}, "anna", "bats by the pond", NOW + 1)
            ledger.states.record_birth(
                "lamp-1", 12, "0.1.0", "pico_w", 2, "power", NOW, "OSError: 5"
            )
            ledger.states.mark_all_heard([1], NOW + 2)
            ledger.states.record_loss("counter-1", NOW + 3)
            ledger.settings.confirm("lamp-1", 2, {"base_pct": "too dark"}, NOW + 4)
            ledger.selftests.add("lamp-1", "first-start", [("radar", "silent", "", "fail")], NOW)
            ledger.quarantine.add("padlicht/v1/x", b"\x00\xff{", "no topic of ours", NOW)
            ledger.commands.add(Command("c-1", "lamp-1", "identify", "anna", NOW, 60))
            # As if a block of records had come before, and gone: the next ones begin a new block.
            ledger._db.execute(
                "INSERT INTO health"
                " VALUES (?, 1, 11, 7, ?, 900, 2, -67, 1, 84, 9, 2, 0, 1, 3, ?, 1, 0)",
                (BLOCK - 4, NOW - 900, NOW),
            )
            for i in range(8):
                t = NOW + 900 * i
                count = Footfall("counter-1", 3, i, t, 900, 2, 898, 4, i, 5, 9 * i, 5 * i)
                lit = Lamp("lamp-1", 12, 2 * i, t, 900, 2, 900, 900, 9, i, 9 * i, 5, 5 * i, True, i)
                numbers = (-67, None, 84, 9, 2, 0, i, None, 8, i)
                body = Health("lamp-1", 12, 2 * i + 1, t, 900, 2, *numbers)
                ledger.records.add([count, lit, body], t + 905)
            ledger.records.add([Fault("lamp-1", 12, 99, NOW, 0, 2, "lamp_stuck", True)], NOW + 9000)
            late = Health("lamp-1", 11, 6, NOW - 1800, 900, 2, -67, None, 84, 9, 2, 0, 1, None)
            ledger.records.add([late], NOW + 9000)
            ledger.cursors.move("influx", "lamp", 4)
        rollup = RollUp()
        while (piece := rollup.next(ledger, NOW + 20_000)) is not None:
            piece.store(ledger)
        with ledger.transaction():
            ledger.retention.prune(NOW + 2000, Step(), 10)
            ledger.nodes.change(replace(lamp, zone="pond"), CORRECTED)
            ledger.nodes.add(replace(lamp, name="lamp-8", added_utc_s=NOW))
            mistyped = ledger.nodes.get("lamp-8")
            assert mistyped is not None
            ledger.removals.node(mistyped, "anna", "mistyped", NOW + 60)
            # As if the clock of the counter had run ahead once.
            ledger.misdated.mark({"footfall": [(2, 3, NOW, 7, NOW + 4000, 900)]}, NOW)
            fill_studies(ledger)
            fill_agreements(ledger)
            fill_quarter_sheets(ledger)


def fill_studies(ledger: Ledger) -> None:
    """A try-out that was registered, amended, switched and worked out, with a plan before it."""
    ledger.studies.register("brighter", PARK, {"question": "Is it used more?"}, "anna", NOW)
    study = ledger.studies.all()[0]
    ledger.studies.amend(study, Amendment(NOW + 1, "anna", "the pond froze", {"weeks": 8}))
    ledger.studies.note_switch(study, Switch(0, "on", NOW + 2, 1, {"lamp-1": {"base_pct": 15}}))
    hashes = ("0.1.0", "a" * 64, "b" * 64)
    ledger.studies.store_result(study, StoredResult(NOW + 3, "anna", *hashes, "{}"))
    ledger.studies.store_look(study, StoredLook(NOW + 3, "b" * 64, "{}"))
    ledger.studies.store_plan(PARK, StoredPlan("path", NOW, "0.1.0", "b" * 64, "{}"))
    job = ledger.study_jobs.ask(PARK, RUN, "brighter", "anna", NOW)
    ledger.study_jobs.begin(job, NOW + 1)
    ledger.study_jobs.progress(job, "counts", 3, 4)
    ledger.study_jobs.end(job, NOW + 9)


def fill_agreements(ledger: Ledger) -> None:
    """What people wrote down beside the counts: a diary, a baseline with a target."""
    first, last = date(2026, 9, 28), date(2026, 11, 8)
    works = DiaryEntry(0, PARK, "path", first, last, "bridge closed", True, NOW, "anna")
    ledger.diary.add(works)
    mistaken = ledger.diary.add(works._replace(text="a fair", zone=None, public=False))
    ledger.diary.withdraw(mistaken, "anna", "it was in another park", NOW + 60)
    numbers = (420, 144_000, 151_200, 12.6, date(2027, 11, 30), date(2026, 11, 20))
    ledger.targets.add(
        Target(0, PARK, None, "dark_on", first, last, *numbers, "quarter meeting", NOW, "anna")
    )


def fill_quarter_sheets(ledger: Ledger) -> None:
    """A closed sheet with two actions, and one after it that says what became of the first."""
    agreed = (
        Action(0, "2026-Q3", "prune the shrubs", "parks department", date(2026, 10, 1)),
        Action(0, "2026-Q3", "a bench", "residents", None),
    )
    sheet = QuarterSheet(
        PARK, "2026-Q3", held_on=date(2026, 9, 10), present="4 residents", going_on="scooters",
        goes_well="the fitness place", actions=agreed,
    )  # fmt: skip
    ledger.quarter_sheets.save(sheet, "anna", NOW)
    ledger.quarter_sheets.close(PARK, "2026-Q3", "{}", "anna", NOW + 60)
    later = ledger.quarter_sheets.get(PARK, "2026-Q4")
    (first, _), second = later.before
    said = ((first, Outcome("done", "in October")), second)
    ledger.quarter_sheets.save(replace(later, before=said), "anna", NOW + 120)


def main() -> None:
    """Write the dump."""
    newest = len(MIGRATIONS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        fill(path)
        with closing(sqlite3.connect(path)) as database:
            lines = [
                f"-- A ledger of schema {newest}, made by tests/ledger/ledgers/make.py.",
                f"PRAGMA user_version = {newest};",
                *database.iterdump(),
            ]
    (HERE / f"v{newest}.sql").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
