"""deploy/aws: the templates name functions and commands that exist, and hold no secret."""

import ast
import re
import shlex
import subprocess

import pytest

from spotify_client import build_parser
from tests.deploy.aws.runtime import ROOT
from tests.deploy.aws.template import FOLDER, functions, scheduled

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


@pytest.mark.skipif(not LINT.exists(), reason="`make deployments` installs cfn-lint")
@pytest.mark.parametrize("name", NAMES)
def test_cfn_lint_finds_nothing(name: str) -> None:
    linted = subprocess.run([LINT, FOLDER / name], capture_output=True, text=True, check=False)
    assert (linted.stdout, linted.returncode) == ("", 0)
