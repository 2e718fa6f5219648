"""One key, one effect: a replay gets the stored answer, another input under the same key is an error."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from tortoise import fields
from tortoise.models import Model

from core.clock import now
from core.db import fetch, transaction
from core.errors import IdempotencyConflict, InvalidInput

LONGEST_KEY = 191


def input_hash(payload: Any) -> str:
    """A hash of an input that is equal exactly for equal inputs."""
    return hashlib.sha256(orjson.dumps(payload, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()


class IdempotencyRow(Model):
    """The stored key; `answer` is JSON and small (an id, a reference)."""

    scope = fields.CharField(max_length=64)
    key = fields.CharField(max_length=LONGEST_KEY)
    input_hash = fields.CharField(max_length=64)
    answer: Any = fields.JSONField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        abstract = True

    @classmethod
    async def once(cls, scope: str, key: str, payload: Any, work: Callable[[], Awaitable[Any]]) -> Any:
        """Do `work` and store its answer in one transaction, unless the key is known; then the stored answer.

        A second caller with the same key waits for the first (PostgreSQL) or comes after it (SQLite).
        Where `work` raises, the key is free again. Raises `IdempotencyConflict` for another input, `InvalidInput` for a key that is none.
        """
        if len(key) > LONGEST_KEY or not key.isprintable():
            raise InvalidInput(
                f"A key has at most {LONGEST_KEY} printable characters.", field="Idempotency-Key"
            )
        hashed = input_hash(payload)
        table = cls._meta.db_table
        async with transaction():
            inserted = await fetch(
                f"INSERT INTO {table} (scope, key, input_hash, created_at) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT (scope, key) DO NOTHING RETURNING id",
                scope,
                key,
                hashed,
                now(),
            )
            if inserted:
                answer = await work()
                await cls.filter(id=inserted[0]["id"]).update(answer=answer)
                return answer
            known = await cls.get(scope=scope, key=key)
            if known.input_hash != hashed:
                raise IdempotencyConflict
            return known.answer

    @classmethod
    async def free(cls, scope: str, key: str, answer: Any) -> None:
        """Let a key be used anew whose work came to nothing, unless it holds another answer by now."""
        known = await cls.get_or_none(scope=scope, key=key)
        if known is not None and known.answer == answer:
            await cls.filter(pk=known.pk).delete()
