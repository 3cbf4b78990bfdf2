"""Examples for --help, by the words of a command. Each is what follows the program's name, and what that does.

A test types every one of them, and finds the commands that have none.
"""

from arguments import Examples

EXAMPLES: dict[str, Examples] = {
    "": [
        ("import my_spotify_data.zip --user alice", "import Spotify's export"),
        ("--demo users list", "list the accounts of the demo instead of your own"),
        ("import --help", "explain one command"),
    ],
    "connect": [("connect alice", "print a link to Spotify's page, and ask for the address to which that leads")],
    "import": [
        ("import my_spotify_data.zip --user alice", "import a zip as Spotify sends it"),
        ("import lastfm.csv listenbrainz_alice.zip --user alice", "import several exports at once"),
        ("import damaged.zip --user alice --keep-readable", "import the readable part of a damaged export"),
    ],
    "imports": [
        ("imports", "list everything that was imported"),
        ("imports --user alice", "list what was imported for one account"),
    ],
    "imports show": [
        ("imports show 3", "show what happened to every row of import 3"),
        ("imports show 3 --rows", "print the rows that were set aside, as CSV"),
    ],
    "imports undo": [("imports undo 3", "undo import 3")],
    "export": [
        ("export --user alice", "write all plays in the format of Spotify's own export"),
        ("export --user alice --format listenbrainz --output listens.jsonl", "write listens, one per line"),
        ("export --user alice --format parquet --output plays", "write a folder of Parquet files, by year"),
        ("export --user alice --output - > alice.zip", "write to standard output"),
    ],
    "bulk export": [("bulk export /srv/house", "write the months that have changed since the last run")],
    "bulk load": [("bulk load /srv/house", "load /srv/house/results into the schema bulk")],
    "gaps": [
        ("gaps --user alice", "show the open gaps"),
        ("gaps --user alice --all --json", "print all of them as JSON"),
    ],
    "check": [
        ("check", "check the data of every account"),
        ("check --user alice --strict", "exit with status 1 for notices too"),
    ],
    "exclusions list": [("exclusions list --user alice", "list the rules and what they hide")],
    "exclusions add": [
        ("exclusions add --user alice hours 22:00-06:00", "hide plays at night"),
        ("exclusions add --user alice incognito", "hide private sessions"),
    ],
    "exclusions remove": [("exclusions remove --user alice 2", "remove rule 2")],
    "genres status": [("genres status", "show how many plays of each account have a genre")],
    "genres names": [("genres names --user alice on", "look up names that only alice's exports reported")],
    "genres artist": [
        ('genres artist --user alice "The Lanterns"', "show the MusicBrainz ids of that artist"),
        (
            'genres artist --user alice "The Lanterns" --is 8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11',
            "correct the artist; later lookups keep the correction",
        ),
    ],
    "recordings list": [("recordings list --user alice", "list tracks that count as one")],
    "recordings split": [
        ("recordings split --user alice spotify:track:0123456789abcdefghijAB", "count a track by itself")
    ],
    "recordings join": [("recordings join --user alice 12 34", "count two tracks of the list as one")],
    "recordings forget": [("recordings forget --user alice 12", "undo a decision about a track")],
    "tokens list": [("tokens list alice", "list tokens and when each was last used")],
    "tokens create": [
        ("tokens create alice --name phone", "create a token that may read all of alice's statistics"),
        (
            "tokens create alice --name screen --question top-tracks --expires 30",
            "create a token for one statistic, for 30 days",
        ),
    ],
    "tokens revoke": [("tokens revoke alice 2", "revoke token 2")],
    "links list": [("links list alice", "list links and when each was last used")],
    "links create": [
        ("links create alice --question recap --period 2025 --sums-only --expires 7", "share a year for a week"),
        ("links create alice --question totals --question recap --period 2025", "share two statistics of a year"),
    ],
    "links revoke": [("links revoke alice 2", "revoke link 2")],
    "apps list": [("apps list", "list apps and the accounts that use them")],
    "apps add": [
        ("apps add 0123456789abcdef0123456789abcdef", "ask for the client secret, and add the app"),
        ("apps add 0123456789abcdef0123456789abcdef --secret-file secret.txt", "read the secret from a file"),
    ],
    "apps remove": [("apps remove 0123456789abcdef0123456789abcdef", "remove an app that nobody uses")],
    "apps use": [("apps use 0123456789abcdef0123456789abcdef bob carol", "let two accounts use this app")],
    "delete": [("delete alice", "delete an account, after you type its name again")],
    "backup": [
        ("backup insight.backup", "save everything in one file, while the service runs"),
        ("backup insight.backup --encrypt", "encrypt the file with a passphrase"),
    ],
    "restore": [
        ("restore insight.backup", "restore a backup into an installation without accounts"),
        ("restore insight.backup --replace", "replace the existing accounts with it"),
    ],
    "rotate-key": [("rotate-key", "encrypt everything with the new SECRET_KEY")],
    "users list": [("users list", "list every account and its state")],
    "users add": [("users add dora --time-zone Europe/Berlin", "make an account")],
    "users rename": [("users rename dora dorothea", "change a username")],
    "users time-zone": [
        ("users time-zone alice Asia/Tokyo --since 2026-11-20", "set where alice has lived since that day")
    ],
    "users visibility": [("users visibility alice public", "let everybody read what alice plays")],
    "users scan": [("users scan alice hybrid", "collect local files too, which Spotify never remembers")],
    "users pause": [("users pause alice", "collect nothing for alice for now")],
    "users resume": [("users resume alice", "collect alice's plays again")],
    "users invite": [("users invite dora", "print a link that connects dora's account")],
    "users disable": [("users disable bob", "collect nothing for bob, and let nobody in")],
    "users enable": [("users enable bob", "enable bob's account again")],
    "sign-in": [("sign-in alice", "print a link that signs in one browser, once")],
    "playlist": [
        ("playlist alice on", "write alice's list to a private playlist each day"),
        ("playlist alice off", "stop that"),
    ],
    "library": [
        ("library alice on", "read alice's playlists and library on Spotify each day"),
        ("library alice off", "stop that, and delete what was read"),
        ("library alice show", "show alice's library to others who may read the account"),
    ],
    "webhooks list": [("webhooks list alice", "list webhooks, their events, and how many deliveries are waiting")],
    "webhooks create": [
        ("webhooks create alice https://example.org/hook", "send all events to that address"),
        ("webhooks create alice https://example.org/hook --event play", "send only plays"),
    ],
    "webhooks log": [("webhooks log alice", "show the latest deliveries")],
    "webhooks test": [("webhooks test alice 1", "send webhook 1 a test event")],
    "webhooks pause": [("webhooks pause alice 1", "send webhook 1 no events for now")],
    "webhooks resume": [("webhooks resume alice 1", "send webhook 1 new events again")],
    "webhooks delete": [("webhooks delete alice 1", "delete webhook 1 and its log")],
    "migrate": [("migrate", "migrate the database, before the new version's other programs start")],
    "sql-access": [
        ("sql-access alice", "create a database role that reads alice's plays, and print its URL"),
        ("sql-access alice --revoke", "drop that role"),
        ("sql-access --list", "list the roles of all accounts"),
    ],
    "recommend": [
        ("recommend alice", "make today's list, unless there is one, and show it"),
        ("recommend alice --date 2026-11-20 --rebuild", "make the list of a date again"),
        ("recommend alice --list weekly", "make and show the weekly discovery"),
        ("recommend --all", "make today's list for every account"),
    ],
    "preferences": [
        ("preferences alice", "show what alice has chosen"),
        ("preferences alice --adventurousness 0.7 --house on", "get more new music, with the help of others here"),
    ],
    "mcp": [("mcp", "serve MCP; the client starts this command, with MCP_TOKEN in its environment")],
    "completion": [
        ("completion bash >> ~/.bash_completion", "complete in bash, in every shell that you open from now on"),
        ("completion zsh > ~/.zfunc/_insight", "complete in zsh; the folder must be in its fpath"),
        ("completion fish > ~/.config/fish/completions/insight.fish", "complete in fish"),
    ],
}
