"""A real PgBouncer with the settings of ops/pgbouncer/pgbouncer.ini, where one is installed (PGBOUNCER names another)."""

import asyncio
import configparser
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from tests.ports import unused_port
from tests.races.workers import wait_for

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (
    os.environ.get("PGBOUNCER") or shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer") or ""
)
FOLLOWS_SINCE = (1, 21)


@dataclass(frozen=True, slots=True)
class PgBouncer:
    port: int
    follows_statements: bool

    @property
    def pooler(self) -> str:
        return "pgbouncer" if self.follows_statements else "old-pgbouncer"

    def through(self, url: str) -> str:
        parts = urlsplit(url)
        return parts._replace(netloc=f"{parts.username}@127.0.0.1:{self.port}").geturl()


def version() -> tuple[int, ...]:
    said = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in re.findall(r"\d+", said.splitlines()[0])[:2])


def written(server: str, port: int, folder: Path, size: int) -> str:
    """The settings that are delivered, for this machine: another server, other files, and anybody is let in."""
    ini = configparser.ConfigParser(comment_prefixes=(";",), interpolation=None)
    ini.read(ROOT / "ops/pgbouncer/pgbouncer.ini")
    parts = urlsplit(server)
    ini["databases"]["*"] = f"host={parts.hostname} port={parts.port} user={parts.username}"
    ours = ini["pgbouncer"]
    ours.update(
        listen_addr="127.0.0.1",
        listen_port=str(port),
        auth_type="any",
        logfile=str(folder / "log"),
        default_pool_size=str(size),
        reserve_pool_size="0",
    )
    del ours["auth_file"]
    if version() < FOLLOWS_SINCE:
        del ours["max_prepared_statements"]
    text = [
        f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in ini[name].items())
        for name in ini.sections()
    ]
    return "\n".join(text)


@asynccontextmanager
async def pgbouncer(server: str, folder: Path, size: int) -> AsyncIterator[PgBouncer]:
    """In front of `server`, with at most `size` connections to it for a database."""
    port = unused_port()
    ini = folder / "pgbouncer.ini"
    ini.write_text(written(server, port, folder, size))
    command = [PROGRAM, "-q", str(ini)]
    if os.geteuid() == 0:
        # It refuses to be root.
        for path in (folder, *folder.parents):
            if path == Path("/tmp"):
                break
            path.chmod(path.stat().st_mode | 0o055)
        shutil.chown(folder, "nobody")
        command = ["setpriv", "--reuid=nobody", "--clear-groups", *command]
    process = await asyncio.create_subprocess_exec(*command)
    found = PgBouncer(port, version() >= FOLLOWS_SINCE)

    async def up() -> bool:
        try:
            await (await asyncpg.connect(found.through(server), statement_cache_size=0)).close()
        except OSError:
            return False
        return True

    try:
        await wait_for(up)
        yield found
    finally:
        process.terminate()
        await process.wait()
