"""Registering, signing in, and passwords (arkifi-rest-api.txt, "Register Customer" to "Get Customer By ID")."""

from typing import Annotated

from pydantic import Field

from api.rest.calls import Call
from api.rest.endpoints import Section, Who
from api.rest.fields import (
    Email,
    Guid,
    Money,
    Name,
    Otp,
    Password,
    Phone,
    Pin,
    Query,
    Shape,
    Text,
    When,
    money,
)
from api.rest.people import CustomerShape, SignedIn, customer_shape, environment_number, signed_in
from core.errors import InvalidCredentials, NotFound
from services.accounts.customers import customer_by_uid
from services.accounts.emails import resend_verification, verify_email
from services.accounts.login import login
from services.accounts.profile import ProfileChanges, update_profile
from services.accounts.recovery import BAD_TOKEN, recover_password, start_recovery, verify_recovery
from services.accounts.registration import register
from services.accounts.tokens import expiry_of
from services.cards import card_of, last_movement

section = Section("Customers", "/api/customer")
# A mobile network or a business's own server speaks for many people from one address.
MOST = 300
LoginName = Annotated[Text, Field(min_length=3, max_length=255)]
AnyPassword = Annotated[Text, Field(min_length=1, max_length=128)]
# Short enough to fit into an address, however it is escaped.
Token = Annotated[Text, Field(min_length=1, max_length=600)]


class Registration(Shape):
    first_name: Name
    last_name: Name
    email_address: Email
    phone_number: Phone
    password: Password
    transaction_pin: Pin


class Login(Shape):
    email_or_phone: LoginName
    password: AnyPassword


class Address(Shape):
    email: Email


class Code(Shape):
    email: Email
    otp: Otp


class Sent(Shape):
    message: str
    expires_at: When


class ResetToken(Shape):
    reset_token: str
    expires_at: When


class ResetQuery(Query):
    reset_token: Token


class NewPassword(Shape):
    new_password: Password


class CardBalance(Shape):
    customer_id: Guid
    shopping_card_no: str
    current_balance: Money
    previous_balance: Money
    last_updated: When
    currency: str


class CustomerPath(Query):
    customer_id: Guid


class Tenancy(Query):
    business_id: Guid
    platform_id: Guid
    environment_type: Annotated[int, Field(ge=1, le=2)]


class CustomerUpdate(Shape):
    """Only what is given changes. A password or PIN needs the current one, or the token of its recovery; another
    address, where the present one is verified, needs `currentPassword`, `currentTransactionPin` or such a token.
    """

    first_name: Name | None = None
    last_name: Name | None = None
    email_address: Email | None = None
    phone_number: Phone | None = None
    password: Password | None = None
    transaction_pin: Pin | None = None
    current_password: AnyPassword | None = None
    current_transaction_pin: Pin | None = None
    reset_token: Token | None = None


class UpdatedCustomer(CustomerShape):
    """With a new password the old token has ended: `token` goes on."""

    token: str | None = None
    expires_at: When | None = None


@section.post(
    "/register",
    "Registration successful. Please check your email for verification code.",
    who=Who.ANYBODY,
    most_per_address=MOST,
)
async def register_customer(call: Call, body: Registration) -> CustomerShape:
    """Open an account; a code goes to the address."""
    customer = await register(
        call.scope,
        first_name=body.first_name,
        last_name=body.last_name,
        email=body.email_address,
        phone=body.phone_number,
        password=body.password,
        pin=body.transaction_pin,
    )
    return await customer_shape(call, customer)


@section.post(
    "/login",
    "Login successful",
    who=Who.ANYBODY,
    most_per_address=MOST,
    words={InvalidCredentials: "Invalid email/phone or password"},
)
async def sign_in(call: Call, body: Login) -> SignedIn:
    """A token for the calls that need one; good until the password changes."""
    return await signed_in(call, await login(call.scope, body.email_or_phone, body.password))


@section.post("/verify-email", "Email verified successfully", who=Who.ANYBODY, most_per_address=MOST)
async def verify(call: Call, body: Code) -> bool:
    """Prove an address by the code sent there."""
    await verify_email(call.scope, body.email, body.otp)
    return True


