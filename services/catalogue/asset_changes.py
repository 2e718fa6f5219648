"""Pictures that staff and sellers upload, describe and throw away."""

import hashlib
from collections.abc import Sequence
from typing import Any

from core.clock import now
from core.db import after_commit, fetch, fetch_one, placeholders, transaction
from core.errors import InvalidInput, NotFound
from core.ids import new_uid
from core.limits import count_try
from models import Asset, AssetTag
from providers.errors import ProviderRefused, ProviderUnknown
from providers.registry import registry
from services.accounts.customers import checked_text
from services.catalogue.asset_list import find_asset
from services.catalogue.views import AssetView
from services.files import forget, store
from services.pictures import Judged, draw, judge
from services.staff import Desk, changes, check_may, record

PREVIEW_SIDE = 1600  # pixels, Vendure's own
MOST_TAGS, LONGEST_TAG, LONGEST_NAME = 20, 60, 200
A_DAY_S, MOST_A_DAY = 86_400, 2_000


async def create_asset(desk: Desk, name: str, content: bytes, tags: Sequence[str] = ()) -> AssetView:
    """Keep a picture and draw its preview; one that this shop or seller uploaded before is the same again.

    Raises `Forbidden`, `WrongFileType`, `InvalidInput` for tags that are none, `TooManyTries`, `Unavailable`.
    """
    check_may(desk, "CreateAsset", "CreateCatalog")
    words = _checked_tags(tags)
    await count_try(f"pictures:{desk.staff_id}", most=MOST_A_DAY, within_s=A_DAY_S)
    judged = await judge(content, name)
    digest = hashlib.sha256(content).hexdigest()
    known = await _uploaded_before(desk, digest)
    if known is None:
        # A key is given once: whoever throws a picture away takes nobody's who uploads the same again.
        stem = f"{digest[:32]}-{new_uid().hex[-12:]}"
        path = f"{stem}.{judged.ending}"
        shown = await _keep(path, content, judged, name, stem)
        known = await _write(
            desk, judged, name=name, path=path, shown=shown, size=len(content), digest=digest
        )
    else:
        await _put_back(await _mine(desk, known), content, judged)
    await _add_tags(desk, known, words)
    return await _mine(desk, known)


async def _keep(path: str, content: bytes, judged: Judged, name: str, stem: str) -> str:
    """Keep a picture and its preview; the preview's key."""
    preview = await draw(content, name, PREVIEW_SIDE, PREVIEW_SIDE)
    shown = f"{stem}-preview.{preview.ending}"
    await store(path, content, judged.mime)
    await store(shown, preview.content, preview.mime)
    return shown


async def _put_back(known: AssetView, content: bytes, judged: Judged) -> None:
    """A file that was lost comes back with whoever uploads it again."""
    try:
        files = registry().files()
        there = await files.has(known.path) and await files.has(known.preview)
    except (ProviderRefused, ProviderUnknown):
        return
    if not there:
        await _keep(known.path, content, judged, known.name, known.path.rpartition(".")[0])


async def _write(
    desk: Desk, judged: Judged, *, name: str, path: str, shown: str, size: int, digest: str
) -> int:
    async with transaction():
        made = await Asset.create(
            platform_id=desk.scope.platform_id,
            environment=desk.scope.environment,
            seller_id=desk.seller_id,
            name=_name(name, path),
            path=path,
            preview_path=shown,
            mime=judged.mime,
            width=judged.width,
            height=judged.height,
            file_size=size,
            digest=digest,
        )
        await record(desk, "created", "asset", made.id, name=made.name, digest=digest)
    return int(made.id)


async def update_asset(
    desk: Desk,
    asset_id: int,
    *,
    name: str | None = None,
    focal_point: tuple[float, float] | None = None,
    forget_focal_point: bool = False,
    tags: Sequence[str] | None = None,
) -> AssetView:
    """Write what is given. Raises `Forbidden`, `NotFound` also for another's picture, `InvalidInput`."""
    check_may(desk, "UpdateAsset", "UpdateCatalog")
    before = await _mine(desk, asset_id)
    written: dict[str, Any] = {"updated_at": now()}
    if name is not None:
        written["name"] = checked_text(name, "name", LONGEST_NAME)
    if focal_point is not None and not all(0 <= each <= 1 for each in focal_point):
        raise InvalidInput("A focal point's x and y are from 0 to 1.", field="focalPoint")
    if focal_point is not None or forget_focal_point:
        written["focal_x"], written["focal_y"] = focal_point or (None, None)
    words = None if tags is None else _checked_tags(tags)
    async with transaction():
        await Asset.filter(id=asset_id).update(**written)
        if words is not None:
            await AssetTag.filter(asset_id=asset_id).delete()
            await _add_tags(desk, asset_id, words)
        told = changes({"name": before.name}, {"name": written.get("name", before.name)})
        await record(desk, "updated", "asset", asset_id, **told)
    return await _mine(desk, asset_id)


