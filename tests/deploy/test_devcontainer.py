"""The development container makes the environment as README says, and opens the ports of what runs there."""

import json
from pathlib import Path

from settings import DEFAULT_PORT, port_of_a_new_shell

ROOT = Path(__file__).parents[2]


def test_it_is_set_up_as_people_are_told_to_do_and_opens_our_ports() -> None:
    read = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    assert read["postCreateCommand"] == "make setup"
    assert "\nsetup:" in (ROOT / "Makefile").read_text()
    assert read["forwardPorts"] == [DEFAULT_PORT, port_of_a_new_shell(demo=True)]
    assert read["remoteUser"] != "root"  # PostgreSQL refuses to run as root
