"""The double-entry book. Rows are only added; an account's balance is the sum of its postings."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from core.idempotency import IdempotencyRow
from models.base import Public, Row, Scoped


class LedgerAccount(Public, Scoped):
    """A place where money is. Amounts in minor units. A posting above zero is money coming in.

    A guarded account (a shopping card) keeps its balance in the row, never below zero; accounts that
    everyone touches keep none, so that nobody waits for them.
    """

    code = fields.CharField(max_length=80)
    currency = fields.CharField(max_length=3)
    # card, sales, gateway, suspense, biller, loss; receivable: what buyers owe; held: what is set aside of cards;
    # shared: the sales that were shared out among payable (a seller's), commission and delivery; bank: paid to sellers
    kind = fields.CharField(max_length=12)
    customer: Any = fields.ForeignKeyField("models.Customer", null=True, on_delete=fields.RESTRICT)
    number = fields.CharField(max_length=20, null=True, unique=True)  # printed on a shopping card
    balance_minor = fields.BigIntField(null=True)

    customer_id: int | None

    class Meta:
        table = "ledger_account"
        indexes = [("customer_id",)]
        constraints = [
            UniqueConstraint(
                fields=("platform_id", "environment", "code", "currency"), name="ledger_account_once"
            ),
            CheckConstraint(
                check="balance_minor IS NULL OR balance_minor >= 0", name="ledger_card_never_below_zero"
            ),
            CheckConstraint(
                check="(kind = 'card') = (balance_minor IS NOT NULL)", name="ledger_card_has_balance"
            ),
        ]


class JournalEntry(Public, Scoped):
    """One movement of money. `key` makes it happen once. `reverses` names what it takes back."""

    key = fields.CharField(max_length=120)
    kind = fields.CharField(max_length=40)
    narrative = fields.CharField(max_length=255)
    payment: Any = fields.ForeignKeyField("models.Payment", null=True, on_delete=fields.RESTRICT)
    reverses: Any = fields.OneToOneField("models.JournalEntry", null=True, on_delete=fields.RESTRICT)

    payment_id: int | None

    class Meta:
        table = "journal_entry"
        indexes = [("payment_id",), ("platform_id", "environment", "created_at")]
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "key"), name="journal_entry_once")
        ]


class Posting(Row):
    """A side of an entry. The sides of one entry sum to zero per currency."""

    entry: Any = fields.ForeignKeyField("models.JournalEntry", on_delete=fields.RESTRICT)
    account: Any = fields.ForeignKeyField("models.LedgerAccount", on_delete=fields.RESTRICT)
    amount_minor = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    balance_after_minor = fields.BigIntField(null=True)  # of a guarded account

    entry_id: int
    account_id: int

    class Meta:
        table = "posting"
        indexes = [("entry_id",), ("account_id", "id")]
        constraints = [CheckConstraint(check="amount_minor <> 0", name="posting_amount")]


class IdempotencyRecord(Row, IdempotencyRow):
    """Keys of money actions that were taken, with a hash of the input and the answer."""

    class Meta:
        table = "idempotency_record"
        constraints = [UniqueConstraint(fields=("scope", "key"), name="idempotency_once")]
