"""From applying to checkout: what the lender decides, what is offered, and what comes of it."""

from datetime import datetime
from itertools import pairwise

import pytest

from core.clock import now
from core.db import execute
from models import ApiKey, FinancingEvent, Order, ScheduledCharge
from services.deposits.cancelling import cancel_order
from services.financing.applying import MOST_A_DAY
from services.tenants import dealer_key, hash_key, scope_by_code
from tests.conftest import World
from tests.deposits.hands import the_book_explains_what_is_owed
from tests.financing.conftest import Dealer
from tests.financing.hands import (
    AMA,
    a_seat,
    accepted,
    application,
    apply,
    approved,
    at_the_lender,
    decided,
    in_state,
)
from tests.financing.test_store import delivered
from tests.stories.test_statements import at_most, statements

__all__ = ["statements"]


async def test_a_loan_is_approved_accepted_checked_out_and_delivered(world: World, dealer: Dealer) -> None:
    order = await approved(dealer)
    loan = order["application"]["loan"]
    assert (loan["requestedAmount"], loan["approvedAmount"], loan["reasonCode"]) == ("600.02", "600.02", None)
    assert [option["termLength"] for option in loan["options"]] == [3, 6, 12] and loan["displayId"][
        :3
    ] == "LN-"
    option = loan["options"][0]
    assert (option["lineAmount"], option["minimumSpend"], option["rate"]) == (600, 0, "0.00")
    assert [part["amount"] for part in option["instalments"]] == ["200.01", "200.01", "200.00"]
    assert loan["cartValidationDetails"] is None and order["application"]["lease"] is None
    await dealer.done("acceptOffer", "AcceptOfferInput", orderId=order["id"], offerId=option["id"])
    order = await in_state(dealer, order["id"], "Accepted")
    assert (await at_the_lender(world, order))["status"] == "accepted"
    for _ in range(2):
        order = await dealer.done("checkoutOrder", "CheckoutOrderInput", orderId=order["id"])
    placed = await Order.get(code=order["orderCode"])
    assert (order["status"], placed.state, placed.total_minor) == ("CheckedOut", "PaymentAuthorized", 60_002)
    charges = await ScheduledCharge.filter(order_id=placed.id).order_by("due_at")
    assert [charge.amount_minor for charge in charges] == [20_001, 20_001, 20_000]
    await the_book_explains_what_is_owed()
    assert await world.until(lambda: _is(world, order, "fulfilled"))
    text = (await world.outbox("+233241234567"))[0]["text"]
    assert placed.code in text and "200.01" in text
    assert await delivered(dealer, orderId=order["id"], estimatedDeliveryDate="2999-01-01") == []
    assert (await dealer.order(order["id"]))["status"] == "CheckedOut"
    assert await delivered(dealer, orderId=order["id"]) == []
    assert (await dealer.order(order["id"]))["status"] == "Delivered"
    assert await delivered(dealer, orderId=order["id"]) == ["InvalidApp"]
    kinds = await FinancingEvent.all().order_by("id").values_list("kind", flat=True)
    assert kinds == [
        "created", "applied", "approved", "accepting", "accepted", "checked_out", "delivery_expected", "delivered",
    ]  # fmt: skip


async def test_offers_say_when_each_part_falls_due(dealer: Dealer) -> None:
    order = await approved(dealer)
    query = """query($id: ID!) { order(id: $id) { application { loan { options { termLength instalments { amount dueAt } } } } } }"""
    shown = (await dealer.ask(query, id=order["id"]))["order"]["application"]["loan"]["options"]
    for option in shown:
        dates = [datetime.fromisoformat(part["dueAt"]) for part in option["instalments"]]
        assert len(dates) == option["termLength"] and dates == sorted(dates)
        assert all(27 <= (later - earlier).days <= 31 for earlier, later in pairwise(dates))


async def _is(world: World, order: object, status: str) -> bool:
    return (await at_the_lender(world, order))["status"] == status


