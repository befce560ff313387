"""How fast messages that wait in a broker are drained, stored and acknowledged."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tools.bench.child import in_child
from tools.bench.drains import LIMIT_S
from tools.bench.queue import Broker, Load, broker
from tools.bench.row import Row, Run, compare, interleave

OURS = "Padlicht's intake"
BARE = "a bare socket"
EACH = "a paho script, a commit for each message"
BATCHES = "a paho script, a commit for 1000 messages"
THIRD = 1 / 3
TIMES_PAHO = 10
NEARLY_LEVEL = 1.15

# Enough for seconds each, on a machine that stores a hundred thousand a second.
MESSAGES = 200_000
GROWN_RECORDS = 600_000
FEW = {EACH: 4_000, BATCHES: 25_000}
# Before it counts, every node of the most has spoken once: the hub then knows them all.
WARM = 100_000
NODES = (10, 1000, 100_000)
RECORDS = (2, 10)


def measure(rounds: int, say: Callable[[str], None]) -> Iterator[Row]:
    """Drains by a bare socket, by us and by scripts; then by us from many nodes."""
    yield from drains(rounds, say)
    yield from drains_by_tls(rounds, say)
    # The same drain differs by a fifth from run to run, and what is looked for is less.
    yield from growth(2 * rounds + 1, say)


def drains(rounds: int, say: Callable[[str], None]) -> Iterator[Row]:
    """What waits, drained by a bare socket, by us, and by scripts."""
    with broker() as plain:
        runs = interleave(
            {
                BARE: lambda: _run("bare", plain, Load(MESSAGES)),
                OURS: lambda: _run("ours", plain, Load(MESSAGES), 1000),
                BATCHES: lambda: _run("script", plain, Load(FEW[BATCHES]), 1000),
                EACH: lambda: _run("script", plain, Load(FEW[EACH]), 1),
            },
            rounds,
            say,
        )
    yield compare(
        runs, OURS, BARE, bench="intake", unit="messages", goal="≥ 1/3",
        reached=lambda ratio: ratio >= THIRD,
    )  # fmt: skip
    yield compare(
        runs, OURS, EACH, bench="intake", unit="messages", goal="≥ 10",
        reached=lambda ratio: ratio >= TIMES_PAHO,
    )  # fmt: skip
    yield compare(runs, OURS, BATCHES, bench="intake", unit="messages")
    yield compare(runs, OURS, BATCHES, bench="intake", unit="messages", measure="CPU per message")
    yield compare(runs, OURS, BATCHES, bench="intake", unit="messages", measure="memory")


def drains_by_tls(rounds: int, say: Callable[[str], None]) -> Iterator[Row]:
    """The same by TLS, where every message comes in a record of its own."""
    with broker() as plain, broker(tls=True) as secret:
        runs = interleave(
            {
                f"{OURS}, TLS": lambda: _run("ours", secret, Load(MESSAGES), 1000),
                f"{OURS}, plain TCP": lambda: _run("ours", plain, Load(MESSAGES), 1000),
            },
            rounds,
            say,
        )
    yield compare(runs, f"{OURS}, TLS", f"{OURS}, plain TCP", bench="intake", unit="messages")


def growth(rounds: int, say: Callable[[str], None]) -> Iterator[Row]:
    """The processor that a record costs, the nodes speaking in turn, each answer sent."""
    for records in RECORDS:
        messages = WARM + GROWN_RECORDS // records
        named = {nodes: f"{records} records a message, {nodes} nodes" for nodes in NODES}
        with broker() as plain:
            contestants = {
                name: partial(_run, "ours", plain, Load(messages, records, nodes), nodes, WARM)
                for nodes, name in named.items()
            }
            runs = interleave(contestants, rounds, say)
        for nodes in NODES[1:]:
            yield compare(
                runs, named[nodes], named[NODES[0]], bench="intake", unit="messages",
                measure="CPU per record", goal="≤ 1.15",
                reached=lambda ratio: ratio <= NEARLY_LEVEL,
            )  # fmt: skip


def peak_mib(load: Load) -> float:
    """The most memory that the intake ever held while all of this passed.

    It is published meanwhile: so much would not fit into the broker.
    """
    with broker() as plain, ThreadPoolExecutor(1) as pool:
        plain.await_hub()
        publishing = pool.submit(plain.publish, load)
        run = in_child(
            "tools.bench.drains:ours", plain.port, None, load.messages, load.nodes, limit_s=LIMIT_S
        )
        publishing.result()
    return run.rss_mib


def _run(drain: str, source: Broker, load: Load, *arguments: int) -> Run:
    """Fill the broker, then let a fresh process drain it."""
    source.fill(load)
    keys = None if source.keys is None else str(source.keys.folder)
    return in_child(f"tools.bench.drains:{drain}", source.port, keys, load.messages, *arguments)
