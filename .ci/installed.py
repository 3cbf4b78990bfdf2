"""The package of an installed copy: all rooms of the house are in its folder, apart from other packages."""

import sys
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def main() -> int:
    return int(import_module("insight").start())
