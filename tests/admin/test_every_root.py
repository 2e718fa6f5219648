"""Every root field of the admin API: who may call it, and that nobody reaches what is another's through it.

The fields are the schema's own: one that the table below doesn't know fails.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession

from core.clock import now
from core.db import fetch, fetch_one
from core.ids import digits
from models import (
    Asset,
    ChannelIdentity,
    Conversation,
    DynamicProperty,
    FinancingApplication,
    Fitment,
    ImportRun,
    Option,
    OptionGroup,
    Organization,
    OrganizationMember,
    Payout,
    Promotion,
    PurchaseOptionGroup,
    Reconciliation,
    Review,
    Seller,
    SellerApplication,
    ShippingMethod,
    StaffUser,
    TaxCategory,
    TaxRate,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)
from services.accounts.tokens import issue_token
from services.fulfillment.making import fulfil
from services.payments.giving_back import give_back
from services.secrets import hash_secret
from services.seller_orders.dividing import Refunded
from services.shipping import methods_of
from services.staff.permissions import ROLES
from services.support.threads import tell_staff
from services.tenants import Scope, scope_by_code
from tests.admin.conftest import DeskHands
from tests.admin.roots import Call, Types, call, optional_ids, roots, types_of_admin
from tests.sellers.hands import a_desk, buy_of, variants_of_sellers
from tests.services.helpers import a_buyer, a_customer

if TYPE_CHECKING:
    from tests.conftest import World

CATALOGUE = {"owner", "catalogue"}
SELLING = CATALOGUE | {"seller"}
STOREKEEPERS = SELLING | {"desk", "support"}
SALES = {"owner", "desk", "finance"}
TALKING = {"owner", "desk", "support"}
PEOPLE = {"owner"}
ANYBODY = set(ROLES)
# Nobody needs to be signed in for these.
OPEN = {
    "Query.activeAdministrator",
    "Query.me",
    "Mutation.login",
    "Mutation.authenticate",
    "Mutation.logout",
}

# What each root field is about (a table), and the roles that may call it.
ROOTS: dict[str, tuple[str, set[str]]] = {
    "Query.products": ("product", STOREKEEPERS),
    "Query.product": ("product", STOREKEEPERS),
    "Query.productVariant": ("variant", STOREKEEPERS),
    "Query.collections": ("category", STOREKEEPERS),
    "Query.collection": ("category", STOREKEEPERS),
    "Query.orders": ("customer_order", SALES | {"support", "seller"}),
    "Query.order": ("customer_order", SALES | {"support", "seller"}),
    "Query.customers": ("customer", SALES | {"support"}),
    "Query.customer": ("customer", SALES | {"support"}),
    "Query.findCustomers": ("", SALES | {"support"}),
    "Query.customerStanding": ("customer", SALES | {"support"}),
    "Query.customerTranscript": ("customer", TALKING),
    "Query.auditLog": ("", {"owner", "finance"}),
    "Query.roles": ("", PEOPLE),
    "Query.administrators": ("staff_user", PEOPLE),
    "Query.administrator": ("staff_user", PEOPLE),
    "Query.conversations": ("support_thread", TALKING),
    "Query.conversation": ("support_thread", TALKING),
    "Query.assets": ("asset", SELLING | {"desk", "support"}),
    "Query.asset": ("asset", SELLING | {"desk", "support"}),
    "Query.sellerBalances": ("seller", {"owner", "finance", "seller"}),
    "Query.payouts": ("payout", {"owner", "finance", "seller"}),
    "Query.payoutStatement": ("payout", {"owner", "finance", "seller"}),
    "Query.sellerApplications": ("seller_application", PEOPLE),
    "Query.sellerApplication": ("seller_application", PEOPLE),
    "Mutation.createProduct": ("product", SELLING),
    "Mutation.updateProduct": ("product", SELLING),
    "Mutation.updateProducts": ("product", SELLING),
    "Mutation.deleteProduct": ("product", SELLING),
    "Mutation.deleteProducts": ("product", SELLING),
    "Mutation.createProductVariants": ("variant", SELLING),
    "Mutation.updateProductVariants": ("variant", SELLING),
    "Mutation.updateProductVariant": ("variant", SELLING),
    "Mutation.deleteProductVariant": ("variant", SELLING),
    "Mutation.deleteProductVariants": ("variant", SELLING),
    "Mutation.createCollection": ("category", CATALOGUE),
    "Mutation.updateCollection": ("category", CATALOGUE),
    "Mutation.moveCollection": ("category", CATALOGUE),
    "Mutation.deleteCollection": ("category", CATALOGUE),
    "Mutation.deleteCollections": ("category", CATALOGUE),
    "Mutation.addFulfillmentToOrder": ("fulfillment", SALES | {"seller"}),
    "Mutation.transitionFulfillmentToState": ("fulfillment", SALES | {"seller"}),
    "Mutation.cancelOrder": ("customer_order", SALES | {"seller"}),
    "Mutation.refundOrder": ("payment", SALES | {"seller"}),
    "Mutation.settleRefund": ("refund", SALES | {"seller"}),
    "Mutation.addNoteToOrder": ("customer_order", SALES | {"seller"}),
    "Mutation.transitionOrderToState": ("customer_order", SALES | {"seller"}),
    "Mutation.createCustomer": ("customer", {"owner", "desk"}),
    "Mutation.updateCustomer": ("customer", {"owner", "desk", "support"}),
    "Mutation.lockCustomer": ("customer", TALKING),
    "Mutation.unlockCustomer": ("customer", TALKING),
    "Mutation.closeCustomer": ("customer", {"owner", "desk"}),
    "Mutation.openCustomerExport": ("customer", {"owner", "desk"}),
    "Mutation.createAdministrator": ("staff_user", PEOPLE),
    "Mutation.updateAdministrator": ("staff_user", PEOPLE),
    "Mutation.updateActiveAdministrator": ("", ANYBODY),
    "Mutation.deleteAdministrator": ("staff_user", PEOPLE),
    "Mutation.deleteAdministrators": ("staff_user", PEOPLE),
    "Mutation.replyToConversation": ("support_thread", TALKING),
    "Mutation.takeConversation": ("support_thread", TALKING),
    "Mutation.handBackConversation": ("support_thread", TALKING),
    "Mutation.closeConversation": ("support_thread", TALKING),
    "Mutation.flagChannel": ("channel_identity", {"owner", "support"}),
    "Mutation.createAssets": ("asset", SELLING),
    "Mutation.updateAsset": ("asset", SELLING),
    "Mutation.deleteAsset": ("asset", SELLING),
    "Mutation.deleteAssets": ("asset", SELLING),
    "Mutation.createPayoutBatch": ("payout", {"owner", "finance"}),
    "Mutation.markPayoutPaid": ("payout", {"owner", "finance"}),
    "Mutation.approveSeller": ("seller_application", PEOPLE),
    "Mutation.rejectSeller": ("seller_application", PEOPLE),
    "Query.facets": ("facet", STOREKEEPERS),
    "Query.facet": ("facet", STOREKEEPERS),
    "Query.facetValues": ("facet_value", STOREKEEPERS),
    "Query.facetValue": ("facet_value", STOREKEEPERS),
    "Query.productOptionGroups": ("option_group", STOREKEEPERS),
    "Query.productOptionGroup": ("option_group", STOREKEEPERS),
    "Query.promotions": ("promotion", CATALOGUE),
    "Query.promotion": ("promotion", CATALOGUE),
    "Query.promotionConditions": ("", CATALOGUE),
    "Query.promotionActions": ("", CATALOGUE),
    "Query.productReviews": ("review", STOREKEEPERS),
    "Query.productReview": ("review", STOREKEEPERS),
    "Query.shippingMethods": ("shipping_method", {"owner", "seller"}),
    "Query.shippingMethod": ("shipping_method", {"owner", "seller"}),
    "Query.shippingCalculators": ("", {"owner", "seller"}),
    "Query.shippingEligibilityCheckers": ("", {"owner", "seller"}),
    "Query.paymentMethods": ("payment_method", PEOPLE),
    "Query.paymentMethod": ("payment_method", PEOPLE),
    "Query.sellers": ("seller", SELLING | {"desk", "finance"}),
    "Query.seller": ("seller", SELLING | {"desk", "finance"}),
    "Query.productVariants": ("variant", STOREKEEPERS),
    "Query.stockLocations": ("", STOREKEEPERS),
    "Query.stockLocation": ("", STOREKEEPERS),
    "Query.taxCategories": ("tax_category", STOREKEEPERS),
    "Query.taxCategory": ("tax_category", STOREKEEPERS),
    "Query.taxRates": ("tax_rate", STOREKEEPERS),
    "Query.taxRate": ("tax_rate", STOREKEEPERS),
    "Query.zones": ("", STOREKEEPERS),
    "Query.zone": ("", STOREKEEPERS),
    "Query.countries": ("", STOREKEEPERS),
    "Query.country": ("", STOREKEEPERS),
    "Mutation.createFacet": ("facet", CATALOGUE),
    "Mutation.updateFacet": ("facet", CATALOGUE),
    "Mutation.deleteFacet": ("facet", CATALOGUE),
    "Mutation.deleteFacets": ("facet", CATALOGUE),
    "Mutation.createFacetValue": ("facet_value", CATALOGUE),
    "Mutation.createFacetValues": ("facet_value", CATALOGUE),
    "Mutation.updateFacetValue": ("facet_value", CATALOGUE),
    "Mutation.updateFacetValues": ("facet_value", CATALOGUE),
    "Mutation.deleteFacetValues": ("facet_value", CATALOGUE),
    "Mutation.createProductOptionGroup": ("option_group", SELLING),
    "Mutation.updateProductOptionGroup": ("option_group", SELLING),
    "Mutation.createProductOption": ("option", SELLING),
    "Mutation.updateProductOption": ("option", SELLING),
    "Mutation.deleteProductOption": ("option", SELLING),
    "Mutation.addOptionGroupToProduct": ("product", SELLING),
    "Mutation.removeOptionGroupFromProduct": ("product", SELLING),
    "Mutation.createPromotion": ("promotion", PEOPLE),
    "Mutation.updatePromotion": ("promotion", PEOPLE),
    "Mutation.deletePromotion": ("promotion", PEOPLE),
    "Mutation.deletePromotions": ("promotion", PEOPLE),
    "Mutation.approveProductReview": ("review", CATALOGUE),
    "Mutation.rejectProductReview": ("review", CATALOGUE),
    "Mutation.createShippingMethod": ("shipping_method", {"owner", "seller"}),
    "Mutation.updateShippingMethod": ("shipping_method", {"owner", "seller"}),
    "Mutation.deleteShippingMethod": ("shipping_method", {"owner", "seller"}),
    "Mutation.deleteShippingMethods": ("shipping_method", {"owner", "seller"}),
    "Mutation.createSeller": ("seller", PEOPLE),
    "Mutation.updateSeller": ("seller", PEOPLE),
    "Mutation.deleteSeller": ("seller", PEOPLE),
    "Mutation.deleteSellers": ("seller", PEOPLE),
    "Mutation.createTaxCategory": ("tax_category", PEOPLE),
    "Mutation.updateTaxCategory": ("tax_category", PEOPLE),
    "Mutation.deleteTaxCategory": ("tax_category", PEOPLE),
    "Mutation.deleteTaxCategories": ("tax_category", PEOPLE),
    "Mutation.createTaxRate": ("tax_rate", PEOPLE),
    "Mutation.updateTaxRate": ("tax_rate", PEOPLE),
    "Mutation.deleteTaxRate": ("tax_rate", PEOPLE),
    "Mutation.deleteTaxRates": ("tax_rate", PEOPLE),
    "Query.webhookTopics": ("", PEOPLE),
    "Query.webhookEndpoints": ("webhook_endpoint", PEOPLE),
    "Query.webhookEndpoint": ("webhook_endpoint", PEOPLE),
    "Query.webhookDeliveries": ("webhook_delivery", PEOPLE),
    "Query.webhookDelivery": ("webhook_delivery", PEOPLE),
    "Mutation.createWebhookEndpoint": ("webhook_endpoint", PEOPLE),
    "Mutation.updateWebhookEndpoint": ("webhook_endpoint", PEOPLE),
    "Mutation.deleteWebhookEndpoint": ("webhook_endpoint", PEOPLE),
    "Mutation.rotateWebhookSecret": ("webhook_endpoint", PEOPLE),
    "Mutation.testWebhookEndpoint": ("webhook_endpoint", PEOPLE),
    "Mutation.replayWebhookDelivery": ("webhook_delivery", PEOPLE),
    "Mutation.replayFailedWebhookDeliveries": ("webhook_delivery", PEOPLE),
    "Query.organizations": ("organization", SALES | {"support"}),
    "Query.organization": ("organization", SALES | {"support"}),
    "Query.organizationMembers": ("organization", SALES | {"support"}),
    "Query.dynamicProperties": ("dynamic_property", {"owner", "desk"}),
    "Query.dynamicProperty": ("dynamic_property", {"owner", "desk"}),
    "Mutation.createOrganization": ("organization", {"owner", "desk"}),
    "Mutation.updateOrganization": ("organization", {"owner", "desk"}),
    "Mutation.deleteOrganization": ("organization", {"owner", "desk"}),
    "Mutation.deleteOrganizations": ("organization", {"owner", "desk"}),
    "Mutation.addOrganizationMember": ("organization", {"owner", "desk"}),
    "Mutation.updateOrganizationMember": ("organization", {"owner", "desk"}),
    "Mutation.removeOrganizationMember": ("organization", {"owner", "desk"}),
    "Mutation.createDynamicProperty": ("dynamic_property", PEOPLE),
    "Mutation.updateDynamicProperty": ("dynamic_property", PEOPLE),
    "Mutation.deleteDynamicProperty": ("dynamic_property", PEOPLE),
    "Mutation.createDictionaryItem": ("dynamic_property", PEOPLE),
    "Mutation.updateDictionaryItem": ("dynamic_property", PEOPLE),
    "Mutation.deleteDictionaryItem": ("dynamic_property", PEOPLE),
}
NOUNS = {noun for noun, _ in ROOTS.values() if noun} | {"order_line"}
# What all sellers of a platform look at.
SHARED = {"category", "facet", "facet_value", "tax_category", "tax_rate"}
NOBODYS = dict.fromkeys(NOUNS | {"seller"}, 2**63 - 1)
PICTURE = {"variables.input.0.file": ("x.png", b"no picture")}


@pytest.fixture
async def types() -> Types:
    return await types_of_admin()


async def test_the_table_knows_every_root_field(types: Types) -> None:
    assert set(roots(types)) == set(ROOTS) | OPEN


async def send(desk: DeskHands, sent: Call) -> dict[str, Any]:
    if sent.root == "Mutation.createAssets":
        body: dict[str, Any] = await desk.upload(sent.document, PICTURE, **sent.variables)
        return body
    return await desk.send(sent.document, **sent.variables)


def code_of(body: dict[str, Any]) -> str:
    return str(body["errors"][0]["extensions"]["code"]) if "errors" in body else ""


async def somebody(
    scope: Scope, desks: Callable[[], DeskHands], role: str, *, new: bool = False
) -> DeskHands:
    seller = None
    if role == "seller":
        seller = await Seller.create(
            name=f"Shop {digits(6)}", platform_id=scope.platform_id, environment=scope.environment
        )
    email = f"{role}{digits(6)}@makola.test"
    await StaffUser.create(
        email=email,
        password_hash=await hash_secret("a-good-secret"),
        role=role,
        seller_id=seller.id if seller else None,
        must_change_password=new,
        platform_id=scope.platform_id,
        environment=scope.environment,
    )
    hands = desks()
    hands.headers = {"vendure-token": scope.code}
    await hands.log_in(email, "a-good-secret")
    return hands


async def test_nobody_calls_anything_without_signing_in(types: Types, desk: DeskHands) -> None:
    for root, (noun, _) in ROOTS.items():
        assert code_of(await send(desk, call(types, root, noun, NOBODYS))) == "NOT_SIGNED_IN", root


async def test_who_must_change_their_password_does_nothing_else(
    types: Types, demo: Scope, desks: Callable[[], DeskHands]
) -> None:
    hands = await somebody(demo, desks, "owner", new=True)
    for root, (noun, _) in ROOTS.items():
        assert code_of(await send(hands, call(types, root, noun, NOBODYS))) == "FORBIDDEN", root


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_calls_what_it_may_and_is_refused_the_rest(
    types: Types, demo: Scope, desks: Callable[[], DeskHands], role: str
) -> None:
    hands = await somebody(demo, desks, role)
    for root, (noun, may) in ROOTS.items():
        body = await send(hands, call(types, root, noun, NOBODYS))
        assert (code_of(body) == "FORBIDDEN") == (role not in may), (root, body)
        assert code_of(body) in ("", "FORBIDDEN", "NOT_FOUND", "INVALID_INPUT"), (root, body)


async def what_there_is(scope: Scope) -> dict[str, int]:
    """A row of every noun, of a seller of that platform; the ids by their tables."""
    mine = {"platform_id": scope.platform_id, "environment": scope.environment}
    ((seller, variant),) = await variants_of_sellers(scope, 1)
    buyer = await a_buyer(scope, balance_minor=10**9, pin=True)
    order = await buy_of(buyer, variant, ways=[(await methods_of(scope))[0].id])
    desk = await a_desk(scope)
    payment = order.payments[-1].id
    refund = await give_back(desk, payment, Refunded({}, alike_minor=1), "one")
    talk = await Conversation.create(**mine, customer_id=buyer.customer_id, updated_at=now())
    await tell_staff(scope, talk.id, about="order", channel="sms", address="+233240000001", text="Hello")
    await ChannelIdentity.create(
        **mine,
        channel="sms",
        external_id="+233240000001",
        customer_id=buyer.customer_id,
        conversation_id=talk.id,
        created_at=now(),
    )
    asset = await Asset.filter(**mine).first()
    assert asset is not None
    await Asset.filter(id=asset.id).update(seller_id=seller)
    payout = await Payout.create(
        uid=order.uid, batch=order.uid, seller_id=seller, state="Created", currency=scope.currency,
        amount_minor=1, reference="", **mine,
    )  # fmt: skip
    application = await SellerApplication.create(
        shop_name="X", full_name="X", phone="+233240000001", email="x@x.test", tin="P0001", **mine
    )
    found = {
        "seller": seller,
        "variant": variant,
        "customer": buyer.customer_id or 0,
        "customer_order": order.id,
        "order_line": order.lines[0].id,
        "payment": payment,
        "refund": refund.id,
        "fulfillment": await fulfil(desk, {order.lines[0].id: 1}),
        "staff_user": desk.staff_id,
        "asset": asset.id,
        "payout": payout.id,
        "seller_application": application.id,
        "product": order.lines[0].product_id,
    }
    session = await FinancingApplication.create(
        **mine, currency=scope.currency, expires_at=now() + timedelta(days=30)
    )
    found["financing_application"] = session.id
    group = await OptionGroup.create(**mine, code="x", name="X", seller_id=seller)
    option = await Option.create(group_id=group.id, code="x", name="X")
    found |= {"option_group": group.id, "option": option.id}
    review = await Review.create(
        **mine,
        product_id=found["product"],
        customer_id=buyer.customer_id,
        rating=5,
        summary="X",
        body="X",
        author_name="X",
    )
    method = await ShippingMethod.create(**mine, code="x", name="X", price_minor=1, seller_id=seller)
    category = await TaxCategory.create(**mine, name="X")
    rate = await TaxRate.create(**mine, name="X", category_id=category.id, basis_points=1)
    promotion = await Promotion.create(**mine, name="X", conditions=[], actions=[])
    organization = await Organization.create(**mine, name="X")
    await OrganizationMember.create(
        organization_id=organization.id, customer_id=buyer.customer_id, role="manager", created_at=now()
    )
    dynamic = await DynamicProperty.create(
        **mine, object_type="LineItem", name="X", value_type="ShortText", is_dictionary=True
    )
    found |= {
        "organization": organization.id,
        "dynamic_property": dynamic.id,
        "review": review.id,
        "shipping_method": method.id,
        "tax_category": category.id,
        "tax_rate": rate.id,
        "promotion": promotion.id,
    }
    endpoint = await WebhookEndpoint.create(**mine, url="https://x.test/", topics=["*"])
    event = await WebhookEvent.create(**mine, topic="endpoint.test", key=f"x:{digits(6)}", data={})
    dead = await WebhookDelivery.create(
        endpoint_id=endpoint.id, event_id=event.id, state="Dead", begun_at=now()
    )
    found |= {"webhook_endpoint": endpoint.id, "webhook_delivery": dead.id}
    terms = await PurchaseOptionGroup.create(
        **mine, merchant_code="x", line_item_descriptor="X", assignment="TAGS"
    )
    found["purchase_option_group"] = terms.id
    settlement = await Reconciliation.create(
        **mine, provider="paystack", source="file", name="x", state="Done", currency=scope.currency
    )
    found["reconciliation"] = settlement.id
    car = await Fitment.create(product_id=found["product"], make="X", model="X", year_from=2000, year_to=2000)
    run = await ImportRun.create(
        **mine, staff_id=desk.staff_id, kind="stock", trying=True, file_name="x", file_key="x", file_parts=0, file_bytes=0,
        columns=[], delimiter=",", rows=0, first_position=0, first_line=2, position=0, line=2,
    )  # fmt: skip
    found |= {"fitment": car.id, "import_run": run.id}
    for table in (
        "ledger_account",
        "category",
        "support_thread",
        "channel_identity",
        "facet",
        "facet_value",
        "payment_method",
        "api_key",
    ):
        row = await fetch_one(
            f"SELECT MAX(id) AS id FROM {table} WHERE platform_id = $1 AND environment = $2",
            scope.platform_id,
            scope.environment,
        )
        assert row is not None and row["id"], table
        found[table] = row["id"]
    return found


async def rows(ids: dict[str, int]) -> dict[str, Any]:
    """What is stored of these, and how much there is of the seller's."""
    found: dict[str, Any] = {
        noun: await fetch(f"SELECT * FROM {noun} WHERE id = $1", id_) for noun, id_ in ids.items()
    }
    count = "SELECT COUNT(*) AS n FROM product WHERE seller_id = $1"
    found["products"] = await fetch_one(count, ids["seller"])
    return found


