"""`export` and `import` of nodes, sites and zones: a spreadsheet out, a spreadsheet in."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, BinaryIO, Protocol, TextIO, TypeVar

import click
from rich.console import Console
from rich.progress import track

from padlicht.broker.keys import ensure_park
from padlicht.cli.fleet.history import bring_up_to_date
from padlicht.cli.fleet.site import tell_about_clocks
from padlicht.clock import machine_utc_s
from padlicht.config import Config, options
from padlicht.control.settings_publisher import lacks_mount
from padlicht.data_folder import user_name
from padlicht.errors import BadData
from padlicht.fleet import node_export as export
from padlicht.fleet import node_import as imports
from padlicht.fleet import site_spreadsheets, spreadsheet
from padlicht.fleet.board_config import password_in
from padlicht.fleet.broker_reach import reach_notes
from padlicht.fleet.registry import DEFAULT_TZ
from padlicht.fleet.spreadsheet import Mistake, Row
from padlicht.ledger import Ledger
from padlicht.ledger.timeline import Note
from padlicht.terminal import show

Command = TypeVar("Command", bound=Callable[..., Any])


class Plan(Protocol):
    """What an import would do."""

    same: int

    def steps(self) -> Iterable[tuple[str, str, str]]:
        """What is done, to what, and how."""


_out = click.argument("file", type=click.File("w", encoding="utf-8", atomic=True))
_excel = click.option(
    "--excel",
    is_flag=True,
    help="As Dutch Excel opens it in columns: semicolons, decimal commas, a byte order mark.",
)
_in = click.argument("file", type=click.File("rb", lazy=True))


def _careful(command: Command) -> Command:
    """The two options that every import has."""
    command = click.option("--yes", is_flag=True, help="Do it without asking.")(command)
    return click.option("--dry-run", is_flag=True, help="Only show what would be done.")(command)


def _noted(command: Command) -> Command:
    """How what is known changes, where it does."""
    command = click.option(
        "--corrects", is_flag=True, help="Nothing changed: what is known of it was wrong."
    )(command)
    return click.option(
        "--why", default="imported", show_default=True, help="The reason; it stays with the change."
    )(command)


@click.command("export")
@_out
@_excel
@options("data")
def node_export(file: TextIO, excel: bool, **values: Any) -> None:
    """Write all nodes to FILE (- is the terminal) as CSV: places, roles and hardware.

    No key and no password is in it; `padlicht backup` saves those.
    """
    config = Config(**values)
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        file.write(export.export(ledger, config, excel=excel))


@click.command("import")
@_in
@click.option(
    "--wifi-password-file",
    type=click.File("rb", lazy=True),
    help="File with the password of the new boards' network in its first line.",
)
@_careful
@_noted
@options("data", "broker_host", "broker_port", "broker_url")
def node_import(
    file: BinaryIO,
    wifi_password_file: BinaryIO | None,
    dry_run: bool,
    yes: bool,
    why: str,
    corrects: bool,
    **values: Any,
) -> None:
    """Add and change nodes as FILE (CSV, - is the standard input) says: all of it or nothing.

    Shows first what it would do, and asks. A node that is new gets its identity, like one of
    `padlicht node add`; of one that is known, zone, place, retirement, rated power and the names of
    its directions may change; - takes such a name away.
    An empty cell leaves what is there, and so does a node that is not named. Begin with
    `padlicht node export`. What changes is so from now on, and what was counted stays where it was
    counted, unless you say --corrects.
    """
    config = Config(**values)
    password = password_in(wifi_password_file) if wifi_password_file else None
    utc_s = machine_utc_s()
    with Ledger.open(config.ledger_path, read_only=dry_run) as ledger:
        rows, mistakes = _read(file, export.COLUMNS)
        planned, more = imports.plan(rows, ledger, config, password, utc_s)
        if not _agreed(planned, file.name, [*mistakes, *more], dry_run, yes):
            return
        keys = ensure_park(config.keys, config.broker_host)
        note = Note(user_name(), why, utc_s, corrects=corrects)
        folders = imports.carry_out(planned, ledger, keys, config, note, _progress)
        bring_up_to_date(config, ledger)
    for folder in folders:
        click.echo(str(folder))
    if unknown := sorted(node.name for node, _ in planned.new if lacks_mount(node, {})):
        click.echo(
            f"How high the radar of {len(unknown)} new lamp(s) hangs is not known ({unknown[0]}…): "
            "tell it, of a whole zone at once if all hang alike: padlicht settings set --site SITE "
            '--zone ZONE mount_cm=250 --why "measured"',
            err=True,
        )
    for warning in reach_notes(config, [folder.name for folder in folders]):
        click.echo(warning, err=True)
    if folders:
        click.echo(
            "These folders are for the boards: copy each as `padlicht node add` would tell, and "
            "show them nobody.",
            err=True,
        )


@click.command("export")
@_out
@_excel
@options("data")
def site_export(file: TextIO, excel: bool, **values: Any) -> None:
    """Write all sites to FILE (- is the terminal) as CSV."""
    with Ledger.open(Config(**values).ledger_path, read_only=True) as ledger:
        file.write(site_spreadsheets.export_sites(ledger, excel=excel))


@click.command("export")
@_out
@_excel
@options("data")
def zone_export(file: TextIO, excel: bool, **values: Any) -> None:
    """Write all zones to FILE (- is the terminal) as CSV."""
    with Ledger.open(Config(**values).ledger_path, read_only=True) as ledger:
        file.write(site_spreadsheets.export_zones(ledger, excel=excel))


@click.command("import")
@_in
@_careful
@_noted
@options("data")
def site_import(
    file: BinaryIO, dry_run: bool, yes: bool, why: str, corrects: bool, **values: Any
) -> None:
    """Add and change sites as FILE (CSV, - is the standard input) says: all of it or nothing.

    Shows first what it would do, and asks. When a site moves, so do the suns of its lamps; what was
    counted before stays as it was counted, unless you say --corrects.
    """
    _take_in(
        file,
        site_spreadsheets.SITE_COLUMNS,
        lambda rows, ledger: site_spreadsheets.plan_sites(rows, ledger, DEFAULT_TZ),
        dry_run,
        yes,
        Config(**values),
        why,
        corrects,
    )


@click.command("import")
@_in
@_careful
@options("data")
def zone_import(file: BinaryIO, dry_run: bool, yes: bool, **values: Any) -> None:
    """Add and change zones as FILE (CSV, - is the standard input) says: all of it or nothing."""
    _take_in(
        file,
        site_spreadsheets.ZONE_COLUMNS,
        site_spreadsheets.plan_zones,
        dry_run,
        yes,
        Config(**values),
    )


def _progress(boards: Sequence[imports.Board]) -> Iterable[imports.Board]:
    """A bar on the terminal: a thousand keys take as long as their files take the disk."""
    return track(boards, "Making keys", console=Console(stderr=True), transient=True)


def _take_in(
    file: BinaryIO,
    columns: spreadsheet.Columns,
    plan: Callable[[Sequence[Row], Ledger], tuple[site_spreadsheets.PlacePlan, list[Mistake]]],
    dry_run: bool,
    yes: bool,
    config: Config,
    why: str = "imported",
    corrects: bool = False,
) -> None:
    with Ledger.open(config.ledger_path, read_only=dry_run) as ledger:
        rows, mistakes = _read(file, columns)
        planned, more = plan(rows, ledger)
        if _agreed(planned, file.name, [*mistakes, *more], dry_run, yes):
            before = {site.name: site.tz for site in ledger.sites.all()}
            note = Note(user_name(), why, machine_utc_s(), corrects=corrects)
            site_spreadsheets.carry_out(planned, ledger, note)
            told = (*planned.new_sites, *planned.changed_sites)
            tell_about_clocks(site.tz for site in told if before.get(site.name) != site.tz)
            bring_up_to_date(config, ledger)


def _read(file: BinaryIO, columns: spreadsheet.Columns) -> tuple[list[Row], list[Mistake]]:
    """The rows; a file that is no such table is one mistake, in its first line."""
    try:
        return spreadsheet.read(file.read(), columns)
    except BadData as error:
        return [], [Mistake(1, None, str(error))]


def _agreed(
    planned: Plan, name: str, mistakes: Sequence[Mistake], dry_run: bool, yes: bool
) -> bool:
    """Show what would be done; whether it should be. BadData with all mistakes there are."""
    spreadsheet.refuse(name, mistakes)
    steps = [*planned.steps()]
    show(("do", "what", "how"), steps, "Nothing to change.")
    if planned.same:
        click.echo(f"{planned.same} stay as they are.")
    if not steps:
        return False
    if dry_run:
        click.echo("Nothing was changed: this was a dry run.")
        return False
    if not yes:
        click.confirm("Do it?", abort=True, err=True)
    return True
