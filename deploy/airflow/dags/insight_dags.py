"""Airflow as Insight's clock: collect, make lists, look up genres, and each night check the data and build dbt models.

A task fails if its command's exit status is not 0. What a run leaves is the next one's, so nothing is caught up.
"""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import insight_commands as commands
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

SHARDS = commands.shards()
MINUTES = os.environ.get("INSIGHT_COLLECT_MINUTES") or "20"
START = datetime(2026, 1, 1, tzinfo=UTC)


def dag(name: str, schedule: str, hours: int, about: str) -> DAG:
    """One run at a time, which ends after so many hours."""
    return DAG(
        name,
        schedule=schedule,
        start_date=START,
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=timedelta(hours=hours),
        description=about,
        tags=["insight"],
    )


def task(name: str, line: str, **options: Any) -> BashOperator:
    return BashOperator(task_id=name, bash_command=line, append_env=True, **options)


def mapped(name: str, words: tuple[str, ...]) -> Any:
    """A task for each shard."""
    return BashOperator.partial(task_id=name, append_env=True).expand(bash_command=commands.lines(words, SHARDS))


with dag("insight_collect", f"*/{MINUTES} * * * *", 1, "Collects the plays of the accounts that are due"):
    mapped("collect", commands.COLLECT)

# Every hour: a listening day ends at 04:00 where the listener lives. A list that exists stays as it is.
with dag("insight_recommend", "10 * * * *", 6, "Looks up music, and makes the lists of the night"):
    task("refresh", commands.line(commands.REFRESH)) >> mapped("recommend", commands.RECOMMEND)

with dag("insight_enrich", "30 * * * *", 2, "Looks up genres, years and origins of what was played"):
    task("enrich", commands.line(commands.ENRICH))

with dag("insight_quality", "0 5 * * *", 6, "Checks the data, and builds dbt's models if it is sound"):
    (
        task("check", commands.line(commands.CHECK))
        >> task("freshness", commands.dbt_line(commands.FRESHNESS))
        >> task("build", commands.dbt_line(commands.BUILD))
    )
