"""The hub's half of a simulated year: registry and settings, intake, presence and hours of use."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from padlicht.control.desired_settings import want
from padlicht.control.presence import note_hour
from padlicht.control.settings_publisher import first_settings
from padlicht.errors import BadData
from padlicht.intake.messages import Message
from padlicht.intake.store import BatchStorer
from padlicht.ledger import Ledger, Node, Site, Zone
from padlicht.usage.batches import CURSORS, RollUp, cursors

HOUR_S = 3600
FIRST_VERSION = 1

Progress = Callable[[str, int, int], None]  # what, done, of how many


class HubHalf:
    """Takes what nodes say in the order of time, as the hub's intake does."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._storer = BatchStorer(ledger)
        self._heard: dict[int, list[Message]] = defaultdict(list)
        self._twins: dict[str, list[str]] = {}
        self.messages = 0

    def add_site(self, site: Site, zones: Iterable[Zone]) -> None:
        """Add a park and its zones."""
        with self._ledger.transaction():
            self._ledger.sites.add(site)
            for zone in zones:
                self._ledger.sites.put_zone(zone)

    def add_nodes(self, nodes: Iterable[tuple[Node, Mapping[str, Any]]]) -> None:
        """Add nodes with their first settings and what is wanted besides."""
        site = {site.name: site for site in self._ledger.sites.all()}
        with self._ledger.transaction():
            for node, wanted in nodes:
                self._ledger.nodes.add(node)
                settings = first_settings(node, site[node.site], node.added_utc_s) | dict(wanted)
                self._ledger.settings.request(
                    node.name, settings, "padlicht", "added", node.added_utc_s
                )

    def twin(self, topic: str, *twins: str) -> None:
        """What is said under `topic` is said under these, too."""
        self._twins[topic] = [*twins]

    def want(
        self, names: Iterable[str], changes: Mapping[str, Any], who: str, why: str, utc_s: int
    ) -> int:
        """Somebody wants new settings; their version, which is the same for all."""
        versions = {want(self._ledger, name, changes, who, why, utc_s) for name in names}
        return max(versions)

    def wanted(self, name: str) -> tuple[int, Mapping[str, Any]]:
        """The newest version of what is wanted of a node, and what that is."""
        newest = self._ledger.settings.log(name)[0]
        return newest.version, newest.after

    def hear(self, utc_s: int, message: Message) -> None:
        """Something comes in at that second."""
        self._heard[utc_s].append(message)

    def take(self, until_s: int) -> None:
        """Store all that has come in by then; BadData when something cannot be read."""
        for utc_s in sorted(utc_s for utc_s in self._heard if utc_s <= until_s):
            messages = [*self._with_twins(self._heard.pop(utc_s))]
            self.messages += len(messages)
            for stored in self._storer.take(messages, utc_s):
                for rejected in stored.rejected:
                    raise BadData(f"the simulated park said what no hub reads: {rejected.reason}")

    def _with_twins(self, messages: list[Message]) -> Iterable[Message]:
        for message in messages:
            yield message
            for topic in self._twins.get(message.topic, ()):
                yield Message(topic, message.payload, message.retained)

    def note_presence(self, utc_s: int) -> None:
        """Once an hour: who is there."""
        while not note_hour(utc_s, self._ledger):
            pass

    def add_up(self, now_utc_s: int, progress: Progress) -> None:
        """Hours of use, up to now."""
        rollup = RollUp()
        sources = CURSORS[:2]
        total = sum(self._ledger.cursors.newest_id(source) for source in sources)
        while (piece := rollup.next(self._ledger, now_utc_s)) is not None:
            piece.store(self._ledger)
            done = cursors(self._ledger)
            progress("hours", sum(done[source] for source in sources), total)
