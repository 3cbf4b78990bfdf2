"""deploy/airflow: the DAGs run commands that exist. `make airflow` runs them with Airflow itself."""

import ast
import re
import runpy
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

import cli
import spotify_client
from arguments import Parser

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "deploy" / "airflow"
COMMANDS: dict[str, Any] = runpy.run_path(str(FOLDER / "dags" / "insight_commands.py"))
PARSERS = {
    "spotify_client.py": spotify_client.build_parser("spotify_client.py"),
    "cli.py": cli.build_parser("cli.py"),
}
DAGS = ast.parse((FOLDER / "dags" / "insight_dags.py").read_text())


def calls(name: str) -> list[ast.Call]:
    """The calls of a function that the DAGs define."""
    all_calls = [node for node in ast.walk(DAGS) if isinstance(node, ast.Call)]
    return [node for node in all_calls if isinstance(node.func, ast.Name) and node.func.id == name]


def used(name: str) -> list[str]:
    """The constants of insight_commands that such calls pass."""
    nodes = [node for call in calls(name) for node in ast.walk(call)]
    return [node.attr for node in nodes if isinstance(node, ast.Attribute) and node.attr.isupper()]


def run_by(line: str) -> tuple[Parser, list[str]]:
    """The program's parser, and the words that it reads."""
    words = shlex.split(line.partition(" exec ")[2])
    return PARSERS[words[1]], words[2:]


def test_every_task_runs_a_command_that_its_program_takes() -> None:
    for name in used("task"):
        if name in {"FRESHNESS", "BUILD"}:
            continue
        parser, words = run_by(COMMANDS["line"](COMMANDS[name]))
        assert parser.parse_args(words)
    assert set(used("task")) == {"REFRESH", "ENRICH", "CHECK", "FRESHNESS", "BUILD"}


@pytest.mark.parametrize("name", ["COLLECT", "RECOMMEND"])
@pytest.mark.parametrize("number", [1, 3])
def test_mapped_tasks_cover_every_account_once(name: str, number: int) -> None:
    chosen = [parser.parse_args(words) for parser, words in map(run_by, COMMANDS["lines"](COMMANDS[name], number))]
    for account in range(1, 20):
        assert sum(options.shard.covers(account) for options in chosen) == 1
    assert {tuple(options.tasks) for options in chosen} == {(name.lower(),)}
    assert set(used("mapped")) == {"COLLECT", "RECOMMEND"}


@pytest.mark.parametrize("wrong", ["0", "101", "-1", "many"])
def test_an_invalid_number_of_shards_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"INSIGHT_SHARDS|invalid literal"):
        COMMANDS["shards"]({"INSIGHT_SHARDS": wrong})
    assert (COMMANDS["shards"]({"INSIGHT_SHARDS": "4"}), COMMANDS["shards"]({})) == (4, 1)


def test_dags_catch_up_nothing_and_run_one_at_a_time() -> None:
    (call,) = calls("DAG")
    arguments = {word.arg: ast.unparse(word.value) for word in call.keywords}
    assert (arguments["catchup"], arguments["max_active_runs"]) == ("False", "1")
    names = {ast.literal_eval(call.args[0]) for call in calls("dag")}
    assert names == {"insight_collect", "insight_recommend", "insight_enrich", "insight_quality"}


def test_airflow_is_the_version_that_the_dags_are_written_for() -> None:
    text = (FOLDER / "requirements.txt").read_text()
    assert re.findall(r"^apache-airflow==(\d+)\.", text, re.MULTILINE) == ["3"]


@pytest.mark.parametrize("name", ["docker-compose.yml", "docker-compose.dev.yml"])
def test_the_container_has_the_folders_that_the_commands_enter(name: str) -> None:
    service = yaml.safe_load((ROOT / name).read_text())["services"]["airflow"]
    mounted = {volume.split(":")[1] for volume in service["volumes"]}
    assert {"/dbt", "/dags"} <= mounted
    assert service["environment"]["AIRFLOW__CORE__DAGS_FOLDER"] == "/dags"
    for folder in (volume.split(":")[0] for volume in service["volumes"] if volume.startswith("./")):
        assert (ROOT / folder).is_dir()


@pytest.mark.parametrize("name", ["docker-compose.yml", "docker-compose.dev.yml"])
def test_the_compose_profile_starts_the_dags_unpaused_and_repeats_failed_tasks(name: str) -> None:
    environment = yaml.safe_load((ROOT / name).read_text())["services"]["airflow"]["environment"]
    assert environment["AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION"] == "false"
    assert int(environment["AIRFLOW__CORE__DEFAULT_TASK_RETRIES"]) >= 1
    assert int(environment["AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY"]) <= 60
