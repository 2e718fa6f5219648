"""Files are kept, found and forgotten alike in a folder and in S3-compatible storage; and its failures are told apart."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from twin_helpers import TIMEOUT_S, Twins

from core.settings import Settings
from providers.errors import ProviderRefused, ProviderUnknown
from providers.registry import Registry
from providers.storage import FileStore
from providers.storage_folder import Folder
from providers.storage_s3 import S3, Bucket
from providers.twins.settings import DEMO_S3


def bucket(twins: Twins, **changes: str) -> Bucket:
    opened = Bucket(
        f"{twins.url}/s3", "us-east-1", DEMO_S3.bucket, DEMO_S3.access_key_id, DEMO_S3.secret_access_key
    )
    return replace(opened, **changes)


@pytest.fixture
def s3(twins: Twins) -> S3:
    return S3(bucket(twins), TIMEOUT_S)


@pytest.fixture(params=["folder", "s3"])
async def store(request: pytest.FixtureRequest, tmp_path: Path, twins: Twins) -> AsyncIterator[FileStore]:
    yield Folder(tmp_path / "assets") if request.param == "folder" else S3(bucket(twins), TIMEOUT_S)


async def test_a_file_is_kept_found_and_forgotten(store: FileStore) -> None:
    assert await store.get("a.png") is None
    assert not await store.has("a.png")
    content = bytes(range(256)) * 5000
    for key in ("a.png", "private/b_-.c.pdf"):
        await store.put(key, content, "image/png")
        assert await store.get(key) == content
        assert await store.has(key)
    await store.put("a.png", b"", "image/png")
    assert await store.get("a.png") == b""
    for _ in range(2):
        await store.delete("a.png")
        assert await store.get("a.png") is None
    assert await store.has("private/b_-.c.pdf")


@pytest.mark.parametrize(
    "key",
    ["", "..", ".x", "../a", "a/../b", "/etc/passwd", "private/../a", "a\\b", "private//a", "a b", "a\0b", "a/b/c", "ä.png", "x" * 201],
)  # fmt: skip
async def test_what_is_no_key_names_nothing(store: FileStore, key: str) -> None:
    calls: list[Any] = [store.get(key), store.put(key, b"", ""), store.has(key), store.delete(key)]
    for call in calls:
        with pytest.raises(ValueError, match="key"):
            await call
    with pytest.raises(ValueError, match="key"):
        store.on_disk(key)


async def test_only_a_folder_is_on_this_machine(tmp_path: Path, s3: S3) -> None:
    folder = Folder(tmp_path)
    await folder.put("a.png", b"1", "image/png")
    assert folder.on_disk("a.png") == tmp_path / "a.png"
    assert folder.on_disk("b.png") is None
    await s3.put("a.png", b"1", "image/png")
    assert s3.on_disk("a.png") is None
    assert os.listdir(tmp_path) == ["a.png"]


async def test_a_folder_that_can_not_be_written_is_a_definite_no(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder belongs")
    with pytest.raises(ProviderRefused):
        await Folder(tmp_path / "taken").put("a.png", b"1", "image/png")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"secret_access_key": "wrong"}, "forbidden"),
        ({"access_key_id": "WRONG"}, "forbidden"),
        ({"name": "another"}, "no_bucket"),
    ],
)
async def test_who_has_no_key_is_refused(twins: Twins, changes: dict[str, str], code: str) -> None:
    store = S3(bucket(twins, **changes), TIMEOUT_S)
    with pytest.raises(ProviderRefused) as refusal:
        await store.put("a.png", b"1", "image/png")
    assert refusal.value.code == code
    assert (await twins.get("/control/state"))["files"] == []


@pytest.mark.parametrize("call", ["put", "get", "head", "delete"])
@pytest.mark.parametrize("mode", ["timeout_before", "timeout_after", "error_500_before", "error_500_after"])
async def test_no_usable_answer_is_unknown(s3: S3, twins: Twins, call: str, mode: str) -> None:
    await s3.put("a.png", b"1", "image/png")
    await twins.fail(provider="s3", call=call, mode=mode, times=9)
    asked: dict[str, Any] = {
        "put": lambda: s3.put("b.png", b"2", "image/png"),
        "get": lambda: s3.get("a.png"),
        "head": lambda: s3.has("a.png"),
        "delete": lambda: s3.delete("a.png"),
    }
    with pytest.raises(ProviderUnknown):
        await asked[call]()


@pytest.mark.parametrize(
    ("status", "error"), [(403, ProviderRefused), (503, ProviderUnknown), (409, ProviderUnknown)]
)
async def test_a_decline_is_told(s3: S3, twins: Twins, status: int, error: type[Exception]) -> None:
    await twins.fail(provider="s3", call="put", mode="decline", code=status, times=9)
    with pytest.raises(error):
        await s3.put("a.png", b"1", "image/png")


async def test_one_failure_is_overcome(s3: S3, twins: Twins) -> None:
    await twins.fail(provider="s3", call="put", mode="error_500_before")
    await s3.put("a.png", b"1", "image/png")
    assert await s3.get("a.png") == b"1"


async def test_a_store_that_is_away_is_unknown() -> None:
    store = S3(Bucket("http://127.0.0.1:9", "us-east-1", "b", "a", "s"), 0.5)
    with pytest.raises(ProviderUnknown):
        await store.get("a.png")


async def test_the_twin_believes_no_unsigned_request(twins: Twins, s3: S3) -> None:
    await s3.put("a.png", b"1", "image/png")
    url = f"{twins.url}/s3/{DEMO_S3.bucket}/a.png"
    forged = "AWS4-HMAC-SHA256 Credential=S3DEMO/20261126/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=" + "0" * 64  # fmt: skip
    for headers in ({}, {"Authorization": forged}, {"Authorization": "Bearer x"}):
        async with twins.session.get(url, headers=headers) as answer:
            assert answer.status == 403
            assert "<Code>" in await answer.text()


def test_the_settings_choose_the_store(tmp_path: Path) -> None:
    def chosen(**settings: Any) -> object:
        return Registry(Settings(_env_file=None, data=tmp_path, **settings)).files()

    assert isinstance(chosen(), Folder)
    assert isinstance(chosen(file_store="s3"), S3)
    own = {"s3_bucket": "b", "s3_access_key_id": "a", "s3_secret_access_key": "s"}
    assert isinstance(chosen(file_store="s3", **own), S3)
