"""A real worker that kills itself with SIGKILL right after its Nth commit: `python -m tests.races.dying_worker N`."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper

from core.settings import Settings
from processes import serve_worker

WRITES = ("UPDATE", "INSERT", "DELETE")


class Commits:
    """Counts what this process has made durable, and ends it at the given number."""

    def __init__(self, deadly: int) -> None:
        self.left = deadly

    def one_more(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch_transactions(self) -> None:
        commit = TransactionWrapper.commit

        async def counted(wrapper: TransactionWrapper) -> None:
            await commit(wrapper)
            self.one_more()

        TransactionWrapper.commit = counted

    def watch_statements(self, name: str) -> None:
        """Outside a transaction a write that touched a row is a commit of its own."""
        run: Callable[..., Awaitable[Any]] = getattr(AsyncpgDBClient, name)

        async def counted(client: AsyncpgDBClient, query: str, *values: Any) -> Any:
            result = await run(client, query, *values)
            touched = result[0] if isinstance(result, tuple) else result
            if touched and query.lstrip().startswith(WRITES) and not isinstance(client, TransactionWrapper):
                self.one_more()
            return result

        setattr(AsyncpgDBClient, name, counted)


def main() -> None:
    commits = Commits(int(sys.argv[1]))
    commits.watch_transactions()
    for name in ("execute_query", "execute_query_dict", "execute_insert"):
        commits.watch_statements(name)
    asyncio.run(serve_worker(Settings(_env_file=None)))


if __name__ == "__main__":
    main()
