"""Organizations: staff keep them, members buy for them, and each sees the orders that are theirs to see."""

from collections.abc import Callable
from typing import Any

from core.db import fetch
from models import AuditEntry, Customer, Order
from services.accounts.tokens import issue_token
from services.organizations import memberships_of, orders_of_organization, visible_orders
from services.tenants import Scope, scope_by_code
from tests.admin.conftest import DeskHands
from tests.services.helpers import PIN, a_customer, a_variant
from tests.shop.conftest import Phone, phone, phones  # noqa: F401 - fixtures
from tests.stories.test_statements import statements  # noqa: F401 - a fixture

CREATE = "mutation($n: String!) { createOrganization(input: {name: $n}) { id uid name memberCount } }"
RENAME = "mutation($id: ID!, $n: String!) { updateOrganization(input: {id: $id, name: $n}) { name } }"
DELETE = "mutation($id: ID!) { deleteOrganization(id: $id) { result message } }"
ADD = """mutation($o: ID!, $c: ID!, $r: OrganizationRole!) {
  addOrganizationMember(input: {organizationId: $o, customerId: $c, role: $r}) { customer { id } role } }"""
CHANGE = ADD.replace("add", "update")
REMOVE = "mutation($o: ID!, $c: ID!) { removeOrganizationMember(organizationId: $o, customerId: $c) { memberCount } }"
LIST = "query($o: OrganizationListOptions) { organizations(options: $o) { totalItems items { id name memberCount } } }"
MEMBERS = """query($o: ID!, $p: OrganizationMemberListOptions) { organizationMembers(organizationId: $o, options: $p) {
  totalItems items { role customer { id firstName } } } }"""
CHOOSE = """mutation($o: ID) { setOrderOrganization(organizationId: $o) {
  __typename ... on Order { id code organization { id name } } ... on ErrorResult { errorCode } } }"""
BUY = "mutation($v: ID!) { addItemToOrder(productVariantId: $v, quantity: 1) { __typename } }"
DELIVER = "mutation { setOrderShippingMethod(shippingMethodId: [1]) { __typename } }"
PAY = """mutation($m: JSON!) { addPaymentToOrder(input: {method: "shopping-card", metadata: $m}) {
  __typename ... on Order { id state organization { name } } } }"""
MINE = "{ activeCustomerOrganizations { role organization { id name } } }"


async def made(desk: DeskHands, name: str = "Adom Garages") -> str:
    await desk.log_in()
    return str((await desk.ask(CREATE, n=name))["createOrganization"]["id"])


def app_of(phone: Phone, customer: Customer) -> Phone:  # noqa: F811
    phone.headers["Authorization"] = f"Bearer {issue_token(customer, 'session')}"
    return phone


async def bought(phone: Phone, scope: Scope, organization: str | None) -> int:  # noqa: F811
    """An order for that organization, or for oneself; its id."""
    await phone.ask(BUY, v=await a_variant(scope, pieces=9))
    await phone.ask(DELIVER)
    await phone.ask(CHOOSE, o=organization)
    order = (await phone.ask(PAY, m={"pin": PIN}))["addPaymentToOrder"]
    assert order["state"] == "PaymentSettled"
    return int(order["id"])


async def seen(scope: Scope, condition: str, values: list[Any]) -> set[int]:
    rows = await fetch(
        f"SELECT o.id FROM customer_order o WHERE o.platform_id = $1 AND o.environment = $2 AND {condition}",
        *values,
    )
    return {row["id"] for row in rows}


async def seen_by(scope: Scope, customer: Customer) -> set[int]:
    values: list[Any] = [scope.platform_id, scope.environment]
    return await seen(scope, visible_orders(customer.id, values), values)


async def test_an_organization_is_kept_at_the_desk(desk: DeskHands, demo: Scope) -> None:
    adom = await made(desk)
    await desk.ask(CREATE, n="Zongo Taxis")
    assert await desk.refused(CREATE, n="Adom Garages") == "INVALID_INPUT"
    assert await desk.refused(CREATE, n="  ") == "INVALID_INPUT"
    assert (await desk.ask(RENAME, id=adom, n="Adom & Sons"))["updateOrganization"] == {"name": "Adom & Sons"}
    assert await desk.refused(RENAME, id=adom, n="Zongo Taxis") == "INVALID_INPUT"
    listed = (await desk.ask(LIST, o={"filter": {"name": {"contains": "sons"}}}))["organizations"]
    assert listed == {"totalItems": 1, "items": [{"id": adom, "name": "Adom & Sons", "memberCount": 0}]}
    assert (await desk.ask(DELETE, id=adom))["deleteOrganization"]["result"] == "DELETED"
    assert (await desk.ask(DELETE, id=adom))["deleteOrganization"]["result"] == "NOT_DELETED"
    assert (await desk.ask(LIST))["organizations"]["totalItems"] == 1
    # Its name is free again.
    await desk.ask(CREATE, n="Adom & Sons")
    acts = (
        await AuditEntry.filter(noun="organization", noun_id=int(adom))
        .order_by("id")
        .values_list("act", flat=True)
    )
    assert acts == ["created", "updated", "deleted"]