@section.post("/resend-email-verification", "OTP sent successfully", who=Who.ANYBODY, most_per_address=MOST)
async def resend_email_verification(call: Call, body: Address) -> Sent:
    """Send that code once more."""
    challenge = await resend_verification(call.scope, body.email)
    return Sent(message=f"Verification code sent to {body.email}", expires_at=challenge.expires_at)


@section.post("/forgot-password", "OTP sent successfully", who=Who.ANYBODY, most_per_address=MOST)
async def forgot_password(call: Call, body: Address) -> Sent:
    """Send a code for a new password."""
    challenge = await start_recovery(call.scope, body.email, "reset")
    return Sent(
        message=f"Password reset OTP sent successfully to {body.email}", expires_at=challenge.expires_at
    )


@section.post("/resend-forgot-password", "OTP sent successfully", who=Who.ANYBODY, most_per_address=MOST)
async def resend_forgot_password(call: Call, body: Address) -> Sent:
    """Send that code once more."""
    return await forgot_password(call, body)


@section.post(
    "/verify-forgot-password-otp", "OTP verified successfully", who=Who.ANYBODY, most_per_address=MOST
)
async def verify_forgot_password_otp(call: Call, body: Code) -> ResetToken:
    """A token that sets one new password."""
    token = await verify_recovery(call.scope, body.email, body.otp, "reset")
    return ResetToken(reset_token=token, expires_at=expiry_of("reset"))


@section.post(
    "/reset-password",
    "Password reset successfully",
    who=Who.ANYBODY,
    most_per_address=MOST,
    refused_data=False,
    required={"resetToken": BAD_TOKEN},
)
async def reset_password(call: Call, query: ResetQuery, body: NewPassword) -> bool:
    """Set a new password. Every older token ends."""
    await recover_password(call.scope, query.reset_token, body.new_password)
    return True


@section.get("/get-card-balance", "Card balance retrieved successfully")
async def get_card_balance(call: Call) -> CardBalance:
    """What is on the shopping card."""
    customer = call.signed_in
    card = await card_of(call.scope, customer.id)
    last = await last_movement(card)
    return CardBalance(
        customer_id=customer.uid,
        shopping_card_no=card.number,
        current_balance=money(card.balance_minor, card.currency),
        previous_balance=money(last.balance_minor - last.amount_minor if last else 0, card.currency),
        last_updated=last.at if last else customer.created_at,
        currency=card.currency,
    )


@section.put("/update-customer", "Customer updated successfully", refusals=(403,))
async def update_customer(call: Call, body: CustomerUpdate) -> UpdatedCustomer:
    """Change one's own details. A new address takes over once the code sent there is confirmed by verify-email."""
    changes = ProfileChanges(
        first_name=body.first_name,
        last_name=body.last_name,
        email=body.email_address,
        phone=body.phone_number,
        password=body.password,
        current_password=body.current_password,
        pin=body.transaction_pin,
        current_pin=body.current_transaction_pin,
        reset_token=body.reset_token,
    )
    customer = await update_profile(call.scope, call.signed_in.id, changes)
    shape = await customer_shape(call, customer)
    if body.password is None:
        return UpdatedCustomer(**dict(shape))
    again = await signed_in(call, customer)
    return UpdatedCustomer(**dict(shape), token=again.token, expires_at=again.expires_at)


@section.get(
    "/{customerId}",
    "Customer retrieved successfully",
    who=Who.EITHER,
    words={NotFound: "Customer not found in this environment"},
)
async def get_by_id(call: Call, path: CustomerPath, query: Tenancy) -> CustomerShape:
    """A customer of the key's own platform and environment, which the parameters must name.

    Who sends a token is shown themselves only.
    """
    scope = call.scope
    asked = (query.platform_id, query.business_id, query.environment_type)
    if asked != (scope.uid, scope.uid, environment_number(scope)):
        raise NotFound
    if call.customer is not None and call.customer.uid != path.customer_id:
        raise NotFound
    return await customer_shape(call, await customer_by_uid(scope, path.customer_id))
