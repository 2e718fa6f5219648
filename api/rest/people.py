"""How customers are shown, wherever the contract shows one."""

from api.rest.calls import Call
from api.rest.fields import Guid, Shape, When
from models import Customer
from services.accounts.customers import number_of
from services.accounts.names import split_name
from services.accounts.tokens import expiry_of, issue_token
from services.cards import card_of
from services.tenants import Scope


class CustomerShape(Shape):
    """Nobody checks identity papers here, so those three flags are false."""

    id: Guid
    first_name: str
    last_name: str
    email_address: str | None
    phone_number: str | None
    shopping_card_no: str
    is_email_verified: bool
    is_nin_verified: bool = False
    is_bvn_verified: bool = False
    is_liveness_verified: bool = False
    allow_merchant_access: bool = False
    date_created: When
    date_updated: When
    last_login: When | None = None


class SignedIn(CustomerShape):
    token: str
    expires_at: When


async def customer_shape(call: Call, customer: Customer) -> CustomerShape:
    first, last = split_name(customer.full_name, customer.last_name)
    return CustomerShape(
        id=customer.uid,
        first_name=first,
        last_name=last,
        email_address=customer.email,
        phone_number=customer.stated_phone or number_of(customer),
        shopping_card_no=(await card_of(call.scope, customer.id)).number,
        is_email_verified=customer.email_verified_at is not None,
        date_created=customer.created_at,
        date_updated=customer.updated_at,
        last_login=customer.last_login_at,
    )


async def signed_in(call: Call, customer: Customer) -> SignedIn:
    """A customer with a new session's token."""
    shape = await customer_shape(call, customer)
    return SignedIn(**dict(shape), token=issue_token(customer, "session"), expires_at=expiry_of("session"))


def environment_number(scope: Scope) -> int:
    """1 is test, 2 is live."""
    return 1 if scope.environment == "test" else 2
