"""From motion to light: the next tick, whatever the network is going through.

Real TLS to mosquitto, through a transport that stalls, drops and half-closes.
"""

import json
import threading
import time

from tests.broker.park import Broker, Keys, Node, TalkingHub, wait_until
from tests.rigs.hostile import Proxy
from tests.rigs.patience import until

TRIES = 10_000
STATE_S = 1.5  # each state lasts at least so long
MOMENT_S = 0.025
DOWN = "padlicht/v1/park/lamp-1/down/"


class Network:
    """What a network goes through; each method is one moment of one state."""

    def __init__(self, broker, proxy, hub):
        self._broker = broker
        self._proxy = proxy
        self._hub = hub

    def quiet(self):
        """A link with a batch of records and its acknowledgement every second."""

    def busy(self):
        """Forty long messages a second that the node must read and cannot use."""
        self._hub.send(DOWN + "settings", b"x" * 4000, qos=0)

    def stalls(self):
        """Nothing comes through, and nothing is closed."""
        self._proxy.stall()

    def hiccups(self):
        """What is under way comes in bursts."""
        self._proxy.stall()
        time.sleep(0.08)
        self._proxy.flow()

    def drops(self):
        """Reset, and reset again in the middle of the handshake or just after it."""
        self._proxy.drop()
        time.sleep(0.1)

    def half_closes(self):
        """The broker's side is closed, the node's is listened to."""
        self._proxy.half_close()
        time.sleep(0.25)

    def crumbs(self):
        """Every handshake comes in small pieces."""
        self._proxy.chunk_bytes = 7
        self._proxy.drop()
        time.sleep(0.4)

    def silent(self):
        """Connections are taken, and then nothing."""
        self._proxy.silent = True
        self._proxy.drop()
        time.sleep(0.3)

    def gone(self):
        """Nobody listens."""
        if self._broker.process.poll() is None:
            self._broker.kill()
            self._proxy.drop()

    def computes(self):
        """Nothing is wrong but that the node computes for a second at a time, as in a handshake."""

    def mend(self):
        """As it was."""
        self._proxy.silent = False
        self._proxy.chunk_bytes = 0
        self._proxy.flow()
        self._proxy.drop()
        if self._broker.process.poll() is not None:
            self._broker.start()


STATES = ("quiet", "busy", "stalls", "hiccups", "drops", "half_closes", "crumbs", "silent")
STATES += ("gone", "computes")
TRIES_EACH = TRIES // len(STATES)


def read(line):
    """What a node said about a state: its name, and a dict of numbers."""
    words, counts = line.split(" at_ms ")
    _, name, *pairs = words.split()
    numbers = dict(zip(pairs[::2], map(int, pairs[1::2]), strict=True))
    numbers["at_ms"] = [int(count) for count in counts.split()]
    return name, numbers


def below_ms(counts, share):
    """The whole milliseconds within which this share of the trials was over."""
    wanted, seen = share * sum(counts), 0
    for ms, count in enumerate(counts):
        seen += count
        if seen >= wanted:
            return ms + 1
    raise AssertionError("no trials")


def test_the_next_tick_lights_whatever_the_network_does(tmp_path, request):
    """In each state, every rise of a motion pin moves the light at the first tick after it."""

    def closing(thing):
        request.addfinalizer(thing.close)
        return thing

    keys = Keys(tmp_path)
    broker = closing(Broker(tmp_path / "broker", keys))
    proxy = closing(Proxy(broker.port))
    hub = closing(TalkingHub(broker.port, keys))
    state_file = tmp_path / "state"
    state_file.write_text("start")
    node = closing(
        Node("../../broker/nodes/motion.py", keys.node, proxy.port, state_file, TRIES_EACH)
    )
    node.wait_for("ready")
    network = Network(broker, proxy, hub)
    found = {}
    for state in STATES:
        state_file.write_text(state)
        node.wait_for("state")
        act = getattr(network, state)
        accepted = proxy.accepted
        begun = time.monotonic()

        def enough(act=act, begun=begun):
            act()
            return time.monotonic() > begun + STATE_S and node.has_said("enough")

        until(enough, f"{TRIES_EACH} trials in {state}", 120, MOMENT_S)
        state_file.write_text("between")
        name, numbers = read(node.wait_for("state"))
        assert name == state
        numbers["connections"] = proxy.accepted - accepted
        found[state] = numbers
        births = hub.births()
        network.mend()
        wait_until(lambda births=births: hub.births() > births, f"the node is back after {state}")
    state_file.write_text("end")
    node.wait_for("end")
    tell(found)
    for state, numbers in found.items():
        assert numbers["trials"] >= TRIES_EACH, state
        assert numbers["late_ticks"] <= 1, f"{state}: {numbers}"
    assert threading.active_count() < 100


def tell(found):
    """The figures."""
    everything = [sum(counts) for counts in zip(*(n["at_ms"] for n in found.values()), strict=True)]
    found["all"] = {
        "at_ms": everything,
        **{
            key: max(numbers[key] for numbers in found.values())
            for key in ("worst_us", "late_ticks", "gap_us", "blocked_ms")
        },
        **{key: sum(n[key] for n in found.values()) for key in ("trials", "void", "connections")},
    }
    for state, numbers in found.items():
        counts = numbers["at_ms"]
        shares = {f"p{pm}": below_ms(counts, pm / 1000) for pm in (500, 990, 999)}
        numbers = {**numbers, **shares, "over_20_ms": sum(counts[20:])}
        del numbers["at_ms"]
        print(f"FIGURE motion_{state}={json.dumps(numbers)}")
    del found["all"]
