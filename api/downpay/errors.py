"""Refusals in the dialect: `errors` of a mutation's payload, each with the path of a field of the input."""

from typing import Any

from core import errors
from core.errors import DomainError, InvalidInput

Path = tuple[str, ...]
Shape = dict[str, Any]

# What the inputs of mutations have; a refusal may name a field that only other doors have.
INPUT_FIELDS = frozenset(
    {
        "id",
        "amount",
        "date",
        "purchaseOptionGroupInput",
        "resourceAssignmentType",
        "resources",
        "productIds",
        "productVariantIds",
        "productTags",
    }
)

# What is at fault where a refusal doesn't name a field of the input: the order or the group, or nothing in it.
_THE_NAMED, _NOTHING = ("id",), None
AT_FAULT: dict[type[DomainError], Path | None] = {
    errors.InvalidInput: _NOTHING,
    errors.PasswordInvalid: _NOTHING,
    errors.WrongFileType: _NOTHING,
    errors.NotFound: _THE_NAMED,
    errors.NotSignedIn: _NOTHING,
    errors.Forbidden: _NOTHING,
    errors.TooManyTries: _NOTHING,
    errors.Unavailable: _NOTHING,
    errors.InvalidCredentials: _NOTHING,
    errors.AccountLocked: _NOTHING,
    errors.CodeInvalid: _NOTHING,
    errors.CodeExpired: _NOTHING,
    errors.NotVerified: _NOTHING,
    errors.TokenInvalid: _NOTHING,
    errors.TokenExpired: _NOTHING,
    errors.MissingPassword: _NOTHING,
    errors.PasswordAlreadySet: _NOTHING,
    errors.PasswordsClosed: _NOTHING,
    errors.AlreadyRegistered: _NOTHING,
    errors.IdempotencyConflict: _NOTHING,
    errors.PinWrong: _NOTHING,
    errors.PinLocked: _NOTHING,
    errors.PinMissing: _NOTHING,
    errors.NumberUnproven: _NOTHING,
    errors.InsufficientFunds: _THE_NAMED,
    errors.PaymentFailed: _THE_NAMED,
    errors.PaymentPending: _THE_NAMED,
    errors.InsufficientStock: _THE_NAMED,
    errors.NegativeQuantity: _NOTHING,
    errors.OrderLimit: _NOTHING,
    errors.CouponInvalid: _NOTHING,
    errors.CouponExpired: _NOTHING,
    errors.CouponUsedUp: _NOTHING,
    errors.GuestsNotAllowed: _NOTHING,
    errors.AlreadySignedIn: _NOTHING,
    errors.NotForSale: _NOTHING,
    errors.OrderRefusal: _THE_NAMED,
    errors.NoActiveOrder: _THE_NAMED,
    errors.OrderNotModifiable: _THE_NAMED,
    errors.IllegalTransition: _THE_NAMED,
    errors.IneligibleShippingMethod: _THE_NAMED,
    errors.IneligiblePaymentMethod: _THE_NAMED,
}


def displayable(error: DomainError) -> list[Shape]:
    """A refusal as the payload's `errors`: one for each thing that is wrong."""
    problems = error.problems if isinstance(error, InvalidInput) else ()
    return [
        {"field": _path(error, field), "message": message}
        for field, message in problems or [(error.field, error.message)]
    ]


def _path(error: DomainError, field: str) -> list[str] | None:
    path = field.split(".")
    if path[0] in INPUT_FIELDS:
        return path
    otherwise = AT_FAULT[type(error)]
    return list(otherwise) if otherwise else None
