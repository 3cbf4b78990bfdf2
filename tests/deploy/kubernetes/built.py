"""The overlays of deploy/kubernetes as `kubectl kustomize` builds them."""

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "deploy" / "kubernetes"
OVERLAYS = ("one-node", "many-workers")
Resource = dict[str, Any]


@cache
def built(overlay: str) -> str:
    """Skips the test, saying so, where there is no kubectl."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl, which builds the overlays, is not installed")
    command = [kubectl, "kustomize", str(FOLDER / "overlays" / overlay)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def resources(overlay: str, *kinds: str) -> list[Resource]:
    everything: list[Resource] = list(yaml.safe_load_all(built(overlay)))
    return [each for each in everything if not kinds or each["kind"] in kinds]


def resource(overlay: str, kind: str, name: str) -> Resource:
    (match,) = [each for each in resources(overlay, kind) if each["metadata"]["name"] == name]
    return match


def pods(overlay: str) -> Iterator[tuple[str, Resource]]:
    """Each name with its pods' template."""
    for each in resources(overlay, "Deployment", "StatefulSet", "Job", "CronJob"):
        spec = each["spec"]["jobTemplate"]["spec"] if each["kind"] == "CronJob" else each["spec"]
        yield each["metadata"]["name"], spec["template"]


def values(node: Any, name: str) -> Iterator[Any]:
    """Every value under a name, however deep."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == name:
                yield value
            yield from values(value, name)
    elif isinstance(node, list):
        for each in node:
            yield from values(each, name)
