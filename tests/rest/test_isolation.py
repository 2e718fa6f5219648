"""Nobody sees or changes what is another's: every endpoint is called with the first customer's things named."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from tortoise import Tortoise

from api.rest.endpoints import Endpoint, Who
from api.rest.sections import SECTIONS
from core.clock import now
from models import ApiKey, Customer, Platform
from services.tenants import hash_key, scope_by_key
from tests.conftest import World
from tests.rest.hands import KASUWA_KEY, Rest
from tests.rest.named_calls import MINE, MONEY, TABLE, Named, Shows
from tests.rest.owner import EMAIL, PASSWORD, SHELVES, Owner, all_rows, one_of_everything

LIVE_KEY = "mk_live_of_a_test"
ENDPOINTS = {f"{each.method} {each.path}": each for section in SECTIONS for each in section.endpoints}
TAKES_TOKEN = (Who.CUSTOMER, Who.BUYER, Who.EITHER)
Rows = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture
async def owner(world: World) -> AsyncIterator[Owner]:
    """The first customer, of Makola Demo."""
    async with Rest(world) as app:
        yield await one_of_everything(app)


def test_the_table_knows_every_endpoint() -> None:
    assert set(TABLE) == set(ENDPOINTS)
    for name, calls in TABLE.items():
        assert calls, name
        for call in calls:
            assert (call.guest is None) is (ENDPOINTS[name].who is Who.CUSTOMER), name


@pytest.mark.parametrize("key", [KASUWA_KEY, LIVE_KEY])
async def test_another_platforms_or_environments_key_opens_nothing(
    world: World, owner: Owner, key: str
) -> None:
    await a_live_key()
    scope, start = await scope_by_key(key), await rows()
    async with Rest(world, key) as app:
        for endpoint, path, call in every_call():
            takes = endpoint.who in TAKES_TOKEN
            tokens = [(owner.app.token, 401 if takes else call.guest)]
            if takes:
                tokens.append((None, 401 if call.guest is None else call.guest))
            for app.token, expected in tokens:
                await check(app, owner, endpoint, path, call, expected, owner.secrets | owner.shop)
                added = changes(start, await rows())
                for table, row in added:
                    whose = (row.get("platform_id"), row.get("environment"))
                    assert whose == (scope.platform_id, scope.environment), (path, table, row)
    await nothing_is_lost(owner)


async def test_another_customer_of_the_platform_sees_and_changes_only_their_own(
    world: World, owner: Owner
) -> None:
    async with Rest(world) as app:
        await app.become("+233244888001", balance=str(MONEY), pin=MINE)
        await Customer.filter(id=app.customer_id).update(full_name="Kwame Other", pin_tries=0)
        theirs, owned = await rows(), await names_of_rows(owner.app.customer_id)
        for table, known in theirs.items():
            for text, row in list(known.items()):
                if row.get("customer_id") == app.customer_id or (table, row["id"]) == (
                    "customer",
                    app.customer_id,
                ):
                    del known[text]
        for endpoint, path, call in every_call():
            if call.other is None:
                continue
            await check(app, owner, endpoint, path, call, call.other, owner.secrets)
            added = changes(theirs, await rows(), but=call.touches)
            for table, row in added:
                named = {
                    (name, value)
                    for name, value in row.items()
                    if isinstance(value, int) and (name, value) in owned
                }
                assert table in call.touches or not named, (path, table, row)
            if call.touches:
                theirs |= {table: known for table, known in (await rows()).items() if table in call.touches}
            # Wrong PINs are the asker's own, and five of them are few.
            await Customer.filter(id=app.customer_id).update(pin_tries=0)
    await nothing_is_lost(owner)


def every_call() -> Iterator[tuple[Endpoint, str, Named]]:
    """Each endpoint at each of its paths with each of its calls."""
    for name, calls in TABLE.items():
        endpoint = ENDPOINTS[name]
        for path in (endpoint.path, *endpoint.aliases):
            for call in calls:
                yield endpoint, path, call


async def check(
    app: Rest,
    owner: Owner,
    endpoint: Endpoint,
    path: str,
    call: Named,
    expected: int | Shows | None,
    secrets: set[str],
) -> None:
    """Make the call: it is answered as expected, and shows none of the owner's secrets but those it named."""
    sent: dict[str, Any] = put_in({"path": call.path, "body": call.body, "query": call.query}, owner.things)
    where = path.format(**sent["path"])
    status, told = await app.ask(endpoint.method, where, sent["body"], **sent["query"])
    what = (endpoint.method, path, sent, status, told)
    data = expected.data if isinstance(expected, Shows) else ...
    assert status == (200 if data is not ... else expected), what
    if isinstance(data, dict):
        assert told["data"].items() >= data.items(), what
    elif data is not ...:
        assert told["data"] == data, what
    shown, named = repr(told), repr(sent)
    assert not [secret for secret in secrets if secret in shown and secret not in named], what