async def test_a_lease_is_for_what_can_be_leased(dealer: Dealer) -> None:
    seat = await a_seat()
    order = await dealer.create(
        customer=AMA, items=[seat, {**seat, "displayName": "Oil", "isLeaseable": False}]
    )
    said = await dealer.mutate(
        "applyForFinancing", "ApplyForFinancingInput", **application(order["id"], type="LEASE")
    )
    assert said["orderErrors"] == [
        {
            "__typename": "CartValidation",
            "message": "Oil can't be leased.",
            "extensions": {
                "validationErrType": "NonLeaseableItemsTotal",
                "approvalType": "lease",
                "approvedAmount": None,
                "displayText": "Oil can't be leased.",
            },
        }
    ]
    await dealer.done("updateOrderItems", "UpdateOrderItemsInput", orderId=order["id"], items=[seat])
    await apply(dealer, order["id"], type="LEASE")
    order = await decided(dealer, order["id"], "lease")
    lease = order["application"]["lease"]
    assert (lease["amount"], lease["options"][0]["leaseTerm"]) == ("600.02", 6)
    assert lease["options"][0]["applicationFee"] == "0.00"
    # What no longer fits is not taken.
    oil = {**seat, "isLeaseable": False}
    said = await dealer.mutate("updateOrderItems", "UpdateOrderItemsInput", orderId=order["id"], items=[oil])
    assert said["orderErrors"][0]["extensions"]["validationErrType"] == "NonLeaseableItemsTotal"


async def test_both_may_be_applied_for_and_one_is_taken(world: World, dealer: Dealer) -> None:
    order = await approved(dealer)
    await apply(dealer, order["id"], type="LEASE")
    order = await decided(dealer, order["id"], "lease")
    offer = order["application"]["lease"]["options"][0]["id"]
    await dealer.done("acceptOffer", "AcceptOfferInput", orderId=order["id"], offerId=offer)
    order = await in_state(dealer, order["id"], "Accepted")
    assert order["application"]["loan"]["status"] == "Withdrawn"
    assert await world.until(lambda: _is(world, order, "withdrawn"))
    other = order["application"]["loan"]["options"][0]["id"]
    said = await dealer.refused("acceptOffer", "AcceptOfferInput", orderId=order["id"], offerId=other)
    assert said[0][0] == "BadRequest"


async def test_what_is_needed_to_apply_is_told_at_once(dealer: Dealer) -> None:
    order = await dealer.create()
    said = await dealer.refused(
        "applyForFinancing",
        "ApplyForFinancingInput",
        **application(order["id"], consent=False, taxIDLast4="12345"),
    )
    assert [message.split(":")[0] for _, message in said] == [
        "consent", "firstName", "lastName", "cellPhone", "amount", "taxIDLast4",
    ]  # fmt: skip
    # Nobody is reached in Ghana under the document's ten digits.
    said = await dealer.refused(
        "applyForFinancing",
        "ApplyForFinancingInput",
        **application(order["id"], amount="100", customer={**AMA, "cellPhone": "5555555555"}),
    )
    assert [message.split(":")[0] for _, message in said] == ["cellPhone"]
    order = await apply(dealer, order["id"], amount="100", customer=AMA)
    assert order["details"]["customer"]["firstName"] == "Ama"
    said = await dealer.refused(
        "applyForFinancing", "ApplyForFinancingInput", **application(order["id"], amount="100")
    )
    assert said == [("BadRequest", "A loan is applied for already.")]


@pytest.mark.parametrize(
    ("details", "amount", "kind"),
    [
        ({}, "9.99", "CartMinNotMet"),
        ({}, "5000000.01", "CartTotalExceedsMaximum"),
        ({"items": [{"price": "100"}], "shippingAmnt": "50", "taxAmnt": "0.01"}, "200", "ServiceFeesTooHigh"),
    ],
)
async def test_what_nobody_finances_is_refused(dealer: Dealer, details: dict, amount: str, kind: str) -> None:
    order = await dealer.create(customer=AMA, **details)
    answer = await dealer.mutate(
        "applyForFinancing", "ApplyForFinancingInput", **application(order["id"], amount=amount)
    )
    (error,) = answer["orderErrors"]
    found = error["__typename"] if kind == "CartMinNotMet" else error["extensions"]["validationErrType"]
    assert found == kind and answer["order"] is None


