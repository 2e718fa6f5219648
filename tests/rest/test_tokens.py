"""A key or token that isn't good opens no endpoint that asks for one, and leaves no trace."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import jwt
import pytest

from core import clock
from core.clock import now
from models import ApiKey, Customer, StaffUser
from services.accounts.passwords import set_password
from services.accounts.tokens import issue_token
from services.secrets import signing_key
from services.tenants import hash_key, scope_by_key
from tests.conftest import World
from tests.rest.hands import DEMO_KEY, Rest
from tests.rest.owner import Owner, one_of_everything
from tests.rest.test_isolation import TAKES_TOKEN, every_call, put_in, rows

REVOKED_KEY = "mk_test_revoked"


@pytest.fixture
async def owner(world: World) -> AsyncIterator[Owner]:
    async with Rest(world) as app:
        yield await one_of_everything(app)


@pytest.mark.parametrize("key", ["", "nonsense", "mk_test_demo ' OR 1=1", REVOKED_KEY, hash_key(DEMO_KEY)])
async def test_without_a_good_key_no_endpoint_answers(owner: Owner, key: str) -> None:
    scope = await scope_by_key(DEMO_KEY)
    await ApiKey.create(
        key_hash=hash_key(REVOKED_KEY), label="Old", created_at=now(), revoked_at=now(),
        platform_id=scope.platform_id, environment=scope.environment,
    )  # fmt: skip
    start, owner.app.key = await rows(), key
    for endpoint, path, call in every_call():
        assert "x-api-key" in await refused(owner, endpoint.method, path, call)
    assert await rows() == start


async def test_a_key_ends_when_it_is_revoked(world: World) -> None:
    async with Rest(world) as app:
        await ApiKey.filter(key_hash=hash_key(DEMO_KEY)).update(revoked_at=now())
        await app.refused(401, "GET", "/api/PickUpLocation")


async def test_a_token_that_is_not_good_opens_nothing(owner: Owner) -> None:
    good, app = owner.app.token or "", owner.app
    tokens = await bad_tokens(owner, good)
    start = await rows()
    for why, app.token in tokens.items():
        for endpoint, path, call in every_call():
            if endpoint.who in TAKES_TOKEN:
                assert await refused(owner, endpoint.method, path, call), (why, path)
        assert await rows() == start, why
    app.token = good
    await app.data("GET", "/api/customerprofile/profile")


async def test_a_token_ends_with_its_time_and_with_its_password(world: World) -> None:
    for number, end in enumerate((later, another_password), 1):
        async with Rest(world) as app:
            await app.become(f"+23324555000{number}")
            await app.data("GET", "/api/customerprofile/profile")
            await end(app)
            for path in ("/api/customerprofile/profile", "/api/customer/cart/count"):
                await app.refused(401, "GET", path)


async def later(_: Rest) -> None:
    clock.travel(timedelta(days=7, seconds=1))


async def another_password(app: Rest) -> None:
    await set_password(await scope_by_key(app.key), app.customer_id, "Another1")


async def bad_tokens(owner: Owner, good: str) -> dict[str, str]:
    """Tokens that say they are the owner's, by why they are not good."""
    customer = await Customer.get(id=owner.app.customer_id)
    claims: dict[str, Any] = jwt.decode(good, options={"verify_signature": False})
    staff = await StaffUser.all().first()
    head, body, mark = good.split(".")

    def signed(key: bytes | None = None, **changes: Any) -> str:
        return jwt.encode(claims | changes, key or signing_key(), algorithm="HS256")

    def headed(**header: Any) -> str:
        packed = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
        return f"{packed}.{body}.{mark}"

    return {
        "of nobody's making": "a.b.c",
        "no token": "nonsense",
        "without a mark": f"{head}.{body}.",
        "alg none": jwt.encode(claims, None, algorithm="none"),
        "alg none with a mark": headed(alg="none", typ="JWT"),
        "alg None with a mark": headed(alg="None", typ="JWT"),
        "another algorithm": headed(alg="HS512", typ="JWT"),
        "another secret": signed(b"x" * 32),
        "the API key as the secret": signed(DEMO_KEY.encode() * 3),
        "expired": signed(exp=now() - timedelta(seconds=1)),
        "without an end": jwt.encode(
            {name: value for name, value in claims.items() if name != "exp"}, signing_key(), algorithm="HS256"
        ),
        "for a password": issue_token(customer, "reset"),
        "for a PIN": issue_token(customer, "pin"),
        "for a sign-up": issue_token(customer, "signup"),
        "for staff": signed(**{"for": "staff"}),
        "for an admin session": signed(**{"for": "admin", "role": "admin"}),
        "a staff user's": signed(**{"for": "staff", "sub": str(staff.id if staff else 1)}),
        "of an earlier password": signed(epo=claims["epo"] - 1),
        "of another platform": signed(pla=claims["pla"] + 1),
        "of another environment": signed(env="live"),
        "of a customer who isn't": signed(sub="999999999"),
        "of a customer by name": signed(sub="me"),
        "of an ended session": signed(sid=999999999),
    }


async def refused(owner: Owner, method: str, path: str, call: Any) -> str:
    sent = put_in({"path": call.path, "body": call.body, "query": call.query}, owner.things)
    return await owner.app.refused(401, method, path.format(**sent["path"]), sent["body"], **sent["query"])
