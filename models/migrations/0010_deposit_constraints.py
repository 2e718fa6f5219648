"""The constraints of purchase options, scheduled charges and money set aside."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.base import PARTIAL, PARTIAL_UNIQUE
from models.schema import AddConstraints, Constraint

AMOUNTS = "amount_minor > 0 AND collected_minor >= 0 AND collected_minor <= amount_minor"
MEMBER = " + ".join(f"(CASE WHEN {of}_id IS NULL THEN 0 ELSE 1 END)" for of in ("product", "variant", "tag"))
CONSTRAINTS: dict[str, list[Constraint]] = {
    "PurchaseOption": [
        CheckConstraint(check="(charge_ppm IS NULL) <> (charge_minor IS NULL)", name="purchase_option_one_charge"),
        CheckConstraint(check="charge_ppm IS NULL OR (charge_ppm >= 0 AND charge_ppm <= 1000000)", name="purchase_option_share"),
        CheckConstraint(check="charge_minor IS NULL OR charge_minor >= 0", name="purchase_option_price"),
        CheckConstraint(check="(trigger = 'ExactTime') = (due_at IS NOT NULL)", name="purchase_option_exact_time"),
        CheckConstraint(check="(trigger = 'TimeAfterCheckout') = (due_after <> '')", name="purchase_option_time_after"),
    ],
    "PurchaseOptionMember": [
        UniqueConstraint(fields=("group_id", "product_id"), name="purchase_option_product_once"),
        UniqueConstraint(fields=("group_id", "variant_id"), name="purchase_option_variant_once"),
        UniqueConstraint(fields=("group_id", "tag_id"), name="purchase_option_tag_once"),
        CheckConstraint(check=f"{MEMBER} = 1", name="purchase_option_member_is_one"),
    ],
    "ScheduledCharge": [
        CheckConstraint(check=AMOUNTS, name="scheduled_charge_amounts"),
        CheckConstraint(check="(state = 'Paid') = (collected_minor = amount_minor)", name="scheduled_charge_paid"),
    ],
    "StoredMethod": [
        UniqueConstraint(fields=("customer_id", "provider", "kind", "fingerprint"), name="stored_method_once"),
    ],
    "Authorization": [CheckConstraint(check=AMOUNTS, name="payment_authorization_amounts")],
    "Order": [CheckConstraint(check="deferred_minor >= 0 AND deferred_minor <= total_minor", name="order_deferred")],
    "Platform": [
        CheckConstraint(
            check="deposit_policy IN ('refund', 'keep', 'part') AND deposit_kept_ppm >= 0 AND deposit_kept_ppm <= 1000000",
            name="platform_deposit_policy",
        )
    ],
}


async def create(apps: Any, schema_editor: Any) -> None:
    table, columns, condition = PARTIAL_UNIQUE["payment_authorization_once"]
    await schema_editor.client.execute_script(
        f"CREATE UNIQUE INDEX payment_authorization_once ON {table} ({columns}) WHERE {condition}"
    )
    table, columns, condition = PARTIAL["scheduled_charge_next"]
    await schema_editor.client.execute_script(
        f"CREATE INDEX scheduled_charge_next ON {table} ({columns}) WHERE {condition}"
    )


class Migration(migrations.Migration):
    dependencies = [("models", "0009_deposits")]
    initial = False
    operations = [AddConstraints(CONSTRAINTS), ops.RunPython(create)]
