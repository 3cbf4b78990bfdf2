"""deploy/tekton: the pipeline runs what CI runs. No registry has its schema, so names and references are checked."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "tekton"


def parsed(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text())


def test_the_pipeline_gives_its_task_every_parameter_and_workspace_that_it_asks_for() -> None:
    pipeline, task = parsed("pipeline.yaml"), parsed("task.yaml")
    assert (pipeline["kind"], task["kind"]) == ("Pipeline", "Task")
    assert {each["apiVersion"] for each in (pipeline, task)} == {"tekton.dev/v1"}
    (step,) = pipeline["spec"]["tasks"]
    assert step["taskRef"] == {"kind": "Task", "name": task["metadata"]["name"]}
    for kind in ("params", "workspaces"):
        assert [each["name"] for each in step[kind]] == [each["name"] for each in task["spec"][kind]]
    for spec in (pipeline["spec"], task["spec"]):
        declared = {each["name"] for each in spec["params"]}
        assert set(re.findall(r"\$\(params\.(\w+)\)", str(spec))) == declared


def test_the_task_runs_what_ci_runs_and_not_as_root() -> None:
    spec = parsed("task.yaml")["spec"]
    scripts = [step["script"] for step in spec["steps"]]
    assert scripts[-1].splitlines()[-1] == "exec .ci/run"
    assert (ROOT / ".ci" / "run").exists()
    assert not [script for script in scripts if "$(params" in script]  # a shell would run what they contain
    assert spec["stepTemplate"]["securityContext"]["runAsNonRoot"] is True
