"""What people of staff may do, by role. The names are Vendure's where it has one."""

from dataclasses import dataclass
from datetime import datetime

from core.errors import Forbidden
from services.tenants import Scope

_ACTS = ("Create", "Read", "Update", "Delete")


def _all_of(*nouns: str) -> frozenset[str]:
    return frozenset(f"{act}{noun}" for noun in nouns for act in _ACTS)


CATALOGUE = _all_of("Catalog", "Product", "Collection", "Facet", "Asset", "Tag")
SALES = _all_of("Order", "Customer", "CustomerGroup", "Organization")
SETTINGS = _all_of(
    "Administrator",
    "Channel",
    "Country",
    "DynamicProperty",
    "PaymentMethod",
    "Promotion",
    "Seller",
    "Settings",
    "ShippingMethod",
    "StockLocation",
    "System",
    "TaxCategory",
    "TaxRate",
    "Zone",
)
OURS = frozenset(
    {
        "AnswerConversation",
        "ExportCustomer",
        "FlagChannel",
        "ReadAuditLog",
        "ReadLedger",
        "ReconcileSettlement",
        "ReadPayout",
        "ManagePayouts",
        "ReviewSeller",
    }
)
# Of one's own shop alone.
SELLING = _all_of("Product", "Asset", "ShippingMethod") | {
    "ReadCatalog",
    "ReadCollection",
    "ReadFacet",
    "ReadOrder",
    "UpdateOrder",
    "ReadPayout",
    "ReadSeller",
}
_EVERYBODY = frozenset({"Authenticated", "Owner"})

ROLES: dict[str, frozenset[str]] = {
    "owner": CATALOGUE | SALES | SETTINGS | OURS | {"SuperAdmin", "UpdateGlobalSettings"},
    "catalogue": CATALOGUE | {"ReadSeller", "ReadPromotion", "ReadTaxCategory", "ReadTaxRate"},
    "desk": SALES | {"AnswerConversation", "ExportCustomer", "ReadCatalog", "ReadProduct", "ReadCollection", "ReadAsset", "ReadSeller", "ReadDynamicProperty"},
    "finance": frozenset({"ReadOrder", "UpdateOrder", "ReadCustomer", "ReadOrganization", "ReadSeller", "ReadPayout", "ManagePayouts", "ReadAuditLog", "ReadLedger", "ReconcileSettlement"}),
    "support": frozenset({"AnswerConversation", "FlagChannel", "ReadOrder", "ReadCustomer", "ReadOrganization", "UpdateCustomer", "ReadCatalog", "ReadProduct"}),
    "seller": SELLING,
}  # fmt: skip

PERMISSIONS: frozenset[str] = frozenset().union(*ROLES.values(), _EVERYBODY, {"Public"})


@dataclass(frozen=True, slots=True)
class Desk:
    """A person of staff at work, in their own shop and environment.

    With a `seller_id` they see and change only what is that seller's. `address` is the client's, where it is known.
    """

    scope: Scope
    staff_id: int
    email: str
    role: str
    seller_id: int | None = None
    address: str = ""
    must_change_password: bool = False
    must_enrol: bool = False  # the shop wants a second factor of everybody, and they have none
    signed_in_at: datetime | None = None  # when the session began; None where there is none

    @property
    def permissions(self) -> frozenset[str]:
        """None but those of everybody while a password that somebody else chose, or a missing second factor, stands before."""
        if self.must_change_password or self.must_enrol:
            return _EVERYBODY
        return ROLES.get(self.role, frozenset()) | _EVERYBODY


def may(desk: Desk, *any_of: str) -> bool:
    """Whether they have one of these permissions."""
    return not desk.permissions.isdisjoint(any_of)


def check_may(desk: Desk, *any_of: str) -> None:
    """Raises `Forbidden` where they have none of these permissions."""
    if not may(desk, *any_of):
        if desk.must_change_password:
            raise Forbidden("Change your password first.")
        raise Forbidden(
            "Set up your second factor first." if desk.must_enrol else "Your role may not do that."
        )
