"""What a person is given of all that is held of them: one ZIP archive, a JSON file for each table."""

import asyncio
import io
import zipfile
from datetime import datetime
from typing import Any

import orjson
from tortoise.fields import JSONField

from core.db import fetch
from services.customers.holding import HELD, Held
from services.customers.person import Person
from services.files import read

ABOUT = """This is what {shop} held of customer {customer} on {day}.

Each file is a table; amounts are in minor units (pesewas, kobo), times in UTC. Passwords, PINs and one-time codes are
kept nowhere in words, so they are not here. What must be kept after the account is closed are orders, payments, bills
and card movements, with their amounts and dates, without names, numbers and addresses.
"""


async def export_of(person: Person, at: datetime) -> bytes:
    """The archive. Raises `Unavailable` where their picture can't be read."""
    files = {
        "README.txt": ABOUT.format(
            shop=person.scope.name, customer=person.customer.uid, day=f"{at:%d %B %Y}"
        ).encode()
    }
    for held in HELD:
        if not held.unshown and (rows := await _rows(held, person)):
            files[f"{held.table}.json"] = orjson.dumps(rows, option=orjson.OPT_INDENT_2)
    if person.customer.avatar_path and (picture := await read(person.customer.avatar_path)):
        files[f"picture.{person.customer.avatar_path.rpartition('.')[2]}"] = picture
    return await asyncio.to_thread(_packed, files)


async def _rows(held: Held, person: Person) -> list[dict[str, Any]]:
    condition, values = person.bound(f"({held.whose}){f' AND {held.given}' if held.given else ''}")
    columns = ", ".join(f'"{name}"' for name in held.columns)
    rows = await fetch(f"SELECT {columns} FROM {held.table} WHERE {condition} ORDER BY id", *values)
    json = {
        str(field.source_field or name)
        for name, field in held.model._meta.fields_map.items()
        if isinstance(field, JSONField)
    }
    return [{name: _plain(value, name in json) for name, value in row.items()} for row in rows]


def _plain(value: Any, is_json: bool) -> Any:
    """A column's value as JSON has it; what a database gives as a thing of its own (a UUID) is written out."""
    if is_json and isinstance(value, str | bytes):
        return orjson.loads(value)
    return (
        value if isinstance(value, bool | int | float | str | dict | list | datetime | None) else str(value)
    )


def _packed(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()
