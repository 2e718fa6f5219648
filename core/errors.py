"""The one error family: what services raise and every door maps."""

from collections.abc import Iterable, Sequence


class DomainError(Exception):
    """A refusal that a person can act on.

    `code` is stable and machine readable, `message` a sentence, `field` the input at fault (or empty).
    Every concrete class is mapped by every door; `all_error_classes` is what the tests hold the maps against.
    """

    code = "DOMAIN_ERROR"
    message = "That can't be done."

    def __init__(self, message: str | None = None, *, field: str = "") -> None:
        self.message = message or type(self).message
        self.field = field
        super().__init__(self.message)


class InvalidInput(DomainError):
    """`problems` are (field, sentence) pairs where everything that is wrong was looked for and not only the first."""

    code = "INVALID_INPUT"
    message = "Something in the input is not valid."

    def __init__(
        self, message: str | None = None, *, field: str = "", problems: Sequence[tuple[str, str]] = ()
    ) -> None:
        self.problems = tuple(problems)
        if problems:
            field, message = problems[0]
        super().__init__(message, field=field)


class PasswordInvalid(InvalidInput):
    """A new password that is too short or too long."""

    message = "That password can't be used."


class WrongFileType(DomainError):
    """A file is not of a kind that is taken, or not sound; `mime_type` is what it was taken for."""

    code = "WRONG_FILE_TYPE"

    def __init__(
        self, file_name: str, mime_type: str, message: str | None = None, *, field: str = "file"
    ) -> None:
        self.file_name, self.mime_type = file_name, mime_type
        super().__init__(message or f"A file of the type {mime_type} is not taken here.", field=field)


class NotFound(DomainError):
    code = "NOT_FOUND"
    message = "There is no such thing."


class NotSignedIn(DomainError):
    code = "NOT_SIGNED_IN"
    message = "Please sign in first."


class Forbidden(DomainError):
    code = "FORBIDDEN"
    message = "You are not allowed to do that."


class TooManyTries(DomainError):
    code = "TOO_MANY_TRIES"
    message = "Too many tries. Please wait a little and try again."


class Unavailable(DomainError):
    code = "UNAVAILABLE"
    message = "That can't be reached just now. Please try again in a moment."


class InvalidCredentials(DomainError):
    code = "INVALID_CREDENTIALS"
    message = "The name or the password is not right."


class AccountLocked(DomainError):
    """Whose account staff have locked or closed: nothing of it is shown, and no money moves."""

    code = "ACCOUNT_LOCKED"
    message = "This account is locked. Please talk to a person of the shop."


class CodeInvalid(DomainError):
    code = "CODE_INVALID"
    message = "That code is not right."


class CodeExpired(DomainError):
    code = "CODE_EXPIRED"
    message = "That code has expired. Please ask for a new one."


class NotVerified(DomainError):
    code = "NOT_VERIFIED"
    message = "Please confirm your e-mail address first: follow the message that was sent to it."


class TokenInvalid(DomainError):
    """Of a token that was sent by e-mail: forged, used, or overtaken by what has changed since."""

    code = "TOKEN_INVALID"
    message = "That link is not valid, or was used already. Please ask for a new one."


class TokenExpired(DomainError):
    code = "TOKEN_EXPIRED"
    message = "That link has expired. Please ask for a new one."


class MissingPassword(DomainError):
    code = "MISSING_PASSWORD"
    message = "Please choose a password."


class PasswordAlreadySet(DomainError):
    code = "PASSWORD_ALREADY_SET"
    message = "A password was chosen at registration already; leave it out here."


class PasswordsClosed(DomainError):
    code = "PASSWORDS_CLOSED"
    message = "There are no accounts by e-mail address and password here. Sign in another way."


class AlreadyRegistered(DomainError):
    code = "ALREADY_REGISTERED"
    message = "There is an account with that number or address already."


class PinWrong(DomainError):
    code = "PIN_WRONG"
    message = "That PIN is not right."


class PinLocked(DomainError):
    code = "PIN_LOCKED"
    message = "Your PIN is locked after five wrong tries. Reset it with a code by e-mail, or ask the shop."


class PinMissing(DomainError):
    code = "PIN_MISSING"
    message = "You have no PIN yet. Set one first."


class NumberUnproven(DomainError):
    code = "NUMBER_UNPROVEN"
    message = "This number must prove itself first: type your PIN."


