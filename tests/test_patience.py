"""Limits of the tests are for hangs only: they all go through tests/rigs/patience.py."""

import ast
import asyncio
from pathlib import Path

import pytest

from tests.conftest import LONG_FILES
from tests.rigs import patience

TESTS = Path(__file__).resolve().parent
PLACES = [path for path in sorted(TESTS.rglob("*.py")) if path.name != "patience.py"]

# Arguments that are a limit or a pause: by keyword, or by their place in calls of these names.
KEYWORDS = {"timeout", "timeout_s", "timeout_ms", "deadline_s", "limit_s", "response_s"}
AT = {
    "timeout": 0, "wait": 0, "wait_for": 1, "join": 0, "result": 0, "settimeout": 0,
    "create_connection": 1, "wait_for_publish": 0, "wait_for_timeout": 0, "sleep": 0,
    "sleep_ms": 0, "set_default_timeout": 0, "set_default_navigation_timeout": 0,
}  # fmt: skip
NAMES = ("DEADLINE", "TIMEOUT", "LIMIT_S", "LIMIT_MS", "WAIT_S", "PATIENCE", "ANSWER_S")
CLOCKS = {"monotonic", "perf_counter", "monotonic_ns", "perf_counter_ns"}

# What may be a number all the same: file, code -> why it is not for want of patience.
NETWORK = "what the network goes through, not what is waited for"
ALLOWED = {
    ("end_to_end/test_motion.py", "time.sleep(0.08)"): NETWORK,
    ("end_to_end/test_motion.py", "time.sleep(0.1)"): NETWORK,
    ("end_to_end/test_motion.py", "time.sleep(0.25)"): NETWORK,
    ("end_to_end/test_motion.py", "time.sleep(0.3)"): NETWORK,
    ("end_to_end/test_motion.py", "time.sleep(0.4)"): NETWORK,
    ("end_to_end/fakes.py", "self._listener.settimeout(0.2)"): "how soon a fake sees that it ends",
    ("rigs/hostile.py", "self._listener.settimeout(0.1)"): "how soon a fake sees that it ends",
    (
        "rigs/chromium.py",
        "browser.new_context(viewport={'width': width, 'height': height}, **options)",
    ): "the place that gives pages their limit",
    ("influx/test_writer_gives_way.py", "time.sleep(0.01)"): "how long a fake write takes",
    ("influx/test_writer.py", "time.sleep(0.02)"): "how long a fake write takes",
    ("broker/nodes/heap.py", "asyncio.sleep_ms(100)"): "between two of fifty looks at the heap",
    (
        "firmware/link/test_mqtt.py",
        "asyncio.sleep_ms(1)",
    ): "the pace of a loop that counts its turns",
    ("firmware/link/test_mqtt.py", "asyncio.sleep_ms(20)"): "nothing may happen meanwhile",
    (
        "firmware/link/test_answered.py",
        "asyncio.sleep_ms(1)",
    ): "the pace of a loop that counts its turns",
    (
        "firmware/link/test_answered.py",
        "Client(None, 'lamp-1', response_s=1)",
    ): "a wait that runs out on purpose: nobody answers",
    (
        "firmware/link/test_answered.py",
        "Client(open_link, 'lamp-1', response_s=1)",
    ): "a wait that runs out on purpose: nobody answers",
}


def is_number(node: ast.expr) -> bool:
    """Whether this is a number above 0, also one that is computed from numbers alone."""
    if isinstance(node, ast.BinOp):
        return is_number(node.left) and is_number(node.right)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value > 0


