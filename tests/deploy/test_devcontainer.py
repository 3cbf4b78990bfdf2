"""The development container makes the environment as README says, and opens the ports of what runs there."""

import json
from pathlib import Path

from settings import DEFAULT_PORT, port_of_a_new_shell

ROOT = Path(__file__).parents[2]


def test_the_container_runs_make_setup_and_forwards_our_ports() -> None:
    config = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    assert config["postCreateCommand"] == "make setup"
    assert "\nsetup:" in (ROOT / "Makefile").read_text()
    assert config["forwardPorts"] == [DEFAULT_PORT, port_of_a_new_shell(demo=True)]
    assert config["remoteUser"] != "root"  # PostgreSQL refuses to run as root
