"""What is held of a person, table by table: what of it they are given, what is erased when they go, and what stays.

Amounts, dates, references and states stay: the book, and what tax law asks a shop to show for years. Names, numbers,
addresses, words and secrets go.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tortoise.models import Model

import models

# Of no use to anybody but the market's own machinery, or a secret.
HIDDEN = frozenset(
    {"attempts", "next_attempt_at", "lease", "leased_until", "platform_id", "environment", "secret_epoch", "pin_tries",
     "password_hash", "pin_hash", "token_hash", "dedupe_key"}
)  # fmt: skip
GONE: None = None
_ORDERS = "(SELECT id FROM customer_order WHERE customer_id = {customer})"
_PAYMENTS = "(SELECT id FROM payment WHERE customer_id = {customer})"
_LINES = "(SELECT id FROM order_line WHERE order_id IN (SELECT id FROM customer_order WHERE customer_id = {customer}))"
_PROPERTIES = "(SELECT id FROM dynamic_property WHERE platform_id = {platform} AND environment = {environment} AND object_type = "
_ACCOUNTS = "(SELECT id FROM ledger_account WHERE customer_id = {customer})"
_THREADS = "(SELECT id FROM support_thread WHERE conversation_id IN ({conversations}))"
_FINANCED = (
    "(SELECT id FROM financing_application WHERE order_id IN (SELECT id FROM customer_order WHERE customer_id = {customer}) "
    "OR (phone IN ({addresses}) AND platform_id = {platform} AND environment = {environment}))"
)
# What they stated and nobody else did: what was sent there was about them, but whoever answered may be anybody.
_STATED = (
    "(SELECT s.stated_phone FROM customer s WHERE s.id = {customer} AND NOT EXISTS (SELECT 1 FROM customer o "
    "WHERE o.id <> s.id AND o.platform_id = s.platform_id AND o.environment = s.environment "
    "AND (o.phone = s.stated_phone OR o.stated_phone = s.stated_phone)) "
    "UNION SELECT s.email FROM customer s WHERE s.id = {customer})"
)
# What providers told of their payments, bills, parcels and financing; a notice names its row as the provider does.
_NOTICES = (
    f"reference IN (SELECT reference FROM payment_attempt WHERE payment_id IN {_PAYMENTS}) "
    "OR (kind = 'bill' AND reference IN (SELECT reference FROM bill_purchase WHERE customer_id = {customer})) "
    f"OR (kind = 'shipment' AND reference IN (SELECT provider_id FROM shipment WHERE order_id IN {_ORDERS})) "
    "OR (kind = 'financing' AND reference IN (SELECT CAST(uid AS VARCHAR) FROM financing_request "
    f"WHERE application_id IN {_FINANCED}))"
)
_MINE = "platform_id = {platform} AND environment = {environment}"
_OWN = "customer_id = {customer}"
_IDLE = "next_attempt_at IS NULL"
NOTHING, NO_JSON, NULL = "''", "'{}'", "NULL"


@dataclass(frozen=True, slots=True)
class Held:
    """The rows of a table `whose` are a person's (SQL over `Person.bound`).

    `erase` says what is written in place of a column (SQL), is empty where all stays, and `GONE` where the rows go. `only`
    narrows what is erased to rows with which nobody works. `given` are the rows they are given, where that is fewer;
    `unshown` tables are none of what they are given.
    """

    model: type[Model]
    whose: str
    erase: Mapping[str, str] | None = field(default_factory=dict)
    only: str = ""
    given: str = ""
    unshown: bool = False
    hidden: frozenset[str] = frozenset()

    @property
    def table(self) -> str:
        return str(self.model._meta.db_table)

    @property
    def columns(self) -> list[str]:
        """What a person is given of each row."""
        every: Any = self.model._meta.fields_db_projection.values()
        return [name for name in every if name not in HIDDEN | self.hidden]


def _words(*columns: str) -> dict[str, str]:
    return dict.fromkeys(columns, NOTHING)


def _nulls(*columns: str) -> dict[str, str]:
    return dict.fromkeys(columns, NULL)


# In the order in which it is erased: what finds others comes after them, the customer last.
HELD: tuple[Held, ...] = (
    Held(models.Address, _OWN, GONE),
    Held(models.WishlistItem, _OWN, GONE),
    Held(models.Beneficiary, _OWN, GONE),
    Held(models.BillInquiry, _OWN, GONE),
    Held(models.SocialIdentity, _OWN, GONE),
    Held(models.OrganizationMember, _OWN, GONE),
    Held(models.ShopSession, _OWN, GONE),
    Held(
        models.OtpChallenge,
        f"(customer_id = {{customer}} OR (contact IN ({{addresses}}) AND {_MINE}))",
        GONE,
        hidden=frozenset({"payload"}),
    ),
    Held(models.Review, _OWN, {"author_name": "'A customer'"}),
    Held(models.PromotionUse, _OWN, _nulls("email", "phone")),
    Held(models.BillPurchase, _OWN, _words("phone", "account", "token"), _IDLE),
    Held(models.DeliveryQuote, _OWN, {"place": NO_JSON, "key": NOTHING}, _IDLE, hidden=frozenset({"key"})),
    Held(models.Shipment, f"order_id IN {_ORDERS}", {"place": NO_JSON, "events": "'[]'"}, _IDLE),
    Held(
        models.OrderEvent,
        f"order_id IN {_ORDERS}",
        {"data": NO_JSON},
        # A stored method is called after its number.
        "kind IN ('note', 'private_note', 'method_removed')",
        given="kind <> 'private_note'",
    ),
    Held(
        models.PropertyValue,
        f"((property_id IN {_PROPERTIES}'CustomerOrder') AND owner_id IN {_ORDERS}) "
        f"OR (property_id IN {_PROPERTIES}'LineItem') AND owner_id IN {_LINES}) "
        f"OR (property_id IN {_PROPERTIES}'PaymentIn') AND owner_id IN {_PAYMENTS}))",
        GONE,
        # What was chosen from a list is nobody's own words.
        "item_id IS NULL",
    ),
    Held(models.OrderLine, f"order_id IN {_ORDERS}"),
    Held(models.ShippingLine, f"order_id IN {_ORDERS}"),
    Held(models.ExternalEvent, _NOTICES, {"body": NO_JSON}, _IDLE, unshown=True),
    Held(models.FinancingEvent, f"application_id IN {_FINANCED}", {"data": NO_JSON}),
    Held(models.FinancingOffer, f"application_id IN {_FINANCED}"),
    Held(models.FinancingRequest, f"application_id IN {_FINANCED}", {"income_minor": "0", "further": NULL}),
    Held(
        models.FinancingApplication,
        f"id IN {_FINANCED}",
        _words("phone", "tax_id_last4") | _nulls("applicant"),
    ),
    Held(models.PaymentAttempt, f"payment_id IN {_PAYMENTS}", {"request": NO_JSON, "payment_url": NULL}, _IDLE),
    Held(models.Refund, f"payment_id IN {_PAYMENTS}"),
    Held(
        models.PlannedPayment, f"order_id IN {_ORDERS}", _words("comment") | _nulls("billing_address")
    ),
    Held(models.Payment, _OWN),
    Held(models.ScheduledCharge, _OWN),
    Held(models.Authorization, f"order_id IN {_ORDERS}"),
    Held(
        models.StoredMethod,
        _OWN,
        _words("label", "phone", "email", "code") | {"fingerprint": "CAST(id AS VARCHAR)"},
        # The provider is told first, which takes its code and address.
        _IDLE,
        hidden=frozenset({"code", "fingerprint"}),
    ),
    Held(models.Posting, f"account_id IN {_ACCOUNTS}"),
    Held(models.LedgerAccount, _OWN),
    Held(models.Order, _OWN, _nulls("guest", "billing_address", "shipping_address", "custom")),
    Held(models.SupportMessage, f"thread_id IN {_THREADS}", _words("text")),
    Held(
        models.SupportThread, "conversation_id IN ({conversations})", {"address": NOTHING, "state": "'Closed'"}
    ),
    Held(
        models.InboundMessage,
        f"sender IN ({{addresses}}) AND {_MINE}",
        {"body": NO_JSON, "reply": NULL, "sender": NOTHING},
        _IDLE,
        # Before that the number may have been another's.
        given="received_at >= {since}",
    ),
    Held(
        models.OutboundMessage,
        f'"to" IN ({{addresses}}) AND {_MINE}',
        {'"to"': NOTHING, "params": NO_JSON},
        _IDLE,
        given="created_at >= {since}",
    ),
    # What was said under a number or an address that they had before, and that is nobody's by now. It is given to nobody.
    Held(
        models.InboundMessage,
        f"sender IN ({{former}}) AND {_MINE}",
        {"body": NO_JSON, "reply": NULL, "sender": NOTHING},
        _IDLE,
        unshown=True,
    ),
    Held(
        models.OutboundMessage,
        f'"to" IN ({{former}}) AND {_MINE}',
        {'"to"': NOTHING, "params": NO_JSON},
        _IDLE,
        unshown=True,
    ),
    Held(
        models.ChannelIdentity,
        f"customer_id IS NULL AND external_id IN ({{former}}) AND channel IN ('ussd', 'sms') AND {_MINE}",
        GONE,
        unshown=True,
    ),
    Held(
        models.OutboundMessage,
        f'"to" IN {_STATED} AND {_MINE}',
        {'"to"': NOTHING, "params": NO_JSON},
        _IDLE,
        unshown=True,
    ),
    Held(models.MessageOptOut, f"address IN ({{addresses}}) AND {_MINE}"),
    Held(models.Conversation, "id IN ({conversations})", {"session": NO_JSON}, unshown=True),
    Held(
        models.ChannelIdentity,
        f"(customer_id = {{customer}} OR (customer_id IS NULL AND external_id IN ({{addresses}}) "
        f"AND channel IN ('ussd', 'sms'))) AND {_MINE}",
        GONE,
    ),
    Held(models.AccountClosing, _OWN, unshown=True),
    Held(
        models.Customer,
        "id = {customer}",
        _nulls("phone", "stated_phone", "email", "email_verified_at", "city", "street", "gps", "password_hash",
               "pin_hash", "last_login_at")
        | _words("full_name", "last_name", "title", "avatar_path", "lock_reason")
        | {"language": "'en'"},
        hidden=frozenset({"avatar_path", "lock_reason"}),
    ),
)  # fmt: skip
