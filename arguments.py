"""The command-line parser of every program: --help with examples, --version, and helpful errors."""

import argparse
import sys
from argparse import _SubParsersAction  # it has no public name
from collections.abc import Mapping, Sequence
from functools import partial
from textwrap import fill
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from changelog import this_version

if TYPE_CHECKING:  # a generic class for type checkers only
    _Base: TypeAlias = _SubParsersAction[argparse.ArgumentParser]
else:
    _Base = _SubParsersAction

WIDTH = 78  # of a description: argparse does not wrap it, because it must not wrap the examples
Commands: TypeAlias = _Base
Examples = Sequence[tuple[str, str]]  # the words after the program's name, and their meaning


class Parser(argparse.ArgumentParser):
    """`examples` are those of the program, by command; "" is the program without a command."""

    def __init__(self, *, examples: Mapping[str, Examples] | None = None, **options: Any) -> None:
        if sys.version_info >= (3, 14):
            options.setdefault("suggest_on_error", True)
        options["description"] = fill(options.get("description") or "", WIDTH)
        super().__init__(**{"formatter_class": argparse.RawDescriptionHelpFormatter, **options})
        self.register("action", "parsers", partial(Subcommands, parent=self))
        self.examples: Mapping[str, Examples] = examples or {}
        self.program = self.prog
        self._show_examples("")

    def error(self, message: str) -> Any:
        """Say what was wrong and where to find help, and exit with status 2."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: error: {message}\n{self.prog} --help explains every option.\n")

    def commands(self, name: str) -> Commands:
        """The object to which you add commands, one of which is required."""
        return cast("Commands", self.add_subparsers(required=True, metavar=name))

    def belongs_to(self, parent: "Parser") -> None:
        """Take over a command's properties from its program."""
        self.examples, self.program = parent.examples, parent.program
        self._show_examples(self.prog.removeprefix(self.program).strip())

    def _show_examples(self, words: str) -> None:
        chosen = self.examples.get(words, ())
        lines = [f"  {f'{self.program} {example}'.strip()}\n      {meaning}" for example, meaning in chosen]
        if lines:
            self.epilog = "\n".join(["examples:", *lines])


class Subcommands(_Base):
    """Commands whose help begins with their line in the list of commands."""

    def __init__(self, *arguments: Any, parent: Parser, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.parent = parent

    def add_parser(self, name: str, **options: Any) -> argparse.ArgumentParser:
        purpose = options.get("help") or ""
        options.setdefault("description", purpose[:1].upper() + purpose[1:].rstrip(".") + ".")
        parser = super().add_parser(name, **options)
        if isinstance(parser, Parser):
            parser.belongs_to(self.parent)
        return parser


def door(program: str, description: str, examples: Mapping[str, Examples]) -> Parser:
    """The parser of a program."""
    parser = Parser(prog=program, description=description, examples=examples)
    add_version(parser)
    return parser


def add_version(parser: argparse.ArgumentParser) -> None:
    """Add --version, as in every program."""
    parser.add_argument(
        "--version", action="version", version=f"Insight for Spotify {version()}", help="print the version and exit"
    )


def version() -> str:
    """The newest version in CHANGELOG.md."""
    return this_version() or "of an unknown version (CHANGELOG.md is missing)"
