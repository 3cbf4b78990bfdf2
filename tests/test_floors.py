"""The floors of the house: a room may import only the rooms below it."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from logs import OURS

ROOT = Path(__file__).parent.parent

FLOORS = [  # roof first
    {"insight"},  # one command that leads to all doors
    {"run"},  # drives the other doors
    {"application", "spotify_client", "cli"},
    {"composition"},  # builds what the doors share
    {"settings"},
    {"terminal"},
    {"web"},
    {"collect", "export"},
    {"enrich"},
    {"connect"},
    {"notify"},
    {"recommend"},
    {"insights"},
    {"people"},
    {"db", "spotify", "metadata", "demo", "ending"},
    {"arguments", "logs"},
    {"advice", "audit", "bounded_http", "changelog", "exit_status", "music", "printing", "scratch"},
]
HEIGHT = {room: -depth for depth, rooms in enumerate(FLOORS) for room in rooms}
LARGEST_FOLDER = 25
NOT_ROOMS = {"tests", "benchmarks", "deploy"}  # they run our programs, and no room imports them

SQL_ROOMS = {"db", "insights", "people", "recommend"}
FENCES = {
    "settings": FLOORS[0] | FLOORS[1] | FLOORS[2] | FLOORS[3],
    "demo": {"run"},
    "deploy": set(),
    "mangum": set(),
    "audit": {"people"},  # a line is written with the change, in people/actors.py
    "httpx": {"bounded_http", "spotify", "metadata"},
    "httpcore": {"bounded_http"},
    "starlette": {"web", "application"},
    "uvicorn": {"application", "web"},
    "psycopg2": {"db"},
    "cryptography": {"db"},
    "apprise": {"notify"},
    "babel": {"web"},
    "pythonjsonlogger": {"logs"},
    "shtab": {"terminal"},
    "pyarrow": {"export"},
    "pyrage": {"export"},
    "mcp": {"web"},
    "mcp_types": {"web"},
    "prometheus_client": {"web"},
    "peewee": SQL_ROOMS,
    "playhouse": SQL_ROOMS,
    "db.models": SQL_ROOMS,
}


def source_files() -> Iterator[tuple[str, Path]]:
    for place in sorted(ROOT.iterdir()):
        room = place.name.removesuffix(".py")
        if room not in NOT_ROOMS and not room.startswith("."):
            yield from ((room, path) for path in _modules(place))


def _modules(place: Path) -> list[Path]:
    """The modules of a folder, or a module at the root itself."""
    return sorted(place.rglob("*.py")) if place.is_dir() else [place] if place.suffix == ".py" else []


@cache
def imports(path: Path) -> tuple[str, ...]:
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def fence_around(name: str) -> set[str] | None:
    parts = name.split(".")
    return FENCES.get(".".join(parts[:2]), FENCES.get(parts[0]))


def test_every_file_at_the_root_belongs_to_a_known_room() -> None:
    assert {room for room, _ in source_files()} - set(HEIGHT) == set()


def test_every_folder_may_log_what_it_does() -> None:
    """Loggers have the names of modules, and others are silent below WARNING."""
    assert {room for room in HEIGHT if not (ROOT / f"{room}.py").exists()} - OURS == set()


def test_every_room_is_in_the_container() -> None:
    kept = {
        line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    assert {room for room in HEIGHT if not (ROOT / f"{room}.py").exists()} - kept == set()


def test_imports_only_go_down() -> None:
    climbing = []
    for room, path in source_files():
        for name in imports(path):
            other = name.split(".")[0]
            if other in HEIGHT and other != room and HEIGHT[other] >= HEIGHT[room]:
                climbing.append(f"{path.relative_to(ROOT)} imports {name}")
    assert climbing == []


def test_nothing_reaches_over_a_fence() -> None:
    reaching = []
    for room, path in source_files():
        for name in imports(path):
            fence = fence_around(name)
            if fence and room not in fence and room != name.split(".")[0]:
                reaching.append(f"{path.relative_to(ROOT)} imports {name}")
    assert reaching == []


def test_only_one_module_of_a_room_names_the_http_library() -> None:
    """So that httpx's successor can take its place in one line of each."""
    naming = {str(path.relative_to(ROOT)) for _, path in source_files() for name in imports(path) if name == "httpx"}
    assert naming <= {"bounded_http.py", "spotify/http.py", "metadata/http.py"}


def folder_imports() -> dict[str, set[str]]:
    """Which other folders the modules of each folder import; a module at the root is a folder of its own."""
    modules = {_dotted(path): path for _, path in source_files()}
    graph: dict[str, set[str]] = {_folder(name, modules): set() for name in modules}
    for name, path in modules.items():
        for imported in imports(path):
            target = imported if imported in modules else imported.rpartition(".")[0]
            if target in modules:
                graph[_folder(name, modules)].add(_folder(target, modules))
    return {folder: others - {folder} for folder, others in graph.items()}


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _folder(name: str, modules: dict[str, Path]) -> str:
    return name if modules[name].name == "__init__.py" else name.rpartition(".")[0] or name


def test_no_folders_import_each_other_in_a_circle() -> None:
    list(TopologicalSorter(folder_imports()).static_order())  # raises CycleError with the circle


def test_no_folder_holds_too_many_modules() -> None:
    counts = Counter(path.parent for path in sorted(ROOT.rglob("*.py")) if path.name != "__init__.py")
    large = {str(folder.relative_to(ROOT)): count for folder, count in counts.items() if count > LARGEST_FOLDER}
    ours = {folder: count for folder, count in large.items() if not folder.startswith(".")}
    assert set(ours) <= {"insights/questions", "tests/web/questions"}  # one file per question