async def test_members_come_change_and_go_and_the_last_manager_stays(desk: DeskHands, demo: Scope) -> None:
    adom = await made(desk)
    ama, kofi = await a_customer(demo), await a_customer(demo)
    await desk.ask(ADD, o=adom, c=str(ama.id), r="MANAGER")
    added = (await desk.ask(ADD, o=adom, c=str(kofi.id), r="MEMBER"))["addOrganizationMember"]
    assert added == {"customer": {"id": str(kofi.id)}, "role": "MEMBER"}
    assert await desk.refused(ADD, o=adom, c=str(kofi.id), r="MANAGER") == "INVALID_INPUT"
    assert await desk.refused(REMOVE, o=adom, c=str(ama.id)) == "INVALID_INPUT"
    assert await desk.refused(CHANGE, o=adom, c=str(ama.id), r="MEMBER") == "INVALID_INPUT"
    await desk.ask(CHANGE, o=adom, c=str(kofi.id), r="MANAGER")
    assert (await desk.ask(REMOVE, o=adom, c=str(ama.id)))["removeOrganizationMember"] == {"memberCount": 1}
    assert await desk.refused(REMOVE, o=adom, c=str(ama.id)) == "NOT_FOUND"
    found = (await desk.ask(MEMBERS, o=adom, p={"filter": {"role": {"eq": "manager"}}}))[
        "organizationMembers"
    ]
    assert [each["customer"]["id"] for each in found["items"]] == [str(kofi.id)]
    assert await memberships_of(demo, ama.id) == []


async def test_a_page_of_members_takes_as_many_statements_however_many_there_are(
    desk: DeskHands,
    demo: Scope,
    statements: list[str],  # noqa: F811
) -> None:
    adom, taken = await made(desk), []
    for count in (1, 9):
        for _ in range(count):
            await desk.ask(ADD, o=adom, c=str((await a_customer(demo)).id), r="MEMBER")
        statements.clear()
        await desk.ask(MEMBERS, o=adom)
        taken.append(len(statements))
    assert taken[0] == taken[1] <= 6, "\n".join(statements)


async def test_an_order_is_bought_for_an_organization_and_its_managers_see_it(
    desk: DeskHands,
    phones: Callable[[], Phone],  # noqa: F811
    demo: Scope,
) -> None:
    adom = await made(desk)
    manager, member, stranger = [await a_customer(demo, balance_minor=10**8, pin=True) for _ in range(3)]
    await desk.ask(ADD, o=adom, c=str(manager.id), r="MANAGER")
    await desk.ask(ADD, o=adom, c=str(member.id), r="MEMBER")
    app = app_of(phones(), member)
    assert (await app.ask(MINE))["activeCustomerOrganizations"] == [
        {"role": "MEMBER", "organization": {"id": adom, "name": "Adom Garages"}}
    ]
    own, ours = await bought(app, demo, None), await bought(app, demo, adom)
    theirs = await bought(app_of(phones(), manager), demo, adom)
    assert await seen_by(demo, member) == {own, ours}
    assert await seen_by(demo, manager) == {ours, theirs}
    assert await seen_by(demo, stranger) == set()
    for customer, orders in ((manager, {ours, theirs}), (member, {ours})):
        values: list[Any] = [demo.platform_id, demo.environment]
        condition = await orders_of_organization(demo, customer.id, int(adom), values)
        assert await seen(demo, condition, values) == orders
    shown = await desk.ask("query($id: ID!) { order(id: $id) { organization { name } } }", id=str(ours))
    assert shown["order"] == {"organization": {"name": "Adom Garages"}}


async def test_nobody_buys_for_an_organization_that_they_are_no_member_of(
    desk: DeskHands,
    phones: Callable[[], Phone],  # noqa: F811
    demo: Scope,
) -> None:
    adom = await made(desk)
    app = app_of(phones(), await a_customer(demo))
    await app.ask(BUY, v=await a_variant(demo, pieces=9))
    assert (await app.refused(CHOOSE, o=adom))["extensions"]["code"] == "NOT_FOUND"
    guest = phones()
    await guest.ask(BUY, v=await a_variant(demo, pieces=9))
    assert (await guest.refused(CHOOSE, o=adom))["extensions"]["code"] == "NOT_SIGNED_IN"
    abroad = await a_customer(await scope_by_code("kasuwa", "test"))
    assert await desk.refused(ADD, o=adom, c=str(abroad.id), r="MEMBER") == "NOT_FOUND"


async def test_a_cart_is_ones_own_again_once_one_buys_for_the_organization_no_more(
    desk: DeskHands,
    phones: Callable[[], Phone],  # noqa: F811
    demo: Scope,
) -> None:
    adom = await made(desk)
    ama, kofi = [await a_customer(demo, balance_minor=10**8, pin=True) for _ in range(2)]
    for customer in (ama, kofi):
        await desk.ask(ADD, o=adom, c=str(customer.id), r="MEMBER")
        app = app_of(phones(), customer)
        placed = await bought(app, demo, adom)
        await app.ask(BUY, v=await a_variant(demo, pieces=9))
        chosen = (await app.ask(CHOOSE, o=adom))["setOrderOrganization"]
        assert chosen["organization"]["name"] == "Adom Garages"
    await desk.ask(REMOVE, o=adom, c=str(ama.id))
    carts = {
        each.customer_id: each.organization_id
        for each in await Order.filter(active=True, customer_id__in=[ama.id, kofi.id])
    }
    assert carts == {ama.id: None, kofi.id: int(adom)}
    await desk.ask(DELETE, id=adom)
    assert not await Order.filter(active=True, organization_id=int(adom)).exists()
    # What was placed still says whom it was bought for.
    order = await app.ask("query($id: ID!) { order(id: $id) { organization { name } } }", id=str(placed))
    assert order["order"] == {"organization": {"name": "Adom Garages"}}
    assert (await app.ask(MINE))["activeCustomerOrganizations"] == []
