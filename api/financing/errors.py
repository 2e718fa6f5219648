"""Refusals in the dialect: members of an answer's list of errors, one for each thing that is wrong."""

from typing import Any

from core import errors
from core.errors import DomainError, InvalidInput, OrderRefusal

Shape = dict[str, Any]
FATAL = "Internal Service Error"

# Which member a refusal becomes. What a kind of `OrderRefusal` says of a cart is a member of its own.
MEMBERS: dict[type[DomainError], str] = {
    errors.InvalidInput: "BadRequest",
    errors.PasswordInvalid: "BadRequest",
    errors.WrongFileType: "BadRequest",
    errors.NotFound: "OrderNotFound",
    errors.NotSignedIn: "UnauthorizedError",
    errors.Forbidden: "UnauthorizedError",
    errors.TooManyTries: "BadRequest",
    errors.Unavailable: "FatalError",
    errors.InvalidCredentials: "UnauthorizedError",
    errors.AccountLocked: "UnauthorizedError",
    errors.CodeInvalid: "BadRequest",
    errors.CodeExpired: "BadRequest",
    errors.NotVerified: "BadRequest",
    errors.TokenInvalid: "BadRequest",
    errors.TokenExpired: "BadRequest",
    errors.MissingPassword: "BadRequest",
    errors.PasswordAlreadySet: "BadRequest",
    errors.PasswordsClosed: "BadRequest",
    errors.AlreadyRegistered: "BadRequest",
    errors.IdempotencyConflict: "BadRequest",
    errors.PinWrong: "BadRequest",
    errors.PinLocked: "BadRequest",
    errors.PinMissing: "BadRequest",
    errors.NumberUnproven: "BadRequest",
    errors.InsufficientFunds: "BadRequest",
    errors.PaymentFailed: "BadRequest",
    errors.PaymentPending: "BadRequest",
    errors.InsufficientStock: "BadRequest",
    errors.NegativeQuantity: "BadRequest",
    errors.OrderLimit: "BadRequest",
    errors.CouponInvalid: "BadRequest",
    errors.CouponExpired: "BadRequest",
    errors.CouponUsedUp: "BadRequest",
    errors.GuestsNotAllowed: "BadRequest",
    errors.AlreadySignedIn: "BadRequest",
    errors.NotForSale: "BadRequest",
    errors.OrderRefusal: "BadRequest",
    errors.NoActiveOrder: "BadRequest",
    errors.OrderNotModifiable: "BadRequest",
    errors.IllegalTransition: "BadRequest",
    errors.IneligibleShippingMethod: "BadRequest",
    errors.IneligiblePaymentMethod: "BadRequest",
}
# The same where an order is marked as delivered, which has members of its own.
ON_DELIVERY = {"OrderNotFound": "NotFound"}


def members(error: DomainError) -> list[Shape]:
    """A refusal as `orderErrors`."""
    name = MEMBERS[type(error)]
    if isinstance(error, InvalidInput) and error.problems:
        return [{"__typename": name, "message": _with_place(*problem)} for problem in error.problems]
    if isinstance(error, OrderRefusal) and "approval_type" in error.facts:
        return [_of_cart(error)]
    return [{"__typename": name, "message": error.message}]


def delivery_members(error: DomainError) -> list[Shape]:
    """A refusal as `markOrderDeliveredErrors`."""
    if isinstance(error, errors.IllegalTransition):
        return [{"__typename": "InvalidApp", "message": error.message}]
    return [
        {**each, "__typename": ON_DELIVERY.get(each["__typename"], each["__typename"])}
        for each in members(error)
    ]


def fatal() -> list[Shape]:
    """What is said of what nobody foresaw."""
    return [{"__typename": "FatalError", "message": FATAL}]


def _with_place(field: str, message: str) -> str:
    """A sentence that says what it is about; some do by themselves."""
    return message if f'"{field}"' in message or not field else f"{field}: {message}"


def _of_cart(error: OrderRefusal) -> Shape:
    if error.kind == "CartMinNotMet":
        return {"__typename": "CartMinNotMet", "message": error.message}
    facts = error.facts
    return {
        "__typename": "CartValidation",
        "message": error.message,
        "extensions": {
            "validationErrType": error.kind,
            "approvalType": facts["approval_type"],
            "approvedAmount": facts.get("approved_amount"),
            "displayText": error.message,
        },
    }
