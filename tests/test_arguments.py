"""The command lines: help that explains every option, examples that work, and errors that say what would be right."""

import argparse
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import cli
import insight
from arguments import version
from tests.doors.programs import ROOT, run

DOORS = ("run.py", "application.py", "spotify_client.py", "cli.py", "insight.py")


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from parsers(command)


def commands() -> list[argparse.ArgumentParser]:
    return list(parsers(insight.build_parser()))


def runs(parser: argparse.ArgumentParser) -> bool:
    """Whether it does something by itself, instead of asking for a command."""
    return not any(isinstance(action, argparse._SubParsersAction) and action.required for action in parser._actions)


def test_every_option_of_every_command_is_explained() -> None:
    unexplained = [
        f"{parser.prog} {action.metavar or action.option_strings or action.dest}"
        for parser in commands()
        for action in parser._actions
        if not action.help and not isinstance(action, argparse._SubParsersAction)
    ]
    assert unexplained == []


def test_every_command_has_a_description_and_examples() -> None:
    assert [parser.prog for parser in commands() if not (parser.description or "").strip(". ")] == []
    assert [parser.prog for parser in commands() if runs(parser) and "examples:" not in parser.format_help()] == []


@pytest.mark.parametrize(("parser", "words"), [(cli.build_parser(), "cli.py"), (insight.build_parser(), "insight")])
def test_every_example_can_be_typed(
    parser: argparse.ArgumentParser, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = [
        line.strip().removeprefix(words).split(" > ")[0].split(" >> ")[0]
        for command in parsers(parser)
        for line in (command.epilog or "").splitlines()
        if re.match(rf"  {re.escape(words)} ?", line)
    ]
    assert len(examples) > 40
    for example in examples:
        with suppress(SystemExit):  # as --help does
            parser.parse_args(shlex.split(example))
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("door", DOORS)
def test_every_program_has_help_and_a_version(door: str) -> None:
    status, out, err = run(door, "--version", env={})
    assert (status, out, err) == (0, f"Insight for Spotify {version()}\n", "")
    status, out, err = run(door, "--help", env={})
    assert (status, err, out.startswith(f"usage: {'insight' if door == 'insight.py' else door} ")) == (0, "", True)
    assert "examples:" in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run.py", "--dmeo"), "run.py: error: unrecognized arguments: --dmeo"),
        (("application.py", "serve"), "application.py: error: unrecognized arguments: serve"),
        (("spotify_client.py", "colect"), "choose from 'collect', 'refresh', 'recommend'"),
        (("cli.py", "imprt"), "choose from 'connect', 'import', "),
        (("cli.py", "import", "x.zip"), "cli.py import: error: the following arguments are required: --user"),
        (("insight.py", "--demo", "run"), "as in: insight run --demo"),
    ],
)
def test_wrong_arguments_exit_with_status_2_and_advice(words: tuple[str, ...], sentence: str) -> None:
    status, out, err = run(*words, env={})
    assert (status, out) == (2, "")
    assert sentence in err
    assert err.endswith("--help explains every option.\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_needs_no_database_and_knows_the_commands(shell: str, tmp_path: Path) -> None:
    unreachable = {"DATABASE_URL": "postgresql://u@127.0.0.1:1/x"}
    status, out, err = run("insight.py", "completion", shell, env=unreachable)
    assert (status, err) == (0, "")
    assert all(word in out for word in ("insight", "rotate-key", "keep-readable", "serve"))
    if shell == "bash":
        script = tmp_path / "completion.bash"
        script.write_text(out)
        query = f"source {script}; COMP_WORDS=(insight impo); COMP_CWORD=1; _shtab_insight; echo ${{COMPREPLY[@]}}"
        process = subprocess.run(["bash", "-c", query], check=False, capture_output=True, text=True)
        assert process.stdout.split() == ["import", "imports"]


def test_the_man_page_comes_from_the_same_parser(tmp_path: Path) -> None:
    """As `make man` makes it."""
    (recipe,) = (line for line in (ROOT / "Makefile").read_text().splitlines() if "argparse-manpage" in line)
    folder, page = Path(sys.executable).parent, tmp_path / "insight.1"
    recipe_here = recipe.strip().replace("$(BIN)", str(folder)).replace("build/insight.1", str(page))
    subprocess.run(["bash", "-c", recipe_here], cwd=ROOT, check=True)
    text = page.read_text()
    assert all(f"COMMAND \\fI\\,'insight {word}'" in text for word in ("run", "import", "users time\\-zone"))
    assert "\\-\\-keep\\-readable" in text
