"""A customer's own profile and PIN (arkifi-rest-api.txt, "Customer Profile", "Transaction PIN Management")."""

from api.rest.calls import Call
from api.rest.customers import MOST, Address, Code, ResetToken, Sent, Token
from api.rest.endpoints import Section, Who
from api.rest.fields import Email, Guid, Pin, Query, Shape, When
from api.rest.people import CustomerShape, customer_shape
from core.errors import PinWrong
from services.accounts.pins import change_pin
from services.accounts.recovery import recover_pin, start_recovery, verify_recovery
from services.accounts.tokens import expiry_of

section = Section("Customer profile", "/api/customerprofile")
UPDATED = "Transaction PIN updated successfully"


class PinUpdate(Shape):
    current_transaction_pin: Pin
    new_transaction_pin: Pin


class PinUpdated(Shape):
    customer_id: Guid
    is_pin_updated: bool
    updated_at: When
    message: str


class TokenPath(Query):
    token: Token


class NewPin(Shape):
    email: Email
    new_transaction_pin: Pin


@section.get("/profile", "Customer profile retrieved successfully")
async def profile(call: Call) -> CustomerShape:
    """Who one is."""
    return await customer_shape(call, call.signed_in)


@section.put(
    "/update-transaction-pin", UPDATED, refusals=(403,), words={PinWrong: "Invalid current transaction PIN"}
)
async def update_transaction_pin(call: Call, body: PinUpdate) -> PinUpdated:
    """Change the PIN with the current one. Five wrong tries lock it."""
    customer = await change_pin(
        call.scope, call.signed_in.id, body.current_transaction_pin, body.new_transaction_pin
    )
    return PinUpdated(
        customer_id=customer.uid, is_pin_updated=True, updated_at=customer.updated_at, message=UPDATED
    )


@section.post("/forgot-transaction-pin", "OTP sent successfully", who=Who.ANYBODY, most_per_address=MOST)
async def forgot_transaction_pin(call: Call, body: Address) -> Sent:
    """Send a code for a new PIN."""
    challenge = await start_recovery(call.scope, body.email, "pin")
    return Sent(
        message=f"Transaction PIN reset OTP sent successfully to {body.email}",
        expires_at=challenge.expires_at,
    )


@section.post(
    "/resend-forgot-transaction-pin", "OTP sent successfully", who=Who.ANYBODY, most_per_address=MOST
)
async def resend_forgot_transaction_pin(call: Call, body: Address) -> Sent:
    """Send that code once more."""
    return await forgot_transaction_pin(call, body)


@section.post(
    "/verify-forgot-transaction-pin-otp", "OTP verified successfully", who=Who.ANYBODY, most_per_address=MOST
)
async def verify_forgot_transaction_pin_otp(call: Call, body: Code) -> ResetToken:
    """A token that sets one new PIN."""
    token = await verify_recovery(call.scope, body.email, body.otp, "pin")
    return ResetToken(reset_token=token, expires_at=expiry_of("pin"))


@section.post(
    "/reset-transaction-pin/{token}",
    "Transaction PIN reset successfully",
    who=Who.ANYBODY,
    most_per_address=MOST,
    refused_data=False,
)
async def reset_transaction_pin(call: Call, path: TokenPath, body: NewPin) -> bool:
    """Set a new PIN; a locked one is open again."""
    await recover_pin(call.scope, path.token, body.email, body.new_transaction_pin)
    return True
