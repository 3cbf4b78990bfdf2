"""/openapi.json keeps to what client generators need and to the recommended rules of Redocly and Spectral."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import pytest

from tests.web import contract

DOCUMENT = contract.DOCUMENT
EXAMPLES = {"example", "examples"}
OPERATIONS = [
    (f"{method} {path}", operation) for path, item in DOCUMENT["paths"].items() for method, operation in item.items()
]
COMPONENTS = [
    (kind, name) for kind in ("schemas", "parameters", "headers", "responses") for name in DOCUMENT["components"][kind]
]


def nodes(node: Any, place: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object of the document outside examples, with its path."""
    if isinstance(node, Mapping):
        yield place, node
        names_are_free = place.endswith("/properties")
        for name, part in node.items():
            if names_are_free or name not in EXAMPLES:
                yield from nodes(part, f"{place}/{name}")
    elif isinstance(node, list):
        for index, part in enumerate(node):
            yield from nodes(part, f"{place}/{index}")


ALL_NODES = list(nodes(DOCUMENT))
SCHEMAS = [(place, node) for place, node in ALL_NODES if not place.endswith("/properties")]


def test_the_document_names_contact_license_and_server() -> None:
    assert DOCUMENT["info"]["license"]["identifier"] == "MIT"
    assert DOCUMENT["info"]["contact"]["name"]
    assert [server["url"] for server in DOCUMENT["servers"]] == ["/"]


def test_every_tag_is_explained() -> None:
    assert [tag["name"] for tag in DOCUMENT["tags"] if not tag["description"]] == []


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_every_operation_is_described(name: str, operation: Mapping[str, Any]) -> None:
    assert operation["summary"], name
    assert operation["description"], name
    assert not operation["summary"].endswith("."), name
    assert set(operation["tags"]) <= {tag["name"] for tag in DOCUMENT["tags"]}, name
    statuses = "".join(status[0] for status in operation["responses"])
    assert "2" in statuses or "3" in statuses, name
    assert "4" in statuses, name


def test_every_operation_has_a_unique_id_that_is_a_valid_name_in_any_language() -> None:
    ids = [operation["operationId"] for _, operation in OPERATIONS]
    assert [name for name, times in Counter(ids).items() if times > 1] == []
    assert [name for name in ids if not re.fullmatch("[a-z][A-Za-z0-9]*", name)] == []


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_every_parameter_of_a_path_is_described_and_no_other(name: str, operation: Mapping[str, Any]) -> None:
    parameters = [contract.resolved(parameter) for parameter in operation["parameters"]]
    in_path = {parameter["name"] for parameter in parameters if parameter["in"] == "path"}
    assert in_path == set(re.findall(r"{(\w+)}", name))
    assert [parameter["name"] for parameter in parameters if not parameter["description"]] == []


def test_every_example_of_a_parameter_is_valid() -> None:
    parameters = [contract.resolved(each) for _, operation in OPERATIONS for each in operation["parameters"]]
    examples = [(each["schema"], item["value"]) for each in parameters for item in each.get("examples", {}).values()]
    assert len(examples) > 40
    for schema, value in examples:
        contract.validate(schema, value)


def test_no_address_matches_two_paths() -> None:
    ambiguous = [pair for pair in combinations(DOCUMENT["paths"], 2) if could_both_match(*pair)]
    assert ambiguous == []


def could_both_match(first: str, second: str) -> bool:
    """Whether the paths have equally many segments and no two literal segments that differ."""
    segments = list(zip(first.split("/"), second.split("/"), strict=False))
    is_same_length = first.count("/") == second.count("/")
    return is_same_length and all(left == right or "{" in left + right for left, right in segments)


def test_every_nested_object_has_a_name() -> None:
    nameless = [
        place
        for place, node in SCHEMAS
        if isinstance(node.get("properties"), Mapping) and not re.fullmatch("/components/schemas/[^/]+", place)
    ]
    assert nameless == []


def test_every_enum_and_constant_has_a_type() -> None:
    assert [place for place, node in SCHEMAS if {"enum", "const"} & set(node) and "type" not in node] == []


def test_null_is_a_type_as_in_openapi_3_1() -> None:
    assert [place for place, node in SCHEMAS if "nullable" in node] == []


def test_every_component_is_used() -> None:
    references = {node["$ref"] for _, node in ALL_NODES if isinstance(node.get("$ref"), str)}
    assert [name for kind, name in COMPONENTS if f"#/components/{kind}/{name}" not in references] == []
