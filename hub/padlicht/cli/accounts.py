"""`padlicht account`: who may log in to the pages."""

import re
from dataclasses import asdict
from typing import Any, TextIO

import click

from padlicht.accounts.passwords import LONGEST, SHORTEST, PasswordStore, checked
from padlicht.accounts.store import ROLES, open_accounts
from padlicht.clock import machine_utc_s
from padlicht.config import Config, options
from padlicht.errors import BadData
from padlicht.terminal import json_flag, moment, show, show_json

NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")

_password_file = click.option(
    "--password-file",
    type=click.File(encoding="utf-8"),
    help="Take the password from the first line of this file (- is standard input).",
)


@click.group()
def account() -> None:
    """Who may log in to the pages. The hub need not run, and takes notice at once if it does."""


@account.command("add")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(ROLES),
    required=True,
    help="What the account is for: leading a park, or keeping it working.",
)
@_password_file
@options("data")
def account_add(name: str, role: str, password_file: TextIO | None, **values: Any) -> None:
    """Add an account NAME. Its password is asked for twice, unless it comes from a file.

    \b
    padlicht account add anna --role leader
    """
    if not NAME.fullmatch(name):
        raise BadData(
            f"{name!r} cannot be an account: use small letters, digits, and . _ @ - between them, "
            "as in anna or anna@park.example"
        )
    kept = _kept(password_file)
    with open_accounts(Config(**values).accounts_path, make=True) as accounts:
        accounts.add(name, role, kept, machine_utc_s())
    click.echo(f"Added account {name} ({role}). Log in on the hub's page.")


@account.command("list")
@json_flag
@options("data")
def account_list(as_json: bool, **values: Any) -> None:
    """Show every account, and how many sessions it has open."""
    found = []
    path = Config(**values).accounts_path
    if path.exists():
        with open_accounts(path) as accounts:
            found = accounts.accounts(machine_utc_s())
    if as_json:
        show_json([asdict(item) for item in found])
        return
    show(
        ("account", "role", "added", "password of", "sessions"),
        [
            (a.name, a.role, moment(a.added_utc_s), moment(a.changed_utc_s), a.sessions)
            for a in found
        ],
        "No accounts yet. Add one: padlicht account add NAME --role leader",
    )


@account.command("password")
@click.argument("name")
@_password_file
@options("data")
def account_password(name: str, password_file: TextIO | None, **values: Any) -> None:
    """Give account NAME a new password, which ends all its sessions."""
    with open_accounts(Config(**values).accounts_path) as accounts:
        kept = _kept(password_file)
        ended = accounts.set_password(name, kept, machine_utc_s())
    click.echo(f"{name} has a new password; {ended} session(s) ended.")


@account.command("remove")
@click.argument("name")
@options("data")
def account_remove(name: str, **values: Any) -> None:
    """Take account NAME away; whoever is logged in by it is not any more."""
    with open_accounts(Config(**values).accounts_path) as accounts:
        accounts.remove(name)
    click.echo(f"Removed account {name}.")


def _kept(file: TextIO | None) -> str:
    """What is kept of the password that was given, or typed twice by a person."""
    if file is None:
        password = click.prompt(
            f"Password, {SHORTEST} characters or more",
            hide_input=True,
            confirmation_prompt=True,
            value_proc=_typed,
            err=True,
        )
    else:
        try:
            password = file.readline(LONGEST + 2).rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise BadData(f"{file.name} is no text in UTF-8: {error.reason}") from error
    return PasswordStore().keep(password)


def _typed(password: str) -> str:
    """So that a person is asked again, instead of being sent away."""
    try:
        checked(password)
    except BadData as error:
        raise click.UsageError(str(error)) from error
    return password
