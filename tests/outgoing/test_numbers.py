"""What outgoing webhooks reckon with: signatures, pauses, topics, and which addresses are public."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import WebhookEndpoint
from providers.public_addresses import is_public
from providers.webhooks import WebhookPoster
from services.outgoing.pace import FIRST_S, LONGEST_S, SPREAD, TRIED_FOR, next_try
from services.outgoing.signing import (
    derived_secret,
    headers_for,
    kept_secrets,
    new_secret,
    secrets_of,
    signature,
)
from services.outgoing.topics import TOPICS, is_known, wants
from services.sealing import seal
from services.secrets import use_key
from tests.outgoing.receiver import openssl_signature

UID = UUID(int=7)


def test_the_signature_is_that_of_the_specifications_own_example():
    made = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(min_size=0, max_size=300), st.integers(1, 2**33), st.uuids())
def test_openssl_makes_the_same_signature(body, timestamp, uid):
    use_key("a key that is long enough to be one")
    secret = derived_secret(uid, 1)
    headers = headers_for([secret], "evt_1", timestamp, body)
    assert headers["webhook-signature"] == openssl_signature(secret, "evt_1", str(timestamp), body)


def test_every_endpoint_and_every_number_has_another_secret_and_another_key_makes_others():
    made = set()
    for key in ("a key that is long enough to be one", "another key that is long enough to be one"):
        use_key(key)
        made |= {derived_secret(uid, number) for uid in ("a", "b") for number in (1, 2)}
    assert len(made) == 8 and all(each.startswith("whsec_") and len(each) == 50 for each in made)


def test_the_old_secret_signs_until_its_time_is_over():
    use_key("a key that is long enough to be one")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    new, old = new_secret(), new_secret()
    assert len(new) == 50
    for endpoint, wanted in (
        (WebhookEndpoint(secrets_sealed=seal(f"{new} {old}"), secret_number=2), [new, old]),
        (WebhookEndpoint(uid=UID, secret_number=2), [derived_secret(UID, 2), derived_secret(UID, 1)]),
    ):
        endpoint.overlaps_until = at + timedelta(hours=1)
        assert secrets_of(endpoint, at) == kept_secrets(endpoint) == wanted
        for endpoint.overlaps_until in (at, None):
            assert secrets_of(endpoint, at) == wanted[:1]
    assert len(secrets_of(WebhookEndpoint(uid=UID, overlaps_until=at + timedelta(hours=1)), at)) == 1


@given(st.text(max_size=40), st.floats(0, 60), st.one_of(st.none(), st.integers(0, 10**6)))
def test_a_delivery_is_tried_ever_less_often_and_for_72_hours_to_the_end(key, lasts_s, asked_s):
    asked = None if asked_s is None else timedelta(seconds=asked_s)
    passed, attempts, pauses = timedelta(), 1, []
    while (pause := next_try(key, attempts, passed, asked)) is not None:
        least = max(FIRST_S * 2 ** min(attempts - 1, 30) * (1 - SPREAD), asked_s or 0)
        left = (TRIED_FOR - passed).total_seconds()
        assert 0 < pause.total_seconds() <= LONGEST_S
        assert pause.total_seconds() >= min(least, LONGEST_S * (1 - SPREAD), left) - 1e-6
        pauses.append(pause)
        passed += pause + timedelta(seconds=lasts_s)
        attempts += 1
        assert attempts < 60
    assert TRIED_FOR <= passed <= TRIED_FOR + timedelta(seconds=lasts_s)
    assert sum(pauses, timedelta()) <= TRIED_FOR


def test_those_that_failed_together_come_back_apart():
    assert len({next_try(f"delivery {n}", 5, timedelta()) for n in range(50)}) > 20


def test_topics_are_asked_for_by_name_by_noun_or_all():
    assert wants(["order.paid"], "order.paid") and not wants(["order.paid"], "order.placed")
    assert wants(["order.*"], "order.placed") and not wants(["order.*"], "payment.settled")
    assert all(wants(["*"], topic) for topic in TOPICS)
    assert is_known("order.*") and is_known("*") and is_known("bill.delivered")
    assert not any(map(is_known, ("order", "order.eaten", "cart.*", "", "*.*", "**")))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "255.255.255.255", "224.0.0.1", "224.0.1.1", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
        "fd12::1", "ff02::1", "ff0e::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1",
        "2002:7f00:1::", "2002:a00:1::", "2001:0:7f00:1::", "2001:db8::1", "localhost", "", "1", "2130706433",
        "::127.0.0.1", "::ffff:0:127.0.0.1", "fec0::1", "5f00::1", "4000::1", "192.0.0.192", "168.63.129.16",
    ],
)  # fmt: skip
def test_an_address_of_this_machine_this_network_or_nobody_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "197.251.1.1", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "live", "trying_out"),
    [
        ("https://shop.example/hooks?a=1", True, True),
        ("https://shop.example:8443/hooks", True, True),
        ("http://shop.example/hooks", False, True),
        ("http://127.0.0.1:9/hook", False, True),
        ("https://127.0.0.1/hook", False, True),
        ("https://[::1]/hook", False, True),
        ("https://[::ffff:10.0.0.1]/hook", False, True),
        ("https://localhost/hook", False, True),
        ("https://intranet/hook", False, True),
        ("https://user:secret@shop.example/", False, False),
        ("https://shop.example/#x", False, False),
        ("ftp://shop.example/", False, False),
        ("file:///etc/passwd", False, False),
        ("shop.example", False, False),
        ("https://", False, False),
        ("https://shop.example:999999/", False, False),
        ("https://shop.example/a b", False, False),
        ("https://shop.example/" + "a" * 500, False, False),
        ("", False, False),
    ],
)
def test_an_address_that_may_not_be_called_is_told_from_its_text(url, live, trying_out):
    assert (WebhookPoster(anywhere=False, timeout_s=1).fault(url) is None) == live
    assert (WebhookPoster(anywhere=True, timeout_s=1).fault(url) is None) == trying_out
