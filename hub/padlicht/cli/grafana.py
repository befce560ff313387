"""`padlicht grafana`: the dashboards and alert rules, with this park's names and places."""

import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from padlicht.config import Config, options
from padlicht.errors import BadData
from padlicht.grafana.dashboards import FOLDER, LANGUAGES, TZ, Board, dashboards, filled, rules
from padlicht.grafana.park import Park, park_of
from padlicht.grafana.push import Outcome, Step, push
from padlicht.grafana.server import Server
from padlicht.ledger import Ledger
from padlicht.terminal import json_flag, plain, show_json

_FILE = click.Path(dir_okay=False, path_type=Path)
_language = click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="nl",
    show_default=True,
    help="Dutch or English; both may be in one Grafana.",
)


@click.group()
def grafana() -> None:
    """Dashboards and alert rules for Grafana, with the names and places of this park."""


@grafana.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@_language
@json_flag
@options("data")
def grafana_export(folder: Path, language: str, as_json: bool, **values: Any) -> None:
    """Write the dashboards below FOLDER, for a Grafana that reads them from files.

    Each language has a folder there (Padlicht-nl, Padlicht-en), which becomes one in Grafana. Write
    them again after sites, zones or nodes have changed: what is there is replaced.
    """
    park = _park(Config(**values))
    # By its path Grafana knows a dashboard that it has from a file: in the place of another
    # language's it would be saved over that one, under another uid.
    steps = _written(folder / f"{FOLDER}-{language}", _boards(language, park))
    _tell(steps, as_json)


@grafana.command("push")
@click.option("--url", required=True, help="Address of the Grafana, as in http://127.0.0.1:3000.")
@click.option(
    "--token-file",
    type=_FILE,
    required=True,
    help="File with the token of a service account there. It needs the role Admin for alert rules, "
    "Editor for dashboards.",
)
@click.option("--ca-file", type=_FILE, help="Certificate authority of an https:// Grafana.")
@_language
@click.option("--rules/--no-rules", default=True, show_default=True, help="Alert rules as well.")
@click.option("--dry-run", is_flag=True, help="Ask everything, change nothing.")
@json_flag
@options("data")
def grafana_push(
    url: str,
    token_file: Path,
    ca_file: Path | None,
    language: str,
    rules: bool,
    dry_run: bool,
    as_json: bool,
    **values: Any,
) -> None:
    """Bring dashboards and alert rules into a Grafana that runs, and say what became of each.

    Two data sources must be there already: see docs/grafana.md. Pushing again changes only what is
    no longer as it should be; what people saved in Grafana stays in its history.
    """
    park = _park(Config(**values))
    boards = [board for _, board in _boards(language, park)]
    group = _rules(language) if rules else None
    if ca_file is not None and not ca_file.is_file():
        raise BadData(f"--ca-file {ca_file} is not there")
    server = Server(url, _token(token_file), ca_file)
    try:
        why = f"padlicht {version('padlicht')}"
        _tell(push(server, boards, group, why, dry=dry_run), as_json)
    finally:
        server.close()
    if dry_run and not as_json:
        click.echo("Nothing was changed: this was a dry run.")


_rules = rules  # the option of the same name hides it


def _park(config: Config) -> Park:
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        park = park_of(ledger)
    if park.tz is None:
        click.echo(f"Sites lie in several time zones: dashboards cut days as in {TZ}.", err=True)
    return park


def _boards(language: str, park: Park) -> list[tuple[str, Board]]:
    return [(name, filled(board, park)) for name, board in dashboards(language).items()]


def _token(path: Path) -> str:
    try:
        token = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(f"--token-file {path} cannot be read: {error}") from error
    if not token or not token.isascii() or not token.isprintable():
        raise BadData(f"--token-file {path} does not hold one line with a token")
    return token


def _written(folder: Path, boards: list[tuple[str, Board]]) -> Iterator[Step]:
    """Write files, each whole or not at all."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, board in boards:
            path = folder / f"{name}.json"
            text = json.dumps(board, indent=2, ensure_ascii=False) + "\n"
            before = path.read_text() if path.exists() else None
            if before != text:
                new = path.with_suffix(".new")
                new.write_text(text)
                new.replace(path)
            outcome = Outcome.NEW if before is None else Outcome.CHANGED
            yield Step("file", str(path), Outcome.SAME if before == text else outcome)
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(f"{folder} cannot be written to: {error}") from error


def _tell(steps: Iterator[Step], as_json: bool) -> None:
    """Say each step as it is done, so that an error in between leaves nothing unsaid."""
    done = []
    try:
        for step in steps:
            done.append(step._asdict())
            if not as_json:
                remark = f" ({plain(step.remark)})" if step.remark else ""
                click.echo(f"{step.outcome:10} {step.what} {plain(step.name)}{remark}")
    finally:
        if as_json:
            show_json(done)
