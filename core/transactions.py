"""How Tortoise begins a transaction, mended: one that could not begin holds nothing.

Tortoise 1.1.9 takes SQLite's one lock, or a connection of the pool, and gives neither back where BEGIN then fails or is
cancelled: a few of those use the pool up for good, and a process that is told to end waits for itself.
"""

from typing import Any

from tortoise.backends.base.client import TransactionalDBClient, TransactionContextPooled
from tortoise.backends.sqlite.client import SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections


async def _begin_immediate(wrapper: SqliteTransactionWrapper) -> None:
    """Take SQLite's write lock at the start: a transaction that reads first can't wait for another process's."""
    await wrapper._connection.execute("BEGIN IMMEDIATE")


async def _enter_the_only_connection(context: SqliteTransactionContext) -> TransactionalDBClient:
    await context._trxlock.acquire()
    try:
        await context.ensure_connection()
        await context.connection.begin()
    except BaseException:
        try:
            # The connection's thread may still begin it. This goes to it before what anybody else asks.
            await context.connection._connection.rollback()
        finally:
            context._trxlock.release()
        raise
    return _entered(context, context.connection)


async def _enter_one_of_the_pool(context: TransactionContextPooled) -> TransactionalDBClient:
    await context.ensure_connection()
    client: Any = context.client
    client._connection = await client._parent._pool.acquire()
    try:
        await client.begin()
    except BaseException:
        # asyncpg ends a transaction that is open on it, and drops a connection that is broken.
        await client._parent._pool.release(client._connection)
        raise
    return _entered(context, client)


def _entered(context: Any, client: TransactionalDBClient) -> TransactionalDBClient:
    """From here on the task's statements are the transaction's."""
    context.token = get_connections().set(context.connection_name, client)
    return client


def mend_transactions() -> None:
    """Begin all transactions of this process in this way."""
    mended: tuple[tuple[type, str, Any], ...] = (
        (SqliteTransactionWrapper, "begin", _begin_immediate),
        (SqliteTransactionContext, "__aenter__", _enter_the_only_connection),
        (TransactionContextPooled, "__aenter__", _enter_one_of_the_pool),
    )
    for owner, name, way in mended:
        setattr(owner, name, way)
