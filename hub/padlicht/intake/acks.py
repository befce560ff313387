"""What nodes may forget, as answers to them. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from padlicht.intake.node_topics import ack_topic
from padlicht.wire import Ack, encode

MOST_RANGES = 50  # in one down/ack: a node reads no packet over 4 KiB


def answers(stored: Mapping[tuple[str, int], Sequence[int]]) -> Iterator[tuple[str, bytes]]:
    """The `down/ack` of each (topic, boot): topic and payload; several where one is too long."""
    for (topic, boot), seqs in stored.items():
        count = len(seqs)
        # What a node sends is nearly always one range already, and mostly of two.
        if (
            count
            and (last := seqs[-1]) - (first := seqs[0]) == count - 1
            and (count < 3 or [*range(first, last + 1)] == seqs)
        ):
            # As `encode` makes it, for less: a batch from a city has ten thousand of these.
            yield ack_topic(topic), b'{"boot":%d,"seqs":[[%d,%d]]}' % (boot, first, last)
            continue
        spans = ranges(seqs)
        for i in range(0, len(spans), MOST_RANGES):
            yield ack_topic(topic), encode(Ack(boot, spans[i : i + MOST_RANGES]))


def ranges(seqs: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers as ranges with both ends included, ascending."""
    spans: list[tuple[int, int]] = []
    for seq in sorted(set(seqs)):
        if spans and seq == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], seq)
        else:
            spans.append((seq, seq))
    return spans