async def delete_assets(desk: Desk, asset_ids: Sequence[int], *, force: bool) -> str | None:
    """Throw pictures away, all or none. Without `force` none that is shown somewhere: the answer says where.

    Raises `Forbidden`, `NotFound` also for another's picture.
    """
    check_may(desk, "DeleteAsset", "DeleteCatalog")
    gone = [await _mine(desk, asset_id) for asset_id in dict.fromkeys(asset_ids)]
    if not gone:
        return None
    ids = [asset.id for asset in gone]
    async with transaction():
        shown = "" if force else await _shown_by(ids)
        if shown:
            return shown
        await Asset.filter(id__in=ids).delete()
        for asset in gone:
            await record(desk, "deleted", "asset", asset.id, name=asset.name, key=asset.path)
        keys = [key for asset in gone for key in (asset.path, asset.preview)]
        await after_commit(lambda: _forget(keys))
    return None


async def _forget(keys: Sequence[str]) -> None:
    # An imported picture may be another's, too: those have the names of their files.
    rows = await fetch(
        f"SELECT path, preview_path FROM asset WHERE path IN ({placeholders(keys)}) "
        f"OR preview_path IN ({placeholders(keys)})",
        *keys,
    )
    needed = {row[column] for row in rows for column in ("path", "preview_path")}
    for key in dict.fromkeys(keys):
        if key not in needed:
            await forget(key)


async def _mine(desk: Desk, asset_id: int) -> AssetView:
    found = await find_asset(desk, asset_id)
    if found is None:
        raise NotFound("There is no such picture.")
    return found


async def _uploaded_before(desk: Desk, digest: str) -> int | None:
    of_seller = "IS NULL" if desk.seller_id is None else f"= {desk.seller_id:d}"
    row = await fetch_one(
        "SELECT id FROM asset WHERE platform_id = $1 AND environment = $2 AND digest = $3 "
        f"AND seller_id {of_seller} ORDER BY id LIMIT 1",
        desk.scope.platform_id,
        desk.scope.environment,
        digest,
    )
    return row["id"] if row else None


async def _shown_by(ids: Sequence[int]) -> str:
    """Where these pictures are shown, in a sentence; empty where they aren't."""
    some = placeholders(ids)
    row = await fetch_one(
        "SELECT (SELECT COUNT(DISTINCT id) FROM (SELECT product_id AS id FROM product_asset "
        f"WHERE asset_id IN ({some}) UNION SELECT id FROM product WHERE asset_id IN ({some})) shown) AS products, "
        f"(SELECT COUNT(*) FROM category WHERE asset_id IN ({some})) AS collections",
        *ids,
    )
    counts = {name: row[name] for name in ("products", "collections") if row and row[name]}
    if not counts:
        return ""
    where = " and ".join(f"{count} {name}" for name, count in counts.items())
    return f"The selected assets are shown by {where}."


async def _add_tags(desk: Desk, asset_id: int, words: Sequence[str]) -> None:
    for word in words:
        await fetch(
            "INSERT INTO tag (platform_id, environment, name) VALUES ($1, $2, $3) "
            "ON CONFLICT (platform_id, environment, name) DO NOTHING RETURNING id",
            desk.scope.platform_id,
            desk.scope.environment,
            word,
        )
    if words:
        await fetch(
            "INSERT INTO asset_tag (asset_id, tag_id) SELECT $1, t.id FROM tag t WHERE t.platform_id = $2 "
            f"AND t.environment = $3 AND t.name IN ({placeholders(words, 4)}) "
            "ON CONFLICT (asset_id, tag_id) DO NOTHING RETURNING id",
            asset_id,
            desk.scope.platform_id,
            desk.scope.environment,
            *words,
        )


def _checked_tags(tags: Sequence[str]) -> list[str]:
    if len(tags) > MOST_TAGS:
        raise InvalidInput(f"A picture has at most {MOST_TAGS} tags.", field="tags")
    return list(dict.fromkeys(checked_text(tag, "tags", LONGEST_TAG) for tag in tags))


def _name(given: str, path: str) -> str:
    """The file's own name, without folders; what shows nothing is called by its key."""
    plain = given.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in plain if c.isprintable()).strip()[:LONGEST_NAME] or path
