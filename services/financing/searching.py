"""Who applied before with a number: for a shop where they stand at the counter."""

from dataclasses import dataclass
from uuid import UUID

from core.db import fetch
from core.errors import InvalidInput
from services.financing.details import Applicant, comparable_phone
from services.financing.reading import applicant_of
from services.financing.states import PASSING
from services.tenants import Scope
from services.values import as_uid

MOST = 50


@dataclass(frozen=True, slots=True)
class Found:
    """Who applied with a number, as they said last, each once; and the newest session of theirs that isn't over."""

    customers: tuple[Applicant, ...]
    open_session: UUID | None


async def find_customers(scope: Scope, phone: str, tax_id_last4: str = "") -> Found:
    """Of the newest fifty sessions with that number, and that end of a tax id where it is said. One statement.

    Raises `InvalidInput` without a number: four characters alone are somebody's by chance.
    """
    if not phone:
        raise InvalidInput("A number is needed to look for a customer.", field="cellPhone")
    rows = await fetch(
        "SELECT f.uid, f.state, f.applicant FROM financing_application f WHERE f.platform_id = $1 AND f.environment = $2 "
        "AND f.phone = $3 AND ($4 = '' OR f.tax_id_last4 = $4) ORDER BY f.id DESC LIMIT $5",
        scope.platform_id,
        scope.environment,
        comparable_phone(phone, scope.country),
        tax_id_last4,
        MOST,
    )
    by_name: dict[tuple[str, str], Applicant] = {}
    for applicant in map(applicant_of, rows):
        by_name.setdefault((applicant.first_name.lower(), applicant.last_name.lower()), applicant)
    still_open = next((as_uid(row["uid"]) for row in rows if row["state"] in PASSING), None)
    return Found(tuple(by_name.values()), still_open)