async def test_a_cart_must_fit_the_offer(dealer: Dealer) -> None:
    seat = await a_seat()
    order = await dealer.create(customer=AMA)
    await apply(dealer, order["id"], amount="700", type="LOAN")
    order = await decided(dealer, order["id"])
    options = order["application"]["loan"]["options"]

    async def refusal(items: list, offer: dict) -> tuple[str, str | None]:
        if items:
            answer = await dealer.mutate(
                "updateOrderItems", "UpdateOrderItemsInput", orderId=order["id"], items=items
            )
            if answer["orderErrors"]:
                extensions = answer["orderErrors"][0]["extensions"]
                return extensions["validationErrType"], extensions["approvedAmount"]
        answer = await dealer.mutate(
            "acceptOffer", "AcceptOfferInput", orderId=order["id"], offerId=offer["id"]
        )
        extensions = answer["orderErrors"][0]["extensions"]
        return extensions["validationErrType"], extensions["approvedAmount"]

    assert await refusal([], options[0]) == ("BadCartRequest", None)
    assert await refusal([{**seat, "quantity": None}], options[0]) == ("BadCartRequest", None)
    assert await refusal([{**seat, "quantity": 3}], options[0]) == ("CartTotalExceedsApproval", "700.00")
    small = [{**seat, "price": "1.00", "quantity": 1}]
    assert await refusal(small, options[2]) == ("CartTotalDoesNotMeetMinimum", "700.00")


async def test_a_decline_says_why_and_another_try_is_possible(dealer: Dealer) -> None:
    order = await dealer.create(customer=AMA, items=[await a_seat()])
    for _ in range(3):
        await apply(dealer, order["id"], taxIDLast4="0001")
        order = await decided(dealer, order["id"], state="Declined")
        loan = order["application"]["loan"]
        assert (loan["reasonCode"], loan["options"], order["status"]) == ("credit_history", [], "Open")
        assert loan["reason"] == "The lender found payments that were missed before."
    said = await dealer.refused("applyForFinancing", "ApplyForFinancingInput", **application(order["id"]))
    assert said == [("BadRequest", "A loan was applied for often enough with this order.")]


async def test_more_information_is_told_and_decided_about(dealer: Dealer) -> None:
    order = await dealer.create(customer=AMA, items=[await a_seat()])
    await apply(dealer, order["id"], taxIDLast4="0002")
    order = await decided(dealer, order["id"], state="MoreInformation")
    assert order["application"]["loan"]["reasonCode"] == "proof_of_income"
    given = {"orderId": order["id"], "type": "LOAN"}
    said = await dealer.refused("provideInformation", "ProvideInformationInput", **given, information=" ")
    assert said[0][0] == "BadRequest"
    said = await dealer.refused(
        "provideInformation", "ProvideInformationInput", **{**given, "type": "LEASE"}, information="I drive."
    )
    assert "The lender asked nothing." in said[0][1]
    await dealer.done("provideInformation", "ProvideInformationInput", **given, information="I drive a taxi.")
    assert (await decided(dealer, order["id"]))["application"]["loan"]["reasonCode"] is None


async def test_half_of_it_is_approved(dealer: Dealer) -> None:
    order = await approved(dealer, taxIDLast4="0003")
    loan = order["application"]["loan"]
    assert loan["approvedAmount"] == "300.01"
    assert "more than the GHS 300.01 that were approved" in loan["cartValidationDetails"]


async def test_a_lender_that_takes_its_word_back_leaves_the_order_open(dealer: Dealer) -> None:
    order = await approved(dealer, taxIDLast4="0005")
    offer = order["application"]["loan"]["options"][0]["id"]
    await dealer.done("acceptOffer", "AcceptOfferInput", orderId=order["id"], offerId=offer)
    order = await in_state(dealer, order["id"], "Open")
    loan = order["application"]["loan"]
    assert (loan["status"], loan["reasonCode"]) == ("Declined", "offer_withdrawn")
    assert not any(option["accepted"] for option in loan["options"])
    await apply(dealer, order["id"])
    assert (await decided(dealer, order["id"]))["status"] == "Open"


async def test_items_that_are_not_sold_here_are_not_checked_out(dealer: Dealer) -> None:
    seat = await a_seat()
    order = await dealer.create(customer=AMA, items=[{**seat, "sku": "1776484"}, {**seat, "sku": None}])
    await apply(dealer, order["id"])
    order = await decided(dealer, order["id"])
    offer = order["application"]["loan"]["options"][0]["id"]
    await dealer.done("acceptOffer", "AcceptOfferInput", orderId=order["id"], offerId=offer)
    await in_state(dealer, order["id"], "Accepted")
    said = await dealer.refused("checkoutOrder", "CheckoutOrderInput", orderId=order["id"])
    assert said == [
        ("BadRequest", "items.0.sku: There is no such item for sale here."),
        ("BadRequest", "items.1.sku: There is no such item for sale here."),
    ]


