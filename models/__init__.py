"""What is stored: one file per noun group. Tortoise finds every table here."""

from models.assets import Asset, AssetTag, ProductAsset
from models.bills import Beneficiary, Biller, BillInquiry, BillPlan, BillPurchase
from models.catalogue import (
    Brand,
    Category,
    Fitment,
    Option,
    OptionGroup,
    Product,
    ProductTranslation,
    StockLevel,
    Tag,
    Variant,
    VariantOption,
)
from models.closings import AccountClosing
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
from models.facets import Facet, FacetValue, ProductFacetValue
from models.finance import ClosedDay, LedgerMovement, Reconciliation, SettlementLine
from models.financing import FinancingApplication, FinancingEvent, FinancingOffer, FinancingRequest
from models.imports import ImportKey, ImportProblem, ImportRun
from models.ledger import IdempotencyRecord, JournalEntry, LedgerAccount, Posting
from models.opt_outs import MessageOptOut
from models.orders import (
    Fulfillment,
    FulfillmentLine,
    Order,
    OrderEvent,
    OrderLine,
    ShippingLine,
    ShippingMethod,
)
from models.organizations import Organization, OrganizationMember
from models.outgoing import WebhookDelivery, WebhookEndpoint, WebhookEvent, WebhookTry
from models.payments import ExternalEvent, Payment, PaymentAttempt, PaymentMethod, Refund
from models.people import Address, ChannelIdentity, Customer, OtpChallenge, ShopSession, SocialIdentity
from models.planned import OrderMilestone, PlannedPayment
from models.platforms import ApiKey, Platform
from models.promotions import Promotion, PromotionUse
from models.properties import DictionaryItem, DynamicProperty, PropertyValue
from models.reviews import Review
from models.search import SearchEntry, SearchWord
from models.sellers import Payout, Seller, SellerApplication, SellerOrder, SellerRefund
from models.staff import AuditEntry, StaffRecoveryCode, StaffSession, StaffUser
from models.support import SupportMessage, SupportThread
from models.taxes import TaxCategory, TaxRate
from models.wishlists import WishlistItem
from models.wordings import Wording

__all__ = [
    "AccountClosing",
    "Address",
    "ApiKey",
    "Asset",
    "AssetTag",
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
    "ClosedDay",
    "Conversation",
    "Customer",
    "DeliveryQuote",
    "DeliveryRate",
    "DictionaryItem",
    "DynamicProperty",
    "ExternalEvent",
    "Facet",
    "FacetValue",
    "FinancingApplication",
    "FinancingEvent",
    "FinancingOffer",
    "FinancingRequest",
    "Fitment",
    "Fulfillment",
    "FulfillmentLine",
    "IdempotencyRecord",
    "ImportKey",
    "ImportProblem",
    "ImportRun",
    "InboundMessage",
    "JournalEntry",
    "LedgerAccount",
    "LedgerMovement",
    "MessageOptOut",
    "Option",
    "OptionGroup",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderMilestone",
    "Organization",
    "OrganizationMember",
    "OtpChallenge",
    "OutboundMessage",
    "Payment",
    "PaymentAttempt",
    "PaymentMethod",
    "Payout",
    "PickupLocation",
    "PlannedPayment",
    "Platform",
    "Posting",
    "Product",
    "ProductAsset",
    "ProductFacetValue",
    "ProductTranslation",
    "Promotion",
    "PromotionUse",
    "PropertyValue",
    "PurchaseOption",
    "PurchaseOptionGroup",
    "PurchaseOptionMember",
    "Reconciliation",
    "Refund",
    "Review",
    "ScheduledCharge",
    "SearchEntry",
    "SearchWord",
    "Seller",
    "SellerApplication",
    "SellerOrder",
    "SellerRefund",
    "SettlementLine",
    "Shipment",
    "ShippingLine",
    "ShippingMethod",
    "ShopSession",
    "SocialIdentity",
    "StaffRecoveryCode",
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
    "VariantOption",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEvent",
    "WebhookTry",
    "WishlistItem",
    "Wording",
]
