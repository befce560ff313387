"""How a node watches itself: what stands still, what hangs, and what a self-test finds."""

import pytest

from tests.end_to_end.process import FULL, dated, start, until, until_it_knows_the_time
from tests.end_to_end.slots import application, text_of
from tests.rigs.micropython import FIRMWARE
from tests.rigs.patience import short_s

WATCHDOG_MS = short_s(3) * 1000


def test_what_stands_still_restarts_the_node_and_is_said(hub, world, make_node):
    """When a task waits for what never comes, the node starts anew, with its name at the birth."""
    node = make_node()
    stuck = "            recorder.second()\n"
    application(
        node.folder / "a",
        node__app=(stuck, stuck + "            await asyncio.Event().wait()\n"),
    )
    app = node.folder / "a" / "node" / "app.py"
    app.write_text(app.read_text().replace('"records": 90', '"records": 3'))
    start(node, world)
    assert node.wait() == 0
    assert "W app: records stood still; restarting" in node.console()
    app.write_text((FIRMWARE / "node" / "app.py").read_text())
    start(node, world)
    birth = until("the next birth", lambda: (birth := hub.birth()) and birth["boot"] == 2 and birth)
    assert birth["error"] == "records stood still"
    assert birth["reset"] == "reboot"


def test_a_loop_that_hangs_is_ended_by_the_watchdog(hub, world, make_node):
    """A driver that blocks everything starves the watchdog; the birth after it says so."""
    node = make_node()
    application(node.folder / "a", node__supervisor=("CREDIT_S = 60", "CREDIT_S = 2"))
    boards = node.folder / "a" / "boards"
    sim = (boards / "sim.py").read_text()
    hang = "        while self.hangs:\n            pass\n        self.hangs.append(1)\n"
    sim = sim.replace(
        'a simulated board has no radio."""\n', 'a simulated board has no radio."""\n' + hang
    )
    assert hang in sim
    (boards / "sim.py").write_text(
        sim.replace('    name = "sim"\n', '    name = "sim"\n    hangs = []\n')
    )
    start(node, world, watchdog_ms=WATCHDOG_MS)
    assert node.wait() != 0
    (boards / "sim.py").write_text((FIRMWARE / "boards" / "sim.py").read_text())
    start(node, world, watchdog_ms=WATCHDOG_MS)
    birth = until("the next birth", lambda: (birth := hub.birth()) and birth["boot"] == 2 and birth)
    assert birth["reset"] == "watchdog"
    until("records", lambda: len(dated(hub.records("lamp"))) >= 3)


def test_a_node_that_moves_is_not_bitten(hub, world, make_node):
    """With a watchdog of a few seconds a healthy node lives on, hub or no hub."""
    node = make_node()
    start(node, world, watchdog_ms=WATCHDOG_MS)
    until("records", lambda: len(dated(hub.records("lamp"))) >= 3)
    assert hub.birth()["boot"] == 1


def test_the_selftest_answers_with_a_table(hub, world, make_node):
    """HistorySummary to test itself, a lamp shows all its light and answers with what it found."""
    node = make_node()
    start(node, world)
    until_it_knows_the_time(hub)
    reply = hub.command("lamp-1", "selftest", "c-1")
    assert reply["ok"]
    table = {what: (value, unit, verdict) for what, value, unit, verdict in reply["detail"]}
    assert table["lamp up and down"] == ("shown", "", "see")
    assert table["radar"] == ("reports", "", "ok")
    assert table["clock"] == ("hub", "", "ok")
    assert table["flash"] == ("writes", "", "ok")
    assert table["longest tick gap"][0] >= 20  # ticks came, and were timed
    assert table["wifi"] == (None, "dBm", "none")
    assert table["hub and back"][1:] == ("ms", "ok")
    assert table["hub and back"][0] >= 0
    assert max(world.duties) == FULL
    assert "I selftest: passed" in node.console()


@pytest.mark.parametrize("role", ["lamp", "counter"])
def test_a_board_tests_itself_once(hub, world, make_node, role):
    """At its first start a board tests itself and keeps the table; later starts do not."""
    node = make_node(role)
    quick = ("FIRST_TEST_S = 20", "FIRST_TEST_S = 2")
    application(node.folder / "a", node__app=quick)
    world.place_mm = (100, 2000) if role == "counter" else None
    start(node, world, selftest=1)
    until("tested", lambda: "I selftest: passed" in node.console())
    until("kept", lambda: '["boots", 1, "", "ok"]' in text_of(node, "selftest.json"))
    node.kill()
    start(node, world, selftest=1)
    until("the next birth", lambda: (birth := hub.birth()) and birth["boot"] == 2)
    until("a record", lambda: any(boot == 2 for boot, _ in hub.records("health")))
    until("more", lambda: len([1 for boot, _ in hub.records("health") if boot == 2]) >= 3)
    assert node.console().count("I selftest: passed") == 1
