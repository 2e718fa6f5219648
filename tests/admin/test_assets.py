"""Pictures are uploaded at the desk, judged by their content, shown small, and thrown away."""

import io
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from models import Asset, Product, Seller, StaffUser
from providers.registry import registry
from providers.storage_s3 import S3
from services.secrets import hash_secret
from services.tenants import scope_by_code
from tests.admin.conftest import DeskHands
from tests.conftest import World
from tests.hostile_pictures import HOSTILE, photo, picture

CREATE = """mutation($input: [CreateAssetInput!]!) { createAssets(input: $input) { __typename
  ... on Asset { id name mimeType type fileSize width height source preview focalPoint { x y } tags { value } createdAt }
  ... on MimeTypeError { errorCode message fileName mimeType } } }"""
LIST = (
    """query($o: AssetListOptions) { assets(options: $o) { totalItems items { id name tags { value } } } }"""
)
ONE = "query($id: ID!) { asset(id: $id) { name focalPoint { x y } tags { value } } }"
UPDATE = """mutation($i: UpdateAssetInput!) { updateAsset(input: $i) { name focalPoint { x y } tags { value } } }"""
DELETE = "mutation($i: DeleteAssetInput!) { deleteAsset(input: $i) { result message } }"
MANY = "mutation($i: DeleteAssetsInput!) { deleteAssets(input: $i) { result message } }"
UPLOADED = {"o": {"filter": {"name": {"contains": "up-"}}, "sort": {"name": "ASC"}}}


async def create(desk: DeskHands, *files: tuple[str, bytes], tags: list[str] | None = None) -> list[Any]:
    given = [{"file": None, "tags": tags} for _ in files]
    paths = {f"variables.input.{n}.file": file for n, file in enumerate(files)}
    told = await desk.upload(CREATE, paths, input=given)
    assert "errors" not in told, told
    made: list[Any] = told["data"]["createAssets"]
    return made


async def seen(world: World, url: str, **query: str) -> tuple[Image.Image, bytes, dict[str, str]]:
    path = url.removeprefix(world.settings.base_url)
    async with world.http.get(path, params=query) as answer:
        assert answer.status == 200, await answer.text()
        raw = await answer.read()
        return Image.open(io.BytesIO(raw)), raw, dict(answer.headers)


async def test_a_picture_is_uploaded_and_shown_upright_and_without_secrets(
    world: World, desk: DeskHands
) -> None:
    await desk.log_in()
    [made] = await create(desk, ("up-1.jpg", photo((2400, 1200))), tags=["brakes", "brakes", "new"])
    assert (made["__typename"], made["name"], made["mimeType"], made["type"]) == (
        "Asset",
        "up-1.jpg",
        "image/jpeg",
        "IMAGE",
    )
    assert (made["width"], made["height"], made["fileSize"]) == (2400, 1200, len(photo((2400, 1200))))
    assert made["tags"] == [{"value": "brakes"}, {"value": "new"}]
    assert made["source"] != made["preview"]
    _, raw, _ = await seen(world, made["source"])
    assert raw == photo((2400, 1200))
    preview, raw, headers = await seen(world, made["preview"])
    assert preview.size == (800, 1600)
    assert preview.getpixel((400, 100))[0] > 200 and preview.getpixel((400, 1500))[2] > 200  # type: ignore[index]
    assert b"Secret" not in raw and not preview.getexif()
    assert headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in headers["Content-Security-Policy"]
    for query, size in (
        ({"preset": "thumb"}, (150, 150)),
        ({"preset": "small"}, (150, 300)),
        ({"w": "90"}, (100, 200)),
        ({"w": "90", "h": "60"}, (100, 100)),
        ({"w": "90", "h": "60", "mode": "resize"}, (50, 100)),
        ({"w": "99999"}, (800, 1600)),
    ):
        shown, raw, headers = await seen(world, made["preview"], **query)
        assert (shown.size, headers["Content-Type"]) == (size, "image/jpeg"), query
        assert b"Secret" not in raw


async def test_what_is_transparent_stays_so(world: World, desk: DeskHands) -> None:
    await desk.log_in()
    [made] = await create(desk, ("up.png", picture(colour=(255, 0, 0, 0))))
    preview, _, headers = await seen(world, made["preview"])
    assert (headers["Content-Type"], preview.mode, preview.size) == ("image/webp", "RGBA", (60, 40))


async def test_the_same_picture_is_uploaded_once(desk: DeskHands) -> None:
    await desk.log_in()
    first, second = await create(desk, ("up-a.png", picture()), ("up-b.png", picture()))
    assert first["id"] == second["id"]
    [third] = await create(desk, ("up-c.png", picture(colour="green")))
    assert third["id"] != first["id"]


async def test_a_file_that_was_lost_comes_back_with_the_next_upload(world: World, desk: DeskHands) -> None:
    await desk.log_in()
    [made] = await create(desk, ("up.png", picture()))
    shutil.rmtree(world.settings.data / "assets")
    async with world.http.get(made["source"].removeprefix(world.settings.base_url)) as answer:
        assert answer.status == 404
    assert (await create(desk, ("up.png", picture())))[0]["id"] == made["id"]
    for url in (made["source"], made["preview"]):
        await seen(world, url)


