"""Turns templates and words into pages, and hands out the files that pages ask for."""

from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from padlicht.web.cells import shown
from padlicht.web.i18n import LANGUAGES, words


def render(language: str, template: str, **values: Any) -> str:
    """A template in one of LANGUAGES.

    Besides `values`, templates and their macros have say, languages, asset, cell and `_`.
    """
    return _environment(language).get_template(template).render(values)


_NOWHERE: Final = {"place": None, "root": "", "here": "/", "tabs": (), "tab": ""}


def missing(language: str) -> str:
    """The page that says that there is no such page."""
    return render(language, "missing.html", **_NOWHERE)


def empty(language: str) -> str:
    """The page of a hub without a site: how to make a first one."""
    return render(language, "empty.html", **_NOWHERE)


@cache
def assets() -> dict[str, bytes]:
    """The files of the page by name; read once."""
    folder = files("padlicht.web") / "static"
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}


def asset(name: str) -> str:
    """The address of a file; it changes with the content, so that browsers may keep it for ever."""
    return f"/static/{_digest(name)}/{name}"


@cache
def _digest(name: str) -> str:
    return sha256(assets()[name]).hexdigest()[:12]


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("padlicht.web"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    say = words(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        say.text, say.texts, newstyle=True
    )
    environment.globals.update(say=say, languages=LANGUAGES, asset=asset, cell=partial(shown, say))
    return environment
