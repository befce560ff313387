"""Reading a backup back: every byte against its manifest, then each part by its own check."""

from pathlib import Path

from padlicht.accounts.store import open_accounts
from padlicht.backup.archive import Progress, unpack
from padlicht.backup.manifest import ACCOUNTS, LEDGER, PARTICIPATION, Manifest
from padlicht.backup.park_files import database_faults
from padlicht.broker.key_check import find_key_faults
from padlicht.errors import BadData
from padlicht.ledger import Ledger


def read_back(archive: Path, into: Path, progress: Progress) -> tuple[Manifest, list[str]]:
    """Unpack an archive into a new folder and check all of it; what its parts say is wrong.

    Raises BadData when the archive is not what its manifest says. A ledger of an older schema is
    brought up to date.
    """
    manifest = unpack(archive, into, progress)
    if LEDGER not in manifest.files:
        raise BadData(f"{archive} holds no ledger")
    with Ledger.open(into / LEDGER) as ledger:
        problems = ledger.check(lambda what: progress(f"checking {what}", 0, 0))
        if not problems and ledger.records.counts() != manifest.counts:
            raise BadData(
                f"the ledger in {archive} has {ledger.records.counts()}, its manifest says "
                f"{manifest.counts}"
            )
        serving = [node.name for node in ledger.nodes.all() if not node.retired]
    if ACCOUNTS in manifest.files:
        with open_accounts(into / ACCOUNTS) as accounts:
            problems += [f"accounts: {fault}" for fault in accounts.faults()]
    if PARTICIPATION in manifest.files:
        faults = database_faults(into / PARTICIPATION)
        problems += [f"people's words: {fault}" for fault in faults]
    progress("checking keys", 0, 0)
    return manifest, problems + find_key_faults(into, serving)
