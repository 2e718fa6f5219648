"""What customers say of themselves: name, number and addresses, each their own."""

import asyncio
from typing import Any

import pytest

from models import Address, ChannelIdentity, Customer
from services.accounts.signup import create_customer
from services.secrets import hash_secret
from services.tenants import scope_by_code
from tests.conftest import World
from tests.rest.hands import Rest
from tests.shop.account_hands import registered
from tests.shop.conftest import Phone
from tests.shop.contract import sample

# As the document shows them.
CHANGE_CONTACT = sample("changeContact")
MANAGE_ADDRESS = sample("manageAddress")
OLD, NEW = "+233536369414", "+233553018065"
LOGIN = 'mutation($i: String!) { customLogin(input: {identifier: $i, password: "securePass"}) { token user { id } } }'
CHANGE = (
    "mutation($c: String!, $n: String!, $p: String!) { changeContact(input: "
    "{currentContact: $c, newContact: $n, password: $p}) { phone } }"
)
OTP = "mutation($o: String!) { verifyOtp(input: {otp: $o}) { token } }"
WHO = "{ activeCustomer { id phoneNumber } }"
ADDRESS = (
    "id fullName company streetLine1 streetLine2 city province postalCode phoneNumber country { code name enabled } "
    "defaultShippingAddress defaultBillingAddress customFields"
)
CREATE = f"mutation($i: CreateAddressInput!) {{ createCustomerAddress(input: $i) {{ {ADDRESS} }} }}"
UPDATE = f"mutation($i: UpdateAddressInput!) {{ updateCustomerAddress(input: $i) {{ {ADDRESS} }} }}"
DELETE = "mutation($id: ID!) { deleteCustomerAddress(id: $id) { success } }"
MINE = f"{{ activeCustomer {{ id addresses {{ {ADDRESS} }} }} }}"
PROFILE = (
    "mutation($i: UpdateCustomerInput!) { updateCustomer(input: $i) "
    "{ title firstName lastName phoneNumber customFields } }"
)


async def sam(phone: Phone, number: str = OLD) -> int:
    """A customer with a number, who has signed in by it."""
    scope = await scope_by_code("demo", "test")
    hashed = await hash_secret("securePass")
    made = await create_customer(scope, phone=number, full_name="Sam Kafui", password_hash=hashed)
    await phone.ask(LOGIN, i=number)
    return int(made.id)


def code_of(error: dict[str, Any]) -> str:
    code: str = error["extensions"]["code"]
    return code


async def test_a_number_changes_once_the_new_one_has_proven_itself(phones, world: World) -> None:
    phone, elsewhere = phones(), phones()
    customer_id = await sam(phone)
    scope = await scope_by_code("demo", "test")
    for channel in ("ussd", "sms"):
        await ChannelIdentity.create(
            platform_id=scope.platform_id,
            environment="test",
            channel=channel,
            external_id=OLD,
            customer_id=customer_id,
            created_at=(await Customer.get(id=customer_id)).created_at,
        )
    shown = (await phone.ask(CHANGE_CONTACT))["changeContact"]
    assert shown == {"id": str(customer_id), "phone": OLD, "fullName": "Sam Kafui"}
    code = await world.code_for(NEW)
    # The code is of this session, and of no other.
    assert code_of(await elsewhere.refused(OTP, o=code)) == "CODE_INVALID"
    token = (await phone.ask(OTP, o=code))["verifyOtp"]["token"]
    assert (await phone.ask(WHO))["activeCustomer"]["phoneNumber"] == NEW
    elsewhere.headers["Authorization"] = f"Bearer {token}"
    assert (await elsewhere.ask(WHO))["activeCustomer"]["id"] == str(customer_id)
    elsewhere.headers.clear()
    assert code_of(await elsewhere.refused(LOGIN, i=OLD)) == "INVALID_CREDENTIALS"
    assert (await elsewhere.ask(LOGIN, i=NEW))["customLogin"]["user"]["id"] == str(customer_id)
    await world.drain()
    assert "the number of your account was changed" in (await world.outbox(OLD))[0]["text"]
    assert not await ChannelIdentity.filter(external_id=OLD, customer_id=customer_id).exists()
    assert code_of(await phone.refused(OTP, o=code)) == "CODE_EXPIRED"


async def test_a_number_changes_only_by_its_owner_and_to_nobody_elses(phones, world: World) -> None:
    phone, other = phones(), phones()
    assert code_of(await phone.refused(CHANGE_CONTACT)) == "NOT_SIGNED_IN"
    await sam(phone)
    await sam(other, NEW)
    for current, new, password, code in (
        ("0536369414", "0553018066", "wrong", "INVALID_CREDENTIALS"),
        ("0536369415", "0553018066", "securePass", "INVALID_INPUT"),
        ("0536369414", "nonsense", "securePass", "INVALID_INPUT"),
        ("0536369414", "0536369414", "securePass", "INVALID_INPUT"),
    ):
        assert code_of(await phone.refused(CHANGE, c=current, n=new, p=password)) == code
    # Nobody learns whose a number is: the answer is the same, and no code fits.
    assert (await phone.ask(CHANGE_CONTACT))["changeContact"]["phone"] == OLD
    await world.drain()
    assert await world.outbox(NEW) == []
    assert code_of(await phone.refused(OTP, o="123456")) == "CODE_INVALID"


