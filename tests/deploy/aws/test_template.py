"""deploy/aws: the templates name functions and commands that exist, and hold no secret."""

import ast
import re
import shlex
import subprocess

import pytest
import yaml

from spotify_client import build_parser
from tests.deploy.aws.runtime import ROOT
from tests.deploy.aws.template import FOLDER, functions, scheduled, template

LINT = ROOT / ".deployments" / "bin" / "cfn-lint"
NAMES = ("template.yaml", "migrate.yaml")


def test_each_function_has_its_handler() -> None:
    parsed = ast.parse((FOLDER / "handlers.py").read_text())
    defined = {f"handlers.{node.name}" for node in parsed.body if isinstance(node, ast.FunctionDef)}
    used = [
        command for name in NAMES for each in functions(name).values() for command in each["ImageConfig"]["Command"]
    ]
    assert sorted(used) == ["handlers.migrate", "handlers.web", "handlers.work"]
    assert set(used) <= defined


def test_each_schedule_has_a_command_of_the_collector_and_shards_cover_every_account() -> None:
    parser = build_parser("spotify_client.py")
    chosen = [parser.parse_args(shlex.split(event["command"])) for event in scheduled()]
    shards = {(options.tasks[0], options.shard.index, options.shard.count) for options in chosen}
    assert shards == {
        ("collect", 0, 2), ("collect", 1, 2), ("recommend", 0, 2), ("recommend", 1, 2),
        ("refresh", 0, 1), ("enrich", 0, 1),
    }  # fmt: skip
    assert {options.until_idle for options in chosen if options.tasks == ["collect"]} == {True}


def test_secrets_are_references() -> None:
    text = "".join((FOLDER / name).read_text() for name in NAMES)
    settings = re.findall(r"^ +(DATABASE_URL|SECRET_KEY|CLIENT_ID|CLIENT_SECRET): (.+)$", text, re.MULTILINE)
    assert len(settings) == 5
    assert {value.split("$")[0] for _, value in settings} == {'!Sub "{{resolve:secretsmanager:'}


def test_the_workflow_migrates_before_it_deploys_and_needs_no_key() -> None:
    text = (FOLDER / "deploy.yml").read_text()
    steps = yaml.safe_load(text)["jobs"]["deploy"]["steps"]
    names = [step["name"] for step in steps if "name" in step]
    assert names == ["Build the image", "Migrate the database", "Deploy the functions"]
    assert set(re.findall(r"secrets\.(\w+)", text)) == {"GITHUB_TOKEN"}
    assert all(re.fullmatch(r"[\w/-]+@v\d+(\.\d+\.\d+)?", step["uses"]) for step in steps if "uses" in step)
    commands = "".join(step.get("run", "") for step in steps)
    declared = {each for name in NAMES for each in template(name)["Parameters"]}
    passed = set(re.findall(r"(\w+)=\"\$", commands))
    assert declared - passed == {"SecretName", "TimeZone", "WebConnections"}  # which have defaults
    assert "--function-name " + functions("migrate.yaml")["Migrate"]["FunctionName"] in commands


@pytest.mark.skipif(not LINT.exists(), reason="`make deployments` installs cfn-lint")
@pytest.mark.parametrize("name", NAMES)
def test_cfn_lint_finds_nothing(name: str) -> None:
    process = subprocess.run([LINT, FOLDER / name], capture_output=True, text=True, check=False)
    assert (process.stdout, process.returncode) == ("", 0)
