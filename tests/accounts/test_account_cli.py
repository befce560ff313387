"""`padlicht account` as a person at a terminal meets it."""

import json

import pytest
from argon2.profiles import CHEAPEST
from click.testing import CliRunner

from padlicht.accounts import passwords
from padlicht.accounts.store import open_accounts
from padlicht.cli.main import cli
from tests.accounts.parts import NOW, PASSWORD, Cheap

OTHER = "quite another password"


@pytest.fixture(name="data", autouse=True)
def _data(tmp_path, monkeypatch):
    monkeypatch.setenv("PADLICHT_DATA", str(tmp_path / "data"))
    cheap = passwords.PasswordHasher.from_parameters(CHEAPEST)
    monkeypatch.setattr(passwords.PasswordStore.__init__, "__defaults__", (cheap,))
    return tmp_path / "data"


def padlicht(*arguments, **options):
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], **options)


def add(*arguments, typed=(PASSWORD, PASSWORD)):
    return padlicht("account", "add", *arguments, input="\n".join(typed) + "\n")


def matches(data, name, password):
    with open_accounts(data / "accounts.sqlite") as accounts:
        return Cheap().matches(accounts.kept(name), password)


def test_a_first_account_needs_no_hub(data):
    """The password is asked for twice, is not shown, and opens the account."""
    result = add("anna", "--role", "leader")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    assert matches(data, "anna", PASSWORD)


def test_whoever_mistypes_is_asked_again(data):
    """Too short, then two that differ, then as it should be."""
    result = add("anna", "--role", "leader", typed=("short", PASSWORD, OTHER, PASSWORD, PASSWORD))
    assert result.exit_code == 0, result.output
    assert "has 5 characters and needs 12" in result.output
    assert matches(data, "anna", PASSWORD)


def test_a_password_can_come_from_a_file(data, tmp_path):
    """Its first line, without the end of the line."""
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\r\nsecond line\n")
    assert padlicht("account", "add", "anna", "--role", "technician", "--password-file", file)
    assert matches(data, "anna", PASSWORD)


@pytest.mark.parametrize(
    ("content", "wrong"), [(b"short\n", "needs 12"), (b"", "0 characters"), (b"\xff" * 20, "UTF-8")]
)
def test_a_file_that_will_not_do_is_refused(data, tmp_path, content, wrong):
    """In a sentence, and without an account."""
    file = tmp_path / "password"
    file.write_bytes(content)
    result = padlicht("account", "add", "anna", "--role", "leader", "--password-file", file)
    assert result.exit_code == 1
    assert wrong in result.output
    assert not (data / "accounts.sqlite").exists()


@pytest.mark.parametrize("name", ["Anna", "", "a b", "-x", "é", "a" * 65, "a/../b"])
def test_a_name_that_will_not_do_is_refused(name):
    """Before anybody is asked for a password."""
    result = padlicht("account", "add", "--role", "leader", "--", name)
    assert result.exit_code == 1
    assert "cannot be an account" in result.output


def test_a_name_that_is_taken_is_refused(data):
    """And the password of before stays."""
    add("anna", "--role", "leader")
    result = add("anna", "--role", "technician", typed=(OTHER, OTHER))
    assert result.exit_code == 1
    assert "there is an account anna already" in result.output
    assert matches(data, "anna", PASSWORD)


def test_a_new_password_says_how_many_sessions_it_ended(data):
    """The old one opens nothing any more."""
    add("anna", "--role", "leader")
    with open_accounts(data / "accounts.sqlite") as accounts:
        accounts.begin("anna", accounts.kept("anna"), NOW)
    result = padlicht("account", "password", "anna", input=f"{OTHER}\n{OTHER}\n")
    assert result.exit_code == 0, result.output
    assert "1 session(s) ended" in result.output
    assert matches(data, "anna", OTHER)
    assert not matches(data, "anna", PASSWORD)


def test_the_list_shows_who_there_is():
    """As a table and as JSON, without anything secret; without accounts, how to make one."""
    assert "padlicht account add" in padlicht("account", "list").output
    assert json.loads(padlicht("account", "list", "--json").output) == []
    add("anna", "--role", "leader")
    add("bert", "--role", "technician")
    assert "anna" in padlicht("account", "list").output
    found = json.loads(padlicht("account", "list", "--json").output)
    assert [(each["name"], each["role"], each["sessions"]) for each in found] == [
        ("anna", "leader", 0),
        ("bert", "technician", 0),
    ]
    assert "argon2" not in str(found)


@pytest.mark.parametrize("command", ["remove", "password"])
def test_an_unknown_account_is_named(command):
    """Also where there is no file at all."""
    for wrong in ("there are no accounts", "there is no account bert"):
        result = padlicht("account", command, "bert", input=f"{OTHER}\n{OTHER}\n")
        assert result.exit_code == 1
        assert wrong in result.output
        add("anna", "--role", "leader")


def test_an_account_can_be_removed():
    """Then nobody has that name."""
    add("anna", "--role", "leader")
    assert padlicht("account", "remove", "anna").exit_code == 0
    assert json.loads(padlicht("account", "list", "--json").output) == []
