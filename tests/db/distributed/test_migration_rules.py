"""Later migrations may meet a distributed database, so each of their calls has at most one defining statement.

Citus passes such a statement on to all nodes. It refuses several in one call, and some that do two things at once.
"""

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from db.startup.migrate import DIRECTORY

LAST_FREE = "0025_joined_sums"  # no database was distributed before it
NOT_SQL = re.compile(r"--[^\n]*|'(?:[^']|'')*'|\$\$.*?\$\$", re.DOTALL)
DEFINES = re.compile(r"\s*(CREATE|ALTER|DROP|COMMENT)\b", re.IGNORECASE)
RULES = {
    "several statements in one call": re.compile(r";\s*\S", re.DOTALL),
    "a new column with REFERENCES or CHECK": re.compile(r"ADD COLUMN[^,;]*\b(REFERENCES|CHECK)\b", re.IGNORECASE),
    "a new column with nextval": re.compile(r"ADD COLUMN[^,;]*\b(nextval|serial|IDENTITY)\b", re.IGNORECASE),
    "several indexes at once": re.compile(r"DROP INDEX[^;]*,", re.IGNORECASE),
    "a trigger": re.compile(r"CREATE\s+(OR\s+REPLACE\s+)?TRIGGER", re.IGNORECASE),
}


class Noting:
    """A database that only notes the statements it gets."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def execute_sql(self, statement: str, *_: Any) -> None:
        self.statements.append(statement)


def statements_of(path: Path) -> list[str]:
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    noting = Noting()
    module.up(None, noting)
    return noting.statements


def broken_rules(statement: str) -> list[str]:
    bare = NOT_SQL.sub("''", statement)
    if not any(DEFINES.match(part) for part in bare.split(";")):
        return []
    return [rule for rule, pattern in RULES.items() if pattern.search(bare)]


def rules_broken_by(path: Path) -> set[str]:
    return {rule for statement in statements_of(path) for rule in broken_rules(statement)}


def test_later_migrations_suit_a_distributed_database() -> None:
    later = [path for path in sorted(DIRECTORY.glob("[0-9]*.py")) if path.stem > LAST_FREE]
    assert {(path.stem, rule) for path in later for rule in rules_broken_by(path)} == set()


def test_an_earlier_migration_breaks_the_rules() -> None:
    (early,) = DIRECTORY.glob("0002_*.py")
    assert {"several statements in one call", "several indexes at once"} <= rules_broken_by(early)


@pytest.mark.parametrize(
    ("statement", "rules"),
    [
        ("CREATE INDEX play_soon ON play (account_id, played_at)", []),
        ("COMMENT ON TABLE play IS 'one; two'", []),
        ("ALTER TABLE play ADD COLUMN mood text NOT NULL DEFAULT 'a, b'", []),
        ("ALTER TABLE play ADD COLUMN a int, ADD COLUMN b int REFERENCES track",
         ["a new column with REFERENCES or CHECK"]),
        ("ALTER TABLE play ADD COLUMN n bigint DEFAULT nextval('n')", ["a new column with nextval"]),
        ("UPDATE play SET mood = 'x'; UPDATE track SET name = 'y'", []),
        ("ALTER TABLE play DROP COLUMN mood; UPDATE play SET digest = 1", ["several statements in one call"]),
    ],
)  # fmt: skip
def test_the_rules_recognise_statements_that_citus_refuses(statement: str, rules: list[str]) -> None:
    assert broken_rules(statement) == rules