async def test_the_shop_s_own_price_counts(world: World, dealer: Dealer, app: Dealer) -> None:
    order = await accepted(dealer)
    sku = order["details"]["items"][0]["sku"]
    assert (await app.refused("checkoutOrder", "CheckoutOrderInput", orderId=order["id"]))[0][
        0
    ] == "UnauthorizedError"
    await execute("UPDATE variant SET price_minor = 30002 WHERE sku = $1", sku)
    answer = await dealer.mutate("checkoutOrder", "CheckoutOrderInput", orderId=order["id"])
    assert (
        answer["orderErrors"][0]["message"]
        == "In this shop it comes to GHS 600.04, and GHS 600.02 was agreed on."
    )
    assert await Order.filter(channel="financing").count() == 0
    said = await dealer.refused(
        "checkoutOrder", "CheckoutOrderInput", orderId=order["id"], shippingMethod="by-horse"
    )
    assert said[0][0] == "BadRequest"
    await execute("UPDATE variant SET price_minor = 20000 WHERE sku = $1", sku)
    order = await dealer.done("checkoutOrder", "CheckoutOrderInput", orderId=order["id"])
    placed = await Order.get(code=order["orderCode"])
    charges = await ScheduledCharge.filter(order_id=placed.id).order_by("due_at")
    assert sum(charge.amount_minor for charge in charges) == placed.total_minor == 40_000
    first: datetime = charges[0].due_at
    assert first > datetime.now(first.tzinfo)
    await world.drain()


async def test_called_off_at_any_time_until_it_is_delivered(world: World, dealer: Dealer) -> None:
    empty = await dealer.create()
    for _ in range(2):
        order = await dealer.done("cancelOrder", "CancelOrderInput", orderId=empty["id"], reason="no")
        assert order["status"] == "Cancelled"
    order = await approved(dealer)
    await dealer.done("cancelOrder", "CancelOrderInput", orderId=order["id"])
    assert await world.until(lambda: _is(world, order, "withdrawn"))
    order = await accepted(dealer)
    order = await dealer.done("checkoutOrder", "CheckoutOrderInput", orderId=order["id"])
    order = await dealer.done("cancelOrder", "CancelOrderInput", orderId=order["id"])
    assert (await Order.get(code=order["orderCode"])).state == "Cancelled"
    assert order["application"]["loan"]["status"] == "Withdrawn"
    assert await world.until(lambda: _is(world, order, "withdrawn"))
    await the_book_explains_what_is_owed()
    assert await delivered(dealer, orderId=order["id"]) == ["InvalidApp"]
    for name, of, given in (
        ("updateOrder", "UpdateOrderInput", {"details": {}}),
        ("applyForFinancing", "ApplyForFinancingInput", application(order["id"])),
        ("checkoutOrder", "CheckoutOrderInput", {}),
    ):
        said = await dealer.refused(name, of, **{"orderId": order["id"], **given})
        assert said[0][0] == "BadRequest"


async def test_who_applies_stays_the_same_while_the_lender_is_asked(dealer: Dealer) -> None:
    order = await approved(dealer)

    async def say(**customer: str) -> list[tuple[str, str]]:
        answer = await dealer.mutate(
            "updateOrder", "UpdateOrderInput", orderId=order["id"], details={"customer": customer}
        )
        return [error["message"] for error in answer["orderErrors"]]

    why = ["Who applies can't be changed while the lender is asked about them."]
    assert await say(cellPhone="0241234568") == await say(lastName="Boateng") == why
    other = application(order["id"], type="LEASE", customer={"firstName": "Kofi"})
    assert await dealer.refused("applyForFinancing", "ApplyForFinancingInput", **other) == [
        ("BadRequest", why[0])
    ]
    assert await say(cellPhone="+233 24 123 4567", emailAddress="ama@work.example") == []
    open_one = await dealer.create(customer=AMA)
    assert (await apply(dealer, open_one["id"], amount="50", taxIDLast4="0001"))["status"] == "Open"
    await decided(dealer, open_one["id"], state="Declined")
    done = await dealer.done(
        "updateOrder", "UpdateOrderInput", orderId=open_one["id"], details={"customer": {"firstName": "Kofi"}}
    )
    assert done["details"]["customer"]["firstName"] == "Kofi"


