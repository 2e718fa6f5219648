"""The document's samples, each as it is written, in the document's order, as one story."""

import json
from typing import Any

from aiohttp import ClientSession, CookieJar, FormData

from tests.admin.conftest import DeskHands
from tests.hostile_pictures import photo
from tests.shop.conftest import PATH, Phone
from tests.shop.contract import Sample, missing, samples

NUMBER, NEW_NUMBER = "0246215478", "0553018065"
CODE = "567633"
# Where two samples contradict each other, what is replaced by what.
BEFORE_THE_CHANGE = {"securePass": "securePassword"}  # customLogin shows the password of changePassword
OLD_CONTACT = {"0536369414": NUMBER}  # changeContact shows a number that never signed up
WHOLE_NUMBER = {"055301582": NEW_NUMBER}  # initiatePasswordReset shows a number that lacks a digit
AFTER_THE_RESET = {NUMBER: NEW_NUMBER, "securePass": "new_password"}
# What the document expects in an answer and doesn't select in the sample.
AVATAR = "mutation($file: Upload!) { UploadProfilePicture: uploadProfilePicture(file: $file) { avater } }"
FOUND = '{ search(input: { term: "Toyota" }) { totalItems items { productId productName } } }'


class Story:
    """The document, read from its first sample to its last."""

    def __init__(self, phone: Phone, desk: DeskHands) -> None:
        self.phone, self.desk = phone, desk
        self.left = samples()

    async def play(
        self, field: str, filled_in: dict[str, str] | None = None, *, at_the_desk: bool = False
    ) -> Any:
        """Ask the next sample, which must be that field's; what its first field answers.

        `filled_in` is what a person puts in the place of what is printed. The answer has what the document expects.
        """
        sample = self.left.pop(0)
        data = await self.again(sample, field, filled_in or {}, at_the_desk=at_the_desk)
        assert missing(sample.expected, data) == []
        return data[field]

    async def again(
        self, sample: Sample, field: str, filled_in: dict[str, str], *, at_the_desk: bool = False
    ) -> dict[str, Any]:
        """The data of a sample that is asked once more."""
        assert sample.field == field
        text = sample.text
        for printed, given in filled_in.items():
            assert f'"{printed}"' in text
            text = text.replace(f'"{printed}"', f'"{given}"')
        return await (self.desk if at_the_desk else self.phone).ask(text)

    def carry(self, token: str) -> None:
        """Use the token as the document says: in the header Authorization."""
        self.phone.headers["Authorization"] = f"Bearer {token}"

    async def code(self, number: str) -> dict[str, str]:
        return {CODE: await self.phone.world.code_for(number)}

    async def upload(self) -> None:
        """The sample with a file, as the multipart specification of GraphQL sends it, and the picture's address."""
        sample = self.left.pop(0)
        assert sample.field == "uploadProfilePicture"
        shown = await self._send_file(sample.text)
        assert shown["uploadProfilePicture"]["fullName"] == "Sam Kafui"
        assert missing(sample.expected, await self._send_file(AVATAR)) == []

    async def _send_file(self, text: str) -> dict[str, Any]:
        form = FormData()
        form.add_field("operations", json.dumps({"query": text, "variables": {"file": None}}))
        form.add_field("map", json.dumps({"0": ["variables.file"]}))
        form.add_field("0", photo((900, 450)), filename="me.jpg", content_type="image/jpeg")
        headers = self.phone.headers | {"apollo-require-preflight": "true"}
        url = f"{self.phone.world.settings.base_url}{PATH}"
        async with self.phone.session.post(url, data=form, headers=headers) as answer:
            body = await answer.json()
        assert "errors" not in body
        data: dict[str, Any] = body["data"]
        return data


async def an_account(story: Story) -> None:
    """Customer account management: from the first code to the password that is set anew."""
    verify, login = samples()[1], samples()[3]
    await story.play("initiateAccountCreation")
    story.carry((await story.play("verifyOtp", await story.code(NUMBER)))["token"])
    story.carry((await story.play("completeAccountCreation"))["token"])
    story.carry((await story.play("customLogin", BEFORE_THE_CHANGE))["token"])
    await story.upload()
    await story.play("changePassword")
    # A changed password ends every token; the sample of customLogin is true as printed now.
    del story.phone.headers["Authorization"]
    story.carry((await story.again(login, "customLogin", {}))["customLogin"]["token"])
    await story.play("changeContact", OLD_CONTACT)
    # The new number proves itself before it replaces the old.
    await story.again(verify, "verifyOtp", await story.code(NEW_NUMBER))
    managed = await story.play("manageAddress")
    await story.play("initiatePasswordReset", WHOLE_NUMBER)
    story.carry((await story.play("verifyOtp", await story.code(NEW_NUMBER)))["token"])
    assert (await story.play("resetUserPassword"))["id"] == managed["id"]
    del story.phone.headers["Authorization"]
    story.carry((await story.again(login, "customLogin", AFTER_THE_RESET))["customLogin"]["token"])


async def a_seller(story: Story) -> None:
    """Multi-vendor support: a shop applies, and staff add a product."""
    assert await story.play("createNewSeller") == {"message": "SUCCESS"}
    await story.desk.log_in()
    made = await story.play("createProduct", at_the_desk=True)
    assert (made["name"], made["languageCode"]) == ("part name", "en")
    shown = await story.phone.ask(f"{{ product(id: {made['id']}) {{ customFields {{ Make Year }} }} }}")
    assert shown["product"]["customFields"] == {"Make": "toyota", "Year": 2015}


async def an_order(story: Story) -> str:
    """Purchasing parts: from the home screen to the payment; the order's id."""
    home = await story.play("products")
    assert home["items"]
    assert (await search(story))["totalItems"] > 0
    assert (await story.play("product"))["variants"][0]["price"] > 0
    order_id = (await story.play("addItemToOrder"))["id"]
    assert await story.play("setOrderBillingAddress") == {"id": order_id}
    quotes = await story.play("eligibleShippingMethods")
    assert [(each["id"], each["name"]) for each in quotes[:2]] == [
        ("1", "Standard Shipping"),
        ("2", "Express Shipping"),
    ]
    assert await story.play("setOrderShippingMethod") == {"id": order_id}
    assert await story.play("addPaymentToOrder") == {"id": order_id}
    return str(order_id)


async def search(story: Story) -> Any:
    """The sample as printed, and the fields that its answer is printed with."""
    sample = story.left.pop(0)
    data = await story.again(sample, "search", {})
    assert missing(sample.expected, await story.phone.ask(FOUND)) == []
    return data["search"]


async def test_the_document_is_played_from_its_first_sample_to_its_last(phone: Phone) -> None:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as browser:
        story = Story(phone, DeskHands(phone.world, browser))
        await an_account(story)
        await a_seller(story)
        order_id = await an_order(story)
    assert story.left == []
    order = (await phone.ask("query($i: ID!) { order(id: $i) { state totalQuantity } }", i=order_id))["order"]
    assert order == {"state": "ArrangingPayment", "totalQuantity": 2}
