"""How a reconciliation is begun: settlements are looked for, named, uploaded or told of, and done again."""

import asyncio
from typing import Any

from core.clock import now
from core.db import execute, fetch, fetch_one, for_update, transaction
from core.errors import InvalidInput, NotFound, OrderRefusal, Unavailable
from core.ids import new_uid
from core.jobs import enqueue
from models import Reconciliation
from providers.errors import ProviderRefused, ProviderUnknown
from providers.registry import registry
from providers.settlements import Settlement
from services.accounts.customers import checked_text
from services.finance.matching import store_lines
from services.finance.reconciliations import providers_of
from services.finance.states import RECONCILIATION_STATES
from services.finance.uploads import read_file
from services.paging import possible_ids
from services.staff import Desk, check_may, record
from services.tenants import Environment, Scope, scope_by_id

LONGEST_NAME = 120
MOST_PAGES = 20  # of a provider's list, at one look


async def look_for_settlements(desk: Desk, provider: str) -> int:
    """Ask a provider what it paid out, and begin with each settlement that is not known yet; how many those are.

    Raises `Forbidden`, `InvalidInput` for a provider that the shop doesn't use or that lists none, `Unavailable`.
    """
    check_may(desk, "ReconcileSettlement")
    await _check_provider(desk.scope, provider)
    begun, page, more = 0, 1, True
    while more and page <= MOST_PAGES:
        found, more = await _listed(desk.scope, provider, page)
        wanted = [each for each in found if each.state == "paid" and each.currency == desk.scope.currency]
        new = 0
        async with transaction():
            for each in wanted:
                new += await _begin(desk.scope, provider, each.id, each, desk) is not None
        # What is older was seen at an earlier look.
        begun, page, more = begun + new, page + 1, more and (new > 0 or not wanted)
    return begun


async def _listed(scope: Scope, provider: str, page: int) -> tuple[list[Settlement], bool]:
    try:
        return await registry().payments(provider, scope.environment).settlements(page=page)
    except ProviderRefused as refusal:
        raise InvalidInput(str(refusal), field="provider") from None
    except (ProviderUnknown, LookupError):
        raise Unavailable("The provider can't be asked just now. Please try again in a moment.") from None


async def begin_settlement(desk: Desk, provider: str, name: str) -> int:
    """Fetch a settlement by the provider's id or reference of it; the reconciliation's id, also where there is one already.

    Raises `Forbidden`, `InvalidInput`.
    """
    check_may(desk, "ReconcileSettlement")
    await _check_provider(desk.scope, provider)
    wanted = checked_text(name, "name", LONGEST_NAME)
    async with transaction():
        made = await _begin(desk.scope, provider, wanted, None, desk)
    return made or await _known(desk.scope, provider, "api", wanted)


async def upload_settlement(desk: Desk, provider: str, file_name: str, content: bytes) -> int:
    """Take the lines of a file (see `read_file`); the reconciliation's id. The same name replaces nothing.

    Raises `Forbidden`, `InvalidInput`.
    """
    check_may(desk, "ReconcileSettlement")
    await _check_provider(desk.scope, provider)
    name = checked_text(file_name, "file", LONGEST_NAME)
    # Tens of thousands of lines take a second, in which everybody else's requests go on.
    lines = await asyncio.to_thread(read_file, content, desk.scope.currency)
    async with transaction():
        if await Reconciliation.exists(**_tenant(desk.scope), provider=provider, source="file", name=name):
            raise InvalidInput("There is a reconciliation of a file with that name.", field="file")
        row = await Reconciliation.create(
            **_tenant(desk.scope),
            provider=provider,
            source="file",
            name=name,
            state="Matching",
            currency=desk.scope.currency,
            gross_minor=sum(line.amount_minor for line in lines if line.kind == "charge"),
            fees_minor=sum(line.fees_minor for line in lines),
            staff_id=desk.staff_id,
            next_attempt_at=now(),
        )
        kept, elsewhere = await store_lines(row, lines)
        await Reconciliation.filter(id=row.id).update(lines=kept, elsewhere=elsewhere)
        await record(desk, "created", "reconciliation", row.id, provider=provider, file=name, lines=kept)
        await enqueue("work_reconciliation", row.id)
    return int(row.id)


