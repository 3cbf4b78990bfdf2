"""Door: `insight`, one command that leads to all the others; what an installed copy is started by."""

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
    "cron": "collect and recommend once, as cron does",
}
EXAMPLES: dict[str, Examples] = {
    **OF_THE_TERMINAL,
    "": [
        ("run", "start everything; without a Spotify app and without listeners of your own, the demo"),
        ("import my_spotify_data.zip --user alice", "import Spotify's export"),
        ("import --help", "explain one command"),
    ],
    **{
        name: [(f"{name} {example}".strip(), meaning) for example, meaning in door.EXAMPLES[""]]
        for name, door in DOORS.items()
    },
}


def start() -> int:
    """For whatever starts the program: a full disk or a closed output ends it with a sentence."""
    return run_to_end(main)


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in DOORS:
        return int(DOORS[given[0]].main(given[1:], f"insight {given[0]}"))
    parser = build_parser()
    chosen = parser.parse_args(given)
    if chosen.run is None:
        parser.error("options of run, serve and cron stand behind these words, as in: insight run --demo")
    return cli.run(parser, chosen)


def build_parser() -> Parser:
    """Every command, for --help, completion and the man page."""
    parser, commands = cli.start_parser("insight", "Own your listening history.", EXAMPLES)
    for name, door in DOORS.items():
        adding = commands.add_parser(name, help=PURPOSES[name])
        add_version(adding)
        door.add_options(adding)
        adding.set_defaults(run=None)
    cli.add_commands(commands)
    return parser


if __name__ == "__main__":
    sys.exit(start())
