"""The share of an account's plays that is known, for pages, the terminal and metrics."""

from db.enrichment.progress import AccountProgress

NOTHING = "nothing looked up yet"


def share_with_genre(progress: AccountProgress) -> float:
    """A share of the plays, from 0 to 1."""
    return progress.with_genre / progress.plays if progress.plays else 0.0


def sentence(progress: AccountProgress | None) -> str:
    """For example: 93 % of plays have a genre; about 12 minutes to 97 %."""
    if progress is None:
        return NOTHING
    covered = f"{share_with_genre(progress):.0%} of plays have a genre".replace("%", " %")
    if progress.minutes is None or progress.expected is None:
        return covered
    minutes = f"{progress.minutes:,} {'minute' if progress.minutes == 1 else 'minutes'}"
    return f"{covered}; about {minutes} to {progress.expected:.0%}".replace("%", " %").replace("  %", " %")
