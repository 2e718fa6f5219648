"""My PIN: giving oneself one, changing it by the old one, and a new one by a code where it was forgotten."""

from bot.prompts import Ask, Choose, choices
from bot.states import Context, Move, back, go, instead, resume, state
from bot.text import Exact, Text, t
from core.errors import CodeExpired
from core.phones import national
from models import OtpChallenge
from services.accounts.customers import get_customer
from services.accounts.otp import TELEGRAM, challenge_by_id
from services.accounts.pins import check_pin, checked_pin, proof_of, replace_pin, set_first_pin
from services.accounts.recovery import start_pin_recovery, verify_pin_recovery
from services.secrets import are_keyed_digits, keyed_digits

RESEND = "1"

SEAL = 24  # decimal digits


@state
async def choose(ctx: Context) -> Ask:
    return Ask(t("pin.choose"), secret=True)


@choose.answer
async def _(ctx: Context, typed: str) -> Move:
    return go(again, first=keyed_digits(_subject(ctx, checked_pin(typed)), SEAL))


@state
async def again(ctx: Context) -> Ask:
    return Ask(t("pin.again"), secret=True)


@again.answer
async def _(ctx: Context, typed: str) -> Move:
    if not are_keyed_digits(_subject(ctx, typed), ctx.args["first"], SEAL):
        return back(t("pin.different"), trouble=True)
    await set_first_pin(ctx.scope, ctx.customer_id, typed)
    return resume(t("pin.set"))


@state
async def menu(ctx: Context) -> Choose | Move:
    customer = await get_customer(ctx.scope, ctx.customer_id)
    if customer.pin_hash is None:
        return instead(choose)
    return Choose(t("pin.menu"), choices(("change", t("pin.change")), ("forgot", t("pin.forgot"))))


@menu.answer
async def _(ctx: Context, wanted: str) -> Move:
    return go(old) if wanted == "change" else await forgotten(ctx, ctx.customer_id)


@state
async def old(ctx: Context) -> Ask:
    return Ask(t("pin.old"), secret=True)


@old.answer
async def _(ctx: Context, typed: str) -> Move:
    await check_pin(ctx.scope, ctx.customer_id, typed)
    customer = await get_customer(ctx.scope, ctx.customer_id)
    return go(new, proof=proof_of(customer), customer=customer.id)


async def forgotten(ctx: Context, customer_id: int) -> Move:
    """Send a code to what that customer has proven, and ask for it."""
    challenge = await start_pin_recovery(ctx.scope, customer_id)
    return go(code, challenge=challenge.id, customer=customer_id)


@state
async def code(ctx: Context) -> Ask:
    challenge = await _sent(ctx)
    return Ask(t("pin.code", where=_where(challenge.contact)), secret=True)


@code.answer
async def _(ctx: Context, typed: str) -> Move:
    customer_id = ctx.args["customer"]
    if typed == RESEND:
        challenge = await start_pin_recovery(ctx.scope, customer_id)
        return instead(code, t("signup.sent"), challenge=challenge.id, customer=customer_id)
    proof = await verify_pin_recovery(ctx.scope, await _sent(ctx), typed)
    return go(new, proof=proof, customer=customer_id)


@state
async def new(ctx: Context) -> Ask:
    return Ask(t("pin.new"), secret=True)


@new.answer
async def _(ctx: Context, typed: str) -> Move:
    return go(new_again, **{**ctx.args, "first": keyed_digits(_subject(ctx, checked_pin(typed)), SEAL)})


@state
async def new_again(ctx: Context) -> Ask:
    return Ask(t("pin.again"), secret=True)


@new_again.answer
async def _(ctx: Context, typed: str) -> Move:
    if not are_keyed_digits(_subject(ctx, typed), ctx.args["first"], SEAL):
        return back(t("pin.different"), trouble=True)
    customer_id = ctx.args["customer"]
    await replace_pin(ctx.scope, customer_id, ctx.args["proof"], typed)
    if ctx.world.customer_id is None:
        await ctx.world.sign_in(customer_id)
    return resume(t("pin.changed"))


async def _sent(ctx: Context) -> OtpChallenge:
    """The challenge whose code is asked for. Raises `CodeExpired`."""
    challenge = await challenge_by_id(ctx.scope, ctx.args["challenge"])
    if challenge is None:
        raise CodeExpired
    return challenge


def _where(contact: str) -> Text:
    """How a code went out."""
    if contact.startswith(TELEGRAM):
        return t("pin.by_telegram")
    return t("pin.by_email") if "@" in contact else t("pin.by_sms", phone=Exact(national(contact)))


def _subject(ctx: Context, typed: str) -> str:
    """Keyed digits of this stand for the first PIN in the session: without the key nobody reads four digits out of them."""
    customer_id = ctx.args.get("customer") or ctx.customer_id
    return f"first pin:{customer_id}:{typed}"
