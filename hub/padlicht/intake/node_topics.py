"""Whose topic it is: a registered node's, or nobody's. Pure."""

from collections.abc import Callable, Collection

from padlicht.errors import BadData
from padlicht.ledger import Node
from padlicht.wire import parse_topic

RECORDS = "up/records"
ANSWER = "down/ack"


class NodeTopics:
    """Finds whose topic it is; who sent records is remembered until `forget`.

    `look_up` gives a registered node by name, `former_sites` all sites to which one of that name
    ever belonged. `sites` are those that this hub serves, None: all.
    """

    def __init__(
        self,
        look_up: Callable[[str], Node | None],
        sites: Collection[str] | None = None,
        former_sites: Callable[[str], Collection[str]] = lambda name: (),
    ) -> None:
        # The id of who sends records, by topic: as many as are registered. Nothing more is kept
        # of them, because with a city of nodes all that is looked at comes from far memory.
        self.known: dict[str, int] = {}
        self.unserved_sites: set[str] = set()  # sites that are not served here but were heard
        # Of each node that was found, by its id: whether its next word is worth noting. A byte for
        # each of a city of nodes stays near the processor; a set of those who spoke would not.
        self.due = bytearray()
        self._look_up = look_up
        self._former_sites = former_sites
        self._sites = sites

    def forget(self) -> None:
        """The registry may have changed."""
        self.known.clear()

    def find(self, full_topic: str) -> tuple[Node, str]:
        """Node and leaf of a topic; BadData when nobody registered may say anything there."""
        parts = parse_topic(full_topic)
        if self._sites is not None and parts.site not in self._sites:
            self.unserved_sites.add(parts.site)
            raise BadData(
                f"site {parts.site} is not served by this hub, which serves "
                f"{', '.join(sorted(self._sites))}: add it to --sites, or leave it to its own hub"
            )
        node = self._registered(parts.node, parts.site)
        self.due.extend(b"\1" * (node.id + 1 - len(self.due)))
        if parts.leaf == RECORDS:
            self.known[full_topic] = node.id
        return node, parts.leaf

    def _registered(self, name: str, site: str) -> Node:
        node = self._look_up(name)
        if node is None:
            raise BadData(f"{name} is not registered: add it with `padlicht node add`")
        if node.retired:
            raise BadData(f"{name} is retired: it should have been taken down")
        # One that was moved says what it has where it was, until it gets its new node.json.
        if node.site != site and site not in self._former_sites(name):
            raise BadData(
                f"{name} belongs to site {node.site}, not {site}: its node.json is another's or old"
            )
        return node


def ack_topic(records_topic: str) -> str:
    """Where a node hears what became of records that it sent on a topic."""
    return records_topic[: -len(RECORDS)] + ANSWER


def node_name_in(full_topic: str) -> str:
    """The node's name in a topic that is known to be one."""
    return full_topic.split("/", 4)[3]