class InsufficientStock(DomainError):
    """`available` pieces can be had, and no more."""

    code = "INSUFFICIENT_STOCK"
    message = "There is not enough of that in stock."

    def __init__(self, available: int, name: str = "", *, field: str = "quantity") -> None:
        self.available = available
        super().__init__(f"Only {available} of {name or 'that item'} can be had.", field=field)


class NegativeQuantity(DomainError):
    code = "NEGATIVE_QUANTITY"
    message = "The quantity must be at least 1."


class OrderLimit(DomainError):
    """An order holds at most `maximum` pieces."""

    code = "ORDER_LIMIT"

    def __init__(self, maximum: int) -> None:
        self.maximum = maximum
        super().__init__(f"An order can hold at most {maximum} pieces.", field="quantity")


class NotForSale(DomainError):
    code = "NOT_FOR_SALE"

    def __init__(self, name: str = "") -> None:
        super().__init__(f"{name or 'That item'} is not sold any more. Please take it out.", field="quantity")


class NoActiveOrder(DomainError):
    code = "NO_ACTIVE_ORDER"
    message = "Your cart is empty."


class OrderNotModifiable(DomainError):
    code = "ORDER_NOT_MODIFIABLE"
    message = "This order can no longer be changed."


class IllegalTransition(DomainError):
    """A state can't follow another; `allowed` names those that can."""

    code = "ILLEGAL_TRANSITION"

    def __init__(self, from_state: str, to_state: str, allowed: Iterable[str], why: str = "") -> None:
        self.from_state, self.to_state, self.allowed = from_state, to_state, sorted(allowed)
        reason = why or f"Allowed are: {', '.join(self.allowed) or 'none'}."
        super().__init__(f'Cannot go from "{from_state}" to "{to_state}". {reason}', field="state")


class IneligibleShippingMethod(DomainError):
    code = "INELIGIBLE_SHIPPING_METHOD"
    message = "That delivery method can't be used for this order."


class IneligiblePaymentMethod(DomainError):
    code = "INELIGIBLE_PAYMENT_METHOD"
    message = "That payment method can't be used for this order."


class CouponInvalid(DomainError):
    """`coupon_code` is the code as it was given."""

    code = "COUPON_INVALID"
    message = "There is no such coupon code."

    def __init__(self, coupon_code: str = "") -> None:
        self.coupon_code = coupon_code
        super().__init__(field="couponCode")


class CouponExpired(DomainError):
    code = "COUPON_EXPIRED"
    message = "That coupon code is no longer valid."

    def __init__(self, coupon_code: str = "") -> None:
        self.coupon_code = coupon_code
        super().__init__(field="couponCode")


class CouponUsedUp(DomainError):
    """It may be used `limit` times."""

    code = "COUPON_USED_UP"
    message = "That coupon code was used as often as it may be."

    def __init__(self, coupon_code: str = "", limit: int = 0) -> None:
        self.coupon_code, self.limit = coupon_code, limit
        super().__init__(field="couponCode")


class GuestsNotAllowed(DomainError):
    code = "GUESTS_NOT_ALLOWED"
    message = "Please sign in: nobody buys here without an account."


class AlreadySignedIn(DomainError):
    code = "ALREADY_SIGNED_IN"
    message = "You are signed in already: the order is yours."


class PaymentFailed(DomainError):
    code = "PAYMENT_FAILED"
    message = "The payment could not be made."


class PaymentPending(DomainError):
    code = "PAYMENT_PENDING"
    message = "A payment for this order is still being checked. Nothing is charged twice."


class InsufficientFunds(DomainError):
    code = "INSUFFICIENT_FUNDS"
    message = "There is not enough money on the card."


class IdempotencyConflict(DomainError):
    code = "IDEMPOTENCY_CONFLICT"
    message = "That key was used before with another input."


class OrderRefusal(DomainError):
    """Something at the desk that an order doesn't allow. `kind` is which, `facts` are what it is measured by."""

    code = "ORDER_REFUSAL"
    message = "The order doesn't allow that."

    def __init__(self, kind: str, message: str, *, field: str = "", **facts: object) -> None:
        self.kind, self.facts = kind, facts
        super().__init__(message, field=field)


def all_error_classes() -> list[type[DomainError]]:
    """Every concrete error class, for the doors' completeness tests."""
    found: list[type[DomainError]] = []
    waiting = [DomainError]
    while waiting:
        for sub in waiting.pop().__subclasses__():
            found.append(sub)
            waiting.append(sub)
    return found
