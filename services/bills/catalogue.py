"""Who sells what: billers as the platform has them, and their plans as the provider last listed them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from core.clock import now
from core.db import fetch_one, for_update, transaction
from core.errors import InvalidInput, NotFound
from models import Biller, BillPlan
from providers.bills import BillGateway, BillKind, BillOffer
from providers.errors import ProviderRefused, ProviderUnknown
from providers.registry import registry
from services.bills.kinds import KINDS
from services.bills.naming import PERIODS, period_of, plan_name, plan_slug
from services.tenants import Scope

log = structlog.get_logger(__name__)

FRESH = timedelta(hours=24)
# A provider that is away is not asked again with every look at the list.
AWAY = timedelta(minutes=5)
LONGEST_CODE = 120


def gateway_of(biller: Biller) -> BillGateway:
    """Who is asked for a biller's goods. Raises `LookupError` where the platform's provider has no keys."""
    return registry().bills(biller.provider, biller.environment)  # type: ignore[arg-type]


async def billers_of(scope: Scope, kind: BillKind) -> list[Biller]:
    """Everybody that a platform sells that kind for; empty where it doesn't."""
    return list(await _mine(scope, kind=kind).order_by("number"))


async def kinds_sold(scope: Scope) -> list[BillKind]:
    """The kinds that a platform sells just now."""
    found = await _mine(scope, active=True).distinct().values_list("kind", flat=True)
    return [kind for kind in KINDS if kind in found]


async def find_biller(scope: Scope, kind: BillKind, uid: UUID) -> Biller | None:
    """The active biller of that kind with that uid."""
    found: Biller | None = await _mine(scope, kind=kind, uid=uid, active=True).first()
    return found


async def biller_named(scope: Scope, kind: BillKind, name: str, *, field: str) -> Biller | None:
    """The active biller with that name or slug, in any case; None where nothing of the kind is sold.

    Raises `NotFound`, naming `field`.
    """
    billers = await billers_of(scope, kind)
    wanted = name.strip().casefold()
    for biller in billers:
        if biller.active and wanted in (biller.name.casefold(), biller.slug):
            return biller
    if not billers:
        return None
    raise NotFound(f"Nobody is called that. There are: {', '.join(b.name for b in billers)}.", field=field)


async def biller_numbered(scope: Scope, kind: BillKind, number: int, slug: str) -> Biller:
    """The active biller with that number, whose slug must agree. Raises `InvalidInput`."""
    biller: Biller | None = await _mine(scope, kind=kind, number=number, active=True).first()
    if biller is None:
        raise InvalidInput("There is no such biller.", field="billerId")
    if biller.slug != slug.strip().casefold():
        raise InvalidInput(f"Biller {number} has the slug {biller.slug}.", field="billerSlug")
    return biller


async def plans_of(biller: Biller, period: str | None = None) -> list[BillPlan]:
    """What can be bought there, as the provider listed it within the last day; older where it can't be asked.

    `period` is one of `PERIODS`, in any case. Raises `InvalidInput` for another. Not for use in a transaction.
    """
    wanted: dict[str, str] = {}
    if period is not None:
        name = period.strip().capitalize()
        if name not in PERIODS:
            raise InvalidInput(f"The periods are {', '.join(PERIODS)}.", field="period")
        wanted["period"] = name
    await freshen(biller)
    return await listed_plans(biller, **wanted)


async def listed_plans(biller: Biller, **which: str) -> list[BillPlan]:
    """What can be bought there as it was last listed, however long ago; nobody is asked."""
    return await BillPlan.filter(biller_id=biller.id, active=True, **which).order_by("position", "id")


def is_fresh(biller: Biller) -> bool:
    """Whether its plans were read within the last day."""
    return biller.plans_read_at is not None and now() - biller.plans_read_at < FRESH


async def freshen(biller: Biller) -> None:
    """Read the plans again where they are old. The provider's absence is logged and harms nobody."""
    if is_fresh(biller):
        return
    try:
        offers = await gateway_of(biller).offers(biller.service)
    except (ProviderUnknown, ProviderRefused, LookupError) as trouble:
        log.warning("plans not read", biller=biller.id, reason=str(trouble))
        if biller.plans_read_at is not None:
            await Biller.filter(id=biller.id).update(plans_read_at=now() - FRESH + AWAY)
        return
    await _write_plans(biller, offers)


async def stale_plans(provider: str, service: str) -> None:
    """Have the plans of a service read again when they are next asked for: its provider says that they changed."""
    await Biller.filter(provider=provider, service=service, plans_read_at__isnull=False).update(
        plans_read_at=now() - FRESH
    )


async def _write_plans(biller: Biller, offers: list[BillOffer]) -> None:
    """A plan keeps its id and slug as long as the provider keeps its code."""
    listed = {offer.code: offer for offer in offers if len(offer.code) <= LONGEST_CODE}
    async with transaction():
        await fetch_one(f"SELECT id FROM biller WHERE id = $1{for_update()}", biller.id)
        known = {plan.code: plan for plan in await BillPlan.filter(biller_id=biller.id)}
        taken = {plan.slug for plan in known.values()}
        for position, offer in enumerate(listed.values()):
            name = plan_name(biller, offer.name)
            said: dict[str, Any] = {
                "name": name,
                "amount_minor": offer.amount_minor,
                "period": period_of(biller, offer.name),
                "active": True,
                "position": position,
            }
            if plan := known.get(offer.code):
                await BillPlan.filter(id=plan.id).update(**said)
            else:
                slug = plan_slug(biller, name, taken)
                taken.add(slug)
                await BillPlan.create(biller_id=biller.id, code=offer.code, slug=slug, **said)
        gone = [plan.id for code, plan in known.items() if code not in listed]
        await BillPlan.filter(id__in=gone).update(active=False)
        await Biller.filter(id=biller.id).update(plans_read_at=now())


def _mine(scope: Scope, **which: Any) -> Any:
    return Biller.filter(platform_id=scope.platform_id, environment=scope.environment, **which)
