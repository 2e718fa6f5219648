"""Applying for a shop: checked, counted, kept for review. Nothing is believed yet, and nobody is given anything."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tortoise.exceptions import IntegrityError

from core.db import fetch_one
from core.errors import AlreadyRegistered, InvalidInput
from core.limits import count_try
from core.phones import parse_phone
from models import SellerApplication
from services.accounts.customers import checked_text
from services.accounts.emails import checked_email
from services.files import forget
from services.sellers.files import keep_picture, keep_registration
from services.tenants import Scope

AN_HOUR_S, A_DAY_S = 3600, 86_400
MOST_OF_ADDRESS, MOST_OF_NUMBER = 10, 5
# Ghana's is eleven characters (P0001234567) or the card's GHA-000000000-0, Nigeria's 00000000-0000; older ones are shorter.
_TIN = re.compile(r"[A-Z0-9][A-Z0-9-]{3,18}[A-Z0-9]", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody says of themselves and the shop that they want."""

    shop_name: str
    full_name: str
    phone: str
    tin: str
    email: str
    address: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as it came; its name is the client's word."""

    name: str
    content: bytes


async def apply(
    scope: Scope,
    wish: Wish,
    *,
    registration: GivenFile | None = None,
    picture: GivenFile | None = None,
    peer: str | None = None,
) -> SellerApplication:
    """Keep an application for review. `peer` is the client's address, where it is known.

    Raises `InvalidInput`, `WrongFileType`, `AlreadyRegistered` for a shop that is there or waits already, `TooManyTries`
    past ten an hour of an address or five a day of a number, `Unavailable`.
    """
    checked = _checked(scope, wish)
    tenant = f"{scope.platform_id}:{scope.environment}"
    if peer is not None:
        await count_try(f"sellers-from:{tenant}:{peer}", most=MOST_OF_ADDRESS, within_s=AN_HOUR_S)
    await count_try(f"sellers-by:{tenant}:{checked.phone}", most=MOST_OF_NUMBER, within_s=A_DAY_S)
    await _refuse_what_is_there(scope, checked)
    kept: list[str] = []
    try:
        if registration is not None:
            kept.append(await keep_registration(registration.name, registration.content))
        registration_path = kept[0] if kept else ""
        if picture is not None:
            kept.append(await keep_picture(picture.name, picture.content))
        return await SellerApplication.create(
            platform_id=scope.platform_id,
            environment=scope.environment,
            shop_name=checked.shop_name,
            full_name=checked.full_name,
            phone=checked.phone,
            email=checked.email,
            tin=checked.tin,
            address=checked.address,
            about=checked.about,
            registration_path=registration_path,
            picture_path=kept[-1] if picture is not None else "",
        )
    except IntegrityError:
        # Another request was faster.
        await _forget(kept)
        await _refuse_what_is_there(scope, checked)
        raise AlreadyRegistered("That application is being reviewed already.") from None
    except Exception:
        await _forget(kept)
        raise


def _checked(scope: Scope, wish: Wish) -> Wish:
    tin = "".join(wish.tin.split()).upper()
    if not _TIN.fullmatch(tin) or not any(c.isdigit() for c in tin):
        raise InvalidInput("A TIN has 5 to 20 letters, digits and hyphens.", field="TIN")
    return Wish(
        shop_name=" ".join(checked_text(wish.shop_name, "shopName", 120).split()),
        full_name=checked_text(wish.full_name, "fullName", 200),
        phone=parse_phone(wish.phone, scope.country),
        tin=tin,
        email=checked_email(wish.email),
        address=checked_text(wish.address, "shopAddress", 255) if wish.address else "",
        about=checked_text(wish.about, "aboutShop", 2000) if wish.about else "",
    )


async def _refuse_what_is_there(scope: Scope, wish: Wish) -> None:
    """Raises `AlreadyRegistered`. Whether an address is somebody's of staff is told to staff alone."""
    mine = (scope.platform_id, scope.environment)
    row = await fetch_one(
        "SELECT EXISTS (SELECT 1 FROM seller WHERE platform_id = $1 AND environment = $2 AND LOWER(name) = LOWER($3)) AS shop, "
        "EXISTS (SELECT 1 FROM seller_application WHERE platform_id = $1 AND environment = $2 AND state = 'Pending' "
        "AND LOWER(shop_name) = LOWER($3)) AS name, "
        "EXISTS (SELECT 1 FROM seller_application WHERE platform_id = $1 AND environment = $2 AND state = 'Pending' "
        "AND phone = $4) AS phone, "
        "EXISTS (SELECT 1 FROM seller_application WHERE platform_id = $1 AND environment = $2 AND state = 'Pending' "
        "AND email = $5) AS email",
        *mine,
        wish.shop_name,
        wish.phone,
        wish.email,
    )
    waiting = "An application with that {} is being reviewed already."
    for there, message, field in (
        ("shop", "There is a shop with that name already.", "shopName"),
        ("name", waiting.format("shop name"), "shopName"),
        ("phone", waiting.format("phone number"), "phone"),
        ("email", waiting.format("e-mail address"), "emailAddress"),
    ):
        if row and row[there]:
            raise AlreadyRegistered(message, field=field)


async def _forget(keys: Sequence[str]) -> None:
    for key in keys:
        await forget(key)
