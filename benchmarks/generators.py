"""Give /openapi.json to generators of clients and to linters: none of them may have anything to say.

    python -m benchmarks.generators [--tools FOLDER]

The first run installs the tools into FOLDER (.generators), outside of the project's environment. Tools of Node.js
are left out, and named, where npm is missing. Prints a line for each check; exit status 1 if one fails.
"""

import argparse
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from web.openapi.document import document

ROOT = Path(__file__).parent.parent
PYTHON_TOOLS = ("openapi-python-client==0.29.1", "datamodel-code-generator==0.89.0")
NODE_TOOLS = ("openapi-typescript@7.13.0", "typescript@5.9.3", "@redocly/cli@2.77.0", "@stoplight/spectral-cli@6.16.3")
# Forms of our pages are answered by 303 alone: that is how browsers go on from them.
REDOCLY = "extends: [recommended]\nrules:\n  operation-2xx-response: off\n"
SPECTRAL = 'extends: ["spectral:oas"]\n'
# What the client treats these media types as; it knows neither pictures nor feeds nor archives.
PYTHON_CLIENT = """content_type_overrides:
  application/atom+xml: text/html
  application/zip: application/octet-stream
  image/png: application/octet-stream
  image/svg+xml: text/html
"""
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
CHECKS: Mapping[str, tuple[str, ...]] = {
    "openapi-python-client": (
        "venv/bin/openapi-python-client", "generate", "--path", "openapi.json", "--output-path", "client",
        "--meta", "none", "--overwrite", "--fail-on-warning", "--config", "client.yaml",
    ),
    "its client compiles": ("venv/bin/python", "-m", "compileall", "-q", "client"),
    "datamodel-code-generator": (
        "venv/bin/datamodel-codegen", "--input", "openapi.json", "--input-file-type", "openapi",
        "--output", "models.py", "--output-model-type", "pydantic_v2.BaseModel", "--formatters", "builtin",
    ),
    "its models are read": ("venv/bin/python", "-W", "error", "-c", "import models"),
    "openapi-typescript": ("node_modules/.bin/openapi-typescript", "openapi.json", "--output", "api.d.ts"),
    "tsc --strict": ("node_modules/.bin/tsc", "--strict", "--noEmit", "--skipLibCheck", "false", "api.d.ts"),
    "redocly": ("node_modules/.bin/redocly", "lint", "openapi.json", "--max-problems", "1000"),
    "spectral": ("node_modules/.bin/spectral", "lint", "openapi.json", "--fail-severity", "hint"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    check: str
    status: str
    output: str = ""

    @property
    def is_failure(self) -> bool:
        return self.status == "failed"


def install(folder: Path) -> None:
    """Install what is missing. Raises CalledProcessError."""
    if not (folder / "venv/bin/datamodel-codegen").exists():
        venv.create(folder / "venv", with_pip=True)
        _run(folder, "venv/bin/python", "-m", "pip", "install", "--quiet", *PYTHON_TOOLS)
    npm = shutil.which("npm")
    if npm and not (folder / "node_modules/.bin/spectral").exists():
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
        _run(folder, npm, "install", "--prefix", ".", *options, *NODE_TOOLS)


def write(folder: Path) -> None:
    (folder / "openapi.json").write_bytes(orjson.dumps(document("0.0.0")))
    (folder / "client.yaml").write_text(PYTHON_CLIENT)
    (folder / "redocly.yaml").write_text(REDOCLY)
    (folder / ".spectral.yaml").write_text(SPECTRAL)


def checked(folder: Path) -> Iterator[Outcome]:
    for check, (program, *arguments) in CHECKS.items():
        if not (folder / program).exists():
            yield Outcome(check, "not installed: it needs npm")
            continue
        ended = subprocess.run(
            [folder / program, *arguments], cwd=folder, env=_environment(), check=False, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        yield Outcome(check, "failed" if ended.returncode or _has_warnings(ended.stdout) else "clean", ended.stdout)


def _has_warnings(output: str) -> bool:
    """Redocly ends with 0 after warnings."""
    return "Warning was generated" in output


def _run(folder: Path, *command: str) -> None:
    program = command[0] if Path(command[0]).is_absolute() else str(folder / command[0])
    subprocess.run([program, *command[1:]], cwd=folder, check=True)


def _environment() -> dict[str, str]:
    """The environment for openapi-python-client, which formats its code with our ruff."""
    return {**os.environ, **QUIET, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, default=ROOT / ".generators", help="where the tools are installed")
    folder = parser.parse_args().tools.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    install(folder)
    write(folder)
    failures = 0
    for outcome in checked(folder):
        sys.stdout.write(f"{outcome.check}: {outcome.status}\n{outcome.output if outcome.is_failure else ''}")
        sys.stdout.flush()
        failures += outcome.is_failure
    raise SystemExit(1 if failures else 0)


if __name__ == "__main__":
    main()