async def test_a_change_of_number_is_off_with_a_new_password(phone: Phone, world: World) -> None:
    await sam(phone)
    await phone.ask(CHANGE_CONTACT)
    code = await world.code_for(NEW)
    await phone.ask(
        'mutation { updateCustomerPassword(currentPassword: "securePass", newPassword: "another-one") { __typename } }'
    )
    # The session is a new one: the code of the old one fits nothing.
    assert code_of(await phone.refused(OTP, o=code)) == "CODE_INVALID"
    assert (await phone.ask(WHO))["activeCustomer"]["phoneNumber"] == OLD


async def test_who_came_by_mail_adds_a_number(phone: Phone, world: World) -> None:
    await registered(phone, world)
    await phone.ask(CHANGE, c="ama@example.com", n="0553018065", p="a-good-password")
    await phone.ask(OTP, o=await world.code_for(NEW))
    assert (await phone.ask(WHO))["activeCustomer"]["phoneNumber"] == NEW


async def test_an_address_is_managed_by_its_title(phone: Phone) -> None:
    assert code_of(await phone.refused(MANAGE_ADDRESS)) == "NOT_SIGNED_IN"
    customer_id = await sam(phone)
    shown = (await phone.ask(MANAGE_ADDRESS))["manageAddress"]
    assert shown == {
        "id": str(customer_id),
        "addressTitle": "Home",
        "addressCity": "Adenta",
        "addressGPS": "Gh-02-200",
    }
    again = 'mutation { manageAddress(input: {title: "Home", city: "Tema"}) { addressCity addressGPS address { id } } }'
    changed = (await phone.ask(again))["manageAddress"]
    assert changed["addressCity"] == "Tema" and changed["addressGPS"] == "Gh-02-200"
    await phone.ask('mutation { manageAddress(input: {title: "Work", city: "Accra"}) { id } }')
    kept = (await phone.ask(MINE))["activeCustomer"]["addresses"]
    assert [(each["customFields"]["title"], each["city"]) for each in kept] == [
        ("Home", "Tema"),
        ("Work", "Accra"),
    ]
    assert kept[0]["id"] == changed["address"]["id"] and kept[0]["country"]["name"] == "Ghana"
    assert (
        code_of(await phone.refused('mutation { manageAddress(input: {title: " ", city: "Accra"}) { id } }'))
        == "INVALID_INPUT"
    )


async def test_addresses_are_kept_changed_and_forgotten(phone: Phone) -> None:
    await sam(phone)
    home = {
        "fullName": "Sam Kafui",
        "company": "Parts Ltd",
        "streetLine1": "123 james town",
        "streetLine2": "gate 4",
        "city": "Accra",
        "province": "Greater Accra",
        "postalCode": "GA-183",
        "countryCode": "gh",
        "phoneNumber": "0246215478",
        "defaultShippingAddress": True,
        "defaultBillingAddress": True,
        "customFields": {"title": "Home", "houseNumber": "25"},
    }
    made = (await phone.ask(CREATE, i=home))["createCustomerAddress"]
    expected = {name: value for name, value in home.items() if name not in ("countryCode", "phoneNumber")}
    assert made == expected | {
        "id": made["id"],
        "phoneNumber": "+233246215478",
        "country": {"code": "GH", "name": "Ghana", "enabled": True},
    }
    work = {"streetLine1": "1 High St", "countryCode": "NG", "defaultShippingAddress": True}
    second = (await phone.ask(CREATE, i=work))["createCustomerAddress"]
    assert second["country"] == {"code": "NG", "name": "Nigeria", "enabled": False}
    usual = [
        (each["defaultShippingAddress"], each["defaultBillingAddress"])
        for each in (await phone.ask(MINE))["activeCustomer"]["addresses"]
    ]
    assert usual == [(False, True), (True, False)]
    change = {"id": made["id"], "company": None, "city": "Tema", "customFields": {"gps": "5.6, -0.2"}}
    changed = (await phone.ask(UPDATE, i=change))["updateCustomerAddress"]
    assert (changed["company"], changed["city"], changed["streetLine1"]) == (None, "Tema", "123 james town")
    assert changed["customFields"] == {"title": "Home", "gps": "5.6, -0.2"}
    # Where the usual one goes, another takes its place.
    assert (await phone.ask(DELETE, id=second["id"]))["deleteCustomerAddress"]["success"]
    (left,) = (await phone.ask(MINE))["activeCustomer"]["addresses"]
    assert left["defaultShippingAddress"] and left["defaultBillingAddress"]
    assert code_of(await phone.refused(DELETE, id=second["id"])) == "NOT_FOUND"


