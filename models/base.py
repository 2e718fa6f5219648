"""What every stored noun shares: keys, and the platform and environment of a tenant's rows."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from core.clock import now
from core.ids import new_uid


class Row(Model):
    """An integer key for joins."""

    id = fields.BigIntField(primary_key=True)

    class Meta:
        abstract = True


class Public(Row):
    """A row that the world may name, by `uid` (UUIDv7)."""

    uid = fields.UUIDField(default=new_uid, unique=True)
    created_at = fields.DatetimeField(default=now)
    updated_at = fields.DatetimeField(default=now)

    class Meta:
        abstract = True


class Scoped(Model):
    """A row that belongs to a tenant. Every query of it names both columns."""

    platform: Any = fields.ForeignKeyField("models.Platform", on_delete=fields.RESTRICT)
    environment = fields.CharField(max_length=4)  # "test" or "live"

    platform_id: int

    class Meta:
        abstract = True


TENANT = "platform_id, environment"

# Unique only among some rows: Tortoise makes no such index on SQLite, so the migration writes them as SQL.
PARTIAL_UNIQUE = {
    # A customer has one active order, which every channel shows.
    "order_active_once": ("customer_order", "customer_id", "active"),
    # Two payments for one order are never under way at once.
    "payment_open_once": ("payment", "order_id", "order_id IS NOT NULL AND state IN ('Created', 'Pending')"),
    # Nobody waits twice for a shop.
    "seller_application_phone_once": ("seller_application", f"{TENANT}, phone", "state = 'Pending'"),
    "seller_application_email_once": ("seller_application", f"{TENANT}, email", "state = 'Pending'"),
    "seller_application_name_once": ("seller_application", f"{TENANT}, shop_name", "state = 'Pending'"),
    "organization_name_once": ("organization", f"{TENANT}, name", "deleted_at IS NULL"),
    # What is set aside for an order is one amount.
    "payment_authorization_once": ("payment_authorization", "order_id", "state = 'Active'"),
    # A facet's value is had once, by the product or by one variant.
    "product_facet_value_once": ("product_facet_value", "product_id, value_id", "variant_id IS NULL"),
    "variant_facet_value_once": ("product_facet_value", "variant_id, value_id", "variant_id IS NOT NULL"),
    # A session asks the lender once at a time for either kind, and one offer is accepted.
    "financing_request_once": (
        "financing_request",
        "application_id, kind",
        "state NOT IN ('Declined', 'Withdrawn', 'Expired')",
    ),
    "financing_offer_accepted_once": ("financing_offer", "application_id", "accepted"),
    # Of a customer's addresses one is the usual place of delivery, and one of the bill.
    "address_default_shipping_once": ("address", "customer_id", "default_shipping AND deleted_at IS NULL"),
    "address_default_billing_once": ("address", "customer_id", "default_billing AND deleted_at IS NULL"),
}

# Of use for some rows alone: what is done costs nothing there. Written as SQL for the same reason.
PARTIAL = {
    # The shop's own accounts among the shopping cards of all its customers.
    "ledger_account_shared": ("ledger_account", f"{TENANT}, code", "kind <> 'card'"),
    "scheduled_charge_next": ("scheduled_charge", "next_step_at", "next_step_at IS NOT NULL"),
    # Orders by when they were placed, of a platform, of a customer and of an organization: the index alone says where a page begins.
    "order_placed": ("customer_order", f"{TENANT}, placed_at, id", "placed_at IS NOT NULL"),
    "order_placed_by": ("customer_order", "customer_id, placed_at, id", "placed_at IS NOT NULL"),
    # What the desk is asked for: a customer by a number that isn't proven, a parcel by its code, a guest's order by their number or address.
    "customer_stated_phone": ("customer", f"stated_phone, {TENANT}", "stated_phone IS NOT NULL"),
    "fulfillment_tracked": ("fulfillment", f"tracking_code, {TENANT}", "tracking_code <> ''"),
    "shipment_tracked": ("shipment", f"tracking_number, {TENANT}", "tracking_number <> ''"),
    "order_of_guest_phone": (
        "customer_order",
        f"(guest->>'phone'), {TENANT}",
        "customer_id IS NULL AND guest IS NOT NULL",
    ),
    "order_of_guest_email": (
        "customer_order",
        f"(guest->>'email'), {TENANT}",
        "customer_id IS NULL AND guest IS NOT NULL",
    ),
    "order_placed_for": (
        "customer_order",
        "organization_id, placed_at, id",
        "placed_at IS NOT NULL AND organization_id IS NOT NULL",
    ),
    # What the desk looks at every day.
    "scheduled_charge_open": ("scheduled_charge", f"{TENANT}, due_at", "state IN ('Waiting', 'Overdue')"),
    "stock_level_low": ("stock_level", "variant_id", "on_hand - allocated <= 3"),
    "outbound_message_failed": ("outbound_message", f"{TENANT}, created_at", "state = 'Failed'"),
    "financing_application_expiring": (
        "financing_application",
        "expires_at",
        "state IN ('Open', 'Accepting', 'Accepted')",
    ),
}
