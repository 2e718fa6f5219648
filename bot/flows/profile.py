"""My profile: name, town, address and e-mail address, shown and changed."""

from bot.flows import account
from bot.prompts import Ask, Choose, choices
from bot.states import Context, Move, State, back, go, instead, state
from bot.text import t
from core.errors import CodeInvalid
from services.accounts.customers import checked_text, complete_profile, get_customer
from services.accounts.emails import checked_email, resend_verification, verify_email
from services.accounts.profile import ProfileChanges, update_profile
from services.accounts.trust import check_proven

LONGEST_TOWN, LONGEST_STREET = 60, 120
RESEND = "1"


@state
async def menu(ctx: Context) -> Choose:
    check_proven()
    customer = await get_customer(ctx.scope, ctx.customer_id)
    nothing = t("profile.nothing")
    words = t(
        "profile.shown",
        name=customer.full_name or nothing,
        street=customer.street or nothing,
        town=customer.city or nothing,
        email=customer.email or nothing,
    )
    ways = (
        ("name", t("profile.name")),
        ("town", t("profile.town")),
        ("street", t("profile.street")),
        ("email", t("profile.email")),
    )
    return Choose(words, choices(*ways))


@menu.answer
async def _(ctx: Context, wanted: str) -> Move:
    ways: dict[str, State] = {"name": account.full_name, "town": town, "street": street, "email": email}
    return go(ways[wanted])


@state
async def town(ctx: Context) -> Ask:
    return Ask(t("profile.new_town"))


@town.answer
async def _(ctx: Context, typed: str) -> Move:
    await complete_profile(ctx.scope, ctx.customer_id, city=checked_text(typed, "city", LONGEST_TOWN))
    return back(t("profile.changed"))


@state
async def street(ctx: Context) -> Ask:
    return Ask(t("profile.new_street"))


@street.answer
async def _(ctx: Context, typed: str) -> Move:
    await complete_profile(ctx.scope, ctx.customer_id, street=checked_text(typed, "street", LONGEST_STREET))
    return back(t("profile.changed"))


@state
async def email(ctx: Context) -> Ask:
    return Ask(t("profile.new_email"))


@email.answer
async def _(ctx: Context, typed: str) -> Move:
    return go(email_pin, email=checked_email(typed))


@state
async def email_pin(ctx: Context) -> Ask:
    return Ask(t("profile.email_pin"), secret=True)


@email_pin.answer
async def _(ctx: Context, typed: str) -> Move:
    await update_profile(
        ctx.scope, ctx.customer_id, ProfileChanges(email=ctx.args["email"], current_pin=typed)
    )
    return go(email_code, email=ctx.args["email"])


@state
async def email_code(ctx: Context) -> Ask:
    return Ask(t("profile.email_code", email=ctx.args["email"]), secret=True)


@email_code.answer
async def _(ctx: Context, typed: str) -> Move:
    if typed == RESEND:
        await resend_verification(ctx.scope, ctx.args["email"])
        return instead(email_code, t("signup.sent"), email=ctx.args["email"])
    proven = await verify_email(ctx.scope, ctx.args["email"], typed)
    if proven.id != ctx.customer_id:
        raise CodeInvalid
    return instead(menu, t("profile.email_proven"))
