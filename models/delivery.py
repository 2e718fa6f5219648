"""Delivery: where parcels are fetched, what carriers ask for bringing them, and the shipments on their way."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from core.work import WorkRow
from models.base import Public, Row, Scoped


class PickupLocation(Public, Scoped):
    """A shop where customers fetch orders and carriers fetch parcels. `country` is ISO-2."""

    name = fields.CharField(max_length=120)
    address = fields.CharField(max_length=255)
    city = fields.CharField(max_length=120)
    state = fields.CharField(max_length=120)
    country = fields.CharField(max_length=2)
    phone = fields.CharField(max_length=20, default="")
    active = fields.BooleanField(default=True)
    position = fields.IntField(default=0)

    class Meta:
        table = "pickup_location"
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "name"), name="pickup_location_once")
        ]


class DeliveryQuote(Public, Scoped, WorkRow):
    """A customer's question to the carriers: from a location to a place, for a parcel of so many grams.

    `key` finds it again. Its answer is its rates, good until `expires_at`. While it is open the worker asks. Who was
    promised the answer on a channel is told there (`tell_on`).
    """

    customer: Any = fields.ForeignKeyField("models.Customer", on_delete=fields.CASCADE)
    location: Any = fields.ForeignKeyField("models.PickupLocation", on_delete=fields.RESTRICT)
    key = fields.CharField(max_length=64)
    place: Any = fields.JSONField()
    weight_g = fields.IntField()
    value_minor = fields.BigIntField(default=0)
    state = fields.CharField(max_length=12, default="Stored")
    reason = fields.CharField(max_length=255, default="")
    expires_at = fields.DatetimeField()
    tell_on = fields.CharField(max_length=12, default="", db_default="")

    customer_id: int
    location_id: int

    class Meta:
        table = "delivery_quote"
        indexes = [("customer_id", "key"), ("next_attempt_at",)]
        constraints = [
            CheckConstraint(check="weight_g > 0 AND value_minor >= 0", name="delivery_quote_amounts")
        ]


class DeliveryRate(Row):
    """A carrier's offer, `price_minor` frozen while the quote is good. `rate_id` is the delivery service's."""

    quote: Any = fields.ForeignKeyField("models.DeliveryQuote", on_delete=fields.CASCADE)
    rate_id = fields.CharField(max_length=191)
    carrier_name = fields.CharField(max_length=120)
    carrier_slug = fields.CharField(max_length=120)
    carrier_logo = fields.CharField(max_length=500)
    delivery_time = fields.CharField(max_length=120)
    price_minor = fields.BigIntField()
    currency = fields.CharField(max_length=3)

    quote_id: int

    class Meta:
        table = "delivery_rate"
        indexes = [("rate_id",)]
        constraints = [
            UniqueConstraint(fields=("quote_id", "rate_id"), name="delivery_rate_once"),
            CheckConstraint(check="price_minor >= 0", name="delivery_rate_price"),
        ]


class Shipment(Public, Scoped, WorkRow):
    """The parcel of a paid order, from the booking to the door. `events` are the carrier's, oldest first.

    `provider_id` is the delivery service's id of it, stored before it is booked, so that it is booked once.
    """

    order: Any = fields.OneToOneField("models.Order", on_delete=fields.RESTRICT)
    rate: Any = fields.ForeignKeyField("models.DeliveryRate", on_delete=fields.RESTRICT)
    place: Any = fields.JSONField()
    state = fields.CharField(max_length=12, default="Stored")
    provider_id = fields.CharField(max_length=80, null=True, unique=True)
    tracking_number = fields.CharField(max_length=120, default="")
    events: Any = fields.JSONField(default=list)
    reason = fields.CharField(max_length=255, default="")

    order_id: int
    rate_id: int

    class Meta:
        table = "shipment"
        indexes = [("next_attempt_at",)]
