"""Figures for Prometheus: what the intake counts, and the status of the moment beside it."""

from collections.abc import Iterable, Mapping
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from padlicht.ledger.schema import COLUMNS
from padlicht.operations.health import Health, State
from padlicht.operations.last_backup import BackupNote
from padlicht.operations.status import HubStatus

BATCHES = (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 65_536)
COMMITS_S = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)


class HubMetrics:
    """One hub's figures, in a registry of their own; the intake tells of every batch."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._messages = self._counter("messages", "Messages that came from the broker.")
        self._records = self._counter("records", "Records stored, new ones only.", ["kind"])
        for kind in COLUMNS:
            self._records.labels(kind)  # a rate wants to see the nought before the first
        self._repeated = self._counter(
            "repeated_records", "Records that came again and changed nothing."
        )
        self._unread = self._counter(
            "quarantined_messages", "Messages or records that went to quarantine."
        )
        self._batch = Histogram(
            "padlicht_batch_messages",
            "Messages that were stored in one transaction.",
            buckets=BATCHES,
            registry=self._registry,
        )
        self._commit = Histogram(
            "padlicht_commit_seconds",
            "Time that a batch took from its first row to the end of its commit.",
            buckets=COMMITS_S,
            registry=self._registry,
        )
        self._moment = _Moment()
        self._registry.register(self._moment)
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)

    def batch(
        self,
        messages: int,
        records: Mapping[str, int],
        repeated: int,
        quarantined: int,
        commit_s: float,
    ) -> None:
        """A batch is on disk: its messages, its new records by kind, and what it took."""
        self._messages.inc(messages)
        for kind, count in records.items():
            self._records.labels(kind).inc(count)
        self._repeated.inc(repeated)
        self._unread.inc(quarantined)
        self._batch.observe(messages)
        self._commit.observe(commit_s)

    def render(self, status: HubStatus | None, health: Health, accept: str) -> tuple[bytes, str]:
        """Everything as text and its content type, in the form that `accept` asks for."""
        encode, content_type = choose_encoder(accept)
        # Nothing is awaited between the two: no other answer can come between.
        self._moment.status, self._moment.health = status, health
        return encode(self._registry), content_type

    def _counter(self, name: str, help: str, labels: Iterable[str] = ()) -> Counter:
        return Counter(f"padlicht_{name}", help, labels, registry=self._registry)


class _Moment(Collector):
    """The status of the moment as Prometheus wants it."""

    def __init__(self) -> None:
        self.status: HubStatus | None = None
        self.health: Health | None = None

    def describe(self) -> Iterable[Metric]:
        """Nothing: there is no status before the first look."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """All that is known; without status, what the health says of it."""
        yield InfoMetricFamily(
            "padlicht", "The version that runs.", {"version": version("padlicht")}
        )
        if self.health is not None:
            yield _parts(self.health)
        if self.status is not None:
            yield from _sizes(self.status)
            yield _nodes(self.status)
            yield _backup(self.status.backup)
            yield from _lags(self.status)


def _parts(health: Health) -> Metric:
    family = GaugeMetricFamily(
        "padlicht_health", "1 for the state that a part is in, as at /healthz.",
        labels=["part", "state"],
    )  # fmt: skip
    for name, part in health.parts.items():
        for state in State:
            family.add_metric([name, state.value], float(part.state is state))
    return family


def _sizes(status: HubStatus) -> Iterable[Metric]:
    for name, help, value in (
        ("quarantine_messages", "Messages in quarantine.", status.quarantined),
        ("disk_free_bytes", "Room on the ledger's disk.", status.disk_free_bytes),
        ("ledger_bytes", "Size of the ledger's file.", status.ledger_bytes),
        ("ledger_wal_bytes", "Size of the ledger's write-ahead log.", status.wal_bytes),
    ):
        yield GaugeMetricFamily(f"padlicht_{name}", help, value)


def _nodes(status: HubStatus) -> Metric:
    family = GaugeMetricFamily(
        "padlicht_nodes", "Nodes in service: ready, lost or never heard.", labels=["site", "state"]
    )
    for (site, state), count in status.nodes.items():
        family.add_metric([site, state], count)
    return family


def _backup(note: BackupNote | str) -> Metric:
    good = note.good if isinstance(note, BackupNote) else None
    return GaugeMetricFamily(
        "padlicht_backup_timestamp_seconds",
        "When the last good backup was made, Unix seconds UTC; 0: never.",
        good.utc_s if good else 0,
    )


def _lags(status: HubStatus) -> Iterable[Metric]:
    labels = ["follower", "source"]
    rows = GaugeMetricFamily(
        "padlicht_lag_rows", "Rows that a follower of the ledger has yet to do.", labels=labels
    )
    seconds = GaugeMetricFamily(
        "padlicht_lag_seconds", "Age of the oldest row that a follower has yet to do; 0: none.",
        labels=labels,
    )  # fmt: skip
    for lag in status.lags:
        rows.add_metric([lag.follower, lag.source], lag.rows)
        if lag.seconds is not None:
            seconds.add_metric([lag.follower, lag.source], lag.seconds)
    yield rows
    yield seconds
