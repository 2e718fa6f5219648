"""Receipts: one's own, to show and to be sent, and anybody's, to check by its code."""

from bot.flows.parts import pieces
from bot.prompts import Ask, Choose, choices
from bot.states import Context, Move, back, go, state
from bot.text import Exact, Value, money, t
from core.errors import NotFound
from core.languages import Day
from services.receipts import ReceiptView, check_receipt, receipt_of, send_receipt


@state
async def mine(ctx: Context) -> Choose:
    receipt = await receipt_of(ctx.scope, ctx.customer_id, ctx.args["code"])
    return Choose(t("receipts.mine", **_said(receipt)), choices(("send", t("receipts.send"))))


@mine.answer
async def _(ctx: Context, wanted: str) -> Move:
    await send_receipt(ctx.scope, ctx.customer_id, ctx.args["code"], ctx.world.channel)
    return back(t("receipts.sent"))


@state
async def code(ctx: Context) -> Ask:
    return Ask(t("receipts.code"))


@code.answer
async def _(ctx: Context, typed: str) -> Move:
    return go(checked, code=typed)


@state
async def checked(ctx: Context) -> Choose | Move:
    try:
        receipt = await check_receipt(ctx.args["code"], ctx.scope.environment)
    except NotFound:
        return back(t("receipts.made_up", code=ctx.args["code"].upper()), trouble=True)
    return Choose(t("receipts.checked", shop=receipt.shop, **_said(receipt)))


def _said(receipt: ReceiptView) -> dict[str, Value]:
    standing = t(
        f"receipts.{receipt.standing}",
        paid=money(receipt.paid_minor, receipt.currency),
    )
    return {
        "code": Exact(receipt.code),
        "day": Day(receipt.at),
        "pieces": pieces(receipt.pieces),
        "total": money(receipt.total_minor, receipt.currency),
        "standing": standing,
    }
