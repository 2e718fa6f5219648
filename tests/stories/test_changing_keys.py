"""The server's key is changed in the middle of everybody's life, the former one is given up, and nobody notices."""

from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest

from core import clock
from core.db import execute, fetch_one
from core.errors import CodeInvalid, NotFound, NotSignedIn, PinWrong
from core.ids import new_token
from models import Customer, StaffRecoveryCode, StaffUser, WebhookEndpoint
from services.accounts.otp import issue_code, use_code
from services.accounts.pins import check_pin, hash_pin
from services.accounts.tokens import customer_of_token, issue_token
from services.codes import code_of, credentials_of, temporary_password
from services.deposits.links import order_of_link, pay_link
from services.doctor.findings import Case
from services.doctor.keys import look_at_keys
from services.outgoing.signing import derived_secret
from services.rekeying import Rekeyed, not_by_the_newest, rekey
from services.secrets import keyed_hash, use_key
from services.staff.proving import check_code, secret_of, staff_of_ticket, ticket_for
from services.tenants import scope_by_code
from tests.admin.conftest import DeskHands, desk, desks
from tests.conftest import World
from tests.outgoing.conftest import receiver
from tests.outgoing.receiver import Receiver, is_signed
from tests.outgoing.test_story import an_endpoint, an_order
from tests.rest.hands import PIN, Rest

__all__ = ["desk", "desks", "receiver"]

NEW, NEWEST = "a-new-key-of-at-least-32-characters", "the-newest-key-of-at-least-32-characters"


@pytest.fixture
def old(world: World) -> Iterator[str]:
    """The key that the market runs with."""
    yield world.settings.secret_key
    use_key(world.settings.secret_key)


async def all_anew() -> Rekeyed:
    """What `makola rotate-secrets` does."""
    return await rekey(lambda *_: None)


async def kept_pin(customer_id: int) -> str:
    return str((await Customer.get(id=customer_id)).pin_hash)


async def test_a_customer_goes_on_and_their_pin_is_kept_anew_when_it_is_typed(world: World, old: str) -> None:
    demo = await scope_by_code("demo", "test")
    async with Rest(world) as app:
        await app.become("+233245550001")
        # As releases kept it that put no key's name beside it.
        await execute("UPDATE customer SET pin_hash = SUBSTR(pin_hash, 1, 70) WHERE id = $1", app.customer_id)
        challenge = await issue_code(demo, "+233245550001", "signup")
        code, credentials = code_of(str(challenge.uid)), credentials_of("a-uid")
        password, before = temporary_password(credentials), await kept_pin(app.customer_id)
        reset = issue_token(await Customer.get(id=app.customer_id), "pin")
        order = await fetch_one("SELECT * FROM customer_order WHERE id = $1", int(await an_order(world)))
        assert order
        link = pay_link(order).rpartition("/")[2]

        use_key(NEW, old)
        await app.data("GET", "/api/customerprofile/profile")
        await use_code(challenge, code)
        assert temporary_password(credentials) == password
        assert (await order_of_link(link))["id"] == order["id"]
        await customer_of_token(demo, reset, "pin")
        with pytest.raises(PinWrong):
            await check_pin(demo, app.customer_id, "9999")
        assert await kept_pin(app.customer_id) == before
        await check_pin(demo, app.customer_id, PIN)
        assert await kept_pin(app.customer_id) == hash_pin(app.customer_id, PIN)
        with pytest.raises(NotFound):
            await order_of_link(f"{link[:-1]}{'0' if link[-1] != '0' else '1'}")

        use_key(NEW)
        await check_pin(demo, app.customer_id, PIN)
        await app.refused(401, "GET", "/api/customerprofile/profile")


async def test_what_nobody_touches_is_made_anew_and_the_former_key_can_be_dropped(
    world: World, desk: DeskHands, receiver: Receiver, old: str
) -> None:
    demo = await scope_by_code("demo", "test")
    async with Rest(world) as app:
        await app.become("+233245550001", pin="0042")
        endpoint, _ = await an_endpoint(desk, receiver.url, "order.placed")
        staff = await a_second_factor()
        # As releases had it that sealed nothing.
        await WebhookEndpoint.filter(id=int(endpoint)).update(secrets_sealed="")
        uid = (await WebhookEndpoint.get(id=int(endpoint))).uid
        secret, app_secret = derived_secret(uid, 1), secret_of(staff)
        assert app_secret
        await StaffUser.filter(id=staff.id).update(totp_step=0)
        await execute("UPDATE customer SET pin_hash = SUBSTR(pin_hash, 1, 70) WHERE id = $1", app.customer_id)

        for key, former in ((NEW, old), (NEWEST, NEW)):
            use_key(key, former)
            await an_order(world)
            await world.drain()
            assert is_signed(receiver.got[-1], secret)
            done = await all_anew()
            assert done.lost == 0 and done.done >= 3
            assert await all_anew() == Rekeyed(), "a second time there is nothing to do"
            assert await not_by_the_newest() == {}
            use_key(key)
            await check_pin(demo, app.customer_id, "0042")
            clock.travel(timedelta(minutes=2))
            await check_code(await StaffUser.get(id=staff.id), pyotp.TOTP(app_secret).at(clock.timestamp()))
            await an_order(world)
            await world.drain()
            assert is_signed(receiver.got[-1], secret)


async def test_recovery_codes_of_today_outlive_the_key_and_earlier_ones_as_long_as_it_is_known(
    world: World, desk: DeskHands, old: str
) -> None:
    staff = await a_second_factor()
    await StaffRecoveryCode.create(
        staff_id=staff.id, code_hash=keyed_hash(f"staff-recovery:{staff.id}:OLDONE")
    )
    ticket = ticket_for(staff)
    use_key(NEW, old)
    assert (await staff_of_ticket(ticket)).id == staff.id
    await all_anew()
    assert await not_by_the_newest() == {"recovery codes of staff": 1}
    changed = world.settings.model_copy(update={"secret_key": NEW, "secret_key_former": old})
    findings = await look_at_keys(Case(changed, None, None))  # type: ignore[arg-type]
    assert [(each.verdict, each.about) for each in findings] == [("warning", "recovery codes of staff")]
    await check_code(await StaffUser.get(id=staff.id), "old-one")
    (finding,) = await look_at_keys(Case(changed, None, None))  # type: ignore[arg-type]
    assert finding.verdict == "fine"
    with pytest.raises(CodeInvalid):
        await check_code(await StaffUser.get(id=staff.id), "old-one")


async def test_with_a_key_that_nobody_knows_nothing_is_believed_and_what_is_lost_is_counted(
    world: World, old: str
) -> None:
    demo = await scope_by_code("demo", "test")
    async with Rest(world) as app:
        await app.become("+233245550001")
        token, before = app.token or "", await kept_pin(app.customer_id)
        use_key(NEW)
        with pytest.raises(NotSignedIn):
            await customer_of_token(demo, token, "session")
        done = await all_anew()
        assert done.lost >= 1 and await kept_pin(app.customer_id) == before
        use_key(NEW, old)
        assert (await all_anew()).lost == 0
        await check_pin(demo, app.customer_id, PIN)


async def a_second_factor() -> StaffUser:
    """The demo's owner with an app as releases had it that sealed nothing."""
    staff = await StaffUser.get(email="admin@makola.test")
    await StaffUser.filter(id=staff.id).update(totp_nonce=new_token(), totp_since=clock.now())
    return await StaffUser.get(id=staff.id)
