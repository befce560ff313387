"""How a node starts, what it says of the boot before, and what runs when it cannot start."""

import shutil

from tests.end_to_end.process import start, until, until_it_knows_the_time
from tests.end_to_end.slots import application, text_of
from tests.rigs.micropython import FIRMWARE

DIES = "raise ValueError('this version is no good')\n"


def broken(folder):
    """An application that raises as soon as it is imported."""
    (folder / "node").mkdir(parents=True)
    (folder / "node" / "app.py").write_text(DIES)


def test_a_version_that_does_not_start_is_left_for_the_old_one(hub, world, make_node):
    """Three starts of the new slot fail, the fourth runs the old one, which says why."""
    node = make_node()
    application(node.folder / "a")
    broken(node.folder / "b")
    (node.folder / "active").write_text("b a\n")
    for _ in range(3):
        start(node, world)
        assert node.wait() == 1
    start(node, world)
    birth = until("a birth", hub.birth)
    assert birth["error"] == "ValueError('this version is no good',)"
    assert birth["boot"] == 1
    assert (node.folder / "active").read_text() == "a\n"
    assert "W boot: slot b was not well in 3 starts; back to a" in node.console()
    node.kill()
    start(node, world)
    until("the next birth", lambda: hub.birth()["boot"] == 2)
    assert "error" not in hub.birth()


def test_a_new_version_stays_once_it_has_met_the_hub(hub, broker, world, make_node):
    """On trial until it is well and connected; then there is no way back."""
    node = make_node()
    application(node.folder / "a")
    application(node.folder / "b", node__supervisor=("WELL_S = 15", "WELL_S = 1"))
    (node.folder / "active").write_text("b a\n")
    broker.kill()
    start(node, world)
    until("three looks", lambda: node.console().count("link lost") >= 1)
    until("a record", lambda: node.folder.joinpath("journal.jsonl").read_text())
    assert (node.folder / "active").read_text() == "b a\n"
    broker.start()
    until("trusted", lambda: (node.folder / "active").read_text() == "b\n")
    assert not (node.folder / "tries").exists()


def test_the_only_slot_gives_way_to_what_the_image_brought(hub, world, make_node):
    """Three starts of a slot fail, the fourth runs the application beside boot.py."""
    node = make_node()
    broken(node.folder / "a")
    for _ in range(3):
        start(node, world)
        assert node.wait() == 1
    start(node, world)
    birth = until("a birth", hub.birth)
    assert birth["error"] == "ValueError('this version is no good',)"
    assert "W boot: slot a was not well in 3 starts; back to image" in node.console()


def test_the_lifeline_takes_over_when_nothing_starts(world, make_node, tmp_path):
    """Three starts that failed and no other version: the fourth is the lifeline's; the fifth is the
    application's next try."""
    image = tmp_path / "image"
    broken(image)
    for name in ("main.py", "boot.py", "lifeline.py"):
        shutil.copy(FIRMWARE / name, image)
    node = make_node(main=image / "main.py")
    for _ in range(3):
        start(node, world)
        assert node.wait() == 1
    start(node, world)
    until("it is said", lambda: "W boot: not well in 3 starts" in node.console())
    until("it runs", lambda: "W lifeline: board sim has no lamp" in node.console())
    node.kill()
    start(node, world)
    assert node.wait() == 1
    assert node.console().count("W main: the application did not start") == 4


def test_an_application_that_is_well_is_started_for_ever(hub, world, make_node):
    """Each start that went well begins the count anew; killing it often is no failure."""
    node = make_node()
    application(node.folder / "a", node__supervisor=("WELL_S = 15", "WELL_S = 1"))
    for boot in range(1, 6):
        start(node, world)
        until("a birth", lambda number=boot: (birth := hub.birth()) and birth["boot"] == number)
        until("well", lambda: not (node.folder / "tries").exists())
        node.kill()
    assert "lifeline" not in node.console()


def test_a_lifeline_knows_the_evenings(hub, world, make_node):
    """An application that runs leaves its timetable for the day when it does not."""
    node = make_node()
    start(node, world)
    known_s = until_it_knows_the_time(hub)
    note = until(
        "evenings", lambda: '"evenings": [[' in (text := text_of(node, "lifeline.json")) and text
    )
    assert '"duty": 13107' in note
    assert '"board": "sim"' in note
    assert abs(int(text_of(node, "floor")) - known_s) < 60


def test_one_place_in_the_firmware_makes_a_file_system():
    """It is storage.py, which looks at every byte first; what a manifest takes from elsewhere is in
    tests/test_image.py."""
    found = [path.name for path in FIRMWARE.rglob("*.py") if "mkfs" in path.read_text()]
    assert found == ["storage.py"]
