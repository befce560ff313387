"""Waiting for a database or a disk in a thread that nobody has to wait for."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


async def run_in_daemon_thread(work: Callable[[], Answer]) -> Answer:
    """Run `work` in a thread of its own; its result.

    When the caller is cancelled, or the program ends, the thread is left to itself: what hangs
    would hold up an executor's end for as long as it likes.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Answer] = loop.create_future()

    def tell(result: Answer | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]  # of `work`, when nothing went wrong

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:  # whatever it is, the caller hears of it
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop has ended, and the caller with it
            loop.call_soon_threadsafe(tell, result, error)

    threading.Thread(target=run, name="waiting", daemon=True).start()
    return await done
