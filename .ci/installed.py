"""What an installed copy is imported by: all rooms of the house lie in its folder, away from other packages."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def main() -> int:
    import insight  # noqa: PLC0415

    return insight.main()
