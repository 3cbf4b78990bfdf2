"""How the test suite itself runs: its databases, how many random cases it tries, and how it waits."""
