"""Ask PyPI whether anything that Pipfile.lock names has a known vulnerability; once a day for the same lock.

Exit status 1 if something has one. Where PyPI cannot be asked it says so, and that is no failure: a machine without
network checks everything else.
"""

import hashlib
import json
import subprocess  # to start pip-audit  # nosec B404
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK, MARK = ROOT / "Pipfile.lock", ROOT / ".venv" / ".audited"
AT_MOST = 180  # seconds


def main() -> int:
    lock = LOCK.read_bytes()
    mark = f"{datetime.now(UTC):%Y-%m-%d} {hashlib.sha256(lock).hexdigest()}"
    if MARK.exists() and MARK.read_text() == mark:
        print("Known vulnerabilities: none, as of today.")
        return 0
    dependencies = audited(json.loads(lock))
    if dependencies is None:
        print("Known vulnerabilities: PyPI cannot be reached from here, so this check is skipped.", file=sys.stderr)
        return 0
    for dependency in dependencies:
        for vulnerability in dependency.get("vulns", ()):
            better = ", ".join(vulnerability["fix_versions"]) or "no version yet"
            print(
                f"{dependency['name']} {dependency['version']}: {vulnerability['id']}; fixed in {better}",
                file=sys.stderr,
            )
    unknown = [dependency["name"] for dependency in dependencies if "skip_reason" in dependency]
    if any(dependency.get("vulns") for dependency in dependencies):
        return 1
    looked_up = len(dependencies) - len(unknown)
    print(f"Known vulnerabilities: none in {looked_up} packages; {len(unknown)} could not be looked up.")
    if not unknown:
        MARK.write_text(mark)
    return 0


def audited(lock: dict[str, dict[str, Any]]) -> list[dict[str, Any]] | None:
    """What pip-audit reports about every package; None if it could not reach PyPI."""
    pins = {f"{name}{package['version']}" for section, packages in lock.items() if section != "_meta"
            for name, package in packages.items() if "version" in package}  # fmt: skip
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(sorted(pins)))
        file.flush()
        command = ["-m", "pip_audit", "--requirement", file.name, "--no-deps", "--disable-pip", "--timeout", "10",
                   "--progress-spinner", "off", "--format", "json"]  # fmt: skip
        try:
            completed = subprocess.run([sys.executable, *command], capture_output=True, timeout=AT_MOST, check=False)  # nosec B603
            return list(json.loads(completed.stdout)["dependencies"])
        except (subprocess.TimeoutExpired, ValueError):
            return None


if __name__ == "__main__":
    sys.exit(main())
