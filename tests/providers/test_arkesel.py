"""The Arkesel client against its twin: sent, refused, or not known, and which gateway the settings choose."""

import pytest
from twin_helpers import TIMEOUT_S

from core.settings import Settings
from providers.africastalking import AfricasTalking
from providers.arkesel import REFUSED, Arkesel
from providers.errors import ProviderRefused, ProviderUnknown
from providers.registry import Registry

NUMBER = "+233551234987"


@pytest.fixture
async def arkesel(twins):
    client = Arkesel(f"{twins.url}/arkesel", "ark_demo", TIMEOUT_S)
    yield client
    await client.close()


async def test_a_message_is_taken_and_can_be_read_in_the_outbox(arkesel, twins):
    sent = await arkesel.send(to=NUMBER, text="Your code is 471100 & more", sender="Makola")
    assert len(sent.provider_message_id) == 32
    [message] = await twins.get("/outbox", to=NUMBER)
    assert (message["to"], message["channel"]) == (NUMBER, "sms")
    assert message["text"] == "Your code is 471100 & more"


@pytest.mark.parametrize("status", sorted(REFUSED))
async def test_each_known_refusal_is_a_definite_no(arkesel, twins, status):
    await twins.fail(provider="arkesel", call="send", mode="decline", code=status)
    with pytest.raises(ProviderRefused) as refusal:
        await arkesel.send(to=NUMBER, text="x", sender="Makola")
    assert (refusal.value.code, refusal.value.retryable) == REFUSED[status]
    assert await twins.get("/outbox", to=NUMBER) == []


async def test_too_many_calls_may_be_tried_again(arkesel, twins):
    await twins.fail(provider="arkesel", mode="decline", code=429)
    with pytest.raises(ProviderRefused) as refusal:
        await arkesel.send(to=NUMBER, text="x", sender="Makola")
    assert (refusal.value.code, refusal.value.retryable) == ("rate_limited", True)


@pytest.mark.parametrize(
    ("mode", "arrived"),
    [
        ("timeout_before", 0),
        ("error_500_before", 0),
        ("timeout_after", 1),
        ("error_500_after", 1),
        ("garbage", 1),
    ],
)
async def test_no_usable_answer_is_unknown(arkesel, twins, mode, arrived):
    await twins.fail(provider="arkesel", mode=mode)
    with pytest.raises(ProviderUnknown):
        await arkesel.send(to=NUMBER, text="x", sender="Makola")
    assert len(await twins.get("/outbox", to=NUMBER)) == arrived


@pytest.mark.parametrize("to", ["hello", "+1", ""])
async def test_a_number_that_is_none_is_refused(arkesel, to):
    with pytest.raises(ProviderRefused) as refusal:
        await arkesel.send(to=to, text="x", sender="Makola")
    assert refusal.value.code == "invalid_number"


async def test_without_a_sender_id_it_is_refused(arkesel):
    with pytest.raises(ProviderRefused) as refusal:
        await arkesel.send(to=NUMBER, text="x", sender="")
    assert refusal.value.code == "invalid_message"


async def test_a_wrong_key_is_refused(twins):
    client = Arkesel(f"{twins.url}/arkesel", "wrong", TIMEOUT_S)
    with pytest.raises(ProviderRefused) as refusal:
        await client.send(to=NUMBER, text="x", sender="Makola")
    assert refusal.value.code == "wrong_key"
    await client.close()


@pytest.mark.parametrize(
    ("says", "error"),
    [
        ('{"status": "error", "message": "Sender ID is not approved"}', ProviderRefused),
        ('{"status": "success", "data": {"invalid numbers": ["1"]}}', ProviderRefused),
        ('{"status": "success", "data": []}', ProviderUnknown),
        ('{"data": 7}', ProviderUnknown),
        ("[]", ProviderUnknown),
    ],
)
async def test_an_odd_answer_is_read_with_care(receiver, says, error):
    receiver.says = says
    client = Arkesel(receiver.url, "ark_demo", TIMEOUT_S)
    with pytest.raises(error):
        await client.send(to=NUMBER, text="x", sender="Makola")
    await client.close()


def test_the_settings_choose_the_gateway():
    def chosen(**settings: str) -> object:
        return Registry(Settings(_env_file=None, **settings)).sms("test")

    assert isinstance(chosen(), AfricasTalking)
    assert isinstance(chosen(sms_gateway="arkesel"), Arkesel)
