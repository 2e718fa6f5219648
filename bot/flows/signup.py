"""Signing up: a name and a PIN, and a code by SMS where the channel proves no number; or the PIN of an account that has,
or states, the number already.
"""

from bot.flows import pin
from bot.prompts import Ask
from bot.states import Context, Move, go, instead, resume, state, stay
from bot.text import Exact, t
from core.errors import CodeExpired
from core.phones import national
from models import Customer
from services.accounts.customers import checked_text, customer_by_phone, get_customer
from services.accounts.numbers import claimant_of, prove_number
from services.accounts.otp import challenge_by_id
from services.accounts.pins import check_pin
from services.accounts.signup import create_customer, start_signup, verify_signup
from services.accounts.trust import in_doubt

LONGEST_NAME = 80
RESEND = ANEW = FORGOT = "1"
# A text can be written in anybody's name: who answers knows the code that went to the number.
PROVES_NO_NUMBER = {"sms"}


@state
async def name(ctx: Context) -> Ask | Move:
    phone = _number(ctx)
    if phone is None:
        return instead(contact)
    known = await customer_by_phone(ctx.scope, phone)
    if known is not None:
        return instead(enter, phone=phone, customer=known.id)
    if not ctx.args.get("anew") and (claimant := await claimant_of(ctx.scope, phone)):
        return instead(claim, phone=phone, claimant=claimant)
    return Ask(t("signup.name"))


@name.answer
async def _(ctx: Context, typed: str) -> Move:
    full_name = checked_text(typed, "name", LONGEST_NAME)
    phone = str(_number(ctx))
    if ctx.world.channel not in PROVES_NO_NUMBER:
        return await _opened(ctx, await create_customer(ctx.scope, phone=phone, full_name=full_name))
    challenge = await start_signup(ctx.scope, phone, None, language=ctx.world.language)
    return go(code, name=full_name, phone=phone, challenge=challenge.id)


@state
async def enter(ctx: Context) -> Ask:
    return Ask(t("signup.enter"), secret=True)


@enter.answer
async def _(ctx: Context, typed: str) -> Move:
    """Who signed out of their number, or shares one on Telegram that may have changed hands, comes in by the PIN."""
    customer_id = ctx.args["customer"]
    customer = await get_customer(ctx.scope, customer_id)
    if typed == FORGOT or customer.pin_hash is None:
        return await pin.forgotten(ctx, customer_id)
    await check_pin(ctx.scope, customer_id, typed)
    await ctx.world.sign_in(customer_id)
    return resume(t("signup.claimed"))


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
    if await in_doubt(ctx.scope, phone, known.id):
        return go(enter, phone=phone, customer=known.id)
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
    return await _opened(
        ctx,
        await verify_signup(ctx.scope, sent, typed, full_name=ctx.args["name"], language=ctx.world.language),
    )


async def _opened(ctx: Context, customer: Customer) -> Move:
    """A new account: its language is what the guest chose, and it needs a PIN."""
    language = ctx.world.language
    await ctx.world.sign_in(customer.id)
    await ctx.world.choose_language(language)
    return instead(pin.choose)


def _number(ctx: Context) -> str | None:
    """The number that signs up, as the channel proved it now or on an earlier screen."""
    return ctx.args.get("phone") or ctx.world.phone
