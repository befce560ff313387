"""A broker and a hub in a few lines, in the node's own process: for many connections, not for good.

`Broker` lets each connection live until it has said a number of packets, then ends it: closed, in
the middle of a packet, with bytes that are not MQTT, or with a refusal, in turn. It keeps the node
talking: each answer to a command is followed by the next command, so no connection waits.
"""

import asyncio
import json

from common import at_once

from node.link import packets

UTC_MS = 1795224377123
CONNECT, PUBLISH, SUBSCRIBE, PINGREQ = 1, 3, 8, 12
DOWN = "padlicht/v1/park/{}/down/"
MOST_PACKETS = 9  # a connection that has heard so many has been through all of a conversation
COMMAND = {"id": "c-1", "do": "identify", "until": 1895224500, "args": {}}
CLOSED, TORN, NOISE, REFUSED = range(4)  # how a connection ends
WAYS = 4


class Broker:
    """`connections` have begun, `talks` go on. With `is_patient`, new ones are left alone."""

    def __init__(self, name):
        self.connections = 0
        self.talks = 0
        self.is_patient = False
        self._down = DOWN.format(name)

    async def serve(self, port):
        """Listen; gives asyncio's server."""
        return await asyncio.start_server(self._converse, "127.0.0.1", port, 64)

    async def _converse(self, reader, writer):
        number = self.connections
        self.connections += 1
        self.talks += 1
        at_once(writer)
        packets_left = 1000000 if self.is_patient else 1 + number // WAYS % MOST_PACKETS
        splitter = packets.PacketSplitter(4096)
        try:
            while packets_left:
                piece = await reader.read(splitter.bytes_wanted())
                if not piece:
                    break
                splitter.feed(piece)
                packet = splitter.next_packet()
                while packet and packets_left:
                    packets_left -= 1
                    way = number % WAYS if not packets_left else CLOSED
                    writer.write(self._ending(way) or self._answer(*packet))
                    packet = splitter.next_packet()
                await writer.drain()
        except OSError:
            pass  # the node was faster
        writer.close()
        await writer.wait_closed()
        self.talks -= 1

    def _ending(self, way):
        if way == TORN:
            return b"\x30\x20\x00"
        if way == NOISE:
            return b"\x00\xff\xff\xff\xff\xff"
        if way == REFUSED:
            return b"\x20\x02\x00\x05"
        return b""

    def _answer(self, first, body):
        kind = first >> 4
        if kind == CONNECT:
            return b"\x20\x02\x00\x00"
        if kind == SUBSCRIBE:
            return b"\x90\x03" + body[:2] + b"\x01"
        if kind == PINGREQ:
            return b"\xd0\x00"
        if kind == PUBLISH and first & 0x02:
            _, topic, payload, _, _, packet_id = packets.decode(first, body)
            return packets.puback(packet_id) + self._reply(topic.rsplit("/", 1)[1], payload)
        return b""

    def _reply(self, leaf, payload):
        if leaf == "status":
            return self._say("time", {"utc_ms": UTC_MS})
        if leaf in ("settings", "reply") and not self.is_patient:
            return self._say("command", COMMAND)
        if leaf == "records":
            message = json.loads(payload)
            seqs = [[rec["seq"], rec["seq"]] for rec in message["recs"]]
            return self._say("ack", {"boot": message["boot"], "seqs": seqs})
        return b""

    def _say(self, leaf, message):
        return packets.publish(self._down + leaf, json.dumps(message).encode(), 0, False, 0)
