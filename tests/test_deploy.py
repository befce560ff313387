"""What is in deploy/ holds together: files, names, versions and options that it speaks of exist."""

import configparser
import dataclasses
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from padlicht.cli.main import cli
from padlicht.config import Config, environment_variable
from padlicht.grafana.dashboards import SOURCES

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
# Those that do one thing and end, and the command line, have nobody to ask how they are.
ONCE = {"broker-files", "influx-setup", "padlicht"}
VARIABLES = {environment_variable(name) for name in Config.__dataclass_fields__}
OF_COMPOSE = {"PADLICHT_ADDRESS", "PADLICHT_BIND", "PADLICHT_LANGUAGE"}
UNIT = DEPLOY / "padlicht.service"
# Options of the hub that compose.yaml neither sets nor hands on, and why.
NOT_IN_COMPOSE = {
    "PADLICHT_BROKER_HOST": "broker-files gets it: the broker is a container of its own",
    "PADLICHT_BROKER_PORT": "the same",
    "PADLICHT_BROKER_USER": "that broker knows the hub by its certificate",
    "PADLICHT_BROKER_PASSWORD_FILE": "the same",
    "PADLICHT_WEB_PORT": "of the container, where nothing else has one",
    "PADLICHT_INFLUX_RAW": "Grafana's data sources name it",
    "PADLICHT_INFLUX_USAGE": "the same",
    "PADLICHT_INFLUX_USER": "of InfluxDB 1, and this one is 2",
    "PADLICHT_INFLUX_PASSWORD_FILE": "the same",
    "PADLICHT_INFLUX_PASSWORD": "the same",
    "PADLICHT_INFLUX_TOKEN": "a secret: it comes as a file",
    "PADLICHT_INFLUX_CA_FILE": "this InfluxDB speaks http within the machine",
    "PADLICHT_WORLD": "for demos only",
    "PADLICHT_CLOCK_OFFSET_S": "for demos only",
}
BACKUP = DEPLOY / "padlicht-backup.service"
TIMER = DEPLOY / "padlicht-backup.timer"


def images() -> list[str]:
    """Every image that is built upon or started."""
    built = re.findall(r"^FROM (\S+)", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    return [*built, *(service["image"] for service in SERVICES.values())]


@pytest.mark.parametrize("image", sorted(set(images())))
def test_images_have_an_exact_version(image):
    """What runs today runs tomorrow: three numbers, never a moving tag."""
    assert re.search(r":\d+\.\d+\.\d+(-[a-z-]+)?$", image)


def test_the_image_has_the_version_of_padlicht():
    """The tag of our own image is the package's version."""
    found = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert SERVICES["hub"]["image"] == f"padlicht:{found[1]}"


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONCE))
def test_what_runs_is_looked_after(name):
    """A service is asked how it is, started again, and its log has an end."""
    service = SERVICES[name]
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert service["restart"] == "unless-stopped"
    assert service["logging"]["options"]["max-size"]


def test_ports_are_on_loopback_unless_somebody_asks():
    """No service shows itself to the network without being told."""
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(ports) >= 4
    for port in ports:
        assert re.match(r"(127\.0\.0\.1|\$\{[A-Z_]+:-127\.0\.0\.1\}):\d+:\d+$", port), port


def test_secrets_are_files_that_git_does_not_have():
    """No variable holds one, and the folder is ignored."""
    for service in SERVICES.values():
        for variable in service.get("environment", {}):
            if re.search("TOKEN|PASSWORD", variable):
                assert variable.endswith("_FILE"), variable
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("./secrets/")
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {"deploy/secrets/", "deploy/backups/", "deploy/.env"} <= set(ignored)


def test_what_services_name_is_declared():
    """Volumes, secrets and services that are spoken of are there, and so are mounted folders."""
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            for language in ("nl", "en"):
                source = volume.replace("${PADLICHT_LANGUAGE:-nl}", language).split(":")[0]
                if not source.startswith("."):
                    assert source in COMPOSE["volumes"], f"{name}: {source}"
                elif volume.endswith(":ro"):
                    assert (DEPLOY / source).is_dir(), f"{name}: {source}"
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        assert set(service.get("depends_on", {})) <= set(SERVICES)


def test_variables_of_padlicht_are_options():
    """A renamed option is renamed here, too."""
    spoken = set()
    for path in (DEPLOY / "compose.yaml", UNIT, BACKUP, DEPLOY / "Dockerfile"):
        spoken |= set(re.findall(r"PADLICHT_[A-Z_]+", path.read_text()))
    of_backup = {
        f"PADLICHT_BACKUP_{parameter.name.upper()}" for parameter in cli.commands["backup"].params
    }
    assert spoken - OF_COMPOSE <= VARIABLES | of_backup


def test_every_option_reaches_the_hub_in_its_container():
    """What somebody writes into deploy/.env holds: an option that is new is handed on, or is left
    out here with a reason.
    """
    handed_on = SERVICES["hub"]["environment"]
    assert set(handed_on) | set(NOT_IN_COMPOSE) == VARIABLES
    assert not set(handed_on) & set(NOT_IN_COMPOSE)
    for name in COMPOSE["x-hub-options"]:
        assert handed_on[name].startswith(f"${{{name}:-"), name


