"""On what a bench ran, in one sentence: ratios say little without it."""

import os
import platform
import sqlite3
from pathlib import Path


def described() -> str:
    """Processor, cores, memory, system and versions; no name of the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    kernel = ".".join(platform.release().split(".")[:2])
    return (
        f"{_processor()}, {cores} cores, {memory:.0f} GiB, Linux {kernel}, Python "
        f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()
