"""Makes the dashboards: `python -m dashboards.build` writes them, `--check` says what differs.

Each is classic dashboard JSON, which Grafana 12 and 13 read and files can provision. What stands
in dashboards/grafana is committed, so that a hub and a Grafana need none of what built it.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from dashboards.boards import energy, glance, health, lighting, public, use
from dashboards.boards.page import NAMES, build, uid
from dashboards.words import LANGUAGES, Words, WordsError

OUTPUT: Final = Path(__file__).parent / "grafana"
_BOARDS: Final = {
    "glance": glance,
    "use": use,
    "lighting": lighting,
    "energy": energy,
    "health": health,
    "public": public,
}

Json = dict[str, Any]


def dashboards(language: str) -> dict[str, Json]:
    """All dashboards in a language, nl or en, by uid; raises WordsError for a missing word."""
    w = Words(language)
    pages = [_BOARDS[name].page(w) for name in NAMES]
    titles = {page.name: page.title for page in pages}
    made = {uid(page.name, language): _json(build(page, titles, w)) for page in pages}
    if language != "en" and (unused := w.unused()):
        raise WordsError(f"nobody uses the Dutch for {sorted(unused)[0]!r}: take it out")
    return made


def files() -> dict[Path, str]:
    """What dashboards/grafana holds: the text of each file, by its path."""
    return {
        OUTPUT / language / f"{name}.json": json.dumps(
            made[uid(name, language)], indent=1, ensure_ascii=False
        )
        + "\n"
        for language in LANGUAGES
        for made in [dashboards(language)]
        for name in NAMES
    }


def _json(dashboard: object) -> Json:
    """A dashboard as it is stored."""
    made: Json = json.loads(json.dumps(dashboard, cls=JSONEncoder))
    made["id"] = None  # Grafana's own number, none of ours
    annotations = made.setdefault("annotations", {}).setdefault("list", [])
    made.setdefault("templating", {}).setdefault("list", [])
    for item in [*made.get("links", []), *annotations]:
        item.pop("placement", None)  # the kit hides them in a menu
    # What the kit still writes, and no schema of Grafana 13 knows.
    for variable in made["templating"]["list"]:
        for key in ("auto", "auto_min", "auto_count"):
            variable.pop(key, None)
    for panel in made["panels"]:
        panel.get("options", {}).pop("footer", None)
    return made


def main(arguments: list[str]) -> int:
    """Write the files, or say which differ from what is built (1) or that none does (0)."""
    wanted = files()
    if arguments == ["--check"]:
        there = {path: path.read_text() for path in OUTPUT.glob("*/*.json")}
        different = sorted(
            path for path in {*wanted, *there} if wanted.get(path) != there.get(path)
        )
        for path in different:
            print(f"{path.relative_to(OUTPUT)} differs: run python -m dashboards.build")
        return 1 if different else 0
    if arguments:
        print("usage: python -m dashboards.build [--check]", file=sys.stderr)
        return 2
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    print(f"{len(wanted)} dashboards written to {OUTPUT.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
