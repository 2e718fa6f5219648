"""The page on which a customer applies: a link that names a session, and can't be guessed."""

from uuid import UUID

from core.db import fetch_one
from core.errors import NotFound
from services.deposits.links import link_to
from services.secrets import is_keyed, keyed_hash
from services.tenants import Scope, scope_by_id

LENGTH = 20


def apply_link(uid: UUID) -> str:
    """The page of a session, as the world reaches it."""
    return link_to(f"/financing/apply/{uid.hex}-{keyed_hash(_subject(uid))[:LENGTH]}")


async def session_of_link(name: str) -> tuple[Scope, UUID]:
    """The session that the end of a link names, and whose it is. Raises `NotFound` for a guessed one."""
    named, _, mark = name.partition("-")
    try:
        uid = UUID(named)
    except ValueError:
        raise NotFound("There is no such page.") from None
    if not is_keyed(_subject(uid), mark, LENGTH):
        raise NotFound("There is no such page.")
    row = await fetch_one("SELECT platform_id, environment FROM financing_application WHERE uid = $1", uid)
    if row is None:
        raise NotFound("There is no such page.")
    return await scope_by_id(row["platform_id"], row["environment"]), uid


def _subject(uid: UUID) -> str:
    return f"financing:{uid}"
