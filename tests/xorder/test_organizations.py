"""An organization's managers see what was bought for it, its members what they bought, and nobody else anything."""

from collections.abc import Callable

from core.clock import now
from core.db import execute
from models import Organization, OrganizationMember
from services.tenants import Scope, scope_by_code
from tests.xorder.conftest import Hands, Somebody, somebody, staff_with_role
from tests.xorder.test_document import sample

ORDERS = """query($o: String) { organizationOrders(organizationId: $o) { totalCount
  items { number organizationId organizationName shipments { organizationName } } } }"""
NAMED = "query($i: String) { order(id: $i) { number } }"


async def an_organization(scope: Scope, **members: Somebody) -> Organization:
    mine = {"platform_id": scope.platform_id, "environment": scope.environment}
    made = await Organization.create(name=f"Tema Motors {'-'.join(members)}", **mine)
    for role, member in members.items():
        await OrganizationMember.create(
            organization=made, customer_id=member.customer.id, role=role, created_at=now()
        )
    return made


async def test_who_sees_the_orders_of_an_organization(
    customer: Somebody, desk: Hands, hands: Callable[[str | None], Hands], scope: Scope
) -> None:
    boss, stranger = await somebody(hands, scope), await somebody(hands, scope)
    made = await an_organization(scope, member=customer, manager=boss)
    theirs, own = await customer.orders_on_account(), await customer.orders_on_account(47, 1)
    of_boss = await boss.orders_on_account(46, 1)
    for order in (theirs, of_boss):
        await execute("UPDATE customer_order SET organization_id = $2 WHERE id = $1", order.id, made.id)

    async def seen(hands: Hands, **asked: str) -> list[str]:
        page = (await hands.ask(ORDERS, **asked))["organizationOrders"]
        assert page["totalCount"] == len(page["items"])
        for each in page["items"]:
            assert (each["organizationId"], each["organizationName"]) == (str(made.uid), made.name)
            assert each["shipments"][0]["organizationName"] == made.name
        return [each["number"] for each in page["items"]]

    uid = str(made.uid)
    assert await seen(customer.hands, o=uid) == await seen(customer.hands) == [theirs.code]
    assert await seen(boss.hands, o=uid) == await seen(desk, o=uid) == [of_boss.code, theirs.code]
    text = sample("organizationOrders").replace("33ae18d0-b7ba-4844-8c19-afd49489401b", uid)
    assert (await boss.hands.ask(text))["organizationOrders"]["totalCount"] == 2
    assert (await stranger.hands.refused(ORDERS, o=uid))["code"] == "Forbidden"
    assert (await stranger.hands.refused(ORDERS))["code"] == "Forbidden"
    assert (await desk.refused(ORDERS))["field"] == "organizationId"
    kasuwa = await staff_with_role(hands, await scope_by_code("kasuwa", "test"), "owner")
    assert (await kasuwa.refused(ORDERS, o=uid))["code"] == "NotFound"
    # One by one: a manager sees a member's order for the organization, and not what they bought for themselves.
    for order, sees in ((theirs, True), (own, False)):
        shown = (await boss.hands.ask(NAMED, i=str(order.uid)))["order"]
        assert shown == ({"number": order.code} if sees else None)
    assert (await customer.hands.ask(NAMED, i=str(of_boss.uid)))["order"] is None
    assert (await stranger.hands.ask(NAMED, i=str(theirs.uid)))["order"] is None


async def test_a_manager_pays_what_a_member_ordered(
    customer: Somebody, hands: Callable[[str | None], Hands], scope: Scope
) -> None:
    boss = await somebody(hands, scope, balance_minor=10_000_000, pin=True)
    made = await an_organization(scope, member=customer, manager=boss)
    order = await customer.orders_on_account()
    await execute("UPDATE customer_order SET organization_id = $2 WHERE id = $1", order.id, made.id)
    payment = await boss.plans(order, paymentGatewayCode="shopping-card")
    told = await boss.authorizes(order, payment, pin="1234")
    assert told == {"isSuccess": True, "errorMessage": None}
    assert (await customer.payment(order, payment["id"]))["status"] == "Paid"


async def test_whoever_buys_for_two_says_for_which(customer: Somebody, scope: Scope) -> None:
    one, two = await an_organization(scope, member=customer), await an_organization(scope, manager=customer)
    assert (await customer.hands.refused(ORDERS))["field"] == "organizationId"
    for each in (one, two):
        assert (await customer.hands.ask(ORDERS, o=str(each.uid)))["organizationOrders"]["totalCount"] == 0
