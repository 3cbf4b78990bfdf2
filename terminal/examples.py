"""Examples for --help, by the words of a command: what follows the program's name, and what that does.

A test types every one of them, and finds the commands that have none.
"""

from arguments import Examples

EXAMPLES: dict[str, Examples] = {
    "": [
        ("import my_spotify_data.zip --user alice", "import Spotify's export"),
        ("--demo users list", "list the accounts of the demo instead of your own"),
        ("import --help", "explain one command"),
    ],
    "connect": [("connect alice", "print a link to Spotify's page, and take the address it leads to")],
    "import": [
        ("import my_spotify_data.zip --user alice", "import a zip as Spotify sends it"),
        ("import lastfm.csv listenbrainz_alice.zip --user alice", "import several exports at once"),
        ("import damaged.zip --user alice --keep-readable", "take what can be read of a damaged export"),
    ],
    "imports": [
        ("imports", "list everything that was imported"),
        ("imports --user alice", "list what was imported for one account"),
    ],
    "imports show": [
        ("imports show 3", "say what became of every row of import 3"),
        ("imports show 3 --rows", "print the rows that were set aside, as CSV"),
    ],
    "imports undo": [("imports undo 3", "take import 3 back")],
    "export": [
        ("export --user alice", "write all plays as Spotify's own export has them"),
        ("export --user alice --format listenbrainz --output listens.jsonl", "write listens, a line each"),
        ("export --user alice --output - > alice.zip", "write to standard output"),
    ],
    "gaps": [
        ("gaps --user alice", "show the gaps that are open"),
        ("gaps --user alice --all --json", "print all of them as JSON"),
    ],
    "check": [
        ("check", "check the data of every account"),
        ("check --user alice --strict", "exit with status 1 for a notice too"),
    ],
    "exclusions list": [("exclusions list --user alice", "list the rules and what they hide")],
    "exclusions add": [
        ("exclusions add --user alice hours 22:00-06:00", "hide what is played at night"),
        ("exclusions add --user alice incognito", "hide private sessions"),
    ],
    "exclusions remove": [("exclusions remove --user alice 2", "take rule 2 back")],
    "recordings list": [("recordings list --user alice", "list tracks that count as one")],
    "recordings split": [
        ("recordings split --user alice spotify:track:0123456789abcdefghijAB", "count a track by itself")
    ],
    "recordings join": [("recordings join --user alice 12 34", "count two tracks of the list as one")],
    "recordings forget": [("recordings forget --user alice 12", "take a decision about a track back")],
    "tokens list": [("tokens list alice", "list tokens and when each was last used")],
    "tokens create": [
        ("tokens create alice --name phone", "make a token that may read everything of alice's"),
        ("tokens create alice --name screen --question top-tracks --expires 30", "one question only, for 30 days"),
    ],
    "tokens revoke": [("tokens revoke alice 2", "refuse token 2 from now on")],
    "links list": [("links list alice", "list links and when each was last used")],
    "links create": [
        ("links create alice --question recap --period 2025 --sums-only --expires 7", "share a year for a week")
    ],
    "links revoke": [("links revoke alice 2", "make link 2 useless")],
    "apps list": [("apps list", "list apps and who is connected by each")],
    "apps add": [
        ("apps add 0123456789abcdef0123456789abcdef", "ask for the client secret, and add the app"),
        ("apps add 0123456789abcdef0123456789abcdef --secret-file secret.txt", "read the secret from a file"),
    ],
    "apps remove": [("apps remove 0123456789abcdef0123456789abcdef", "forget an app that nobody uses")],
    "apps use": [("apps use 0123456789abcdef0123456789abcdef bob carol", "connect two accounts by this app")],
    "delete": [("delete alice", "delete an account, after its name was typed again")],
    "backup": [
        ("backup insight.backup", "save everything in one file, while the service runs"),
        ("backup insight.backup --encrypt", "ask for a passphrase, without which nobody can read it"),
    ],
    "restore": [
        ("restore insight.backup", "put a backup into an installation without accounts"),
        ("restore insight.backup --replace", "put it in place of the accounts that are here now"),
    ],
    "rotate-key": [("rotate-key", "seal everything under the new SECRET_KEY")],
    "users list": [("users list", "list every account and how it stands")],
    "users add": [("users add dora --time-zone Europe/Berlin", "make an account")],
    "users rename": [("users rename dora dorothea", "change a username")],
    "users time-zone": [
        ("users time-zone alice Asia/Tokyo --since 2026-11-20", "say where alice has lived since that day")
    ],
    "users visibility": [("users visibility alice public", "let everybody read what alice plays")],
    "users invite": [("users invite dora", "print a link with which dora connects her account")],
    "users disable": [("users disable bob", "collect nothing for bob, and let nobody in")],
    "users enable": [("users enable bob", "let bob's account be as before")],
    "sign-in": [("sign-in alice", "print a link that signs a browser in, once")],
    "playlist": [
        ("playlist alice on", "write alice's list to a private playlist each day"),
        ("playlist alice off", "stop that"),
    ],
    "recommend": [
        ("recommend alice", "make today's list, unless there is one, and show it"),
        ("recommend alice --date 2026-11-20 --rebuild", "make the list of a date anew"),
        ("recommend --all", "make everybody's list of today"),
    ],
    "preferences": [
        ("preferences alice", "show what alice has chosen"),
        ("preferences alice --adventurousness 0.7 --house on", "more that is new, and help from others here"),
    ],
    "completion": [
        ("completion bash >> ~/.bash_completion", "complete in bash, in shells opened from now on"),
        ("completion zsh > ~/.zfunc/_insight", "complete in zsh; the folder must be in its fpath"),
        ("completion fish > ~/.config/fish/completions/insight.fish", "complete in fish"),
    ],
}