async def test_every_kind_of_picture_is_taken(desk: DeskHands) -> None:
    await desk.log_in()
    kinds = ("PNG", "JPEG", "WEBP", "GIF")
    made = await create(desk, *((f"up.{kind}", picture(kind)) for kind in kinds))
    assert [each["mimeType"] for each in made] == [f"image/{kind.lower()}" for kind in kinds]


async def test_hostile_files_are_refused_and_leave_nothing_behind(world: World, desk: DeskHands) -> None:
    await desk.log_in()
    before = await Asset.all().count()
    for name, (content, mime) in HOSTILE.items():
        [told] = await create(desk, (name, content))
        assert (told["__typename"], told.get("errorCode")) == ("MimeTypeError", "MIME_TYPE_ERROR"), name
        assert (told["fileName"], told["mimeType"]) == (name, mime)
    [good, bad] = await create(desk, ("up.png", picture()), ("bomb.png", HOSTILE["bomb.png"][0]))
    assert (good["__typename"], bad["__typename"]) == ("Asset", "MimeTypeError")
    assert "36 million pixels" in bad["message"]
    assert await Asset.all().count() == before + 1
    assert len(list((world.settings.data / "assets").iterdir())) == 2


async def test_a_picture_with_something_behind_it_is_served_as_a_picture(
    world: World, desk: DeskHands
) -> None:
    await desk.log_in()
    [made] = await create(desk, ("up.html", picture("GIF") + b"<script>alert(1)</script>PK\x03\x04"))
    _, _, headers = await seen(world, made["source"])
    assert headers["Content-Type"] == "image/gif" and made["source"].endswith(".gif")


async def test_pictures_are_found_and_described(desk: DeskHands) -> None:
    await desk.log_in()
    await create(desk, ("up-1.png", picture(size=(1, 1))), tags=["a", "b"])
    await create(desk, ("UP-2.png", picture(size=(2, 2))), tags=["a"])
    assert (await desk.ask("{ assets { totalItems } }"))["assets"]["totalItems"] > 100
    found = (await desk.ask(LIST, **UPLOADED))["assets"]
    assert sorted(each["name"] for each in found["items"]) == ["UP-2.png", "up-1.png"]
    for tags, operator, total in (
        (["a"], "AND", 2),
        (["a", "b"], "AND", 1),
        (["a", "b"], "OR", 2),
        (["c"], "OR", 0),
    ):
        options = {"tags": tags, "tagsOperator": operator}
        assert (await desk.ask(LIST, o=options))["assets"]["totalItems"] == total
    wild = {"filter": {"name": {"contains": "%p_"}}}
    assert (await desk.ask(LIST, o=wild))["assets"]["totalItems"] == 0
    one = next(each["id"] for each in found["items"] if each["name"] == "up-1.png")
    changed = {"name": "Left brake", "focalPoint": {"x": 0.25, "y": 1}, "tags": ["c"]}
    shown = (await desk.ask(UPDATE, i={"id": one} | changed))["updateAsset"]
    assert shown == {"name": "Left brake", "focalPoint": {"x": 0.25, "y": 1.0}, "tags": [{"value": "c"}]}
    assert (await desk.ask(UPDATE, i={"id": one}))["updateAsset"] == shown
    assert (await desk.ask(ONE, id=one))["asset"] == shown
    assert (await desk.ask(UPDATE, i={"id": one, "focalPoint": None}))["updateAsset"]["focalPoint"] is None
    for wrong in (
        {"focalPoint": {"x": 1.1, "y": 0}},
        {"focalPoint": {"x": -1, "y": 0}},
        {"name": " "},
        {"tags": [""]},
    ):
        assert await desk.refused(UPDATE, i={"id": one} | wrong) == "INVALID_INPUT"


async def test_a_picture_that_is_shown_is_thrown_away_by_force_alone(world: World, desk: DeskHands) -> None:
    await desk.log_in()
    [made] = await create(desk, ("up.png", picture()))
    await Product.filter(id=1).update(asset_id=int(made["id"]))
    told = (await desk.ask(DELETE, i={"assetId": made["id"]}))["deleteAsset"]
    assert told == {"result": "NOT_DELETED", "message": "The selected assets are shown by 1 products."}
    await seen(world, made["source"])
    told = (await desk.ask(MANY, i={"assetIds": [made["id"]], "force": True}))["deleteAssets"]
    assert told == {"result": "DELETED", "message": None}
    for url in (made["source"], made["preview"]):
        async with world.http.get(url.removeprefix(world.settings.base_url)) as answer:
            assert answer.status == 404
    assert (await desk.ask(ONE, id=made["id"]))["asset"] is None
    assert await desk.refused(DELETE, i={"assetId": made["id"]}) == "NOT_FOUND"
    [again] = await create(desk, ("up.png", picture()))
    await seen(world, again["preview"])