def test_an_empty_variable_is_the_default(monkeypatch):
    """As compose hands on what nobody has set."""
    up = cli.commands["up"]
    empty = dict.fromkeys(VARIABLES, "")
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with up.make_context("up", [], resilient_parsing=False) as context:
        wanted = Config(**context.params)
    for name, value in empty.items():
        monkeypatch.setenv(name, value)
    with up.make_context("up", []) as context:
        assert Config(**context.params) == dataclasses.replace(
            wanted, influx_token="", influx_password=""
        )


@pytest.mark.parametrize("name", ["broker-files", "hub", "influx-setup"])
def test_commands_of_padlicht_exist(name):
    """What a container is told to do can be done."""
    command: click.Command = cli
    for word in SERVICES[name]["command"]:
        if isinstance(command, click.Group):
            command = command.commands[word]
    assert not isinstance(command, click.Group)


def test_the_image_is_built_from_files_that_are_there():
    """Each COPY has its source, and the ignore file lets it through."""
    lets = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    for line in re.findall(r"^COPY (?!--from)(.+)", (DEPLOY / "Dockerfile").read_text(), re.M):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert f"!{source}" in lets, source


def test_grafana_asks_the_databases_that_the_hub_fills():
    """The data sources have the names that are the hub's defaults."""
    path = DEPLOY / "grafana" / "provisioning" / "datasources" / "padlicht.yaml"
    sources = yaml.safe_load(path.read_text())["datasources"]
    names = {source["uid"]: source["jsonData"]["dbName"] for source in sources}
    assert set(names) == set(SOURCES)
    assert names["padlicht-raw"] == Config().influx_raw
    assert names["padlicht-usage"] == Config().influx_usage
    assert SERVICES["influxdb"]["environment"]["DOCKER_INFLUXDB_INIT_BUCKET"] == Config().influx_raw


def unit(path: Path) -> configparser.RawConfigParser:
    """A unit's sections; of keys that come again, the last."""
    found = configparser.RawConfigParser(strict=False)
    found.optionxform = str
    found.read(path)
    return found


def test_the_service_is_shut_in():
    """It is nobody's root, writes its own folder only, and leaves mosquitto to the next hub."""
    service = unit(UNIT)["Service"]
    assert service["User"] == "padlicht"
    assert (service["ProtectSystem"], service["NoNewPrivileges"]) == ("strict", "yes")
    assert service["KillMode"] == "process"
    assert f"Environment=PADLICHT_DATA=/var/lib/{service['StateDirectory']}" in UNIT.read_text()


def test_the_backup_is_shut_in_as_the_hub_is():
    """All that keeps the hub in keeps it in; what differs is that it needs no network at all."""
    hub, backup = unit(UNIT)["Service"], unit(BACKUP)["Service"]
    shut = [key for key in hub if key.startswith(("Protect", "Private", "Restrict", "System"))]
    shut += ["User", "UMask", "NoNewPrivileges", "MemoryDenyWriteExecute", "CapabilityBoundingSet"]
    assert len(shut) > 20
    differs = {key for key in shut if backup.get(key) != hub[key]}
    assert differs == {"RestrictAddressFamilies"}
    assert backup["PrivateNetwork"] == "yes"


def test_the_timer_starts_a_backup_that_rotates():
    """Every night, also of a machine that was off; into the folder that it may write."""
    timer, service = unit(TIMER), unit(BACKUP)["Service"]
    assert timer["Timer"]["OnCalendar"] == "*-*-* 03:15:00"
    assert timer["Timer"]["Persistent"] == "yes"
    assert timer["Install"]["WantedBy"] == "timers.target"
    program, command, folder = service["ExecStart"].split()
    assert (program, command) == ("/opt/padlicht/bin/padlicht", "backup")
    assert service["ReadWritePaths"] == f"/var/lib/padlicht -{folder}"
    for kept in ("DAILY=7", "WEEKLY=4", "MONTHLY=12"):
        assert f"Environment=PADLICHT_BACKUP_KEEP_{kept}\n" in BACKUP.read_text()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="this machine has no systemd")
@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("shipped", [UNIT, BACKUP, TIMER], ids=lambda path: path.name)
def test_systemd_takes_the_unit(tmp_path, shipped):
    """No key is misspelled, and systemd's own judgement of a service's exposure is OK."""
    program = Path(sys.executable).with_name("padlicht")
    for path in (UNIT, BACKUP, TIMER):
        text = path.read_text().replace("/opt/padlicht/bin/padlicht", str(program))
        (tmp_path / path.name).write_text(text)
    judged = ["verify", "--man=no"], ["security", "--offline=yes", "--threshold=20"]
    for what in judged if shipped.suffix == ".service" else judged[:1]:
        done = subprocess.run(
            ["systemd-analyze", *what, str(tmp_path / shipped.name)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert str(tmp_path) not in done.stderr


def test_the_service_starts_after_the_time_is_known():
    """It is ordered after the target; what holds that up is for its owner to switch on."""
    unit = UNIT.read_text()
    after = re.search(r"^After=(.*)$", unit, re.MULTILINE)
    assert after and "time-sync.target" in after[1].split()
    assert not re.search(r"^(Wants|Requires)=.*time-sync", unit, re.MULTILINE)  # systemd.special(7)