async def test_a_number_is_not_applied_with_all_day_long(dealer: Dealer) -> None:
    for number in range(MOST_A_DAY + 1):
        order = await dealer.create(customer=AMA)
        answer = await dealer.mutate(
            "applyForFinancing", "ApplyForFinancingInput", **application(order["id"], amount="50")
        )
        assert bool(answer["orderErrors"]) == (number == MOST_A_DAY)
    assert "Too many tries" in answer["orderErrors"][0]["message"]
    other = await dealer.create(customer={**AMA, "cellPhone": "0241234568"})
    await apply(dealer, other["id"], amount="50")


async def test_an_order_that_the_desk_calls_off_ends_its_session(world: World, dealer: Dealer) -> None:
    order = await accepted(dealer)
    order = await dealer.done("checkoutOrder", "CheckoutOrderInput", orderId=order["id"])
    placed = await Order.get(code=order["orderCode"])
    await cancel_order(await scope_by_code("demo", "test"), placed.uid, reason="out of stock")
    await in_state(dealer, order["id"], "Cancelled")
    assert await world.until(lambda: _is(world, order, "withdrawn"))
    await the_book_explains_what_is_owed()


async def test_the_live_environment_has_orders_of_its_own(dealer: Dealer) -> None:
    order = await dealer.create(customer=AMA)
    test = await ApiKey.get(key_hash=hash_key(dealer_key("dealer_demo", "pk_test_demo")))
    await ApiKey.create(
        key_hash=hash_key(dealer_key("dealer_demo", "pk_live_demo")),
        label="Live",
        audience="financing",
        created_at=now(),
        platform_id=test.platform_id,
        environment="live",
    )
    dealer.keys = {"public-dealer-id": "dealer_demo", "private-api-key": "pk_live_demo"}
    assert await dealer.order(order["id"]) is None
    said = await dealer.refused("cancelOrder", "CancelOrderInput", orderId=order["id"])
    assert said[0][0] == "OrderNotFound"
    mine = await dealer.create(customer=AMA)
    said = await dealer.refused(
        "applyForFinancing", "ApplyForFinancingInput", **application(mine["id"], amount="50")
    )
    assert said == [("FatalError", "There is no lender here.")]


async def test_an_order_is_read_in_a_few_statements_however_much_is_in_it(
    dealer: Dealer, statements: list[str]
) -> None:
    empty = await dealer.create()
    full = await dealer.create(customer=AMA, items=[await a_seat()] * 50)
    await apply(dealer, full["id"], monthlyIncome="9000")
    await apply(dealer, full["id"], type="LEASE", monthlyIncome="9000")
    await decided(dealer, full["id"], "lease")
    for order in (empty, full):
        with at_most(3, statements):
            await dealer.order(order["id"])
    search = 'query { customer(input: {cellPhone: "0241234567"}) { orderId customers { firstName } } }'
    with at_most(1, statements):
        await dealer.ask(search)


async def test_another_platform_does_nothing_with_an_order(dealer: Dealer, stranger: Dealer) -> None:
    order = await approved(dealer)
    offer = order["application"]["loan"]["options"][0]["id"]
    mine = await stranger.create()
    for name, of, given in (
        ("applyForFinancing", "ApplyForFinancingInput", application(order["id"], type="LEASE", customer=AMA)),
        ("provideInformation", "ProvideInformationInput", {"type": "LOAN", "information": "x"}),
        ("acceptOffer", "AcceptOfferInput", {"offerId": offer}),
        ("acceptOffer", "AcceptOfferInput", {"orderId": mine["id"], "offerId": offer}),
        ("checkoutOrder", "CheckoutOrderInput", {}),
        ("cancelOrder", "CancelOrderInput", {}),
    ):
        said = await stranger.refused(name, of, **{"orderId": order["id"], **given})
        assert said[0][0] == "OrderNotFound"
    assert await dealer.order(order["id"]) == order
