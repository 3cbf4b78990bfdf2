"""The images, Compose files and workflows: what runs where, with which privileges, and with nothing left over."""

import fnmatch
import json
import re
import subprocess
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from arguments import version

ROOT = Path(__file__).parent.parent
DEVELOPMENT, RELEASE = "docker-compose.dev.yml", "docker-compose.yml"
COMPOSE = pytest.mark.parametrize("name", [DEVELOPMENT, RELEASE])
PROGRAMS = {"web", "cron", "live"}
AIRFLOW = "airflow"  # runs our programs too, in a profile of its own
RELEASED = f"${{INSIGHT_IMAGE}}:${{INSIGHT_VERSION:-{version()}}}"
TOOLS = {"grafana", "metabase"}  # other people's programs, which read through a role of `sql-access`
NOT_RUN = {"tests", "benchmarks", "contrib", "deploy", "docs"}  # folders that an image has no use for
DEVELOPMENT_FILES = {
    ".dockerignore", ".env.development", ".gitignore", "CONTRIBUTING.md", "Dockerfile", "Dockerfile.dev", "Makefile",
    "README.md", DEVELOPMENT, RELEASE, "pyproject.toml",
}  # fmt: skip


def parsed(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text())


def instructions(name: str) -> list[str]:
    """Those of a Dockerfile, without comments and without the labels of a published image."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith(("#", "ARG", "LABEL"))]


def tracked() -> list[str]:
    process = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if process.returncode:
        pytest.skip("not a checkout of git")
    return process.stdout.splitlines()


@COMPOSE
def test_our_programs_run_without_any_privilege(name: str) -> None:
    services = parsed(name)["services"]
    for service in (services[program] for program in (*PROGRAMS, AIRFLOW)):
        assert (service["cap_drop"], service.get("cap_add"), service.get("user")) == (["ALL"], None, None)
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert (service["read_only"], service["init"], len(service["tmpfs"])) == (True, True, 1)
        assert service["mem_limit"]
        assert service["pids_limit"]


@COMPOSE
def test_the_database_publishes_no_port_and_has_a_network_without_internet(name: str) -> None:
    compose = parsed(name)
    database = compose["services"]["db"]
    assert (database["networks"], compose["networks"]["database"]) == (["database"], {"internal": True})
    assert "ports" not in database
    assert (database["cap_drop"], database["read_only"]) == (["ALL"], True)
    assert set(database["cap_add"]) == {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}
    assert database["healthcheck"]
    assert database["volumes"] == ["database:/var/lib/postgresql/data"]
    for program in PROGRAMS:
        assert compose["services"][program]["depends_on"] == {"db": {"condition": "service_healthy"}}


@COMPOSE
def test_tools_start_on_demand_listen_on_this_machine_only_and_get_none_of_our_secrets(name: str) -> None:
    services = parsed(name)["services"]
    assert {service for service in services if service not in PROGRAMS | {"db", AIRFLOW}} == TOOLS
    for tool in TOOLS:
        service = services[tool]
        assert service["profiles"] == [tool]
        assert [port.split(":")[0] for port in service["ports"]] == ["127.0.0.1"]
        assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
        assert not re.search(r"\$\{(DB_PASSWORD|SECRET_KEY|CLIENT_SECRET)", str(service))
        for folder in (volume.split(":")[0] for volume in service["volumes"] if volume.startswith("./")):
            assert (ROOT / folder).is_dir()


@COMPOSE
def test_the_web_program_listens_on_this_machine_only_and_containers_reach_it_as_web(name: str) -> None:
    web = parsed(name)["services"]["web"]
    assert web["ports"] == ["127.0.0.1:${PORT:-8000}:8000"]
    assert web["environment"]["ALLOWED_HOSTS"].split(",")[0] == "web"
    assert web["environment"]["REDIRECT_URI"].endswith("http://127.0.0.1:${PORT:-8000}${BASE_PATH:-}/connect/callback}")


def test_the_release_differs_from_development_only_in_where_its_image_comes_from() -> None:
    # JSON copies what services share through a YAML anchor, so that `pop` changes one service only.
    development, release = (json.loads(json.dumps(parsed(name))) for name in (DEVELOPMENT, RELEASE))
    for program in PROGRAMS:
        build = development["services"][program].pop("build")
        image = release["services"][program].pop("image")
        assert build == {"context": ".", "dockerfile": "Dockerfile.dev"}
        prefix = development["services"][program]["environment"].pop("EXEC_PREFIX")
        assert prefix.split() == ["docker", "compose", "-f", DEVELOPMENT, "exec", "cron"]
        assert release["services"][program]["environment"].pop("EXEC_PREFIX") == "docker compose exec cron"
        assert re.fullmatch(r"\$\{INSIGHT_IMAGE:\?[^}]+\}:\$\{INSIGHT_VERSION:-" + re.escape(version()) + r"\}", image)
    for services, base in ((development, "${INSIGHT_DEV_IMAGE:-insight-web}"), (release, RELEASED)):
        airflow = services["services"][AIRFLOW]
        assert (airflow["build"].pop("args"), bool(airflow["environment"].pop("EXEC_PREFIX"))) == (
            {"INSIGHT": base},
            True,
        )
    development.pop("x-program")
    release.pop("x-program")
    assert development == release
    assert instructions("Dockerfile") == instructions("Dockerfile.dev")


@pytest.mark.parametrize("name", ["Dockerfile", "Dockerfile.dev"])
def test_the_image_runs_as_a_user_who_is_not_root(name: str) -> None:
    assert [line for line in instructions(name) if line.startswith("USER")] == ["USER 10001:10001"]


def test_the_published_image_has_labels_that_describe_it() -> None:
    labels = set(re.findall(r"org\.opencontainers\.image\.(\w+)", (ROOT / "Dockerfile").read_text()))
    assert labels >= {"title", "description", "licenses", "source", "version", "revision", "documentation"}


def test_the_image_holds_what_runs_its_licence_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert lines[0] == "*"
    kept = [line[1:] for line in lines if line.startswith("!")]
    inside = {path for path in tracked() if any(fnmatch.fnmatch(path.split("/")[0], pattern) for pattern in kept)}
    outside = {
        path
        for path in set(tracked()) - inside
        if path.split("/")[0] not in NOT_RUN | {".ci", ".devcontainer", ".github"}
    }
    assert outside == DEVELOPMENT_FILES
    assert {"application.py", "cron.sh", "spotify.cronjob", "CHANGELOG.md", "LICENSE"} <= inside
    assert not [path for path in inside if path.split("/")[0] in NOT_RUN]
    assert set(lines) >= {"**/__pycache__", "**/*.pyc", "**/.*"}  # nor the caches and hidden files of a checkout


def test_no_pattern_for_private_files_hides_a_file_of_the_project() -> None:
    """Linters leave out what git ignores, and images what Docker ignores."""
    ignored = subprocess.run(
        ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ignored.stdout == ""
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    rooms = {line[1:] for line in rules if re.fullmatch(r"!\w+", line)}
    modules = [path for path in tracked() if path.endswith(".py") and path.split("/")[0] in rooms]
    assert [path for path in modules if is_left_out(path, rules)] == []


def is_left_out(path: str, rules: list[str]) -> bool:
    """As Docker decides: the last pattern that matches the file or one of its folders wins."""
    left_out = False
    for rule in rules:
        if any(fits(str(part), rule.removeprefix("!")) for part in [PurePosixPath(path), *PurePosixPath(path).parents]):
            left_out = not rule.startswith("!")
    return left_out


def fits(path: str, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return path != "." and fnmatch.fnmatch(path.rpartition("/")[2], pattern.removeprefix("**/"))
    return path.count("/") == pattern.count("/") and fnmatch.fnmatch(path, pattern)


@pytest.mark.parametrize("path", sorted((ROOT / ".github/workflows").glob("*.yml")), ids=lambda path: path.name)
def test_workflows_name_versions_of_actions_and_need_no_secret_but_their_own_token(path: Path) -> None:
    text = path.read_text()
    actions = re.findall(r"uses: (\S+)", text)
    assert actions
    assert not [action for action in actions if not re.fullmatch(r"[\w/-]+@v\d+(\.\d+\.\d+)?", action)]
    assert set(re.findall(r"secrets\.(\w+)", text)) <= {"GITHUB_TOKEN"}
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    assert "- run: .ci/run" in text


def test_a_tag_publishes_for_both_kinds_of_machines() -> None:
    workflow = parsed(".github/workflows/image.yml")
    assert workflow[True]["push"] == {"tags": ["v*"]}  # YAML 1.1 reads `on` as true
    build = workflow["jobs"]["image"]["steps"][-1]["with"]
    assert (build["platforms"], build["push"]) == ("linux/amd64,linux/arm64", "${{ github.ref_type == 'tag' }}")
    assert workflow["jobs"]["image"]["needs"] == "check"