def put_in(part: Any, things: dict[str, Any]) -> Any:
    """`part` with the owner's things in the place of their names."""
    if isinstance(part, dict):
        return {name: put_in(value, things) for name, value in part.items()}
    if isinstance(part, list):
        return [put_in(each, things) for each in part]
    if isinstance(part, str) and part.startswith("{") and part[1:-1] in things:
        return things[part[1:-1]]
    return part.format(**things) if isinstance(part, str) else part


async def rows() -> Rows:
    """Every row but those on the shop's shelves, and what providers send of their own accord."""
    tables = {model._meta.db_table for model in Tortoise.apps["models"].values()}
    return await all_rows(sorted(tables - SHELVES - {"external_event"}))


def changes(before: Rows, after: Rows, but: frozenset[str] = frozenset()) -> list[tuple[str, dict[str, Any]]]:
    """The rows that were added; none that was there may have changed or gone, `but` in those tables."""
    added = []
    for table, known in before.items():
        gone = known.keys() - after[table].keys()
        assert table in but or not gone, (table, gone)
        added += [(table, row) for text, row in after[table].items() if text not in known]
    return added


async def names_of_rows(customer_id: int) -> set[tuple[str, Any]]:
    """What a row would hold that belongs to the customer, or to something that does."""
    found: set[tuple[str, Any]] = {("customer_id", customer_id)}
    of_tables = {"order_id": "customer_order", "payment_id": "payment", "account_id": "ledger_account"}
    of_tables |= {"quote_id": "delivery_quote", "challenge_id": "otp_challenge"}
    for column, table in of_tables.items():
        everything = (await all_rows([table]))[table].values()
        found |= {(column, row["id"]) for row in everything if row["customer_id"] == customer_id}
    return found


async def nothing_is_lost(owner: Owner) -> None:
    """The first customer has everything still, and their secrets are the old ones."""
    app, things = owner.app, owner.things
    await app.data("POST", "/api/customer/login", {"emailOrPhone": EMAIL, "password": PASSWORD})
    assert [each["id"] for each in await app.data("GET", "/api/customer/cart/items")] == [things["item"]]
    orders = await app.data("GET", "/api/customer/transaction/orders")
    assert {each["id"] for each in orders["orders"]} == {
        things["order"],
        things["waiting"],
        things["deposit"],
    }
    [owed] = await app.data("GET", "/api/balances")
    assert (owed["orderId"], owed["scheduledCharges"][0]["id"]) == (things["deposit"], things["charge"])
    assert (await app.data("GET", "/api/ProductWishList"))[0]["notes"] == things["notes"]
    assert (await app.data("GET", "/api/checkout/saved-delivery-addresses"))[0]["line1"] == things["home"]
    pins = {"currentTransactionPin": things["pin"], "newTransactionPin": "2468"}
    await app.data("PUT", "/api/customerprofile/update-transaction-pin", pins)
    async with Rest(app.world) as guest:
        assert await guest.data("GET", "/api/customer/cart/count", sessionId=things["unclaimed"]) == 3


async def a_live_key() -> None:
    """A key of Makola Demo's live environment."""
    platform = await Platform.get(code="demo")
    await ApiKey.create(
        key_hash=hash_key(LIVE_KEY),
        label="Live",
        created_at=now(),
        platform_id=platform.id,
        environment="live",
    )