@pytest.mark.parametrize(
    "wrong",
    [
        {"countryCode": "XX"},
        {"countryCode": ""},
        {"streetLine1": "  "},
        {"phoneNumber": "nonsense"},
        {"city": "x" * 121},
        {"customFields": {"a": "x" * 3000}},
    ],
)
async def test_an_address_that_can_not_be_is_refused(phone: Phone, wrong: dict[str, Any]) -> None:
    await sam(phone)
    said = await phone.refused(CREATE, i={"streetLine1": "1 High St", "countryCode": "GH", **wrong})
    assert code_of(said) == "INVALID_INPUT"


async def test_anothers_address_is_a_strangers(phones) -> None:
    mine, other = phones(), phones()
    await sam(mine)
    await sam(other, NEW)
    made = (await mine.ask(CREATE, i={"streetLine1": "1 High St", "countryCode": "GH"}))[
        "createCustomerAddress"
    ]
    assert code_of(await other.refused(UPDATE, i={"id": made["id"], "city": "Tema"})) == "NOT_FOUND"
    assert code_of(await other.refused(DELETE, id=made["id"])) == "NOT_FOUND"
    assert (await other.ask(MINE))["activeCustomer"]["addresses"] == []
    assert code_of(await phones().refused(DELETE, id=made["id"])) == "NOT_SIGNED_IN"


async def test_of_addresses_added_at_once_one_is_the_usual(phone: Phone) -> None:
    await sam(phone)
    given = {"streetLine1": "1 High St", "countryCode": "GH", "defaultShippingAddress": True}
    await asyncio.gather(*(phone.ask(CREATE, i=given) for _ in range(4)))
    kept = (await phone.ask(MINE))["activeCustomer"]["addresses"]
    assert [each["defaultShippingAddress"] for each in kept].count(True) == 1 and len(kept) == 4
    assert await Address.filter(default_shipping=True).count() == 1


async def test_both_doors_keep_the_same_addresses(phone: Phone, world: World) -> None:
    await sam(phone)
    made = await phone.ask(CREATE, i={"streetLine1": "1 High St", "city": "Accra", "countryCode": "GH"})
    async with Rest(world) as app:
        named = {"emailOrPhone": OLD, "password": "securePass"}
        app.token = (await app.data("POST", "/api/customer/login", named))["token"]
        (kept,) = await app.data("GET", "/api/checkout/saved-delivery-addresses")
        assert kept["line1"] == made["createCustomerAddress"]["streetLine1"]


async def test_a_name_and_a_place_are_changed(phone: Phone) -> None:
    await sam(phone)
    given = {
        "title": "Dr",
        "firstName": "Ama Serwaa",
        "lastName": "Mensah",
        "phoneNumber": "0241234567",
        "customFields": {"city": "Accra", "gps": "5.6, -0.2"},
    }
    shown = (await phone.ask(PROFILE, i=given))["updateCustomer"]
    assert shown == given | {"phoneNumber": "+233241234567"}
    # The number that opens the account is still the proven one.
    assert (await phone.ask("{ activeCustomer { user { phone } } }"))["activeCustomer"]["user"][
        "phone"
    ] == OLD
    kept = (await phone.ask(PROFILE, i={"customFields": {"city": None}}))["updateCustomer"]
    assert kept == given | {"phoneNumber": "+233241234567", "customFields": {"gps": "5.6, -0.2"}}
    for wrong in (
        {"firstName": " "},
        {"customFields": {"shoe": "44"}},
        {"customFields": []},
        {"title": "x" * 41},
    ):
        assert code_of(await phone.refused(PROFILE, i=wrong)) == "INVALID_INPUT"


async def test_nobody_asks_for_many_numbers(phone: Phone) -> None:
    await sam(phone)
    for n in range(10):
        await phone.ask(PROFILE, i={"phoneNumber": f"024600000{n}"})
    assert code_of(await phone.refused(PROFILE, i={"phoneNumber": "0246000011"})) == "TOO_MANY_TRIES"


async def test_a_shop_says_where_it_delivers(phones) -> None:
    asked = (
        "{ availableCountries { id code name enabled languageCode } activeChannel { productVariantCount "
        "defaultShippingZone { id name members { code } } defaultTaxZone { name } } }"
    )
    here, there = phones(), phones()
    there.headers["x-api-key"] = "ks_test_demo"
    for phone, code, name in ((here, "GH", "Ghana"), (there, "NG", "Nigeria")):
        found = await phone.ask(asked)
        assert found["availableCountries"] == [
            {"id": code, "code": code, "name": name, "enabled": True, "languageCode": "en"}
        ]
        zone = found["activeChannel"]["defaultShippingZone"]
        assert (zone["name"], zone["members"]) == (name, [{"code": code}])
        assert found["activeChannel"]["defaultTaxZone"] == {"name": name}