async def test_sizes_that_are_none_are_refused(world: World) -> None:
    for query in (
        {"preset": "huge"},
        {"w": "0"},
        {"w": "-1"},
        {"h": "1e3"},
        {"w": "5", "mode": "x"},
        {"w": "٣"},
    ):
        async with world.http.get("/assets/brake-pads.png", params=query) as answer:
            assert answer.status == 400
    async with world.http.get("/assets/nothing.png", params={"preset": "thumb"}) as answer:
        assert answer.status == 404
    for key in ("..%2Fmakola.sqlite3", ".env", "private%2Fx.pdf"):
        async with world.http.get(f"/assets/{key}") as answer:
            assert answer.status == 404
    shown, _, _ = await seen(world, "/assets/brake-pads.png", preset="thumb")
    assert shown.size == (150, 150)


async def test_nobody_sees_or_touches_anothers_pictures(
    desk: DeskHands, desks: Callable[[], DeskHands]
) -> None:
    assert (
        await desk.upload(CREATE, {"variables.input.0.file": ("a.png", picture())}, input=[{"file": None}])
    )["errors"][0]["extensions"]["code"] == "NOT_SIGNED_IN"
    demo, kasuwa = await scope_by_code("demo", "test"), await scope_by_code("kasuwa", "test")
    hashed = await hash_secret("pass-word")
    mine = {"platform_id": demo.platform_id, "environment": "test", "password_hash": hashed}
    await StaffUser.create(email="desk@makola.test", role="desk", **mine)
    for name in ("abi", "kofi"):
        seller = await Seller.create(name=name, platform_id=demo.platform_id, environment="test")
        await StaffUser.create(email=f"{name}@makola.test", role="seller", seller_id=seller.id, **mine)
    theirs = mine | {"platform_id": kasuwa.platform_id}
    await StaffUser.create(email="owner@kasuwa.test", role="owner", **theirs)
    abi, kofi, away, packer = desks(), desks(), desks(), desks()
    away.headers = {"vendure-token": "kasuwa"}
    await desk.log_in()
    await abi.log_in("abi@makola.test", "pass-word")
    await kofi.log_in("kofi@makola.test", "pass-word")
    await away.log_in("owner@kasuwa.test", "pass-word")
    await packer.log_in("desk@makola.test", "pass-word")
    made = {name: (await create(who, ("up-x.png", picture())))[0]["id"] for name, who in (("shop", desk), ("abi", abi), ("kofi", kofi), ("away", away))}  # fmt: skip
    assert len(set(made.values())) == 4
    for who, may in ((abi, {"abi"}), (kofi, {"kofi"}), (away, {"away"}), (desk, {"shop", "abi", "kofi"})):
        found = (await who.ask(LIST, **UPLOADED))["assets"]["items"]
        assert {each["id"] for each in found} == {made[name] for name in may}
        for name in made.keys() - may:
            assert (await who.ask(ONE, id=made[name]))["asset"] is None
            assert await who.refused(UPDATE, i={"id": made[name], "name": "mine"}) == "NOT_FOUND"
            assert await who.refused(DELETE, i={"assetId": made[name], "force": True}) == "NOT_FOUND"
            both = {"assetIds": [made[next(iter(may))], made[name]], "force": True}
            assert await who.refused(MANY, i=both) == "NOT_FOUND"
    told = await packer.upload(
        CREATE, {"variables.input.0.file": ("a.png", picture())}, input=[{"file": None}]
    )
    assert told["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await packer.refused(DELETE, i={"assetId": made["shop"]}) == "FORBIDDEN"
    assert await packer.refused(UPDATE, i={"id": made["shop"], "name": "x"}) == "FORBIDDEN"


@pytest.mark.parametrize("mode", ["decline", "timeout_before", "error_500_after"])
async def test_pictures_lie_in_s3_where_that_is_chosen(
    world: World, desk: DeskHands, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    s3 = S3(registry()._bucket(), 0.5)
    monkeypatch.setattr(registry(), "_files", s3)
    await desk.log_in()
    await world.twin("/control/fail", provider="s3", call="put", mode=mode, times=2)
    told = await desk.upload(CREATE, {"variables.input.0.file": ("a.png", picture())}, input=[{"file": None}])
    assert told["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    await world.twin("/control/reset")
    [made] = await create(desk, ("up.jpg", photo()))
    _, raw, headers = await seen(world, made["source"])
    assert (raw, headers["Content-Type"]) == (photo(), "image/jpeg")
    assert (await seen(world, made["preview"], preset="tiny"))[0].size == (40, 50)
    await world.twin("/control/fail", provider="s3", call="get", mode=mode, times=2)
    async with world.http.get(made["source"].removeprefix(world.settings.base_url)) as answer:
        assert answer.status == 503
    await world.twin("/control/reset")
    await desk.ask(DELETE, i={"assetId": made["id"]})
    async with world.http.get(made["source"].removeprefix(world.settings.base_url)) as answer:
        assert answer.status == 404
