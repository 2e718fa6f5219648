"""What sellers are owed and paid, for staff."""

from typing import Any

from api.admin.context import AdminContext
from api.graphql.ids import parse_id
from api.vendure.paging import WHOLE_PAGE, page_of
from services.payouts.batches import create_batch, mark_paid
from services.payouts.lines import PayoutLine
from services.payouts.reading import PayoutView, SellerBalance, list_payouts, seller_balances
from services.payouts.statements import as_csv, statement_of

Args = dict[str, Any]
Shape = dict[str, Any]


async def balances(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    options = args.get("options") or {}
    skip, take = page_of(options, WHOLE_PAGE)
    found, total = await seller_balances(
        await context.desk(), skip=skip, take=take, seller_id=_id(options.get("sellerId"))
    )
    return {
        "items": [_balance(each, context.scope.currency) for each in found],
        "totalItems": total,
    }


async def payouts(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    options = args.get("options") or {}
    skip, take = page_of(options)
    found, total = await list_payouts(
        await context.desk(),
        skip=skip,
        take=take,
        state=options.get("state"),
        seller_id=_id(options.get("sellerId")),
    )
    return {"items": [_payout(each) for each in found], "totalItems": total}


async def payout_statement(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    statement = await statement_of(await context.desk(), parse_id(args["id"]))
    return {
        "payout": _payout(statement.payout),
        "lines": [_line(line) for line in statement.lines],
        "fileName": f"payout-{statement.payout.id}.csv",
        "csv": as_csv(statement),
    }


async def create_payout_batch(_: Any, args: Args, context: AdminContext, __: Any) -> list[Shape]:
    made = await create_batch(await context.desk(), idempotency_key=args.get("idempotencyKey"))
    return [_payout(each) for each in made]


async def mark_payout_paid(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    return _payout(await mark_paid(await context.desk(), parse_id(args["id"]), args["reference"]))


def _id(given: str | None) -> int | None:
    return None if given is None else parse_id(given)


def _balance(balance: SellerBalance, currency: str) -> Shape:
    return {
        "seller": {"id": str(balance.seller_id), "name": balance.seller},
        "currencyCode": currency,
        "owed": balance.owed_minor,
        "due": balance.due_minor,
        "waiting": balance.waiting_minor,
        "inPayouts": balance.in_payouts_minor,
    }


def _payout(payout: PayoutView) -> Shape:
    return {
        "id": str(payout.id),
        "createdAt": payout.created_at,
        "batch": str(payout.batch),
        "seller": {"id": str(payout.seller_id), "name": payout.seller},
        "state": payout.state,
        "amount": payout.amount_minor,
        "currencyCode": payout.currency,
        "reference": payout.reference or None,
        "paidAt": payout.paid_at,
    }


def _line(line: PayoutLine) -> Shape:
    return {
        "kind": line.kind,
        "orderCode": line.order_code,
        "at": line.at,
        "goods": line.goods_minor,
        "delivery": line.delivery_minor,
        "commission": line.commission_minor,
        "payable": line.payable_minor,
    }


RESOLVERS = {
    "Query.sellerBalances": balances,
    "Query.payouts": payouts,
    "Query.payoutStatement": payout_statement,
    "Mutation.createPayoutBatch": create_payout_batch,
    "Mutation.markPayoutPaid": mark_payout_paid,
}
