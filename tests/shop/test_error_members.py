"""Every type that a union of the two doors has for a refusal is reached by somebody's story, or it is said why never."""

import re
from pathlib import Path

from graphql import GraphQLUnionType

from tests.shop import test_ordering_unions as ordering
from tests.shop.contract import served

TESTS = Path(__file__).parents[1]
ORDERING = "shop/test_ordering_unions.py::test_a_refusal_is_its_unions_own_member"
MAIL = "shop/test_mail_accounts.py::"
ACTS = "admin/test_order_acts.py::"
CLOSED = f"{MAIL}test_a_shop_without_passwords_says_so"
BALANCES = "shop/test_deposits.py::test_balances_that_can_not_be_paid"
MOVING = "shop/test_deposits.py::test_while_money_may_be_moving_nothing_else_is_paid_or_called_off"
FORGED = f"{MAIL}test_a_forged_token_opens_nothing"
SIGNED_UP = f"{MAIL}test_an_account_is_registered_confirmed_and_entered"
CHOSEN = f"{MAIL}test_a_password_may_be_chosen_with_the_token"
CHANGED = f"{MAIL}test_a_password_is_changed_by_the_old_one_and_only_this_session_goes_on"
FORGOTTEN = f"{MAIL}test_a_forgotten_password_is_set_anew_once_and_older_sessions_end"
MOVED = f"{MAIL}test_an_address_moves_once_the_new_one_has_proven_itself"
PARCELS = f"{ACTS}test_parcels_leave_and_arrive_and_the_order_follows"
NO_PARCEL = f"{ACTS}test_a_parcel_that_makes_no_sense_is_not_made"
GOES_BACK = f"{ACTS}test_money_goes_back_in_parts_and_never_more_than_came"
CALLED_OFF = f"{ACTS}test_an_order_is_called_off_and_its_pieces_are_for_sale_again"
OF_A_CART = f"{ACTS}test_a_cart_is_called_off_by_its_buyer_alone"
UNPAID = f"{ACTS}test_what_was_never_paid_does_not_go_back_nor_by_hand_what_a_card_carries"
CUSTOMER = "admin/test_sales.py::test_a_customer_is_written_down_corrected_and_found"
UNCONDITIONAL = (
    "admin/test_promotions.py::test_what_would_hold_for_every_order_is_refused_in_the_unions_words"
)
WRONG = "admin/test_signing_in.py::test_wrong_credentials_are_all_refused_alike"

