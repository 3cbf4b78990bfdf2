"""Door: `insight`, the one command of an installed copy, which starts all other programs."""

import sys
from collections.abc import Sequence

import application
import cli
import run
import spotify_client
from arguments import Examples, Parser, add_version
from ending import run_to_end
from terminal.examples import EXAMPLES as OF_THE_TERMINAL

DOORS = {"run": run, "serve": application, "cron": spotify_client}
PURPOSES = {
    "run": "start everything on this machine, or the demo",
    "serve": "serve the pages and the API only",
    "cron": "collect and recommend once, as a cron job",
}
EXAMPLES: dict[str, Examples] = {
    **OF_THE_TERMINAL,
    "": [
        ("run", "start everything, or the demo if you have neither a Spotify app nor listeners"),
        ("import my_spotify_data.zip --user alice", "import Spotify's export"),
        ("import --help", "explain one command"),
    ],
    **{
        name: [(f"{name} {example}".strip(), meaning) for example, meaning in door.EXAMPLES[""]]
        for name, door in DOORS.items()
    },
}


def start() -> int:
    """The entry point: a full disk or a closed output ends the program with one sentence."""
    return run_to_end(main)


def main(arguments: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] in DOORS:
        return int(DOORS[words[0]].main(words[1:], f"insight {words[0]}"))
    parser = build_parser()
    options = parser.parse_args(words)
    if options.run is None:
        parser.error("put the options of run, serve and cron after these words, as in: insight run --demo")
    return cli.run(parser, options)


def build_parser() -> Parser:
    """All commands, for --help, completion and the man page."""
    parser, commands = cli.start_parser("insight", "Own your listening history.", EXAMPLES)
    for name, door in DOORS.items():
        parser_of_door = commands.add_parser(name, help=PURPOSES[name])
        add_version(parser_of_door)
        door.add_options(parser_of_door)
        parser_of_door.set_defaults(run=None)
    cli.add_commands(commands)
    return parser


if __name__ == "__main__":
    sys.exit(start())
