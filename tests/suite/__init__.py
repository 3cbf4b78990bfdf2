"""How the suite itself runs: its databases, how many cases it tries, and how it waits."""
