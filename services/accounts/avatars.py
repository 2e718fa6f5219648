"""The picture that a customer shows of themselves."""

from core.clock import now
from core.ids import new_token
from core.limits import count_try
from models import Customer
from services.accounts.customers import get_customer
from services.files import forget, store
from services.pictures import draw, judge
from services.tenants import Scope

SIDE = 512  # pixels
A_DAY_S, MOST_A_DAY = 86_400, 30


async def set_avatar(scope: Scope, customer_id: int, name: str, content: bytes) -> Customer:
    """Show this picture from now on; the one before is thrown away, and of the file itself nothing is kept.

    Raises `WrongFileType`, `TooManyTries` past thirty a day, `Unavailable`.
    """
    await count_try(f"avatar:{customer_id}", most=MOST_A_DAY, within_s=A_DAY_S)
    await judge(content, name)
    drawn = await draw(content, name, SIDE, SIDE, "crop")
    path = f"avatar-{new_token()}.{drawn.ending}"
    await store(path, drawn.content, drawn.mime)
    customer = await get_customer(scope, customer_id)
    before = customer.avatar_path
    changed = await Customer.filter(id=customer.id, avatar_path=before).update(
        avatar_path=path, updated_at=now()
    )
    if not changed:
        # Another upload was faster, and its picture stays.
        await forget(path)
        return await get_customer(scope, customer_id)
    if before:
        await forget(before)
    return customer.update_from_dict({"avatar_path": path})
