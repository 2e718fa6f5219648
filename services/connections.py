"""Who outside a shop works with: which of them have credentials, when something last went well with each, and what last did not."""

from dataclasses import dataclass
from datetime import datetime

from core.clock import now
from core.db import Row, fetch, placeholders
from providers.registry import registry
from services.staff import Desk, check_may
from services.values import as_time

# Of each kind so many of the newest rows of all shops are looked through: older news is none.
NEWEST = 2_000


@dataclass(frozen=True, slots=True)
class Traces:
    """Rows that tell how a provider does: `provider`, and when one `went_well` or `went_wrong`, in SQL over `table` t and `joins`."""

    table: str
    joins: str
    scope: str  # the alias that has platform and environment
    provider: str
    went_well: str
    went_wrong: str


# A customer's own refusal (no money, a wrong code) is nothing that a provider does wrong: such attempts are `Failed`, with a reason.
TRACES = (
    Traces(
        "payment_attempt",
        "JOIN payment s ON s.id = t.payment_id",
        "s",
        "t.provider",
        "t.state = 'Succeeded'",
        "t.state = 'Unknown'",
    ),
    Traces(
        "bill_purchase",
        "JOIN biller b ON b.id = t.biller_id",
        "t",
        "b.provider",
        "t.state = 'Delivered'",
        "t.state IN ('Unknown', 'Reversed')",
    ),
    Traces(
        "shipment",
        "",
        "t",
        "'terminal_africa'",
        "t.state NOT IN ('Stored', 'Drafted', 'Cancelled')",
        "t.reason <> ''",
    ),
    Traces(
        "outbound_message",
        "",
        "t",
        "t.channel",
        "t.state IN ('Sent', 'Delivered')",
        "t.state = 'Failed'",
    ),
)
# What each is for, in the words of whoever runs the shop.
USES = {
    "paystack": "Payment pages, mobile money and stored cards",
    "monnify": "Payment pages and stored cards, in naira",
    "africastalking": "Text messages, USSD, airtime and data",
    "arkesel": "Text messages and USSD",
    "vtpass": "Airtime, data, power and television, in naira",
    "terminal_africa": "Delivery prices and parcels",
    "telegram": "The bot on Telegram",
    "smtp": "E-mail",
}
# By what their messages are known.
CHANNELS = {"telegram": "telegram", "smtp": "email"}


@dataclass(frozen=True, slots=True)
class Connection:
    """A provider in the desk's environment. Nothing of its credentials is ever told."""

    name: str
    use: str
    configured: bool
    went_well_at: datetime | None
    went_wrong_at: datetime | None
    trouble: str

    @property
    def state(self) -> str:
        """Healthy, Trouble (what was last known of it was bad), Waiting (nothing is known) or Off."""
        if not self.configured:
            return "Off"
        if self.went_wrong_at and (self.went_well_at is None or self.went_wrong_at > self.went_well_at):
            return "Trouble"
        return "Healthy" if self.went_well_at else "Waiting"


async def connections(desk: Desk) -> list[Connection]:
    """All there could be. Two statements for each kind of trace at the most. Raises `Forbidden`."""
    check_may(desk, "ReadSystem", "ReadSettings")
    known: dict[str, Row] = {}
    for traces in TRACES:
        for row in await _seen(desk, traces):
            known[row["provider"]] = row
    accounts = registry().accounts(desk.scope.environment)
    sms = "arkesel" if "arkesel" in accounts else "africastalking"
    found = []
    for name, account in accounts.items():
        rows = [known.get(name), known.get("sms") if name == sms else known.get(CHANNELS.get(name, ""))]
        found.append(_connection(name, account is not None, [row for row in rows if row]))
    return found


def _connection(name: str, configured: bool, rows: list[Row]) -> Connection:
    well = max((row["well"] for row in rows if row["well"]), default=None)
    wrong = max(
        ((row["wrong"], row["trouble"]) for row in rows if row["wrong"]),
        key=lambda each: each[0],
        default=(None, ""),
    )
    return Connection(name, USES.get(name, ""), configured, well, wrong[0], wrong[1])


async def _seen(desk: Desk, traces: Traces) -> list[Row]:
    """When something last went well or wrong with each provider, and what."""
    rows = await fetch(
        f"SELECT {traces.provider} AS provider, MAX(CASE WHEN {traces.went_well} THEN t.created_at END) AS well, "
        f"MAX(CASE WHEN {traces.went_wrong} THEN t.created_at END) AS wrong, "
        f"MAX(CASE WHEN {traces.went_wrong} THEN t.id END) AS wrong_id "
        f"FROM (SELECT * FROM {traces.table} WHERE created_at <= $3 ORDER BY id DESC LIMIT {NEWEST}) t {traces.joins} "
        f"WHERE {traces.scope}.platform_id = $1 AND {traces.scope}.environment = $2 GROUP BY 1",
        desk.scope.platform_id,
        desk.scope.environment,
        now(),
    )
    ids = [row["wrong_id"] for row in rows if row["wrong_id"]]
    reasons = (
        await fetch(f"SELECT id, reason FROM {traces.table} WHERE id IN ({placeholders(ids)})", *ids)
        if ids
        else []
    )
    why = {row["id"]: row["reason"] for row in reasons}
    return [
        {
            "provider": row["provider"],
            "well": as_time(row["well"]) if row["well"] else None,
            "wrong": as_time(row["wrong"]) if row["wrong"] else None,
            "trouble": why.get(row["wrong_id"], ""),
        }
        for row in rows
    ]
