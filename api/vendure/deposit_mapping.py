"""Purchase options, balances and what falls due in the dialect's names. Pure: nothing is read here."""

from api.vendure.mapping import Shape
from services.deposits.cancelling import Settlement
from services.deposits.statements import BalanceView, Movement
from services.orders.views import DueView
from services.purchase_options.terms import MILLION
from services.purchase_options.views import OptionView


def option_shape(option: OptionView) -> Shape:
    percentage = None if option.charge_ppm is None else option.charge_ppm * 100 / MILLION
    return {
        "id": str(option.id),
        "uid": str(option.uid),
        "description": option.description,
        "lineItemDescriptor": option.descriptor,
        "required": option.required,
        "checkoutCharge": {"percentage": percentage, "amount": option.charge_minor},
        "trigger": option.trigger,
        "dueAt": option.due_at,
        "dueAfter": option.due_after or None,
    }


def charge_shape(due: DueView) -> Shape:
    return {
        "id": str(due.uid) if due.uid else None,
        "dueAt": due.at,
        "amount": due.amount_minor,
        "tax": due.tax_minor,
        "collected": due.collected_minor,
        "outstanding": due.outstanding_minor,
        "state": due.state or None,
        "reason": due.reason or None,
    }


def balance_shape(balance: BalanceView) -> Shape:
    return {
        "orderId": str(balance.order_id),
        "orderUid": str(balance.order_uid),
        "orderCode": balance.order_code,
        "currencyCode": balance.currency,
        "total": balance.total_minor,
        "paid": balance.paid_minor,
        "outstanding": balance.outstanding_minor,
        "scheduledCharges": [charge_shape(due) for due in balance.due],
        "method": balance.method,
        "about": balance.about,
    }


def owed_shape(balance: BalanceView) -> Shape:
    """What somebody who pays for another may see."""
    return {
        "orderCode": balance.order_code,
        "currencyCode": balance.currency,
        "total": balance.total_minor,
        "paid": balance.paid_minor,
        "outstanding": balance.outstanding_minor,
        "due": [
            {"dueAt": due.at, "outstanding": due.outstanding_minor}
            for due in balance.due
            if due.outstanding_minor
        ],
    }


def movement_shape(movement: Movement) -> Shape:
    return {"at": movement.at, "description": movement.words, "amount": movement.amount_minor}


def cancellation_shape(done: Settlement) -> Shape:
    return {
        "__typename": "Cancellation",
        "returned": done.returned_minor,
        "kept": done.kept_minor,
        "forgiven": done.forgiven_minor,
    }
