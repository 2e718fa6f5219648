"""What is stored: one file per noun group. Tortoise finds every table here."""

from models.bills import Beneficiary, Biller, BillInquiry, BillPlan, BillPurchase
from models.catalogue import (
    Asset,
    Brand,
    Category,
    Fitment,
    Product,
    ProductAsset,
    SearchEntry,
    SearchWord,
    StockLevel,
    Tag,
    Variant,
)
from models.conversations import Conversation, InboundMessage, OutboundMessage
from models.delivery import DeliveryQuote, DeliveryRate, PickupLocation, Shipment
from models.deposits import (
    Authorization,
    PurchaseOption,
    PurchaseOptionGroup,
    PurchaseOptionMember,
    ScheduledCharge,
    StoredMethod,
)
from models.ledger import IdempotencyRecord, JournalEntry, LedgerAccount, Posting
from models.opt_outs import MessageOptOut
from models.orders import Order, OrderEvent, OrderLine, ShippingLine, ShippingMethod
from models.payments import ExternalEvent, Payment, PaymentAttempt, PaymentMethod, Refund
from models.people import (
    Address,
    ApiKey,
    AuditEntry,
    ChannelIdentity,
    Customer,
    OtpChallenge,
    Platform,
    Seller,
    ShopSession,
    StaffSession,
    StaffUser,
)
from models.promotions import Promotion, PromotionUse
from models.support import SupportMessage, SupportThread
from models.taxes import TaxCategory, TaxRate
from models.wishlists import WishlistItem

__all__ = [
    "Address",
    "ApiKey",
    "Asset",
    "AuditEntry",
    "Authorization",
    "Beneficiary",
    "BillInquiry",
    "BillPlan",
    "BillPurchase",
    "Biller",
    "Brand",
    "Category",
    "ChannelIdentity",
    "Conversation",
    "Customer",
    "DeliveryQuote",
    "DeliveryRate",
    "ExternalEvent",
    "Fitment",
    "IdempotencyRecord",
    "InboundMessage",
    "JournalEntry",
    "LedgerAccount",
    "MessageOptOut",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OtpChallenge",
    "OutboundMessage",
    "Payment",
    "PaymentAttempt",
    "PaymentMethod",
    "PickupLocation",
    "Platform",
    "Posting",
    "Product",
    "ProductAsset",
    "Promotion",
    "PromotionUse",
    "PurchaseOption",
    "PurchaseOptionGroup",
    "PurchaseOptionMember",
    "Refund",
    "ScheduledCharge",
    "SearchEntry",
    "SearchWord",
    "Seller",
    "Shipment",
    "ShippingLine",
    "ShippingMethod",
    "ShopSession",
    "StaffSession",
    "StaffUser",
    "StockLevel",
    "StoredMethod",
    "SupportMessage",
    "SupportThread",
    "Tag",
    "TaxCategory",
    "TaxRate",
    "Variant",
    "WishlistItem",
]
