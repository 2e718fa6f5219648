"""What was bought is with the customer, or will be: the merchant says so, and the session and the order's parcels follow."""

from datetime import date
from uuid import UUID

from core.clock import now
from core.db import fetch_one, for_update, transaction
from core.errors import IllegalTransition
from models import FinancingApplication
from services.financing.events import record
from services.financing.reading import lock_session
from services.financing.states import SESSION_STATES
from services.fulfillment.arriving import hand_over
from services.tenants import Scope


async def mark_delivered(scope: Scope, uid: UUID, on: date | None = None) -> None:
    """Delivered today or before; a day that is still to come is only noted.

    The merchant speaks of the whole order. So all pieces of it have arrived, whoever of its sellers was to send them: else the
    desk would go on to ask for parcels of what the customer has, and might call it off. What is owed stays owed.

    Raises `NotFound`, and `IllegalTransition` where it was not checked out, is delivered or called off already, or a
    carrier is booked who hasn't fetched it.
    """
    async with transaction():
        row = await lock_session(scope, uid)
        SESSION_STATES.check(row["state"], "Delivered")
        order = await fetch_one(f"SELECT * FROM customer_order WHERE id = $1{for_update()}", row["order_id"])
        if order is None or order["state"] == "Cancelled":
            raise IllegalTransition(row["state"], "Delivered", (), "The order was called off.")
        if on is not None and on > now().date():
            await FinancingApplication.filter(id=row["id"]).update(estimated_delivery=on, updated_at=now())
            await record(scope, row, "delivery_expected", on=on.isoformat())
            return
        await hand_over(order)
        await SESSION_STATES.move(row["id"], row["state"], "Delivered", delivered_at=now())
        await record(scope, row, "delivered")
