"""Refusals in the dialect: a member of the field's union where it has one, a GraphQL error otherwise."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from core import errors
from core.errors import DomainError

Resolver = Callable[[Any, dict[str, Any], Any, Any], Awaitable[Any]]
Extra = Callable[[Any], dict[str, Any]]


def _nothing(_: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Member:
    """A type that unions have for a refusal; `extra` gives the fields beyond `errorCode` and `message`."""

    typename: str
    error_code: str
    extra: Extra = _nothing


def _coupon(error: Any) -> dict[str, Any]:
    return {"couponCode": error.coupon_code}


def _payment_message(error: DomainError) -> dict[str, Any]:
    return {"paymentErrorMessage": error.message}


def _credentials(error: DomainError) -> dict[str, Any]:
    return {"authenticationError": error.message}


def _password(error: DomainError) -> dict[str, Any]:
    return {"validationErrorMessage": error.message}


def _transition(error: errors.IllegalTransition) -> dict[str, Any]:
    return {
        "transitionError": error.message,
        "fromState": error.from_state,
        "toState": error.to_state,
    }


def _not_arranged(error: DomainError) -> dict[str, Any]:
    """Stock is promised when payment is arranged: that is where it can be missing outside the cart."""
    return {"transitionError": error.message, "fromState": "AddingItems", "toState": "ArrangingPayment"}


MODIFICATION = Member("OrderModificationError", "ORDER_MODIFICATION_ERROR")
PAYMENT_STATE = Member("OrderPaymentStateError", "ORDER_PAYMENT_STATE_ERROR")
DECLINED = Member("PaymentDeclinedError", "PAYMENT_DECLINED_ERROR", _payment_message)
FAILED = Member("PaymentFailedError", "PAYMENT_FAILED_ERROR", _payment_message)
NO_ORDER = Member("NoActiveOrderError", "NO_ACTIVE_ORDER_ERROR")
TRANSITION = Member("OrderStateTransitionError", "ORDER_STATE_TRANSITION_ERROR", _transition)
NOT_ARRANGED = Member("OrderStateTransitionError", "ORDER_STATE_TRANSITION_ERROR", _not_arranged)
STOCK = Member(
    "InsufficientStockError", "INSUFFICIENT_STOCK_ERROR", lambda error: {"quantityAvailable": error.available}
)

CREDENTIALS = Member("InvalidCredentialsError", "INVALID_CREDENTIALS_ERROR", _credentials)
GUEST = Member("GuestCheckoutError", "GUEST_CHECKOUT_ERROR", lambda error: {"errorDetail": error.message})


def _moved(error: errors.OrderRefusal) -> dict[str, Any]:
    return {
        "transitionError": error.message,
        "fromState": error.facts["from_state"],
        "toState": error.facts["to_state"],
    }


# What an order refuses at the desk, by its kind.
AT_THE_DESK: dict[str, Member] = {
    "EmptySelection": Member("EmptyOrderLineSelectionError", "EMPTY_ORDER_LINE_SELECTION_ERROR"),
    "MultipleOrders": Member("MultipleOrderError", "MULTIPLE_ORDER_ERROR"),
    "ItemsAlreadyFulfilled": Member("ItemsAlreadyFulfilledError", "ITEMS_ALREADY_FULFILLED_ERROR"),
    "UnknownHandler": Member("InvalidFulfillmentHandlerError", "INVALID_FULFILLMENT_HANDLER_ERROR"),
    "FulfillmentState": Member(
        "FulfillmentStateTransitionError", "FULFILLMENT_STATE_TRANSITION_ERROR", _moved
    ),
    "RefundState": Member("RefundStateTransitionError", "REFUND_STATE_TRANSITION_ERROR", _moved),
    "ActiveOrder": Member(
        "CancelActiveOrderError",
        "CANCEL_ACTIVE_ORDER_ERROR",
        lambda error: {"orderState": error.facts["order_state"]},
    ),
    "RefundOrderState": Member(
        "RefundOrderStateError",
        "REFUND_ORDER_STATE_ERROR",
        lambda error: {"orderState": error.facts["order_state"]},
    ),
    "QuantityTooGreat": Member("QuantityTooGreatError", "QUANTITY_TOO_GREAT_ERROR"),
    "NothingToRefund": Member("NothingToRefundError", "NOTHING_TO_REFUND_ERROR"),
    "PaymentOrderMismatch": Member("PaymentOrderMismatchError", "PAYMENT_ORDER_MISMATCH_ERROR"),
    "AlreadyRefunded": Member(
        "AlreadyRefundedError",
        "ALREADY_REFUNDED_ERROR",
        lambda error: {"refundId": str(error.facts["refund"])},
    ),
    "RefundAmount": Member(
        "RefundAmountError",
        "REFUND_AMOUNT_ERROR",
        lambda error: {"maximumRefundable": error.facts["maximum"]},
    ),
}

# The members that may stand for a refusal, best first; with none it is always a GraphQL error.
MEMBERS: dict[type[DomainError], tuple[Member, ...]] = {
    errors.InvalidInput: (),
    errors.PasswordInvalid: (Member("PasswordValidationError", "PASSWORD_VALIDATION_ERROR", _password),),
    errors.WrongFileType: (
        Member(
            "MimeTypeError",
            "MIME_TYPE_ERROR",
            lambda error: {"fileName": error.file_name, "mimeType": error.mime_type},
        ),
    ),
    errors.NotFound: (),
    errors.NotSignedIn: (),
    errors.Forbidden: (),
    errors.TooManyTries: (),
    errors.Unavailable: (),
    errors.InvalidCredentials: (CREDENTIALS,),
    errors.AccountLocked: (CREDENTIALS, DECLINED),
    errors.CodeInvalid: (),
    errors.CodeExpired: (),
    errors.NotVerified: (Member("NotVerifiedError", "NOT_VERIFIED_ERROR"),),
    errors.TokenInvalid: (
        Member("VerificationTokenInvalidError", "VERIFICATION_TOKEN_INVALID_ERROR"),
        Member("PasswordResetTokenInvalidError", "PASSWORD_RESET_TOKEN_INVALID_ERROR"),
        Member("IdentifierChangeTokenInvalidError", "IDENTIFIER_CHANGE_TOKEN_INVALID_ERROR"),
    ),
    errors.TokenExpired: (
        Member("VerificationTokenExpiredError", "VERIFICATION_TOKEN_EXPIRED_ERROR"),
        Member("PasswordResetTokenExpiredError", "PASSWORD_RESET_TOKEN_EXPIRED_ERROR"),
        Member("IdentifierChangeTokenExpiredError", "IDENTIFIER_CHANGE_TOKEN_EXPIRED_ERROR"),
    ),
    errors.MissingPassword: (Member("MissingPasswordError", "MISSING_PASSWORD_ERROR"),),
    errors.PasswordAlreadySet: (Member("PasswordAlreadySetError", "PASSWORD_ALREADY_SET_ERROR"),),
    # A union without a member for it has one for credentials that open nothing.
    errors.PasswordsClosed: (Member("NativeAuthStrategyError", "NATIVE_AUTH_STRATEGY_ERROR"), CREDENTIALS),
    errors.AlreadyRegistered: (Member("EmailAddressConflictError", "EMAIL_ADDRESS_CONFLICT_ERROR"),),
    errors.IdempotencyConflict: (),
    errors.PinWrong: (DECLINED,),
    errors.PinLocked: (DECLINED,),
    errors.PinMissing: (DECLINED,),
    errors.NumberUnproven: (DECLINED,),
    errors.InsufficientFunds: (DECLINED,),
    errors.PaymentFailed: (FAILED,),
    errors.PaymentPending: (PAYMENT_STATE, MODIFICATION),
    errors.InsufficientStock: (STOCK, NOT_ARRANGED),
    errors.NegativeQuantity: (Member("NegativeQuantityError", "NEGATIVE_QUANTITY_ERROR"),),
    errors.OrderLimit: (
        Member("OrderLimitError", "ORDER_LIMIT_ERROR", lambda error: {"maxItems": error.maximum}),
    ),
    errors.NotForSale: (
        Member(
            "OrderInterceptorError",
            "ORDER_INTERCEPTOR_ERROR",
            lambda error: {"interceptorError": error.message},
        ),
    ),
    errors.NoActiveOrder: (NO_ORDER, MODIFICATION, NOT_ARRANGED),
    errors.OrderNotModifiable: (MODIFICATION, PAYMENT_STATE),
    errors.IllegalTransition: (TRANSITION, MODIFICATION),
    errors.CouponInvalid: (Member("CouponCodeInvalidError", "COUPON_CODE_INVALID_ERROR", _coupon),),
    errors.CouponExpired: (Member("CouponCodeExpiredError", "COUPON_CODE_EXPIRED_ERROR", _coupon),),
    errors.CouponUsedUp: (
        Member(
            "CouponCodeLimitError",
            "COUPON_CODE_LIMIT_ERROR",
            lambda error: {**_coupon(error), "limit": error.limit},
        ),
    ),
    errors.GuestsNotAllowed: (GUEST, NOT_ARRANGED),
    errors.AlreadySignedIn: (Member("AlreadyLoggedInError", "ALREADY_LOGGED_IN_ERROR"),),
    errors.OrderRefusal: (),  # see AT_THE_DESK
    errors.IneligibleShippingMethod: (
        Member("IneligibleShippingMethodError", "INELIGIBLE_SHIPPING_METHOD_ERROR"),
    ),
    errors.IneligiblePaymentMethod: (
        Member(
            "IneligiblePaymentMethodError",
            "INELIGIBLE_PAYMENT_METHOD_ERROR",
            lambda error: {"eligibilityCheckerMessage": error.message},
        ),
    ),
}


def as_member(error: DomainError, union: frozenset[str]) -> dict[str, Any] | None:
    """The refusal as one of a union's types, or None where the union has none for it."""
    members = MEMBERS[type(error)]
    if isinstance(error, errors.OrderRefusal):
        members = (AT_THE_DESK[error.kind],)
    for member in members:
        if member.typename in union:
            return {
                "__typename": member.typename,
                "errorCode": member.error_code,
                "message": error.message,
                **member.extra(error),
            }
    return None


def refusing(resolver: Resolver) -> Resolver:
    """Let a resolver of a union answer a refusal with the union's own member for it."""

    @wraps(resolver)
    async def resolve(parent: Any, args: dict[str, Any], context: Any, info: Any) -> Any:
        try:
            return await resolver(parent, args, context, info)
        except DomainError as error:
            member = as_member(error, union_members(info))
            if member is None:
                raise
            return member

    return resolve


def union_members(info: Any) -> frozenset[str]:
    """The types of the union that a field returns."""
    of = info.return_type
    while of.is_wrapping_type:
        of = of.wrapped_type
    return frozenset(of.possible_types_set)
