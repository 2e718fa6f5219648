"""Signing up: a name, the code that was sent to the number, a PIN; or the PIN of an account that states the number."""

from bot.flows import pin
from bot.prompts import Ask
from bot.states import Context, Move, go, instead, resume, state, stay
from bot.text import Exact, t
from core.errors import CodeExpired
from core.phones import national
from services.accounts.customers import checked_text, customer_by_phone
from services.accounts.numbers import claimant_of, prove_number
from services.accounts.otp import challenge_by_id
from services.accounts.signup import start_signup, verify_signup

LONGEST_NAME = 80
RESEND = ANEW = "1"


@state
async def name(ctx: Context) -> Ask | Move:
    phone = _number(ctx)
    if phone is None:
        return instead(contact)
    if not ctx.args.get("anew") and (claimant := await claimant_of(ctx.scope, phone)):
        return instead(claim, phone=phone, claimant=claimant)
    return Ask(t("signup.name"))


@name.answer
async def _(ctx: Context, typed: str) -> Move:
    full_name = checked_text(typed, "name", LONGEST_NAME)
    phone = str(_number(ctx))
    challenge = await start_signup(ctx.scope, phone, None, language=ctx.world.language)
    return go(code, name=full_name, phone=phone, challenge=challenge.id)


@state
async def claim(ctx: Context) -> Ask:
    return Ask(t("signup.claim"), secret=True)


@claim.answer
async def _(ctx: Context, typed: str) -> Move:
    if typed == ANEW:
        return instead(name, phone=ctx.args["phone"], anew=True)
    await prove_number(ctx.scope, ctx.args["claimant"], ctx.args["phone"], typed)
    await ctx.world.sign_in(ctx.args["claimant"])
    return resume(t("signup.claimed"))


@state
async def contact(ctx: Context) -> Ask:
    return Ask(t("signup.contact"), contact=True)


@contact.answer
async def _(ctx: Context, typed: str) -> Move:
    phone = ctx.world.phone
    if phone is None:
        return stay(t("signup.use_button"))
    known = await customer_by_phone(ctx.scope, phone)
    if known is None:
        return go(name, phone=phone)
    await ctx.world.sign_in(known.id)
    return resume(t("signup.known", name=known.full_name or national(phone)))


@state
async def code(ctx: Context) -> Ask:
    return Ask(t("signup.code", phone=Exact(national(ctx.args["phone"]))), secret=True)


@code.answer
async def _(ctx: Context, typed: str) -> Move:
    if typed == RESEND:
        challenge = await start_signup(ctx.scope, ctx.args["phone"], None, language=ctx.world.language)
        return instead(code, t("signup.sent"), **{**ctx.args, "challenge": challenge.id})
    sent = await challenge_by_id(ctx.scope, ctx.args["challenge"])
    if sent is None:
        raise CodeExpired
    customer = await verify_signup(
        ctx.scope, sent, typed, full_name=ctx.args["name"], language=ctx.world.language
    )
    await ctx.world.sign_in(customer.id)
    return instead(pin.choose)


def _number(ctx: Context) -> str | None:
    """The number that signs up, as the channel proved it now or on an earlier screen."""
    return ctx.args.get("phone") or ctx.world.phone
