"""A PostgreSQL server of the tests' own: a new cluster in a temporary folder, spoken to through a socket file."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = "nobody"
"""Who runs the server when the tests run as root, which PostgreSQL refuses."""


def server_programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`: on the PATH, or where Debian puts them, newest first."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "pg_ctl").exists()), None)


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """The URL of a running server, gone afterwards with all it held."""
    user = NOBODY if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="kefu-pg-"))
    if user:
        shutil.chown(home, user)
    data = home / "data"

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=user, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    try:
        initdb, control = str(programs / "initdb"), str(programs / "pg_ctl")
        run(initdb, "-D", str(data), "-U", "kefu", "--auth=trust", "--encoding=UTF8", "--no-sync")
        options = f"-k {home} -c listen_addresses='' -c fsync=off"
        run(control, "-D", str(data), "-w", "-l", str(home / "log"), "-o", options, "start")
        try:
            yield f"postgresql://kefu@/postgres?host={home}"
        finally:
            run(control, "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)
