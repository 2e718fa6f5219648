"""Joining channels: a code shown on one and typed on another makes both one customer's, in one conversation."""

from dataclasses import dataclass

from core.clock import now
from core.db import execute, fetch, placeholders, transaction
from core.errors import CodeInvalid, NotFound
from core.limits import count_try
from models import OtpChallenge
from services.accounts.otp import LIFETIME
from services.accounts.trust import check_proven
from services.codes import link_code_of
from services.secrets import keyed_hash, keyed_hashes
from services.tenants import Scope

TRIES, WITHIN_S = 5, 900


@dataclass(frozen=True, slots=True)
class LinkedChannel:
    """A channel on which a customer is known; `address` is a number (E.164) or the channel's own id."""

    id: int
    channel: str
    address: str


async def start_link(scope: Scope, customer_id: int) -> str:
    """The uid of a challenge whose code (`named_code`) joins another channel. Raises `NumberUnproven`, `TooManyTries`.

    The code is kept nowhere, and found again by a keyed hash of it. An earlier one of the customer's ends.
    """
    check_proven()
    await count_try(f"link:{customer_id}", most=TRIES, within_s=WITHIN_S)
    async with transaction():
        await OtpChallenge.filter(customer_id=customer_id, purpose="link", used_at__isnull=True).update(
            used_at=now()
        )
        challenge = await OtpChallenge.create(
            platform_id=scope.platform_id,
            environment=scope.environment,
            purpose="link",
            contact="",
            customer_id=customer_id,
            created_at=now(),
            expires_at=now() + LIFETIME,
        )
        uid = str(challenge.uid)
        await OtpChallenge.filter(id=challenge.id).update(
            contact=_contact(keyed_hash(_subject(link_code_of(uid))))
        )
    return uid


async def use_link(scope: Scope, code: str, sender: str) -> int:
    """The customer whose code it is, once. Raises `CodeInvalid`, `TooManyTries` for a sender's sixth try in a while."""
    await count_try(f"link-by:{scope.platform_id}:{sender}", most=TRIES, within_s=WITHIN_S)
    typed = "".join(c for c in code[:20] if c.isdigit())
    found_by = [_contact(each) for each in keyed_hashes(_subject(typed))]
    used = await fetch(
        "UPDATE otp_challenge SET used_at = $4 WHERE platform_id = $1 AND environment = $2 AND expires_at > $3 "
        f"AND contact IN ({placeholders(found_by, 5)}) AND purpose = 'link' AND used_at IS NULL RETURNING customer_id",
        scope.platform_id,
        scope.environment,
        now(),
        now(),
        *found_by,
    )
    if not used:
        raise CodeInvalid(field="otp")
    customer_id: int = used[0]["customer_id"]
    return customer_id


async def channels_of(scope: Scope, customer_id: int) -> list[LinkedChannel]:
    """Where a customer is known, in the order they came."""
    rows = await fetch(
        "SELECT id, channel, external_id FROM channel_identity WHERE platform_id = $1 AND environment = $2 "
        "AND customer_id = $3 ORDER BY id",
        scope.platform_id,
        scope.environment,
        customer_id,
    )
    return [LinkedChannel(row["id"], row["channel"], row["external_id"]) for row in rows]


async def unlink_channel(scope: Scope, customer_id: int, identity_id: int) -> None:
    """Part a channel from its customer, who is a guest there until a proof. Raises `NotFound`, `NumberUnproven`."""
    check_proven()
    parted = await execute(
        "UPDATE channel_identity SET customer_id = NULL, conversation_id = NULL, signed_out_at = $4 "
        "WHERE id = $5 AND platform_id = $1 AND environment = $2 AND customer_id = $3",
        scope.platform_id,
        scope.environment,
        customer_id,
        now(),
        identity_id,
    )
    if not parted:
        raise NotFound


def _subject(code: str) -> str:
    return f"link code:{code}"


def _contact(hashed: str) -> str:
    return f"link:{hashed[:48]}"
