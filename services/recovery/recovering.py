"""The recovery: wake what was open, hold every list of a provider against the book, and say what is left for people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.db import fetch_one
from providers.errors import ProviderRefused, ProviderUnknown
from providers.movements import ListsMovements, Movement
from providers.registry import registry
from services.ledger import TrialBalance, check_book
from services.recovery.movements import Found, take_in
from services.recovery.waking import wake_open_work
from services.tenants import Environment

GATEWAYS = ("paystack", "monnify")


@dataclass(slots=True)
class Recovery:
    """What was done. `silent` are providers that list nothing (a statement is needed) or did not answer, with why."""

    woken: int = 0
    found: list[Found] = field(default_factory=list)
    sent_back: list[Movement] = field(default_factory=list)
    silent: dict[str, str] = field(default_factory=dict)
    book: TrialBalance | None = None

    @property
    def complete(self) -> bool:
        """Whether nothing is left to be asked, told apart or waited for."""
        return not self.silent and all(each.verdict in ("known", "booked") for each in self.found)


async def recover(
    since: datetime,
    environment: Environment,
    *,
    statement: Sequence[Movement] = (),
    nothing_at: Collection[str] = (),
    send_back: bool = False,
) -> Recovery:
    """Bring the book up to what providers have moved since the backup was taken (aware UTC). May be repeated at will.

    `nothing_at` are gateways that list nothing and, as somebody saw there, moved nothing.
    With `send_back` what was taken for something that is lost goes back by the way it came.
    """
    done = Recovery(woken=await wake_open_work())
    told = {*nothing_at, *(each.provider for each in statement)}
    for provider in GATEWAYS:
        await _hold_against(done, provider, environment, since, told=provider in told)
    for movement in statement:
        done.found.append(await take_in(movement, environment))
    if send_back:
        await _send_back(done, environment)
    done.book = await check_book()
    return done


async def _hold_against(
    done: Recovery, provider: str, environment: Environment, since: datetime, *, told: bool
) -> None:
    try:
        gateway = registry().payments(provider, environment)
    except LookupError:
        return
    if not isinstance(gateway, ListsMovements):
        if not told and await _is_used(provider, environment):
            done.silent[provider] = "it lists nothing: give its statement"
        return
    try:
        async for movement in gateway.movements(since):
            done.found.append(await take_in(movement, environment))
    except (ProviderRefused, ProviderUnknown) as trouble:
        done.silent[provider] = str(trouble)


async def _is_used(provider: str, environment: Environment) -> bool:
    return bool(
        await fetch_one(
            "SELECT 1 AS used FROM payment_method WHERE provider = $1 AND environment = $2 LIMIT 1",
            provider,
            environment,
        )
    )


async def _send_back(done: Recovery, environment: Environment) -> None:
    """What is unclaimed, each once: a refund of ours is looked for first."""
    refunded = {each.movement.reference for each in done.found if each.movement.kind == "refund"}
    for charge in (each.movement for each in done.found if each.unclaimed):
        if charge.reference in refunded:
            continue
        gateway, ours = registry().payments(charge.provider, environment), f"recovered-{charge.reference}"
        try:
            known = await gateway.find_refund(charge_provider_id=charge.provider_id, refund_reference=ours)
            if known.state != "absent":
                continue
            await gateway.refund(
                reference=charge.reference,
                refund_reference=ours,
                amount_minor=charge.amount_minor,
                currency=charge.currency,
                reason="The order was lost.",
            )
        except (ProviderRefused, ProviderUnknown) as trouble:
            done.silent[f"{charge.provider}, {charge.reference}"] = str(trouble)
        else:
            done.sent_back.append(charge)