async def reconcile_again(desk: Desk, reconciliation_id: int) -> None:
    """Do it once more, from the provider's list on or the file's lines, as our book is now.

    Raises `Forbidden`, `NotFound`, and `OrderRefusal` while it is under way.
    """
    check_may(desk, "ReconcileSettlement")
    async with transaction():
        row = await fetch_one(
            "SELECT id, state, source FROM reconciliation WHERE platform_id = $1 AND environment = $2 AND id = $3"
            f"{for_update()}",
            desk.scope.platform_id,
            desk.scope.environment,
            *(possible_ids([reconciliation_id]) or [0]),
        )
        if row is None:
            raise NotFound("There is no such reconciliation.", field="id")
        if row["state"] not in ("Done", "Failed"):
            raise OrderRefusal("Reconciliation", "It is still under way.")
        afresh = row["source"] == "api"
        only = "" if afresh else " AND result = 'MissingThere'"
        await execute(f"DELETE FROM settlement_line WHERE reconciliation_id = $1{only}", row["id"])
        await execute(
            "UPDATE settlement_line SET result = '', why = '', ours_minor = NULL, payment_id = NULL "
            "WHERE reconciliation_id = $1",
            row["id"],
        )
        begun: dict[str, Any] = {"page": 0, "lines": 0, "elsewhere": 0} if afresh else {}
        counts = dict.fromkeys(("matched", "differing", "missing_here", "missing_there", "attempts"), 0)
        await RECONCILIATION_STATES.move(
            row["id"],
            row["state"],
            "Stored" if afresh else "Matching",
            **begun,
            **counts,
            why="",
            next_attempt_at=now(),
        )
        await record(desk, "repeated", "reconciliation", row["id"])
        await enqueue("work_reconciliation", row["id"])


async def begin_from_notice(provider: str, environment: Environment, name: str) -> int:
    """A provider tells of a settlement: every shop that uses it there begins with it; how many did, that had not."""
    shops = await fetch(
        "SELECT DISTINCT platform_id FROM payment_method WHERE provider = $1 AND environment = $2",
        provider,
        environment,
    )
    begun = 0
    for shop in shops:
        scope = await scope_by_id(shop["platform_id"], environment)
        async with transaction():
            begun += await _begin(scope, provider, name[:LONGEST_NAME], None, None) is not None
    return begun


async def _begin(
    scope: Scope, provider: str, name: str, told: Settlement | None, desk: Desk | None
) -> int | None:
    """Store a settlement that is to be fetched, in the caller's transaction; its id, or None where there is one."""
    rows = await fetch(
        "INSERT INTO reconciliation (uid, created_at, updated_at, platform_id, environment, provider, source, name, "
        "state, currency, gross_minor, fees_minor, net_minor, settled_at, page, lines, elsewhere, matched, differing, "
        "missing_here, missing_there, why, staff_id, attempts, next_attempt_at) "
        "VALUES ($1, $2, $2, $3, $4, $5, 'api', $6, 'Stored', $7, $8, $9, $10, $11, 0, 0, 0, 0, 0, 0, 0, '', $12, 0, $2) "
        "ON CONFLICT DO NOTHING RETURNING id",
        new_uid(),
        now(),
        scope.platform_id,
        scope.environment,
        provider,
        name,
        scope.currency,
        told.gross_minor if told else None,
        told.fees_minor if told else None,
        told.net_minor if told else None,
        told.settled_at if told else None,
        desk.staff_id if desk else None,
    )
    if not rows:
        return None
    made: int = rows[0]["id"]
    if desk is not None:
        await record(desk, "created", "reconciliation", made, provider=provider, settlement=name)
    await enqueue("work_reconciliation", made)
    return made


async def _known(scope: Scope, provider: str, source: str, name: str) -> int:
    found = await Reconciliation.get(**_tenant(scope), provider=provider, source=source, name=name)
    return int(found.id)


async def _check_provider(scope: Scope, provider: str) -> None:
    if provider not in await providers_of(scope):
        raise InvalidInput("The shop has no payment method of that provider.", field="provider")


def _tenant(scope: Scope) -> dict[str, Any]:
    return {"platform_id": scope.platform_id, "environment": scope.environment}