def came_to_nothing(body: dict[str, Any]) -> bool:
    """Nothing was found, or it was refused."""
    if "errors" in body:
        return code_of(body) in ("NOT_FOUND", "FORBIDDEN", "INVALID_INPUT")
    (answer,) = body["data"].values()
    return all(
        each is None
        or each.get("result") == "NOT_DELETED"
        or each.get("__typename", "").endswith("Error")
        or each.get("totalItems") is not None
        for each in (answer if isinstance(answer, list) else [answer])
    )


@pytest.mark.parametrize(("where", "role"), [("kasuwa", "owner"), ("demo", "seller")])
async def test_what_is_anothers_is_as_unknown_as_what_is_not_there(
    types: Types, demo: Scope, desks: Callable[[], DeskHands], where: str, role: str
) -> None:
    """For an owner what another platform has; for a seller what another seller of the same has."""
    theirs = await what_there_is(await scope_by_code(where, "test"))
    hands = await somebody(demo, desks, role)
    before, called = await rows(theirs), set()
    for root, (noun, may) in ROOTS.items():
        for optional in (None, *optional_ids(types, root)):
            sent = call(types, root, noun, theirs, optional)
            if not sent.named or role not in may or (role == "seller" and noun in SHARED):
                continue
            called.add(root)
            body = await send(hands, sent)
            made_ones_own = role == "seller" and optional == "sellerId"
            assert made_ones_own or came_to_nothing(body), (root, optional, body)
    assert await rows(theirs) == before
    assert len(called) > 20


async def test_a_customers_session_is_nobody_at_the_desk_and_a_desks_is_nobody_in_the_shop(
    desk: DeskHands, world: "World", demo: Scope
) -> None:
    customer = await a_customer(demo)
    desk.headers = {"vendure-auth-token": issue_token(customer, "session")}
    assert await desk.refused("{ orders { totalItems } }") == "NOT_SIGNED_IN"
    desk.headers = {}
    await desk.log_in()
    async with (
        ClientSession(cookies={"session": desk.token, "staff": desk.token}) as session,
        session.post(
            f"{world.settings.base_url}/shop-api",
            json={"query": "{ me { id } activeCustomer { id } }"},
            headers={"vendure-auth-token": desk.token, "Authorization": f"Bearer {desk.token}"},
        ) as answer,
    ):
        told = await answer.json()
    assert "errors" in told or told["data"] == {"me": None, "activeCustomer": None}
