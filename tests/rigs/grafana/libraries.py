"""What Grafana's browser makes of a dashboard's answers, worked out by Grafana's own libraries.

Set-up puts them into the cache (`tools/grafana.sh`, `requirements/grafana`), `panels.cjs` runs
them.
A whole run takes one start of node, so ask for many panels at once.
"""

import json
import re
import subprocess
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.rigs.grafana.boards import choices, panels, questions
from tests.rigs.grafana.frames import Frame, Series, frames_of, snapshot, worked_out
from tests.rigs.patience import limit_s

HERE = Path(__file__).resolve().parent
TOOL = HERE.parents[2] / "tools" / "grafana.sh"
UNSHOWN = {"row", "text"}  # they ask nothing

Ask = Callable[[str, str], Series]  # a data source's uid and a query → series
Case = dict[str, Any]


@cache
def folder() -> Path:
    """Where the libraries are; installs them where somebody ran the tests without set-up."""
    return Path(_said("folder"))


@cache
def node() -> str:
    """The path of the node that runs them."""
    return _said("node")


def cases(
    board: Mapping[str, Any],
    ask: Ask,
    now_ms: int,
    chosen: Mapping[str, str] | None = None,
) -> dict[str, Case]:
    """What goes into the libraries for each panel of a dashboard, by its title."""
    values = choices(board) | dict(chosen or {})
    answers: dict[str, dict[str, Series]] = {}
    for one in questions(board, now_ms, chosen):
        answers.setdefault(one.panel, {})[one.ref] = ask(one.source, one.influxql)
    found = {
        panel["title"]: {
            "panel": panel,
            "frames": _frames(panel, answers.get(panel["title"], {}), values),
            "timeZone": board["timezone"],
        }
        for panel in panels(board)
        if panel["type"] not in UNSHOWN
    }
    for item in board["annotations"]["list"]:
        frames = frames_of(item["target"], answers[item["name"]][item["target"]["refId"]])
        found[f"annotation: {item['name']}"] = {"frames": frames}
    return found


def shown(asked: Iterable[Case]) -> list[Any]:
    """What is shown of each case: frames and figures of a panel, events of an annotation."""
    return _run("panels.cjs", list(asked))


def unknown_keys(boards: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The keys of dashboards that no type of Grafana's schema has, as `name: path`."""
    return _run("keys.cjs", boards)


def _frames(
    panel: Mapping[str, Any], answers: Mapping[str, Series], values: Mapping[str, str]
) -> list[Frame]:
    """The frames of all queries and expressions that are not hidden, in their order."""
    targets = [_chosen(target, values) for target in panel["targets"]]
    expressions = worked_out(targets, answers) if any("expression" in t for t in targets) else {}
    found = []
    for target in targets:
        if target.get("hide"):
            continue
        if "snapshot" in target:
            found += snapshot(target)
        elif "expression" in target:
            found += expressions[target["refId"]]
        else:
            found += frames_of(target, answers[target["refId"]])
    return found


def _chosen(target: Mapping[str, Any], values: Mapping[str, str]) -> Mapping[str, Any]:
    """The same with its variables filled in, of which expressions have some, too."""
    if "expression" not in target:
        return target
    filled = re.sub(r"\$\{(\w+)\}", lambda found: values[found[1]], target["expression"])
    return {**target, "expression": filled}


def _run(script: str, given: object) -> list[Any]:
    done = subprocess.run(
        [node(), str(HERE / script), str(folder())],
        input=json.dumps(given, allow_nan=False),
        capture_output=True,
        text=True,
        timeout=limit_s(60),
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def _said(what: str) -> str:
    done = subprocess.run(
        [str(TOOL), what], capture_output=True, text=True, timeout=limit_s(600), check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip().splitlines()[-1]
