"""A customer shows a picture of themselves: drawn anew, kept apart, replaced without a trace."""

import io
import json
from collections.abc import Callable
from typing import Any

from aiohttp import FormData
from PIL import Image

from models import Customer
from tests.conftest import World
from tests.hostile_pictures import HOSTILE, photo, picture
from tests.shop.conftest import Phone
from tests.shop.contract import sample

# As the contract writes it.
UPLOAD = sample("uploadProfilePicture")
AVATAR = "mutation($file: Upload!) { uploadProfilePicture(file: $file) { avatar avater } }"
ME = "{ activeCustomer { user { avatar avater } } }"
START = """mutation($p: String!) { initiateAccountCreation(input: {phone: $p, password: "secret-pass"}) { success } }"""
VERIFY = "mutation($c: String!) { verifyOtp(input: {otp: $c}) { token } }"


async def upload(phone: Phone, query: str, name: str, content: bytes) -> dict[str, Any]:
    form = FormData()
    form.add_field("operations", json.dumps({"query": query, "variables": {"file": None}}))
    form.add_field("map", json.dumps({"0": ["variables.file"]}))
    form.add_field("0", content, filename=name, content_type="image/png")
    headers = phone.headers | {"apollo-require-preflight": "true"}
    url = f"{phone.world.settings.base_url}/shop-api"
    async with phone.session.post(url, data=form, headers=headers) as answer:
        told: dict[str, Any] = await answer.json()
        return told


async def signed_up(world: World, phone: Phone, number: str) -> None:
    await phone.ask(START, p=number)
    await phone.ask(VERIFY, c=await world.code_for(number))


async def test_a_customer_shows_a_picture(world: World, phones: Callable[[], Phone]) -> None:
    phone, other = phones(), phones()
    await signed_up(world, phone, "0246215478")
    await signed_up(world, other, "0246215479")
    assert await phone.ask(ME) == {"activeCustomer": {"user": {"avatar": None, "avater": None}}}
    told = await upload(phone, UPLOAD, "me.jpg", photo((900, 450)))
    assert told["data"]["uploadProfilePicture"]["phone"] == "+233246215478"
    user = (await phone.ask(ME))["activeCustomer"]["user"]
    assert user["avatar"] == user["avater"]
    path = user["avatar"].removeprefix(world.settings.base_url)
    async with world.http.get(path) as answer:
        raw = await answer.read()
    assert Image.open(io.BytesIO(raw)).size == (450, 512)
    assert b"Secret" not in raw
    assert (await other.ask(ME))["activeCustomer"]["user"]["avatar"] is None

    told = await upload(phone, AVATAR, "me.png", picture())
    assert told["data"]["uploadProfilePicture"]["avatar"] != user["avatar"]
    async with world.http.get(path) as answer:
        assert answer.status == 404


async def test_who_is_not_signed_in_shows_nothing(world: World, phone: Phone) -> None:
    told = await upload(phone, UPLOAD, "me.png", picture())
    assert told["errors"][0]["extensions"]["code"] == "NOT_SIGNED_IN"
    status, _ = await phone.send({"query": UPLOAD, "variables": {"file": "me.png"}})
    assert status == 400


async def test_hostile_pictures_are_refused(world: World, phone: Phone) -> None:
    await signed_up(world, phone, "0246215478")
    for name, (content, _) in HOSTILE.items():
        told = await upload(phone, UPLOAD, name, content)
        assert told["errors"][0]["extensions"] == {"code": "WRONG_FILE_TYPE", "field": "file"}, name
    assert not await Customer.filter(avatar_path__not="").exists()
    assert not (world.settings.data / "assets").exists()


async def test_who_uploads_all_day_is_held_up(world: World, phone: Phone) -> None:
    await signed_up(world, phone, "0246215478")
    for _ in range(30):
        await upload(phone, UPLOAD, "me.png", b"nothing")
    told = await upload(phone, UPLOAD, "me.png", picture())
    assert told["errors"][0]["extensions"]["code"] == "TOO_MANY_TRIES"
