"""How near is near: real report bytes of a radar that is set up, on posts of several heights.

The radar is a model by each of the two readings of its gates: the farthest gate N is told to see up
to N times 0.75 m, or up to N + 1 times that.
"""

from test_lamp_role import EVENING, Node, report
from test_radar_setup import LD2410, Module

from node.keep.settings import SCHEMA
from node.light.presence import CHEST_CM, slant_cm

HEIGHTS_CM = (130, 250, 50, 400)


class Post:
    """A lamp at base with its radar at a height, set up by the lamp itself; and who walks by."""

    def __init__(self, gates_more, **settings):
        self.node = Node(EVENING, **settings)
        self.height_cm = self.node.values["mount_cm"]
        module = Module(LD2410)
        module.driver = self.node.role._radar
        module.run(100)
        self.sees_cm = (module.params[2] + gates_more) * 75
        self.node.run(3)

    def frame(self, ground_cm):
        """One frame of somebody whose chest is so far away on the ground, and a single tick."""
        slant = int((ground_cm**2 + (self.height_cm - CHEST_CM) ** 2) ** 0.5 + 0.5)
        self.node.role.feed(report(slant if slant <= self.sees_cm else -1))
        self.node.role.tick()

    def state(self):
        return self.node.role._lamp.state_name()


def test_whoever_is_within_reach_is_lit_in_the_tick_after_confirm():
    """By both readings, at chest height and up a post: at 50 to 200 cm two frames are light."""
    for gates_more in (0, 1):
        for height_cm in HEIGHTS_CM:
            for ground_cm in (0, 50, 100, 150, 195, 200):
                post = Post(gates_more, mount_cm=height_cm)
                post.frame(ground_cm)
                assert post.state() == "base"
                post.frame(ground_cm)
                assert post.state() == "rising", (gates_more, height_cm, ground_cm)


def test_nobody_beyond_reach_is_lit():
    """For every reach and height somebody 20 cm beyond it lights nothing, and at it everything."""
    for reach_cm in (100, 150, 200, 225, 250, 300):
        for height_cm in HEIGHTS_CM:
            for gates_more in (0, 1):
                post = Post(gates_more, mount_cm=height_cm, reach_cm=reach_cm)
                for _ in range(50):
                    post.frame(reach_cm + 20)
                    assert post.state() == "base", (reach_cm, height_cm, gates_more)
                post.frame(reach_cm)
                post.frame(reach_cm)
                assert post.state() == "rising", (reach_cm, height_cm, gates_more)


def test_at_chest_height_the_slant_is_the_ground():
    """A node that was never told its height is as before; 2.5 m up, two metres read 2.34 m; no
    height and reach that may be set is beyond what the radar surely sees."""
    row = SCHEMA["mount_cm"]
    assert row["default"] == CHEST_CM
    for reach_cm in (100, 200, 300):
        assert slant_cm({"reach_cm": reach_cm, "mount_cm": CHEST_CM}) == reach_cm
    assert slant_cm({"reach_cm": 200, "mount_cm": 250}) == 234
    farthest = max([slant_cm({"reach_cm": 300, "mount_cm": row[key]}) for key in ("low", "high")])
    assert farthest == 404 and farthest <= 8 * 75


def test_a_height_that_changes_is_told_to_the_radar():
    """New settings, and a preview of them, move the farthest gate; the old come back with it."""
    node = Node(EVENING, reach_cm=225)
    module = Module(LD2410)
    module.driver = node.role._radar
    module.run(100)
    assert module.params[2] == 3
    assert node.role.preview({"mount_cm": 300, "seconds": 5}) is None
    module.run(100)
    assert module.params[2] == 4
    node.run(7)
    module.run(100)
    assert module.params[2] == 3
