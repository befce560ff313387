"""Where the firmware is, and the schema of settings that it owns."""

import importlib.util
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import padlicht
from padlicht.errors import Refused


def firmware_folder() -> Path:
    """The folder with main.py: $PADLICHT_FIRMWARE, the package's own, or the checkout's."""
    package = Path(padlicht.__file__).parent
    named = os.environ.get("PADLICHT_FIRMWARE")
    candidates = [Path(named)] if named else [package / "firmware", package.parents[1] / "firmware"]
    for folder in candidates:
        if (folder / "node").is_dir():
            return folder
    raise Refused(
        f"there is no firmware in {' or '.join(map(str, candidates))}: install the whole package, "
        "or say where it is in $PADLICHT_FIRMWARE"
    )


def schema() -> Mapping[str, Mapping[str, Any]]:
    """Every setting by key: default, kind, low, high, choices, unit, role and help."""
    return _schema(firmware_folder())


def validate(wanted: Mapping[str, Any]) -> dict[str, str]:
    """What a node would refuse of `wanted`, and why: {} when it would take all of it."""
    _, refused = _settings(firmware_folder()).validate(dict(wanted))
    reasons: dict[str, str] = refused
    return reasons


@cache
def _schema(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """The firmware's schema with its help, which boards do without."""
    help_texts = _module(folder, "settings_help").HELP
    rows = _settings(folder).SCHEMA
    return {key: {**row, "help": help_texts[key]} for key, row in rows.items()}


def _settings(folder: Path) -> ModuleType:
    return _module(folder, "settings")


@cache
def _module(folder: Path, name: str) -> ModuleType:
    """A module of the firmware's, loaded from its file without making it importable."""
    path = folder / "node" / "keep" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"padlicht_firmware_{name}", path)
    if spec is None or spec.loader is None:
        raise Refused(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
