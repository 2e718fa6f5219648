"""Paystack's lists of transactions and refunds, page by page.

Source: https://paystack.com/docs/api/transaction/#list and https://paystack.com/docs/api/refund/#list: `from` is a time,
`perPage` at most 100 here, `meta.pageCount` says how many pages there are.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from providers.errors import ProviderUnknown
from providers.http import ProviderHttp
from providers.movements import Movement
from providers.paystack_wire import REFUND_STATES, data_of, parsed

PER_PAGE = 100
# Money came under these; it may have gone back since, of which the list of refunds tells.
TAKEN = ("success", "reversed")


class _Transaction(BaseModel):
    id: int
    status: str
    reference: str
    amount: int
    currency: str


class _Refund(BaseModel):
    id: int
    status: str
    amount: int
    currency: str
    transaction_reference: str | None = None
    transaction: Any = None
    merchant_note: str | None = None


async def list_movements(http: ProviderHttp, since: datetime) -> AsyncIterator[Movement]:
    """See `ListsMovements.movements`. A refund that names its transaction by its id is found by the list of those."""
    references: dict[int, str] = {}
    async for each in _listed(http, "list_transactions", "/transaction", since):
        charge = parsed(_Transaction, each)
        references[charge.id] = charge.reference
        if charge.status in TAKEN:
            yield Movement(
                "charge", "paystack", charge.reference, charge.amount, charge.currency, str(charge.id)
            )
    async for each in _listed(http, "list_refunds", "/refund", since):
        refund = parsed(_Refund, each)
        state = REFUND_STATES.get(refund.status)
        if state == "failed":
            continue
        named = refund.transaction if isinstance(refund.transaction, int) else 0
        yield Movement(
            "refund",
            "paystack",
            refund.transaction_reference or references.get(named, ""),
            refund.amount,
            refund.currency,
            str(refund.id),
            refund.merchant_note or "",
            done=state == "succeeded",
        )


async def _listed(http: ProviderHttp, call: str, path: str, since: datetime) -> AsyncIterator[Any]:
    page, pages = 1, 1
    while page <= pages:
        params: dict[str, str | int] = {"perPage": PER_PAGE, "page": page, "from": since.isoformat()}
        answer = await http.get(call, path, params)
        data, meta = data_of(answer), answer.get("meta")
        if not isinstance(data, list) or not isinstance(meta, dict):
            raise ProviderUnknown("a list of paystack can't be read")
        for each in data:
            yield each
        pages = int(meta.get("pageCount") or 1)
        page += 1
