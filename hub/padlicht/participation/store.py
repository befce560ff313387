"""Participation store: what people say, in a SQLite file of its own beside the ledger.

Apart from the ledger, because it has a term: sheets are deleted when theirs is over, and what is
deleted is gone from the file. Only the hub's own user may read it. Days are local days of the site,
times Unix seconds UTC.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path

from padlicht.data_folder import access_trouble
from padlicht.errors import Refused, TryAgain
from padlicht.ledger.trouble import is_damage
from padlicht.participation.field.table import VisitTable
from padlicht.participation.survey.moderation import Texts
from padlicht.participation.survey.table import SurveyTable

_BUSY_S = 10.0
_VERSION = 2


class Participation:
    """The open file; one thread at a time may use it. Other processes may, too.

    `survey` has the rounds of the sheet of eight and their sheets, `texts` what is written there,
    `visits` what people saw at the path.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.survey = SurveyTable(db)
        self.texts = Texts(db)
        self.visits = VisitTable(db)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is written, or nothing of it is."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise


@contextmanager
def open_participation(path: Path, *, make: bool = False) -> Iterator[Participation]:
    """What people said, from a file, which is made for `make`.

    Raises Refused when there is none or a newer Padlicht made it, TryAgain when it cannot be used.
    """
    if make:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(path)
    elif not path.exists():
        raise Refused(f"nobody was asked anything yet: there is no {path}; padlicht survey add")
    try:
        uri = f"{path.resolve().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_S, isolation_level=None)) as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > _VERSION:
                raise Refused(f"{path} was made by a newer Padlicht: update this one")
            if version < _VERSION:
                schema = (files("padlicht.participation") / "schema.sql").read_text("utf-8")
                db.executescript(
                    f"BEGIN IMMEDIATE;\n{schema}\nPRAGMA user_version = {_VERSION};\nCOMMIT;"
                )
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA secure_delete = ON")  # what is gone from the file is gone
            yield Participation(db)
    except sqlite3.DatabaseError as error:
        # Without its cause: damage here is none of the ledger's, and pages would say so of it.
        raise TryAgain(
            f"people's words in {path} cannot be used now: {_why(error, path)}"
        ) from None


def _why(error: sqlite3.Error, path: Path) -> str:
    """What an error of SQLite means, and what to do."""
    if is_damage(error):
        return f"{error}: the file is damaged; restore it from a backup, or move it away"
    return access_trouble(path.parent, path) or f"{error}; look whether its disk is full"


def _make(path: Path) -> None:
    """An empty file that only its owner reads, if there is none."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise TryAgain(f"people's words in {path} cannot be made: {error.strerror}") from error
