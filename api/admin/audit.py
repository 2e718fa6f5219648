"""The audit log."""

from typing import Any

from api.admin.context import AdminContext
from api.vendure.listing import Names, read_listing
from services.staff.log import LISTED, AuditView, read_log

Shape = dict[str, Any]

_NAMES: Names = {
    "id": "id",
    "createdAt": "at",
    "act": "act",
    "noun": "noun",
    "nounId": "noun_id",
    "administratorId": "staff_id",
    "emailAddress": "email",
    "address": "address",
}


async def audit_log(_: Any, args: dict[str, Any], context: AdminContext, __: Any) -> Shape:
    listing = read_listing(args.get("options"), _NAMES, LISTED)
    found, total = await read_log(await context.desk(), listing)
    return {"items": [_shape(entry) for entry in found], "totalItems": total}


def _shape(entry: AuditView) -> Shape:
    return {
        "id": str(entry.id),
        "createdAt": entry.at,
        "act": entry.act,
        "noun": entry.noun,
        "nounId": None if entry.noun_id is None else str(entry.noun_id),
        "administratorId": str(entry.staff_id),
        "emailAddress": entry.email,
        "address": entry.address,
        "data": entry.data,
    }


RESOLVERS = {"Query.auditLog": audit_log}