REACHED: dict[str, dict[str, str]] = {
    "shop NativeAuthenticationResult": {
        "InvalidCredentialsError": FORGOTTEN,
        "NotVerifiedError": SIGNED_UP,
        "NativeAuthStrategyError": CLOSED,
    },
    "shop AuthenticationResult": {"InvalidCredentialsError": CLOSED, "NotVerifiedError": SIGNED_UP},
    "shop RegisterCustomerAccountResult": {
        "MissingPasswordError": CHOSEN,
        "PasswordValidationError": CHOSEN,
        "NativeAuthStrategyError": CLOSED,
    },
    "shop RefreshCustomerVerificationResult": {"NativeAuthStrategyError": CLOSED},
    "shop VerifyCustomerAccountResult": {
        "VerificationTokenInvalidError": FORGED,
        "VerificationTokenExpiredError": f"{MAIL}test_a_token_is_sent_again_and_runs_out",
        "MissingPasswordError": CHOSEN,
        "PasswordValidationError": CHOSEN,
        "PasswordAlreadySetError": SIGNED_UP,
        "NativeAuthStrategyError": CLOSED,
    },
    "shop RequestPasswordResetResult": {"NativeAuthStrategyError": CLOSED},
    "shop ResetPasswordResult": {
        "PasswordResetTokenInvalidError": FORGED,
        "PasswordResetTokenExpiredError": FORGOTTEN,
        "PasswordValidationError": FORGOTTEN,
        "NativeAuthStrategyError": CLOSED,
    },
    "shop UpdateCustomerPasswordResult": {
        "InvalidCredentialsError": CHANGED,
        "PasswordValidationError": CHANGED,
        "NativeAuthStrategyError": CLOSED,
    },
    "shop RequestUpdateCustomerEmailAddressResult": {
        "InvalidCredentialsError": MOVED,
        "EmailAddressConflictError": MOVED,
        "NativeAuthStrategyError": CLOSED,
    },
    "shop UpdateCustomerEmailAddressResult": {
        "IdentifierChangeTokenInvalidError": FORGED,
        "IdentifierChangeTokenExpiredError": MOVED,
        "NativeAuthStrategyError": CLOSED,
    },
    "shop PayBalanceResult": {
        "OrderPaymentStateError": MOVING,
        "IneligiblePaymentMethodError": BALANCES,
        "PaymentFailedError": MOVING,
        "PaymentDeclinedError": BALANCES,
    },
    "shop CancelOrderResult": {
        "OrderStateTransitionError": "shop/test_deposits.py::test_calling_an_order_off_gives_back_what_was_announced",
        "OrderPaymentStateError": MOVING,
    },
    "admin CreateAssetResult": {
        "MimeTypeError": "admin/test_assets.py::test_hostile_files_are_refused_and_leave_nothing_behind"
    },
    "admin CreateCustomerResult": {"EmailAddressConflictError": CUSTOMER},
    "admin UpdateCustomerResult": {"EmailAddressConflictError": CUSTOMER},
    "admin AddFulfillmentToOrderResult": {
        "EmptyOrderLineSelectionError": NO_PARCEL,
        "ItemsAlreadyFulfilledError": PARCELS,
        "InvalidFulfillmentHandlerError": NO_PARCEL,
        "FulfillmentStateTransitionError": NO_PARCEL,
        "MultipleOrderError": NO_PARCEL,
    },
    "admin TransitionFulfillmentToStateResult": {"FulfillmentStateTransitionError": PARCELS},
    "admin CancelOrderResult": {
        "EmptyOrderLineSelectionError": CALLED_OFF,
        "QuantityTooGreatError": CALLED_OFF,
        "MultipleOrderError": CALLED_OFF,
        "CancelActiveOrderError": OF_A_CART,
        "OrderStateTransitionError": CALLED_OFF,
    },
    "admin RefundOrderResult": {
        "QuantityTooGreatError": GOES_BACK,
        "NothingToRefundError": GOES_BACK,
        "MultipleOrderError": GOES_BACK,
        "PaymentOrderMismatchError": GOES_BACK,
        "RefundOrderStateError": UNPAID,
        "AlreadyRefundedError": GOES_BACK,
        "RefundAmountError": GOES_BACK,
    },
    "admin SettleRefundResult": {"RefundStateTransitionError": UNPAID},
    "admin TransitionOrderToStateResult": {
        "OrderStateTransitionError": f"{ACTS}test_what_has_left_is_not_called_off_by_a_click",
        "CancelActiveOrderError": OF_A_CART,
    },
    "admin CreatePromotionResult": {"MissingConditionsError": UNCONDITIONAL},
    "admin UpdatePromotionResult": {"MissingConditionsError": UNCONDITIONAL},
    "admin RemoveOptionGroupFromProductResult": {
        "ProductOptionInUseError": "admin/test_facets_and_options.py::test_variants_are_one_option_of_each_group"
    },
    "admin NativeAuthenticationResult": {"InvalidCredentialsError": WRONG},
    "admin AuthenticationResult": {
        "InvalidCredentialsError": "admin/test_signing_in.py::test_authenticate_is_the_same_door"
    },
}
# What the dialect foresees and this market never answers, though clients may select it.
NEVER = {
    # Whatever takes something out of a cart is let do so.
    "shop RemoveOrderItemsResult.OrderInterceptorError",
    # The token of a reset came to the address, which proves it.
    "shop ResetPasswordResult.NotVerifiedError",
    # Staff always sign in by password.
    "admin NativeAuthenticationResult.NativeAuthStrategyError",
}


def members(door: str) -> set[str]:
    """The types of refusals in the unions of a door."""
    return {
        f"{door} {kind.name}.{member.name}"
        for kind in served(door).type_map.values()
        if isinstance(kind, GraphQLUnionType)
        for member in kind.types
        if "errorCode" in member.fields
    }


def registry() -> dict[str, str]:
    """The test that reaches a member, by the member."""
    told = {f"shop {union}.{member}": ORDERING for union, member in ordering.STORIES}
    return told | {f"{of}.{member}": test for of, tests in REACHED.items() for member, test in tests.items()}


def test_every_member_is_reached_or_never_answered() -> None:
    known = registry()
    assert known.keys() & NEVER == set()
    assert members("shop") | members("admin") == known.keys() | NEVER


def test_every_story_that_is_named_is_told_and_names_the_member() -> None:
    for member, test in registry().items():
        path, name = test.split("::")
        text = (TESTS / path).read_text(encoding="utf-8")
        assert re.search(rf"^async def {name}\(", text, re.MULTILINE), test
        kind = member.split(".")[1]
        assert kind in text or re.sub(r"(?<!^)(?=[A-Z])", "_", kind).upper() in text, member
