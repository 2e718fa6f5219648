"""What a person may choose about the twins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


def _demo_keys() -> Mapping[str, str]:
    return {"Makola Demo": "sk_test_demo"}


@dataclass(frozen=True, slots=True)
class MonnifyAccount:
    """An account of its own at the Monnify twin, with one contract."""

    business: str
    api_key: str
    secret_key: str
    contract_code: str


DEMO_MONNIFY = MonnifyAccount("Kasuwa Demo", "MK_TEST_demo", "monnify-demo", "demo-contract")


@dataclass(frozen=True, slots=True)
class S3Account:
    """A bucket at the twin of S3-compatible storage, and who opens it."""

    bucket: str
    access_key_id: str
    secret_access_key: str


DEMO_S3 = S3Account("makola-demo", "S3DEMO", "s3-demo-secret")


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinSettings:
    """`public_url` is where the twins are reached, `hooks_url` where webhooks go (None: none are sent).

    E-mail is taken at `smtp_address` (host, port; None: nowhere).

    `paystack_secrets` maps the name of a business to its secret key; each is an account of its own.
    Where `telegram_secret` is given, each bot starts with a webhook at {hooks_url}/channels/telegram that
    carries it. With `data_dir`, what the twins know survives a restart. Times are seconds.
    The lender decides after `lender_after_s`. A queued charge of a stored card is done after `queue_after_s`.
    VTpass's pending purchases settle after `vtpass_settle_s`; it refuses the same purchase again for `vtpass_repeat_s`
    (30 at VTpass itself, off here). A booked shipment is in transit after `transit_after_s`, and delivered `deliver_after_s` later.
    """

    public_url: str = "http://127.0.0.1:8081"
    smtp_address: tuple[str, int] | None = None
    hooks_url: str | None = "http://127.0.0.1:8080"
    hook_secret: str = "demo-secret"
    paystack_secrets: Mapping[str, str] = field(default_factory=_demo_keys)
    monnify_accounts: tuple[MonnifyAccount, ...] = (DEMO_MONNIFY,)
    africastalking_api_key: str = "atsk_demo"
    arkesel_api_key: str = "ark_demo"
    vtpass_api_key: str = "vt_api_demo"
    vtpass_public_key: str = "vt_public_demo"
    vtpass_secret_key: str = "vt_secret_demo"
    s3_account: S3Account = DEMO_S3
    terminal_secret: str = "sk_test_terminal_demo"
    lender_api_key: str = "lk_test_demo"
    lender_webhook_secret: str = "lender-demo"
    telegram_tokens: tuple[str, ...] = ("1:demo",)
    telegram_secret: str | None = None
    data_dir: Path | None = None
    approve_after_s: float = 1.0
    queue_after_s: float = 1.0
    expire_after_s: float = 180.0
    refund_after_s: float = 1.0
    rate_lasts_s: float = 86_400.0
    transit_after_s: float = 5.0
    deliver_after_s: float = 5.0
    airtime_after_s: float = 1.0
    vtpass_settle_s: float = 3.0
    vtpass_repeat_s: float = 0.0
    lender_after_s: float = 1.0
    hang_s: float = 30.0
