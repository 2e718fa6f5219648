"""Refusals in the envelope: a status for each, and a message that names the field at fault."""

from typing import Any

from pydantic import ValidationError

from api.rest.endpoints import Endpoint
from core import errors
from core.errors import DomainError

# Every class of the family has its status; a test holds this table against all of them.
STATUS: dict[type[DomainError], int] = {
    errors.InvalidInput: 400,
    errors.PasswordInvalid: 400,
    errors.WrongFileType: 400,
    errors.NotFound: 404,
    errors.NotSignedIn: 401,
    errors.Forbidden: 403,
    errors.TooManyTries: 429,
    errors.Unavailable: 503,
    errors.InvalidCredentials: 401,
    errors.AccountLocked: 403,
    errors.CodeInvalid: 400,
    errors.CodeExpired: 400,
    errors.NotVerified: 403,
    errors.TokenInvalid: 400,
    errors.TokenExpired: 400,
    errors.MissingPassword: 400,
    errors.PasswordAlreadySet: 409,
    errors.PasswordsClosed: 403,
    errors.AlreadyRegistered: 409,
    errors.PinWrong: 403,
    errors.PinLocked: 403,
    errors.PinMissing: 403,
    errors.NumberUnproven: 403,
    errors.InsufficientStock: 409,
    errors.NegativeQuantity: 400,
    errors.OrderLimit: 400,
    errors.NotForSale: 409,
    errors.NoActiveOrder: 409,
    errors.OrderNotModifiable: 409,
    errors.IllegalTransition: 409,
    errors.IneligibleShippingMethod: 400,
    errors.IneligiblePaymentMethod: 400,
    errors.CouponInvalid: 400,
    errors.CouponExpired: 400,
    errors.CouponUsedUp: 409,
    errors.GuestsNotAllowed: 401,
    errors.AlreadySignedIn: 409,
    errors.OrderRefusal: 409,
    errors.PaymentFailed: 402,
    errors.PaymentPending: 409,
    errors.InsufficientFunds: 402,
    errors.IdempotencyConflict: 422,
}
# The services' names of fields, where REST has another for the same.
FIELDS = {
    "phone": "phoneNumber",
    "email": "emailAddress",
    "method": "paymentMethod",
    "orderLineId": "cartItemId",
    "productVariantId": "productId",
    "pin": "transactionPin",
    "oldPassword": "currentPassword",
}

# What pydantic says of a text whose limit stands behind a check, as of a list.
OF_TEXTS = {"too_short": "string_too_short", "too_long": "string_too_long"}

# pydantic's kinds of errors, in words; `ctx` is what it says beside them.
SENTENCES = {
    "missing": "is required",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_type": "must be text",
    "string_pattern_mismatch": "does not have the right form",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "is too large",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "uuid_type": "must be a GUID",
    "uuid_parsing": "must be a GUID",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "finite_number": "must be a number",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "list_type": "must be a list",
    "date_from_datetime_parsing": "is not a date",
    "datetime_from_date_parsing": "is not a date",
    "datetime_parsing": "is not a date",
    "json_invalid": "The body is not valid JSON",
    "model_type": "The body must be a JSON object",
}


def sentence(endpoint: Endpoint, error: DomainError) -> str:
    """What the caller reads: the contract's own words where it has some, and the field in any case."""
    if said := endpoint.words.get(type(error)):
        return said
    field = endpoint.fields.get(error.field) or FIELDS.get(error.field, error.field)
    if field in error.message:
        return error.message
    return f"{field}: {error.message}"


def wrong_input(endpoint: Endpoint, trouble: ValidationError) -> str:
    """The first thing that is wrong with an input, naming its field."""
    first: dict[str, Any] = dict(trouble.errors(include_url=False)[0])
    path = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing" and path in endpoint.required:
        return endpoint.required[path]
    kind = OF_TEXTS.get(first["type"], first["type"]) if isinstance(first["input"], str) else first["type"]
    words = SENTENCES.get(kind, "")
    if not path:
        return words or "The body is not valid"
    if first["type"] == "value_error":
        said = str(first["ctx"]["error"])
        # A whole sentence of the contract, or how one goes on that begins with the field.
        return said if said[0].isupper() else f"{path} {said}"
    limits = {name: _plain(limit) for name, limit in first.get("ctx", {}).items()}
    return f"{path} {words.format_map(limits) or 'is not valid'}"


def _plain(limit: Any) -> Any:
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit
