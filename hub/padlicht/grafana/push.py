"""Brings dashboards and alert rules into a Grafana, and says of each what became of it.

Nothing is taken out, and nothing is overwritten that somebody saved at the same moment. What
Grafana reads from files of its own is left alone. Pushing again changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from padlicht.errors import Refused
from padlicht.grafana.dashboards import FOLDER, FOLDER_UID, SOURCES, Board
from padlicht.grafana.server import Forbidden, Newer, Server

OLDEST: Final = (12, 4)  # the version that the dashboards are made for
# What Grafana adds by itself, or counts up at each save.
_OF_GRAFANA: Final = {"id", "version"}
# What an operator may have set in Grafana, and keeps: who is told, and that a rule rests.
_OF_OPERATORS: Final = {"isPaused"}


class Outcome(StrEnum):
    """What became of a thing, or would with a dry run."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    LEFT = "left alone"


class Step(NamedTuple):
    """One thing: `what` in a word, its name, and a remark where there is something to know."""

    what: str
    name: str
    outcome: Outcome
    remark: str = ""


def push(
    server: Server,
    boards: Iterable[Board],
    group: Mapping[str, Any] | None,
    why: str,
    *,
    dry: bool = False,
) -> Iterator[Step]:
    """Push dashboards, then the rules of `group` if any, saying each step once it is done.

    `why` stands in Grafana's history of a dashboard. `dry` asks everything and changes nothing.
    Raises like Server; steps that were said stay done.
    """
    yield from _checked(server)
    folder = server.folder(FOLDER_UID)
    if folder is None:
        if not dry:
            server.make_folder(FOLDER_UID, FOLDER)
        yield Step("folder", FOLDER, Outcome.NEW)
    else:
        yield Step("folder", str(folder.get("title", FOLDER)), Outcome.SAME)
    for board in boards:
        yield _push_board(server, board, why, dry)
    if group is not None:
        for rule in group["rules"]:
            yield _push_rule(server, rule, str(group["title"]), dry)
        yield from _keep_interval(server, group, dry)


def _checked(server: Server) -> Iterator[Step]:
    """Whether it is a Grafana that can show what we bring."""
    version = server.version()
    if version is not None and _number(version) < OLDEST:
        yield Step(
            "Grafana", version, Outcome.LEFT, "dashboards are made for 12.4 and newer: look at them"
        )
    for uid in SOURCES:
        try:
            kind = server.source(uid)
        except Forbidden:
            yield Step("data source", uid, Outcome.LEFT, "the token may not look for it")
            continue
        if kind is None:
            raise Refused(
                f"Grafana has no data source with the uid {uid}, and dashboards would be empty: "
                "make it as docs/grafana.md says, then push again"
            )
        if kind != "influxdb":
            raise Refused(f"the data source {uid} is of type {kind}, not influxdb: give it another")
        yield Step("data source", uid, Outcome.SAME)


def _push_board(server: Server, board: Board, why: str, dry: bool) -> Step:
    uid, title = board["uid"], str(board["title"])
    try:
        there = server.board(uid)
    except Newer:
        remark = f"saved in Grafana's v2 format; for ours delete {uid} there, then push again"
        return Step("dashboard", title, Outcome.LEFT, remark)
    if there is None:
        if not dry:
            server.save_board({**board, "id": None}, FOLDER_UID, why)
        return Step("dashboard", title, Outcome.NEW)
    meta, old = there.get("meta", {}), there.get("dashboard", {})
    if meta.get("provisioned"):
        return Step("dashboard", title, Outcome.LEFT, "Grafana reads it from a file of its own")
    if _holds(old, {key: value for key, value in board.items() if key not in _OF_GRAFANA}):
        return Step("dashboard", title, Outcome.SAME)
    version = old.get("version", 0)
    if not dry:
        new = {**board, "id": old.get("id"), "version": version}
        # Whoever moved it into another folder finds it there again.
        server.save_board(new, meta.get("folderUid") or FOLDER_UID, why)
    return Step(
        "dashboard", title, Outcome.CHANGED, f"version {version} stays in its history in Grafana"
    )


def _push_rule(server: Server, rule: Mapping[str, Any], group: str, dry: bool) -> Step:
    title, there = str(rule["title"]), server.rule(rule["uid"])
    if there is None:
        if not dry:
            place = {"folderUID": FOLDER_UID, "ruleGroup": group, "orgID": 1}
            server.save_rule({**rule, **place}, new=True)
        return Step("alert rule", title, Outcome.NEW)
    if there.get("provenance") == "file":
        return Step("alert rule", title, Outcome.LEFT, "Grafana reads it from a file of its own")
    ours = {key: value for key, value in rule.items() if key not in _OF_OPERATORS}
    if _holds(there, ours):
        return Step("alert rule", title, Outcome.SAME)
    if not dry:
        server.save_rule({**there, **ours}, new=False)
    return Step("alert rule", title, Outcome.CHANGED)


def _keep_interval(server: Server, group: Mapping[str, Any], dry: bool) -> Iterator[Step]:
    """A group that Grafana made with its first rule has Grafana's own interval."""
    title, interval = str(group["title"]), group["interval"]
    there = server.group(FOLDER_UID, title)
    if there is None or there.get("interval") == interval:
        return
    if any(rule.get("provenance") == "file" for rule in there.get("rules", [])):
        return
    if not dry:
        server.save_group(FOLDER_UID, {**there, "interval": interval})
    yield Step("rule group", title, Outcome.CHANGED, f"looks every {interval} s")


def _holds(theirs: Any, ours: Any) -> bool:
    """Whether all of ours is in theirs: Grafana adds fields of its own."""
    if isinstance(ours, Mapping):
        return isinstance(theirs, Mapping) and all(
            key in theirs and _holds(theirs[key], value) for key, value in ours.items()
        )
    if isinstance(ours, list):
        return (
            isinstance(theirs, list) and len(theirs) == len(ours) and all(map(_holds, theirs, ours))
        )
    return bool(theirs == ours)


def _number(version: str) -> tuple[int, ...]:
    """The first two numbers of a version such as 13.0.1-pre."""
    return tuple(int(part) for part in version.split("-")[0].split(".")[:2] if part.isdigit())
