"""deploy/grafana: each panel's SQL finds rows, read as the role of a listener; and everything fits together."""

import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.db.report.reading import Tool
from tests.deploy.conftest import FIRST, LAST

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "grafana"
DASHBOARDS = {path.stem: json.loads(path.read_text()) for path in sorted((FOLDER / "dashboards").glob("*.json"))}
# What Grafana puts in the place of its macros.
BETWEEN = rf"\1 BETWEEN '{FIRST.isoformat()}' AND '{LAST.isoformat()}'"
MACROS = (
    (re.compile(r"\$__timeFilter\((\w+)\)"), BETWEEN),
    (re.compile(r"\$__timeFrom\(\)"), f"'{FIRST.isoformat()}'"),
    (re.compile(r"\$__timeTo\(\)"), f"'{LAST.isoformat()}'"),
)


def fillings(dashboard: Any) -> Iterator[dict[str, str]]:
    """Every choice of the dashboard's variables."""
    variables = dashboard["templating"]["list"]
    for values in product(*(variable["query"].split(",") for variable in variables)):
        yield {variable["name"]: value for variable, value in zip(variables, values, strict=True)}


def filled(sql: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        sql = sql.replace(f"${{{name}}}", value)
    for macro, text in MACROS:
        sql = macro.sub(text, sql)
    assert "$" not in sql, sql
    return sql


def targets(dashboard: Any) -> list[tuple[str, Any]]:
    return [(panel["title"], target) for panel in dashboard["panels"] for target in panel["targets"]]


def test_there_are_the_dashboards_that_the_documentation_names() -> None:
    assert set(DASHBOARDS) == {"overview", "history", "clock", "tops", "devices", "collectors"}
    assert len({dashboard["uid"] for dashboard in DASHBOARDS.values()}) == len(DASHBOARDS)


@pytest.mark.parametrize("name", DASHBOARDS)
def test_each_panel_finds_rows_whatever_is_chosen(tool: Tool, name: str) -> None:
    for values in fillings(DASHBOARDS[name]):
        for title, target in targets(DASHBOARDS[name]):
            answers = tool.ask(filled(target["rawSql"], values))
            assert answers, (title, values)
            assert any(value is not None for value in answers[0]), (title, values)


@pytest.mark.parametrize("name", DASHBOARDS)
def test_the_first_column_of_a_time_series_is_the_time(tool: Tool, name: str) -> None:
    values = next(fillings(DASHBOARDS[name]))
    for title, target in targets(DASHBOARDS[name]):
        with tool.connection.cursor() as cursor:
            cursor.execute(filled(target["rawSql"], values))
            columns = [column.name for column in cursor.description or ()]
        assert (columns[0] == "time") == (target["format"] == "time_series"), title


def test_numbers_are_those_of_the_listener(tool: Tool) -> None:
    values = {"measure": "plays", "limit": "10"}
    panels = {title: target["rawSql"] for board in DASHBOARDS.values() for title, target in targets(board)}
    answers = {
        title: tool.ask(filled(panels[title], values))
        for title in ("Songs", "Artists", "Devices", "Most often skipped")
    }
    assert answers == {
        "Songs": [("Low Tide", "The Lanterns", 40), ("Paper Boats", "The Lanterns", 40)],
        "Artists": [("The Lanterns", 40)],
        "Devices": [("ios", 40), ("unknown", 40)],
        "Most often skipped": [("Low Tide", "The Lanterns", 40, 40)],
    }


def test_dashboards_and_panels_use_the_data_source_that_is_provisioned() -> None:
    (source,) = yaml.safe_load((FOLDER / "provisioning/datasources/insight.yaml").read_text())["datasources"]
    used = {
        (each["datasource"]["type"], each["datasource"]["uid"])
        for dashboard in DASHBOARDS.values()
        for panel in dashboard["panels"]
        for each in (panel, *panel["targets"])
    }
    assert used == {(source["type"], source["uid"])}
    assert source["secureJsonData"] == {"password": "$INSIGHT_SQL_PASSWORD"}  # nothing secret is in the file


@pytest.mark.parametrize("name", ["docker-compose.yml", "docker-compose.dev.yml"])
def test_compose_gives_grafana_what_its_files_ask_for(name: str) -> None:
    service = yaml.safe_load((ROOT / name).read_text())["services"]["grafana"]
    provisioned = "".join(path.read_text() for path in (FOLDER / "provisioning").rglob("*.yaml"))
    assert set(re.findall(r"\$(INSIGHT_\w+)", provisioned)) <= set(service["environment"])
    mounted = dict(volume.split(":")[:2] for volume in service["volumes"])
    (provider,) = yaml.safe_load((FOLDER / "provisioning/dashboards/insight.yaml").read_text())["providers"]
    assert mounted["./deploy/grafana/dashboards"] == provider["options"]["path"]
    assert mounted["./deploy/grafana/provisioning"] == "/etc/grafana/provisioning"