def bare_limits(tree: ast.Module) -> set[str]:
    """The code of each limit or pause that is a number, and of each assertion on elapsed time.

    A page that a browser opens by itself waits for as long as Playwright likes: a number, too.
    """
    polls = {
        id(inner)
        for loop in ast.walk(tree)
        if isinstance(loop, ast.While)
        for inner in ast.walk(loop)
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            values = [word.value for word in node.keywords if word.arg in KEYWORDS]
            values += node.args[AT[name] : AT[name] + 1] if name in AT else []
            is_poll = name in ("sleep", "sleep_ms") and id(node) in polls
            whose = getattr(getattr(node.func, "value", None), "id", "")
            by_browser = whose == "browser" and name in ("new_context", "new_page")
            if by_browser or (any(map(is_number, values)) and not is_poll):
                found.add(ast.unparse(node))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [getattr(target, "id", "") for target in targets]
            if node.value is not None and is_number(node.value):
                found |= {
                    ast.unparse(node) for name in names if any(part in name for part in NAMES)
                }
        elif isinstance(node, ast.Assert):
            words = {getattr(inner, "attr", "") for inner in ast.walk(node.test)}
            if words & CLOCKS:
                found.add(ast.unparse(node))
    return found


def relative(path: Path) -> str:
    return str(path.relative_to(TESTS))


@pytest.mark.parametrize("path", PLACES, ids=relative)
def test_no_limit_is_a_bare_number(path):
    """Limits and pauses come from patience.py, which knows this machine, or wait for the thing."""
    allowed = {code for file, code in ALLOWED if file == relative(path)}
    assert bare_limits(ast.parse(path.read_text())) == allowed, (
        "write limit_s(…) or until(…) from tests/rigs/patience.py instead, or whatever stands in"
        " ALLOWED is not there any more"
    )


@pytest.mark.parametrize(
    "code",
    [
        "subprocess.run(command, timeout=20)",
        "asyncio.timeout(0.5 * 60)",
        "asyncio.wait_for(work, 10)",
        "process.wait(5)",
        "expect(page).to_have_url(url, timeout=5000)",
        "time.sleep(1)",
        "browser.new_page()",
        "DEADLINE_S = 20",
        "assert time.monotonic() - began_s < 3",
    ],
)
def test_the_rule_sees_a_bare_number(code):
    """Of each kind."""
    assert bare_limits(ast.parse(code)) == {ast.unparse(ast.parse(code))}


@pytest.mark.parametrize(
    "code",
    [
        "subprocess.run(command, timeout=limit_s(20))",
        "while not done():\n    time.sleep(0.01)",
        "asyncio.sleep(0)",
        "process.wait(DEADLINE_S)",
        "', '.join(names)",
    ],
)
def test_the_rule_lets_pass_what_is_measured_or_waited_for(code):
    """Also a poll's pace."""
    assert not bare_limits(ast.parse(code))


@pytest.mark.parametrize(
    ("took_s", "knob", "limit_s", "short_s"),
    [
        (0.1, None, 60, 2),  # the usual machine
        (0.01, None, 60, 2),  # a quicker one, by nothing
        (0.5, None, 300, 6),
        (0.5, "2", 600, 12),
        (0.1, "0.1", 60, 2),
    ],
)
def test_limits_grow_with_the_machine_and_the_knob(monkeypatch, took_s, knob, limit_s, short_s):
    """Never below what is written; what runs out on purpose grows threefold at most by itself."""
    monkeypatch.setattr(patience, "measured", lambda: max(1.0, took_s / 0.1))
    monkeypatch.delenv(patience.KNOB, raising=False)
    if knob is not None:
        monkeypatch.setenv(patience.KNOB, knob)
    assert patience.limit_s() == pytest.approx(limit_s)
    assert patience.short_s(2) == short_s


@pytest.mark.parametrize("knob", ["a lot", "0", "-1", "nan", "inf", ""])
def test_a_knob_that_is_no_number_is_said(monkeypatch, knob):
    """By its name, and with what to give."""
    monkeypatch.setenv(patience.KNOB, knob)
    with pytest.raises(ValueError, match=f"{patience.KNOB} is .*: give a number above 0"):
        patience.factor()


def test_what_never_comes_is_named(monkeypatch):
    """In a sentence with the limit, by both ways of waiting."""
    monkeypatch.setattr(patience, "measured", lambda: 1.0)
    monkeypatch.delenv(patience.KNOB, raising=False)
    with pytest.raises(AssertionError, match=r"^waited 0 s in vain for the moon"):
        patience.until(lambda: False, "the moon", 0.02)
    with pytest.raises(AssertionError, match=r"^waited 0 s in vain for the moon"):
        asyncio.run(patience.async_until(lambda: False, "the moon", 0.02))
    assert patience.until(lambda: "here", "the moon", 0) == "here"


@pytest.mark.parametrize("name", LONG_FILES)
def test_a_file_that_is_begun_first_is_there(name):
    """One that was renamed would quietly be begun last."""
    assert (TESTS / name).is_file()


def test_every_test_has_a_limit(request):
    """pytest ends one that hangs."""
    (mark,) = request.node.iter_markers("timeout")
    assert mark.args == (patience.limit_s(patience.TEST_S),)


def test_the_knob_is_documented():
    """Where people read how to run the tests."""
    assert f"`{patience.KNOB}" in (TESTS.parent / "CONTRIBUTING.md").read_text()
