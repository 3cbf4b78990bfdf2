"""Reads the templates of deploy/aws."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[3] / "deploy" / "aws"


TAG = re.compile(r"!(Ref|Sub|GetAtt) ")  # CloudFormation's own


def template(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(TAG.sub("", (FOLDER / name).read_text()))
    return read


def functions(name: str) -> dict[str, dict[str, Any]]:
    """The functions' properties by the names of the functions in the template."""
    resources = template(name)["Resources"].items()
    return {key: each["Properties"] for key, each in resources if each["Type"] == "AWS::Serverless::Function"}


def scheduled() -> list[dict[str, str]]:
    """The events of every schedule."""
    events = functions("template.yaml")["Work"]["Events"].values()
    return [json.loads(event["Properties"]["Input"]) for event in events]
