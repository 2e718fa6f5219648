"""API keys, kept by staff: shown once, followed by another while the old one is still good, revoked at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from core.clock import now
from core.db import transaction
from core.errors import InvalidInput, NotFound
from core.ids import digits, new_token
from models import ApiKey
from services.accounts.customers import checked_text
from services.paging import possible_ids
from services.staff import Desk, check_may, record
from services.tenants import KEY_HEADERS, Audience, Scope, dealer_key, forget_scopes, hash_key

AUDIENCES: tuple[Audience, ...] = get_args(Audience)
# How keys begin, so that one that lies about is known for what it is.
PREFIXES: dict[Audience, str] = {"shop": "mk", "downpay": "dp", "financing": "pk"}
MOST = 50


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key that was made; `sent` is what a caller sends, by header, shown now and never again."""

    key: ApiKey
    sent: tuple[tuple[str, str], ...]


async def list_keys(desk: Desk) -> list[ApiKey]:
    """The keys that are good now, and those that were until lately; the newest first. Raises `Forbidden`."""
    check_may(desk, "ReadSettings")
    return await ApiKey.filter(**_mine(desk.scope)).order_by("-id").limit(MOST)


def is_good(key: ApiKey) -> bool:
    """Whether a key opens anything."""
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now())


async def create_key(desk: Desk, *, label: str, audience: str) -> MadeKey:
    """A new key for the doors of an audience. Raises `Forbidden`, `InvalidInput`, also where fifty are good already."""
    check_may(desk, "UpdateSettings")
    async with transaction():
        made = await _make(desk, label, audience)
        await record(desk, "created", "apiKey", made.key.id, label=made.key.label, audience=audience)
    return made


async def rotate_key(desk: Desk, key_id: int, good_until: datetime) -> MadeKey:
    """A key that follows another; the old one is good until a time (UTC).

    Raises `Forbidden`, `NotFound`, and `InvalidInput` for one that is good no more, or a time that is past.
    """
    check_may(desk, "UpdateSettings")
    if good_until <= now():
        raise InvalidInput("That time is past. To end a key at once, revoke it.", field="goodUntil")
    async with transaction():
        old = await _get(desk, key_id)
        if not is_good(old):
            raise InvalidInput("That key is good no more.", field="id")
        made = await _make(desk, old.label, old.audience)
        until = min(good_until, old.expires_at or good_until)
        await ApiKey.filter(id=old.id).update(expires_at=until)
        await record(desk, "rotated", "apiKey", old.id, label=old.label, until=until, followed_by=made.key.id)
    forget_scopes()
    return made


async def revoke_key(desk: Desk, key_id: int) -> None:
    """It opens nothing any more (other processes know within ten seconds). Again it does nothing. Raises `Forbidden`, `NotFound`."""
    check_may(desk, "UpdateSettings")
    async with transaction():
        key = await _get(desk, key_id)
        if key.revoked_at is None:
            await ApiKey.filter(id=key.id).update(revoked_at=now())
            await record(desk, "revoked", "apiKey", key.id, label=key.label)
    forget_scopes()


async def _make(desk: Desk, label: str, audience: str) -> MadeKey:
    if audience not in AUDIENCES:
        raise InvalidInput(f"The audience is one of {', '.join(AUDIENCES)}.", field="audience")
    good = [each for each in await ApiKey.filter(**_mine(desk.scope), revoked_at=None) if is_good(each)]
    if len(good) >= MOST:
        raise InvalidInput(f"At most {MOST} keys are good at a time.", field="label")
    secret = f"{PREFIXES[audience]}_{desk.scope.environment}_{new_token()}"
    sent, kept = [(KEY_HEADERS[audience], secret)], secret
    if audience == "financing":
        dealer = f"dealer_{digits(10)}"
        sent, kept = [("public-dealer-id", dealer), *sent], dealer_key(dealer, secret)
    key = await ApiKey.create(
        platform_id=desk.scope.platform_id,
        environment=desk.scope.environment,
        key_hash=hash_key(kept),
        label=checked_text(label, "label", 80),
        audience=audience,
        ends_with=secret[-4:],
        created_at=now(),
    )
    return MadeKey(key, tuple(sent))


async def _get(desk: Desk, key_id: int) -> ApiKey:
    found = await ApiKey.filter(id__in=possible_ids([key_id]), **_mine(desk.scope)).first()
    if found is None:
        raise NotFound("There is no such key.")
    return found


def _mine(scope: Scope) -> dict[str, int | str]:
    return {"platform_id": scope.platform_id, "environment": scope.environment}
