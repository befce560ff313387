"""What Grafana gets from files: its data sources, dashboards in two languages, and the examples."""

import json
from pathlib import Path

import pytest
import yaml

from padlicht.grafana.dashboards import LANGUAGES
from tests.rigs.grafana.provisioning import environment, interpolated, mounted

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
GRAFANA = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["grafana"]
SOURCES = yaml.safe_load(
    (DEPLOY / "grafana" / "provisioning" / "datasources" / "padlicht.yaml").read_text()
)["datasources"]
EXAMPLES = {
    path.name: yaml.safe_load(path.read_text())
    for path in (DEPLOY / "grafana" / "examples").glob("*.yaml")
}
SECRET = "/run/secrets/influx_token"


@pytest.mark.parametrize(
    "password",
    ["plain", "pa$word", "$HOME", "a$$b", "${HOME}", "$__file{/etc/passwd}", "$", "ends$"],
)
def test_a_password_gets_through_as_it_is(password):
    """Whatever stands in the secret: a `$` in it is no variable."""
    files = {SECRET: password + "\n", "/run/secrets/grafana_password": "x", "/etc/passwd": "root"}
    of = environment({"HOME": "/root", **GRAFANA["environment"]}, files)
    for source in SOURCES:
        assert interpolated(source["secureJsonData"]["password"], of, files) == password


def test_a_password_by_file_would_be_read_once_more():
    """What Grafana's own sources do: so the rig can tell the two ways apart."""
    value = f"$__file{{{SECRET}}}"
    assert interpolated(value, {}, {SECRET: "pa$word"}) == "pa"
    assert interpolated("pa$$word", {}, {}) == "pa$word"


def test_no_data_source_wants_to_be_the_default():
    """Grafana stops when two do, and one may be there already."""
    assert not any(source.get("isDefault") for source in SOURCES)


def test_an_example_names_only_contact_points_that_the_examples_have():
    """Grafana does not start with a policy for one that it does not know."""
    points = {point["name"] for one in EXAMPLES.values() for point in one.get("contactPoints", ())}
    named = set()

    def look(route):
        named.add(route["receiver"])
        for inner in route.get("routes", ()):
            look(inner)

    for example in EXAMPLES.values():
        for policy in example.get("policies", ()):
            look(policy)
    assert named
    assert named <= points


def test_another_language_is_another_file():
    """At one path there is one dashboard for ever: Grafana would save it under another uid."""
    seen = {}
    for language in LANGUAGES:
        of = {"PADLICHT_LANGUAGE": language}
        there = mounted(GRAFANA["volumes"], "/etc/grafana/dashboards/", DEPLOY, of)
        assert len(there) == 6
        for path, file in there.items():
            seen.setdefault(path, set()).add(json.loads(file.read_text())["uid"])
    assert len(seen) == 12
    assert all(len(uids) == 1 for uids in seen.values())
