"""Somebody applies for a shop, staff look at it, and an approval lets them in with a password that they change first of all."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, FormData

from core import clock
from models import OutboundMessage, Seller, SellerApplication, StaffUser
from services.secrets import hash_secret
from services.tenants import scope_by_code
from tests.admin.conftest import DeskHands
from tests.conftest import World
from tests.hostile_pictures import HOSTILE, photo
from tests.logged import all_logs
from tests.shop.contract import sample

PHONE, EMAIL = "+233536369414", "sam.kay@gmail.com"
# As the contract writes it.
SAMPLE = sample("createNewSeller")
CREATE = "mutation($i: CreateNewSellerInput!) { createNewSeller(input: $i) { message } }"
FIELDS = """id shopName fullName phone TIN emailAddress shopAddress aboutShop state reason sellerId decidedAt
  businessRegistrationFile { url mimeType } profilePicture { url mimeType }"""
LIST = "{ sellerApplications { totalItems items { " + FIELDS + " } } }"
ONE = "query($id: ID!) { sellerApplication(id: $id) { " + FIELDS + " } }"
APPROVE = "mutation($id: ID!) { approveSeller(id: $id) { id state sellerId } }"
REJECT = "mutation($id: ID!, $r: String!) { rejectSeller(id: $id, reason: $r) { state reason } }"
CHANGE = "mutation($n: String!) { updateActiveAdministrator(input: {password: $n}) { mustChangePassword } }"
ME = "{ activeAdministrator { emailAddress firstName mustChangePassword user { roles { code } } } }"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"
PERSON = {"fullName": "Ama", "phone": "0241234567", "TIN": "P0001234567", "emailAddress": "ama@shop.example"}


class Applicant:
    """Somebody at the shop API without an account."""

    def __init__(self, world: World, **headers: str) -> None:
        self.url = f"{world.settings.base_url}/shop-api"
        self.headers = headers | {"apollo-require-preflight": "true"}

    async def send(
        self, query: str, variables: dict[str, Any] | None = None, **files: tuple[str, bytes]
    ) -> Any:
        asked: Any = {"query": query, "variables": variables}
        options: dict[str, Any] = {"json": asked}
        if files:
            form = FormData()
            form.add_field("operations", json.dumps(asked))
            form.add_field("map", json.dumps({name: [f"variables.i.{name}"] for name in files}))
            for name, (called, content) in files.items():
                form.add_field(name, content, filename=called, content_type="application/pdf")
            options = {"data": form}
        async with ClientSession() as http, http.post(self.url, headers=self.headers, **options) as answer:
            return await answer.json()

    async def apply(self, shop: str = "Ama Parts", **files: tuple[str, bytes]) -> Any:
        return await self.send(CREATE, self.wish(shop), **files)

    def wish(self, shop: str = "Ama Parts", **person: str) -> dict[str, Any]:
        given = {"shopName": shop, "seller": PERSON | person}
        return {"i": given | {"businessRegistrationFile": None, "profilePicture": None}}


def refusal(told: dict[str, Any]) -> tuple[str, str]:
    error = told["errors"][0]["extensions"]
    return error["code"], error.get("field", "")


async def password_in(world: World, to: str) -> str:
    await world.drain()
    text: str = (await world.outbox(to))[0]["text"]
    return text.partition("password ")[2].split()[0]


async def test_from_the_application_to_the_sellers_own_desk(
    world: World, desk: DeskHands, desks: Callable[[], DeskHands]
) -> None:
    with all_logs() as events:
        told = await Applicant(world).send(SAMPLE)
        assert told == {"data": {"createNewSeller": {"message": "SUCCESS"}}}
        await desk.log_in()
        [one] = (await desk.ask(LIST))["sellerApplications"]["items"]
        assert (one["shopName"], one["fullName"], one["phone"], one["TIN"]) == (
            "Test ent",
            "Kay Sam",
            PHONE,
            "0224512",
        )
        assert (one["emailAddress"], one["shopAddress"], one["state"]) == (EMAIL, "Abosokai", "Pending")
        approved = (await desk.ask(APPROVE, id=one["id"]))["approveSeller"]
        assert approved["state"] == "Approved"
        assert (await desk.ask(APPROVE, id=one["id"]))["approveSeller"] == approved
        given = await password_in(world, PHONE)
        assert await password_in(world, EMAIL) == given
        assert EMAIL in (await world.outbox(PHONE))[0]["text"]
        assert [len(await world.outbox(to)) for to in (PHONE, EMAIL)] == [1, 1]

        seller = desks()
        assert (await seller.log_in(EMAIL, given))["__typename"] == "CurrentUser"
        assert (await seller.ask(ME))["activeAdministrator"] == {
            "emailAddress": EMAIL,
            "firstName": "Kay",
            "mustChangePassword": True,
            "user": {"roles": [{"code": "seller"}]},
        }
        assert await seller.refused("{ assets { totalItems } }") == "FORBIDDEN"
        for new in (given, "x"):
            assert await seller.refused(CHANGE, n=new) == "INVALID_INPUT"
        elsewhere = desks()
        await elsewhere.log_in(EMAIL, given)
        told = (await seller.ask(CHANGE, n="my-own-pass"))["updateActiveAdministrator"]
        assert told == {"mustChangePassword": False}
        assert (await elsewhere.ask(ME))["activeAdministrator"] is None
        assert (await elsewhere.log_in(EMAIL, given))["__typename"] == "InvalidCredentialsError"
        await seller.log_in(EMAIL, "my-own-pass")
        assert (await seller.ask("{ assets { totalItems } }"))["assets"]["totalItems"] == 0
        assert await seller.refused(LIST) == await seller.refused(APPROVE, id=one["id"]) == "FORBIDDEN"
    staff = await StaffUser.get(email=EMAIL)
    assert (str(staff.seller_id), staff.role) == (approved["sellerId"], "seller")
    kept = str(
        [await each.all().values() for each in (OutboundMessage, SellerApplication, StaffUser, Seller)]
    )
    assert given and given not in kept and given not in str(events)


async def test_who_is_turned_down_is_told_why_and_may_ask_again(world: World, desk: DeskHands) -> None:
    applicant = Applicant(world)
    await applicant.apply()
    await desk.log_in()
    [one] = (await desk.ask(LIST))["sellerApplications"]["items"]
    assert await desk.refused(REJECT, id=one["id"], r=" ") == "INVALID_INPUT"
    for _ in range(2):
        told = (await desk.ask(REJECT, id=one["id"], r="The TIN is another's."))["rejectSeller"]
        assert told == {"state": "Rejected", "reason": "The TIN is another's."}
    await world.drain()
    [text] = await world.outbox("+233241234567")
    assert text["text"] == "Makola Demo: we can't open the shop Ama Parts now. The TIN is another's."
    [mail] = await world.outbox("ama@shop.example")
    assert mail["subject"] == "Makola Demo: about your shop"
    assert await desk.refused(APPROVE, id=one["id"]) == "ILLEGAL_TRANSITION"
    assert not await StaffUser.exists(email="ama@shop.example")
    assert (await applicant.apply())["data"]["createNewSeller"] == {"message": "SUCCESS"}
    waiting = '{ sellerApplications(options: {filter: {state: {eq: "Pending"}}}) { totalItems } }'
    assert (await desk.ask(waiting))["sellerApplications"]["totalItems"] == 1


async def test_files_are_shown_to_staff_alone_and_for_ten_minutes(world: World, desk: DeskHands) -> None:
    told = await Applicant(world).apply(
        businessRegistrationFile=("reg.pdf", PDF), profilePicture=("me.jpg", photo((1000, 500)))
    )
    assert "errors" not in told
    await desk.log_in()
    [one] = (await desk.ask(LIST))["sellerApplications"]["items"]
    paper, face = one["businessRegistrationFile"], one["profilePicture"]
    assert (paper["mimeType"], face["mimeType"]) == ("application/pdf", "image/jpeg")

    async def opened(url: str) -> tuple[int, bytes, Any]:
        async with world.http.get(url.removeprefix(world.settings.base_url)) as answer:
            return answer.status, await answer.read(), answer.headers

    status, raw, headers = await opened(paper["url"])
    assert (status, raw, headers["Cache-Control"]) == (200, PDF, "private, no-store")
    assert headers["Content-Disposition"].startswith("attachment;")
    status, raw, _ = await opened(face["url"])
    assert status == 200 and b"Secret" not in raw
    found = await SellerApplication.first()
    assert found is not None
    for key in (found.registration_path, found.registration_path.replace("private/", "")):
        assert (await opened(f"/assets/{key}"))[0] == 404
    assert (await opened(paper["url"][:-3] + "abc"))[0] == 404
    assert (await opened("/files/x"))[0] == 404
    clock.travel(timedelta(minutes=11))
    assert (await opened(paper["url"]))[0] == 404


async def test_what_can_not_be_right_is_refused_by_name(world: World) -> None:
    applicant = Applicant(world)
    for person, field in (
        ({"phone": "12"}, "phone"),
        ({"phone": "+44 20 7946 0958 0000000"}, "phone"),
        ({"TIN": "12"}, "TIN"),
        ({"TIN": "ABCDEFG"}, "TIN"),
        ({"TIN": "12345'; --"}, "TIN"),
        ({"emailAddress": "ama"}, "emailAddress"),
        ({"fullName": " "}, "fullName"),
        ({"shopAddress": "x" * 256}, "shopAddress"),
        ({"aboutShop": "x" * 2001}, "aboutShop"),
    ):
        assert refusal(await applicant.send(CREATE, applicant.wish(**person))) == ("INVALID_INPUT", field)
    assert refusal(await applicant.apply("\u200b")) == ("INVALID_INPUT", "shopName")
    assert not await SellerApplication.exists()


async def test_hostile_files_are_refused_and_leave_nothing_behind(world: World) -> None:
    applicant = Applicant(world)
    for n, (name, (content, _)) in enumerate(HOSTILE.items()):
        wish = applicant.wish(phone=f"02412345{n:02d}")
        for field in ("businessRegistrationFile", "profilePicture"):
            told = await applicant.send(CREATE, wish, **{field: (name, content)})
            assert refusal(told) == ("WRONG_FILE_TYPE", field), (name, told)
    told = await applicant.apply(businessRegistrationFile=("a.pdf", PDF), profilePicture=("a.png", b"x"))
    assert refusal(told) == ("WRONG_FILE_TYPE", "profilePicture")
    assert not await SellerApplication.exists()
    folder = world.settings.data / "assets" / "private"
    assert not list(folder.glob("*"))


async def test_an_application_waits_once(world: World) -> None:
    applicant = Applicant(world)
    told = await asyncio.gather(*(applicant.apply() for _ in range(3)))
    assert sorted("errors" in each for each in told) == [False, True, True]
    assert refusal(await applicant.apply("AMA  parts")) == ("ALREADY_REGISTERED", "shopName")
    other = applicant.wish("Other", phone="0241234568")
    assert refusal(await applicant.send(CREATE, other)) == ("ALREADY_REGISTERED", "emailAddress")
    other = applicant.wish("Other", emailAddress="b@shop.example")
    assert refusal(await applicant.send(CREATE, other))[0] in ("ALREADY_REGISTERED", "TOO_MANY_TRIES")
    there = await Seller.first()
    assert there is not None
    other = applicant.wish(there.name.upper(), phone="0241234569", emailAddress="c@shop.example")
    assert refusal(await applicant.send(CREATE, other)) == ("ALREADY_REGISTERED", "shopName")


async def test_who_applies_all_day_is_held_up(world: World) -> None:
    many, number = Applicant(world, **{"X-Forwarded-For": "41.66.200.1"}), Applicant(world)
    for n in range(10):
        wish = many.wish("x", phone=f"024123450{n}", emailAddress=f"a{n}@shop.example")
        await many.send(CREATE, wish)
    assert refusal(await many.apply())[0] == "TOO_MANY_TRIES"
    for _ in range(5):
        await number.apply()
    assert refusal(await number.apply("Another"))[0] == "TOO_MANY_TRIES"


@pytest.mark.parametrize("taken", ["email", "name"])
async def test_what_is_taken_by_the_time_of_the_approval_stays_theirs(
    world: World, desk: DeskHands, taken: str
) -> None:
    await Applicant(world).apply()
    demo = await scope_by_code("demo", "test")
    mine = {"platform_id": demo.platform_id, "environment": "test"}
    if taken == "name":
        await Seller.create(name="Ama Parts", **mine)
    else:
        await StaffUser.create(email="ama@shop.example", password_hash="x", role="desk", **mine)
    await desk.log_in()
    [one] = (await desk.ask(LIST))["sellerApplications"]["items"]
    assert await desk.refused(APPROVE, id=one["id"]) == "ALREADY_REGISTERED"
    assert (await desk.ask(ONE, id=one["id"]))["sellerApplication"]["state"] == "Pending"
    assert not await OutboundMessage.exists() and not await StaffUser.exists(role="seller")


async def test_two_who_approve_at_once_open_one_shop(
    world: World, desk: DeskHands, desks: Callable[[], DeskHands]
) -> None:
    await Applicant(world).apply()
    hands = [desk, desks(), desks()]
    for each in hands:
        await each.log_in()
    [one] = (await desk.ask(LIST))["sellerApplications"]["items"]
    told = await asyncio.gather(*(each.ask(APPROVE, id=one["id"]) for each in hands))
    assert len({each["approveSeller"]["sellerId"] for each in told}) == 1
    assert await StaffUser.filter(role="seller").count() == 1
    await world.drain()
    assert len(await world.outbox("+233241234567")) == 1


async def test_another_platforms_staff_see_nothing_of_it(
    world: World, desk: DeskHands, desks: Callable[[], DeskHands]
) -> None:
    await Applicant(world).apply()
    [one] = await SellerApplication.all()
    kasuwa = await scope_by_code("kasuwa", "test")
    hashed = await hash_secret("pass-word")
    theirs = {"platform_id": kasuwa.platform_id, "environment": "test", "password_hash": hashed}
    await StaffUser.create(email="owner@kasuwa.test", role="owner", **theirs)
    away = desks()
    away.headers = {"vendure-token": "kasuwa"}
    await away.log_in("owner@kasuwa.test", "pass-word")
    assert (await away.ask(LIST))["sellerApplications"] == {"totalItems": 0, "items": []}
    assert (await away.ask(ONE, id=str(one.id)))["sellerApplication"] is None
    assert await away.refused(APPROVE, id=str(one.id)) == "NOT_FOUND"
    assert await away.refused(REJECT, id=str(one.id), r="x") == "NOT_FOUND"
    assert await desk.refused(LIST) == "NOT_SIGNED_IN"
    # The same person may apply there as well.
    there = Applicant(world, **{"vendure-token": "kasuwa"})
    wish = there.wish(phone="+234 803 123 4567")
    assert (await there.send(CREATE, wish))["data"]["createNewSeller"] == {"message": "SUCCESS"}
