"""What is said for each refusal of a service, and what is gone through first where that helps."""

from bot.flows import pin, proving, signup
from bot.states import State
from bot.text import Text, t
from core import errors
from core.errors import DomainError
from core.languages import SOURCE
from services.sentences import in_language

SENTENCES: dict[type[DomainError], str] = {
    errors.InvalidInput: "as_said",
    errors.PasswordInvalid: "as_said",
    errors.WrongFileType: "as_said",
    errors.NotFound: "error.nothing",
    errors.NotSignedIn: "error.sign_in",
    errors.Forbidden: "error.forbidden",
    errors.TooManyTries: "error.slow_down",
    errors.Unavailable: "as_said",
    errors.InvalidCredentials: "error.login",
    errors.AccountLocked: "error.locked",
    errors.CodeInvalid: "error.code_wrong",
    errors.CodeExpired: "error.code_old",
    errors.NotVerified: "as_said",
    errors.TokenInvalid: "as_said",
    errors.TokenExpired: "as_said",
    errors.MissingPassword: "as_said",
    errors.PasswordAlreadySet: "as_said",
    errors.PasswordsClosed: "as_said",
    errors.AlreadyRegistered: "error.registered",
    errors.PinWrong: "error.pin_wrong",
    errors.PinLocked: "error.pin_locked",
    errors.PinMissing: "error.pin_missing",
    errors.NumberUnproven: "error.unproven",
    errors.InsufficientStock: "error.stock",
    errors.NegativeQuantity: "error.quantity",
    errors.OrderLimit: "error.limit",
    errors.NotForSale: "error.nothing",
    errors.NoActiveOrder: "error.no_cart",
    errors.OrderNotModifiable: "error.frozen",
    errors.IllegalTransition: "error.not_now",
    errors.IneligibleShippingMethod: "error.delivery",
    errors.IneligiblePaymentMethod: "error.method",
    errors.CouponInvalid: "error.coupon",
    errors.CouponExpired: "error.coupon_old",
    errors.CouponUsedUp: "error.coupon_used",
    errors.GuestsNotAllowed: "error.sign_in",
    errors.AlreadySignedIn: "error.registered",
    errors.OrderRefusal: "error.failed",
    errors.PaymentFailed: "error.failed",
    errors.PaymentPending: "error.pending",
    errors.InsufficientFunds: "error.funds",
    errors.IdempotencyConflict: "error.repeated",
}

# Refusals that a flow takes out of the way; then what was refused is tried again.
REMEDIES: dict[type[DomainError], State] = {
    errors.NotSignedIn: signup.name,
    errors.PinMissing: pin.choose,
    errors.NumberUnproven: proving.pin,
}


def sentence(error: DomainError, language: str = SOURCE) -> Text:
    """A line for the screen on which a service refused; its own words in that language."""
    said = {name: value for name, value in vars(error).items() if isinstance(value, int)}
    return t(SENTENCES[type(error)], sentence=in_language(error.message, language), **said)
