"""deploy/airflow: `airflow dags test` runs the DAGs over a real database, which takes minutes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from db.engine.connection import connected, row
from tests.doors.programs import SECRET_KEY
from tests.insights.recording import ALWAYS, imports
from tests.web import seed

ROOT = Path(__file__).parents[3]
DAGS = ROOT / "deploy" / "airflow" / "dags"
AIRFLOW = Path(os.environ.get("AIRFLOW") or ROOT / ".airflow" / "bin" / "airflow")
pytestmark = [
    pytest.mark.airflow,
    pytest.mark.skipif(not AIRFLOW.exists(), reason="`make airflow` installs Airflow"),
]
LISTED = "SELECT count(DISTINCT account_id) FROM recommendation_run"


class Scheduler:
    """Airflow with a database of its own, and Insight's settings."""

    def __init__(self, folder: Path, url: str) -> None:
        self.dbt_has_run = folder / "dbt_has_run"
        dbt = folder / "dbt"
        dbt.write_text(f'#!/bin/sh\necho "$@" >> {self.dbt_has_run}\n')
        dbt.chmod(0o700)
        self.env = {
            "PATH": f"{AIRFLOW.parent}:{os.environ['PATH']}", "HOME": str(folder),
            "AIRFLOW_HOME": str(folder / "airflow"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False", "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
            "PYTHONDONTWRITEBYTECODE": "1", "INSIGHT_HOME": str(ROOT), "INSIGHT_PYTHON": sys.executable,
            "INSIGHT_SHARDS": "2", "INSIGHT_DBT": str(dbt), "INSIGHT_DBT_PROJECT": str(ROOT / "deploy" / "dbt"),
            "DATABASE_URL": url, "SECRET_KEY": SECRET_KEY, "SERVICES": "none",
        }  # fmt: skip
        assert self.airflow("db", "migrate")[0] == 0

    def airflow(self, *words: str) -> tuple[int, str]:
        process = subprocess.run(
            [AIRFLOW, *words], env=self.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        print(process.stdout)
        return process.returncode, process.stdout

    def tested(self, dag: str) -> tuple[bool, int]:
        """Whether the run succeeded, and how many commands of ours ran to their end."""
        status, out = self.airflow("dags", "test", dag, "2026-11-29")
        assert status in {0, 1}
        return status == 0 and "state=success" in out, len(re.findall(r"Command exited with return code 0", out))


@pytest.fixture
def scheduler(database_url: str, tmp_path: Path) -> Scheduler:
    boats = seed.known_track()
    for listener in (seed.account("alice"), seed.account("bob")):
        imports(listener, ALWAYS)
        seed.play(listener, boats, "2026-06-01 12:00Z")
    return Scheduler(tmp_path, database_url)


def test_each_shard_runs_as_a_task_of_its_own(scheduler: Scheduler) -> None:
    assert scheduler.tested("insight_collect") == (True, 2)
    assert scheduler.tested("insight_recommend") == (True, 3)
    with connected():
        assert row(LISTED) == (2,)


def test_sound_data_goes_on_to_dbt_and_bad_data_fails_before(scheduler: Scheduler) -> None:
    assert scheduler.tested("insight_quality") == (True, 3)
    assert scheduler.dbt_has_run.read_text().splitlines() == [
        "--no-use-colors --warn-error source freshness", "--no-use-colors build"
    ]  # fmt: skip
    scheduler.dbt_has_run.unlink()
    seed.play(seed.account("carol"), seed.track(uri="spotify:track:" + "x" * 22), "2005-01-01T12:00:00Z")
    succeeded, _ = scheduler.tested("insight_quality")
    assert (succeeded, scheduler.dbt_has_run.exists()) == (False, False)
