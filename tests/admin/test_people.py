"""People of staff: taken on with a password they must change, given a role, and let go."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from core import clock
from core.errors import AlreadyRegistered, InvalidInput
from models import AuditEntry
from services.staff.people import add_first
from services.tenants import scope_by_code
from tests.admin.conftest import DeskHands

TAKE_ON = """mutation($email: String!, $role: ID!, $password: String!) { createAdministrator(input: {
  firstName: "Esi", lastName: "Mensah", emailAddress: $email, password: $password, roleIds: [$role]}) {
  id emailAddress mustChangePassword user { identifier roles { code } } } }"""
MINE = 'mutation($p: String) { updateActiveAdministrator(input: {password: $p, firstName: "Esi"}) { id } }'
UPDATE = (
    "mutation($i: UpdateAdministratorInput!) { updateAdministrator(input: $i) { user { roles { code } } } }"
)
DELETE = "mutation($id: ID!) { deleteAdministrator(id: $id) { result message } }"
LIST = "{ administrators { totalItems items { emailAddress } } }"


async def role(desk: DeskHands, code: str) -> str:
    roles = (await desk.ask("{ roles { items { id code permissions } } }"))["roles"]["items"]
    return next(str(each["id"]) for each in roles if each["code"] == code)


async def test_somebody_new_changes_the_password_first(
    desk: DeskHands, desks: Callable[[], DeskHands]
) -> None:
    await desk.log_in()
    catalogue = await role(desk, "catalogue")
    made = await desk.ask(TAKE_ON, email="Esi@Makola.test", role=catalogue, password="chosen-for-esi")
    assert made["createAdministrator"]["mustChangePassword"] is True
    esi = desks()
    await esi.log_in("esi@makola.test", "chosen-for-esi")
    assert await esi.refused("{ products { totalItems } }") == "FORBIDDEN"
    assert await esi.refused(MINE, p=None) == "FORBIDDEN"
    assert await esi.refused(MINE, p="chosen-for-esi") == "INVALID_INPUT"
    await esi.ask(MINE, p="esi-chose-this")
    assert await esi.refused("{ products { totalItems } }") == "NOT_SIGNED_IN"
    await esi.log_in("esi@makola.test", "esi-chose-this")
    assert (await esi.ask("{ products(options: {take: 1}) { totalItems } }"))["products"]["totalItems"] > 100
    assert await esi.refused(LIST) == "FORBIDDEN"
    entries = [
        str(entry) for entry in await AuditEntry.filter(noun="administrator").values_list("data", flat=True)
    ]
    assert len(entries) == 2 and not any("chosen-for-esi" in e or "argon2" in e for e in entries)


async def test_whoever_finds_an_open_session_changes_neither_password_nor_address(desk: DeskHands) -> None:
    address = "mutation($e: String!) { updateActiveAdministrator(input: {emailAddress: $e}) { id } }"
    await desk.log_in()
    clock.travel(timedelta(minutes=16))
    told = await desk.send(MINE, p="a-finders-own")
    assert told["errors"][0]["extensions"]["code"] == "FORBIDDEN" and "sign in again" in str(told)
    assert await desk.refused(address, e="finder@makola.test") == "FORBIDDEN"
    await desk.ask(MINE, p=None)
    await desk.ask(address, e="admin@makola.test")
    await desk.log_in()
    await desk.ask(address, e="ama@makola.test")
    await desk.ask(MINE, p="the-owners-own")
    assert await desk.refused(LIST) == "NOT_SIGNED_IN"
    await desk.log_in("ama@makola.test", "the-owners-own")
    assert (await desk.ask(LIST))["administrators"]["totalItems"] == 1


async def test_a_new_role_or_leaving_ends_what_one_may_do(
    desk: DeskHands, desks: Callable[[], DeskHands]
) -> None:
    await desk.log_in()
    made = await desk.ask(
        TAKE_ON, email="yaw@makola.test", role=await role(desk, "owner"), password="12345678"
    )
    yaw_id, yaw = made["createAdministrator"]["id"], desks()
    await yaw.log_in("yaw@makola.test", "12345678")
    await yaw.ask(MINE, p="another-one")
    await yaw.log_in("yaw@makola.test", "another-one")
    assert (await yaw.ask(LIST))["administrators"]["totalItems"] == 2
    support = await role(desk, "support")
    assert await yaw.refused(UPDATE, i={"id": yaw_id, "roleIds": [support]}) == "FORBIDDEN"
    assert await yaw.refused(DELETE, id=yaw_id) == "FORBIDDEN"
    await desk.ask(UPDATE, i={"id": yaw_id, "roleIds": [support]})
    assert await yaw.refused(LIST) == "NOT_SIGNED_IN"
    await yaw.log_in("yaw@makola.test", "another-one")
    assert await yaw.refused(LIST) == "FORBIDDEN"
    assert (await desk.ask(DELETE, id=yaw_id))["deleteAdministrator"]["result"] == "DELETED"
    assert await yaw.refused(LIST) == "NOT_SIGNED_IN"
    assert (await yaw.log_in("yaw@makola.test", "another-one"))["errorCode"] == "INVALID_CREDENTIALS_ERROR"
    assert await desk.refused(UPDATE, i={"id": yaw_id, "firstName": "Yaw"}) == "NOT_FOUND"
    await desk.ask(TAKE_ON, email="yaw@makola.test", role=support, password="12345678")


async def test_who_makes_no_sense_is_not_taken_on(desk: DeskHands) -> None:
    await desk.log_in()
    owner, seller = await role(desk, "owner"), await role(desk, "seller")
    assert await desk.refused(TAKE_ON, email="a@b.test", role=owner, password="short") == "INVALID_INPUT"
    assert await desk.refused(TAKE_ON, email="no address", role=owner, password="12345678") == "INVALID_INPUT"
    assert await desk.refused(TAKE_ON, email="a@b.test", role="99", password="12345678") == "INVALID_INPUT"
    assert await desk.refused(TAKE_ON, email="a@b.test", role=seller, password="12345678") == "INVALID_INPUT"
    assert (
        await desk.refused(TAKE_ON, email="admin@makola.test", role=owner, password="12345678")
        == "ALREADY_REGISTERED"
    )


async def test_the_first_of_a_shop_is_let_in_by_whoever_runs_the_server(desk: DeskHands) -> None:
    scope = await scope_by_code("kasuwa", "test")
    await add_first(scope, "Bola@Kasuwa.test", "chosen-for-bola", "owner")
    with pytest.raises(AlreadyRegistered):
        await add_first(scope, "bola@kasuwa.test", "chosen-for-bola", "owner")
    with pytest.raises(InvalidInput):
        await add_first(scope, "x@kasuwa.test", "chosen-for-x", "seller")
    desk.headers = {"vendure-token": "kasuwa"}
    await desk.log_in("bola@kasuwa.test", "chosen-for-bola")
    assert await desk.refused(LIST) == "FORBIDDEN"
    await desk.ask(MINE, p="bola-chose-this")
    await desk.log_in("bola@kasuwa.test", "bola-chose-this")
    assert (await desk.ask(LIST))["administrators"]["items"] == [{"emailAddress": "bola@kasuwa.test"}]
