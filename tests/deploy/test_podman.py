"""deploy/podman: the quadlet units run what the Compose file runs, with its privileges."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "podman"
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
PROGRAMS = ("web", "cron", "live")
EACH = pytest.mark.parametrize("name", [*PROGRAMS, "db"])


def unit(name: str) -> dict[str, list[str]]:
    """All values by their keys; keys may be repeated."""
    values: dict[str, list[str]] = {}
    for line in (FOLDER / f"insight-{name}.container").read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            values.setdefault(key, []).append(value)
    return values


def words(value: Any) -> list[str]:
    return value.split() if isinstance(value, str) else list(value)


def environment(name: str) -> dict[str, str]:
    text = " ".join(unit(name)["Environment"])
    pairs = re.findall(r'"([A-Z_]+)=([^"]*)"|([A-Z_]+)=(\S+)', text)
    return {quoted or plain: long or short for quoted, long, plain, short in pairs}


@EACH
def test_privileges_are_those_of_the_compose_file(name: str) -> None:
    values, service = unit(name), SERVICES[name]
    assert (values["ReadOnly"], values["DropCapability"], values["NoNewPrivileges"]) == (["true"], ["all"], ["true"])
    assert words(" ".join(values.get("AddCapability", []))) == service.get("cap_add", [])
    memory, processes = service["mem_limit"], service["pids_limit"]
    assert words(values["PodmanArgs"][0])[:2] == [f"--memory={memory}", f"--pids-limit={processes}"]
    assert values["TimeoutStopSec"] == [service.get("stop_grace_period", "").removesuffix("s")]


@EACH
def test_images_commands_and_ports_are_those_of_the_compose_file(name: str) -> None:
    values, service = unit(name), SERVICES[name]
    if name in PROGRAMS:
        image = service["image"]
        assert values["Image"] == ["ghcr.io/OWNER/REPOSITORY:" + re.findall(r":-([\d.]+)\}$", image)[0]]
        assert values["Requires"] == values["After"] == ["insight-db.service"]
    else:
        assert values["Image"] == [service["image"]]
    assert words(" ".join(values.get("Exec", []))) == words(service.get("command", []))
    assert values.get("PublishPort", []) == [port.replace("${PORT:-8000}", "8000") for port in service.get("ports", [])]


@pytest.mark.parametrize("name", ["web", "db"])
def test_health_checks_are_those_of_the_compose_file(name: str) -> None:
    """As a list in JSON: quadlet drops a quotation mark at the end of a value, so that a shell could not read it."""
    kind, *command = SERVICES[name]["healthcheck"]["test"]
    assert unit(name)["HealthCmd"] == [json.dumps(command) if kind == "CMD" else command[0]]


@EACH
def test_the_files_and_volumes_that_a_unit_names_exist(name: str) -> None:
    values = unit(name)
    volumes = [volume.partition(":")[0] for volume in values.get("Volume", [])]
    assert all((FOLDER / named).exists() for named in (*values["Network"], *volumes))
    mounted = {volume.partition(":")[2] for volume in values.get("Volume", [])}
    assert mounted == {volume.partition(":")[2] for volume in SERVICES[name].get("volumes", [])}
    assert "Internal=true" in (FOLDER / "insight-database.network").read_text()


def test_settings_that_compose_fixes_are_the_same() -> None:
    for name in PROGRAMS:
        ours, theirs = environment(name), SERVICES[name]["environment"]
        fixed = {key: value for key, value in theirs.items() if value and "$" not in value and key != "EXEC_PREFIX"}
        assert {key: value for key, value in ours.items() if key != "EXEC_PREFIX"} == fixed, name


def test_no_unit_holds_a_secret() -> None:
    assert not re.search(r"(SECRET|PASSWORD)\w*=", "".join(path.read_text() for path in FOLDER.glob("*.container")))
