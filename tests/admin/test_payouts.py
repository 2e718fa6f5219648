"""Staff see what sellers are owed, make payouts, and say when the bank has paid them."""

from datetime import timedelta

from core import clock
from services.tenants import scope_by_code
from tests.admin.conftest import DeskHands
from tests.conftest import World
from tests.sellers.hands import buy_of, variants_of_sellers
from tests.services.helpers import a_buyer

HELD = timedelta(days=7, minutes=1)


async def test_staff_pay_sellers_at_the_admin_door(world: World, desk: DeskHands) -> None:
    scope = await scope_by_code("demo", "test")
    (a, va), (b, vb) = await variants_of_sellers(scope, 2)
    buyer = await a_buyer(scope, balance_minor=1_000_000, pin=True)
    order = await buy_of(buyer, va, vb)
    clock.travel(HELD)
    batch = 'mutation { createPayoutBatch(idempotencyKey: "w1") { id batch state amount currencyCode reference seller { id } } }'
    assert await desk.refused(batch) == "NOT_SIGNED_IN"
    await desk.log_in()
    asked = "query($s: ID) { sellerBalances(options: {sellerId: $s}) { totalItems items { seller { id } owed due waiting inPayouts } } }"
    (before,) = (await desk.ask(asked, s=str(a)))["sellerBalances"]["items"]
    assert before["owed"] == before["due"] > 0
    made = (await desk.ask(batch))["createPayoutBatch"]
    assert made == (await desk.ask(batch))["createPayoutBatch"]
    assert {each["seller"]["id"] for each in made} == {str(a), str(b)} and made[0]["batch"] == made[1][
        "batch"
    ]
    (after,) = (await desk.ask(asked, s=str(a)))["sellerBalances"]["items"]
    assert (after["owed"], after["due"], after["inPayouts"]) == (before["owed"], 0, before["owed"])
    pay = "mutation($id: ID!, $r: String!) { markPayoutPaid(id: $id, reference: $r) { state reference paidAt } }"
    paid = (await desk.ask(pay, id=made[0]["id"], r="GT-77"))["markPayoutPaid"]
    assert (paid["state"], paid["reference"]) == ("Paid", "GT-77") and paid["paidAt"]
    assert await desk.refused(pay, id=made[0]["id"], r="GT-78") == "ILLEGAL_TRANSITION"
    assert await desk.refused(pay, id="999999", r="GT-78") == "NOT_FOUND"
    listed = (await desk.ask("{ payouts(options: {state: Created}) { totalItems items { id } } }"))["payouts"]
    assert listed == {"totalItems": 1, "items": [{"id": made[1]["id"]}]}
    told = await desk.ask(
        "query($id: ID!) { payoutStatement(id: $id) { fileName csv lines { kind orderCode payable } } }",
        id=made[0]["id"],
    )
    statement = told["payoutStatement"]
    assert statement["fileName"] == f"payout-{made[0]['id']}.csv"
    assert [line["payable"] for line in statement["lines"]] == [made[0]["amount"]]
    assert statement["lines"][0]["orderCode"].startswith(f"{order.code}-") and "Total" in statement["csv"]
