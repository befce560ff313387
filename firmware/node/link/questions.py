"""What was asked of the broker and waits for its answer; it may outlive the connection."""

import asyncio

from node.link import packets


class Question:
    """A packet that wants an answer, and who waits for it."""

    def __init__(self, answer_kind: int, packet_id: int, packet: bytes):
        self.answer_kind = answer_kind  # as in `packets`
        self.packet_id = packet_id
        self.packet = packet
        self.sent = False  # ever, over whichever connection
        self.sent_ms = 0  # when it was last sent, in ticks
        self.answered = asyncio.Event()
        self.answer: tuple = None  # what the broker said, as `packets.decode` gives it
        self.error = None  # or why it cannot say anything any more

    def settle(self, answer, error=None) -> None:
        """Wake who waits, with what the broker said or with what went wrong."""
        if not self.answered.is_set():
            self.answer = answer
            self.error = error
            self.answered.set()


class Questions:
    """All that is open, oldest first. A list: MicroPython's dicts forget the order."""

    def __init__(self):
        self._open = []
        self._last_id = 0

    def __len__(self):
        return len(self._open)

    def free_id(self) -> int:
        """The next packet id from 1 to 65535 that is not in use; 0 would be against the rules."""
        while True:
            self._last_id = self._last_id % 65535 + 1
            if not any(question.packet_id == self._last_id for question in self._open):
                return self._last_id

    def add(self, answer_kind: int, packet_id: int, packet: bytes) -> Question:
        """Open one; who asked must `forget` it in the end."""
        question = Question(answer_kind, packet_id, packet)
        self._open.append(question)
        return question

    def forget(self, question) -> None:
        """Nobody waits for it any more; it is not repeated."""
        self._open.remove(question)

    def publishes(self):
        """Those that go on over the next connection, in the order in which they were asked."""
        return [question for question in self._open if question.answer_kind == packets.PUBACK]

    def settle(self, answer, packet_id: int) -> None:
        """Hand an answer to who asked. One that nobody waits for is a repetition, or too late."""
        for question in self._open:
            if question.answer_kind == answer[0] and question.packet_id == packet_id:
                question.settle(answer)

    def give_up(self, why: str, everything: bool) -> None:
        """The connection has ended, or with `everything` the client: wake who waits in vain."""
        for question in self._open:
            if everything or question.answer_kind != packets.PUBACK:
                question.settle(None, why)
