"""deploy/dbt: the models run on the views and hold together. `make dbt` runs dbt itself, and compares with the API."""

import re
from pathlib import Path
from typing import Any

import yaml

from benchmarks.dbt import OF_MODELS, answered, path_of
from db.engine.connection import connected, database, rows
from tests.web.conftest import NOW, VERSION, service_client
from web.http.services import Services

FOLDER = Path(__file__).parents[2] / "deploy" / "dbt"
MODELS = {path.stem: path.read_text() for path in sorted((FOLDER / "models").glob("*.sql"))}
TESTS = {path.stem: path.read_text() for path in sorted((FOLDER / "tests").glob("*.sql"))}
SOURCE = re.compile(r"\{\{ source\('report', '(\w+)'\) \}\}")
REFERENCE = re.compile(r"\{\{ ref\('(\w+)'\) \}\}")
PINNED = re.compile(r"^[\w.\[\]-]+==\S+( ; .+)? \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+", re.MULTILINE)
REPEATED = "SELECT id FROM {} GROUP BY id HAVING count(*) > 1 OR id IS NULL"


def compiled(sql: str) -> str:
    """As dbt compiles it, with models as the temporary tables below."""
    sql = REFERENCE.sub(r"dbt_\1", SOURCE.sub(r"report.\1", sql))
    assert "{" not in sql
    return sql


def parsed(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text())


def test_models_have_rows_with_a_key_and_their_tests_find_nothing(listener: int) -> None:
    with connected(), database.atomic() as transaction:
        for name, sql in MODELS.items():
            database.execute_sql(f"CREATE TEMPORARY TABLE dbt_{name} ON COMMIT DROP AS {compiled(sql)}")
            assert rows(f"TABLE dbt_{name}"), name
            assert rows(REPEATED.format(f"dbt_{name}")) == [], name
        for name, sql in TESTS.items():
            assert rows(compiled(sql)) == [], name
        assert rows("SELECT sum(plays), min(plays), count(*) FROM dbt_plays_per_day") == [(80, 2, 40)]
        assert rows("SELECT track, skipped, rate FROM dbt_skips ORDER BY track") == [
            ("Low Tide", 40, 1), ("Paper Boats", 0, 0)
        ]  # fmt: skip
        transaction.rollback()


def test_models_agree_with_the_answers_of_the_api(listener: int) -> None:
    with service_client(Services(VERSION, lambda: NOW)) as client:
        answers = {model: client.get(path_of(model, "alice", 2026)).json() for model in OF_MODELS}
    with connected(), database.atomic() as transaction:
        for model, (*_, query) in OF_MODELS.items():
            database.execute_sql(f"CREATE TEMPORARY TABLE dbt_{model} ON COMMIT DROP AS {compiled(MODELS[model])}")
            built = rows(query.replace("analytics.", "dbt_"), "alice", 2026)
            assert built == answered(model, answers[model]) != [], model
        transaction.rollback()


def test_every_model_is_described_and_compared_with_the_api() -> None:
    described = {model["name"]: model for model in parsed("models/marts.yml")["models"]}
    without_answer = {"genres_per_month"}
    assert set(described) == set(MODELS) == {*OF_MODELS, *without_answer}
    for model in described.values():
        assert model["description"]
        (key, *_) = model["columns"]
        assert (key["name"], key["data_tests"]) == ("id", ["not_null", "unique"])


def test_models_read_the_views_that_are_declared() -> None:
    (source,) = parsed("models/sources.yml")["sources"]
    declared = {table["name"] for table in source["tables"]}
    used = {name for sql in (*MODELS.values(), *TESTS.values()) for name in SOURCE.findall(sql)}
    assert (source["schema"], used - declared) == ("report", set())
    (freshness,) = [table["config"] for table in source["tables"] if "freshness" in table.get("config", {})]
    assert freshness["loaded_at_field"] == "started_at"


def test_the_project_and_its_profile_belong_together_and_no_secret_is_in_them() -> None:
    project, profiles = parsed("dbt_project.yml"), parsed("profiles.yml")
    assert (project["version"], project["profile"]) == ("1.0.0", "insight")
    output = profiles[project["profile"]]["outputs"][profiles[project["profile"]]["target"]]
    assert output["password"] == "{{ env_var('INSIGHT_DB_PASSWORD') }}"


def test_every_package_is_pinned_with_its_hashes() -> None:
    text = (FOLDER / "requirements.txt").read_text()
    named = re.findall(r"^[a-z]\S+", text, re.MULTILINE)
    assert len(PINNED.findall(text)) == len(named) > 0
    (version,) = re.findall(r"^dbt-core==1\.(\d+)\.", text, re.MULTILINE)
    assert int(version) < 12
