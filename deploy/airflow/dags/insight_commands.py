"""The commands that the DAGs run, without Airflow, so that Insight's own tests can compare them with its programs."""

import os
from collections.abc import Mapping

COLLECTOR, TERMINAL = "spotify_client.py", "cli.py"
COLLECT = (COLLECTOR, "collect", "--until-idle")
REFRESH = (COLLECTOR, "refresh")
RECOMMEND = (COLLECTOR, "recommend")
ENRICH = (COLLECTOR, "enrich")
CHECK = (TERMINAL, "check")
FRESHNESS = ("--warn-error", "source", "freshness")
BUILD = ("build",)
MOST_SHARDS = 100  # Airflow takes seconds for each task


def shards(environ: Mapping[str, str] = os.environ) -> int:
    """INSIGHT_SHARDS: how many workers share a task. Raises ValueError, which Airflow shows as an import error."""
    number = int(environ.get("INSIGHT_SHARDS") or 1)
    if not 1 <= number <= MOST_SHARDS:
        raise ValueError(f"INSIGHT_SHARDS is {number}: use 1 to {MOST_SHARDS}.")
    return number


def line(words: tuple[str, ...]) -> str:
    """For a shell, in Insight's folder and with its Python."""
    return " ".join(('cd "${INSIGHT_HOME:-/app}" && exec "${INSIGHT_PYTHON:-python}"', *words))


def lines(words: tuple[str, ...], number: int) -> list[str]:
    """One for each shard of the accounts."""
    return [line((*words, "--shard", f"{index}/{number}")) for index in range(number)]


def dbt_line(words: tuple[str, ...]) -> str:
    """For a shell, in the folder of the models."""
    return " ".join(('cd "${INSIGHT_DBT_PROJECT:-/dbt}" && exec "${INSIGHT_DBT:-dbt}" --no-use-colors', *words))
