"""The customers of the REST rows: made before the run with PIN, money and carts, found again with their tokens."""

from bench.rest_rows import PIN, SHOPPERS
from bench.steps import Shopper
from core.clock import now
from core.db import close_database, execute, open_database, transaction
from core.settings import DEMO_SECRET_KEY
from models import Customer
from services.accounts.pins import set_first_pin
from services.accounts.signup import create_customer
from services.accounts.tokens import issue_token
from services.cards import card_of
from services.ledger import post, shared_account
from services.secrets import use_key
from services.tenants import Scope, scope_by_code

# Minor units on each card: no purchase is to fail for want of money.
BALANCE = 10**12
# Mobile numbers of the platforms' countries (E.164), without their last seven digits.
LINES = {"demo": "+23324", "kasuwa": "+234803"}
_CARTS = """
INSERT INTO customer_order (uid, created_at, updated_at, platform_id, environment, code, state, active, customer_id,
  currency, channel, quantity, subtotal_minor, shipping_minor, tax_minor, total_minor)
SELECT gen_random_uuid(), $2, $2, c.platform_id, c.environment, 'BENCH' || c.id, 'AddingItems', true, c.id, 'GHS',
  'rest', 0, 0, 0, 0, 0
FROM customer c WHERE c.full_name = $1
"""
# Other parts in each cart.
_CART_LINES = """
INSERT INTO order_line (order_id, variant_id, seller_id, quantity, unit_price_minor, added_at)
SELECT o.id, v.id, v.seller_id, 1, v.price_minor, $3 FROM customer c JOIN customer_order o ON o.customer_id = c.id
CROSS JOIN LATERAL (
  SELECT v.id, p.seller_id, v.price_minor FROM variant v JOIN product p ON p.id = v.product_id
  WHERE p.platform_id = c.platform_id AND p.environment = c.environment AND p.enabled AND v.enabled
  ORDER BY v.id * c.id % 1009, v.id LIMIT $2
) v WHERE c.full_name = $1 AND o.active
"""


async def add_shoppers() -> None:
    """Make them all in the open market."""
    async with transaction():
        for kind, (role, (platform, number)) in enumerate(SHOPPERS.items()):
            scope = await scope_by_code(platform, "test")
            for n in range(number):
                await _add(scope, role, f"{LINES[platform]}{kind}{n:06}")
            if role.startswith("cart"):
                await execute(_CARTS, role, now())
                await execute(_CART_LINES, role, int(role.removeprefix("cart")), now())


async def _add(scope: Scope, role: str, phone: str) -> None:
    customer = await create_customer(scope, phone=phone, full_name=role)
    await set_first_pin(scope, customer.id, PIN)
    card = (await card_of(scope, customer.id)).account
    source = await shared_account(scope, "gateway:paystack", "gateway")
    sides = [(source, -BALANCE), (card, BALANCE)]
    await post(scope, key=f"bench:{customer.id}", kind="card_funding", narrative="Bench", sides=sides)


async def shoppers_of(url: str) -> dict[str, list[Shopper]]:
    """The shoppers in that database, by role. It opens and closes the process's own."""
    use_key(DEMO_SECRET_KEY)
    await open_database(url, pool=1)
    try:
        return {
            role: [
                Shopper(each.phone or "", issue_token(each, "session"))
                for each in await Customer.filter(full_name=role).order_by("id")
            ]
            for role in SHOPPERS
        }
    finally:
        await close_database()
