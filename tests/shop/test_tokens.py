"""Who carries a token is who it says, or is told so; and nobody gets into another's account."""

import asyncio

from core.db import fetch
from tests.shop.test_passwords import ME, VERIFY, ama

LOGIN = "mutation($i: String!, $p: String!) { customLogin(input: {identifier: $i, password: $p}) { token } }"
ADD = 'mutation { addItemToOrder(productVariantId: "56", quantity: 1) { __typename ... on Order { id } } }'
START = 'mutation($p: String!) { initiateAccountCreation(input: {phone: "0246215478", password: $p}) { success } }'


async def test_a_token_that_is_not_good_is_refused_and_fills_no_strangers_cart(phone):
    await ama()
    token = (await phone.ask(LOGIN, i="0241234567", p="first-one"))["customLogin"]["token"]
    phone.session.cookie_jar.clear()
    for bad, key in ((token[:-3] + "abc", ""), ("a.b.c", ""), (token, "ks_test_demo")):
        phone.headers = {"Authorization": f"Bearer {bad}"} | ({"x-api-key": key} if key else {})
        assert (await phone.refused(ADD))["extensions"]["code"] == "NOT_SIGNED_IN"
    assert not await fetch("SELECT id FROM customer_order")


async def test_an_old_token_does_not_keep_anybody_from_signing_in(phone):
    await ama()
    phone.headers["Authorization"] = "Bearer a.b.c"
    assert (await phone.ask(LOGIN, i="0241234567", p="first-one"))["customLogin"]["token"]


async def test_signing_out_ends_the_token(phone):
    await ama()
    token = (await phone.ask(LOGIN, i="0241234567", p="first-one"))["customLogin"]["token"]
    phone.headers["Authorization"] = f"Bearer {token}"
    phone.session.cookie_jar.clear()
    assert (await phone.ask(ME))["activeCustomer"]
    await phone.ask("mutation { logout { success } }")
    phone.session.cookie_jar.clear()
    assert (await phone.refused(ME))["extensions"]["code"] == "NOT_SIGNED_IN"


async def test_spelling_the_number_otherwise_gives_no_further_tries(phone):
    await ama()
    spelt = ("0241234567", "024-123-4567", "(024) 1234567", "+233241234567", "233 24 123 4567")
    for n in range(10):
        refused = await phone.refused(LOGIN, i=spelt[n % len(spelt)], p="wrong-one")
        assert refused["extensions"]["code"] == "INVALID_CREDENTIALS"
    for number in spelt:
        refused = await phone.refused(LOGIN, i=number, p="first-one")
        assert refused["extensions"]["code"] == "TOO_MANY_TRIES"


async def test_who_asks_for_a_code_for_anothers_number_gets_no_account_by_it(phones, world):
    victim, attacker, elsewhere = phones(), phones(), phones()
    await victim.ask(START, p="victims-own")
    await attacker.ask(START, p="attackers-own")
    newest = await world.code_for("+233246215478")
    by_number = 'mutation($o: String!) { verifyOtp(input: {otp: $o, phone: "0246215478"}) { token } }'
    assert (await elsewhere.refused(by_number, o=newest))["extensions"]["code"] == "CODE_INVALID"
    assert (await victim.refused(by_number, o=newest))["extensions"]["code"] == "CODE_INVALID"
    first = next(
        word
        for word in (await world.outbox("+233246215478"))[1]["text"].replace(".", " ").split()
        if word.isdigit() and len(word) == 6
    )
    await victim.ask(VERIFY, o=first)
    refused = await attacker.refused(LOGIN, i="0246215478", p="attackers-own")
    assert refused["extensions"]["code"] == "INVALID_CREDENTIALS"


async def test_things_added_at_the_same_moment_by_one_guest_end_in_one_cart(phone):
    await phone.ask(START, p="opens-a-session")
    added = await asyncio.gather(*(phone.ask(ADD) for _ in range(4)))
    assert {one["addItemToOrder"]["__typename"] for one in added} == {"Order"}
    cart = (await phone.ask("{ activeOrder { totalQuantity } }"))["activeOrder"]
    assert cart["totalQuantity"] == 4


async def test_letters_that_no_header_may_hold_are_refused_and_break_nothing(world):
    for name in ("x-api-key", "vendure-token", "vendure-auth-token", "Cookie", "Idempotency-Key"):
        reader, writer = await asyncio.open_connection(world.settings.host, world.settings.port)
        body = b'{"query": "{ activeOrder { id } }"}'
        value = b"session=\xff\xfe" if name == "Cookie" else b"\xff\xfe"
        writer.write(
            b"POST /shop-api HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
            + name.encode()
            + b": "
            + value
            + b"\r\nContent-Length: "
            + str(len(body)).encode()
            + b"\r\n\r\n"
            + body
        )
        answer = await reader.read()
        writer.close()
        assert b" 500 " not in answer.split(b"\r\n")[0] and b"INTERNAL" not in answer, (name, answer)
