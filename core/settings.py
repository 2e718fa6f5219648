"""Every setting, typed and read from the environment; production refuses what is only fit for trying out."""

from email.utils import parseaddr
from functools import cached_property
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEMO_SECRET_KEY = "demo-secret-key-demo-secret-key-demo"
DEMO_HOOK_SECRET = "demo-secret"
DEMO_EMAIL_FROM = "Makola <no-reply@makola.test>"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Settings(BaseSettings):
    """Names are those of the environment in upper case; `.env` in the working folder is read too."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    environment: Literal["development", "production"] = Field(
        "development", description="production refuses demo secrets and twin addresses"
    )
    database_url: str = Field(
        "", description="empty: SQLite in DATA; else postgres://user:password@host/name"
    )
    redis_url: str = Field("", description="empty: Redis inside the process; else redis://host:6379/0")
    database_pool: int = Field(16, ge=2, le=200, description="PostgreSQL connections a process")
    database_pooler: Literal["none", "pgbouncer", "old-pgbouncer"] = Field(
        "none",
        description="pgbouncer: DATABASE_URL leads to PgBouncer, 1.21 or newer with max_prepared_statements; old-pgbouncer: "
        "without them",
    )
    data: Path = Field(Path("var"), description="folder of the embedded database and uploaded files")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="port of the API")
    twins_port: int = Field(
        8081, ge=0, le=65535, description="port of the provider twins (makola serve, twins)"
    )
    twins_smtp_port: int = Field(
        0, ge=0, le=65535, description="port of the twins' mail server; 0: TWINS_PORT + 1"
    )
    public_url: str = Field("", description="how the world reaches the API; empty: http://HOST:PORT")
    twins_url: str = Field("", description="how the API reaches the twins; empty: http://HOST:TWINS_PORT")
    secret_key: str = Field(
        DEMO_SECRET_KEY, min_length=32, description="signs tokens; at least 32 characters"
    )
    secret_key_former: str = Field(
        "",
        description="the keys before SECRET_KEY, separated by commas, the newest first: what was made with them stays good; "
        "drop them when `makola doctor` says so",
    )
    default_platform: str = Field("demo", description="platform of a shop request that names none")
    default_environment: Literal["test", "live"] = Field("test", description="its environment")
    storefront_url: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        description="where e-mails lead, with pages /verify, /password-reset and /verify-email-address-change; {shop} in it "
        "is the platform's code; empty: e-mails hold the bare token",
    )
    email_accounts: bool = Field(
        True,
        description="false: no accounts by e-mail and password over the shop API; customers come by code, Google or Apple",
    )
    google_client_ids: str = Field(
        "",
        description="live OAuth client ids of the apps, separated by commas; empty: no sign-in with Google",
    )
    apple_client_ids: str = Field(
        "", description="live bundle and service ids, separated by commas; empty: no sign-in with Apple"
    )
    hook_secret: str = Field(DEMO_HOOK_SECRET, description="path secret of callbacks that nobody signs")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="least level logged")
    metrics_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="port of a worker's /metrics, /healthz and /readyz, and of api's /metrics; 0: api's own, none",
    )
    leave_after_s: float = Field(
        0,
        ge=0,
        le=120,
        description="seconds that api goes on listening after /readyz began to say 503; behind a load balancer 5",
    )
    otel_endpoint: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        description="OTLP/HTTP collector of traces, http://collector:4318; empty: no traces",
    )
    otel_sample: float = Field(1.0, ge=0, le=1, description="share of requests that are traced")
    log_json: bool = Field(True, description="false: logs for a person's eyes")

    file_store: Literal["folder", "s3"] = Field(
        "folder", description="where files lie: folder (DATA/assets) or s3 (S3-compatible storage)"
    )
    s3_url: str = Field("", description="base URL without the bucket; empty: Amazon's own")
    s3_region: str = Field("us-east-1", description="region that requests are signed for")
    s3_bucket: str = Field("", description="a bucket that is not public; empty: the twins' own")
    s3_access_key_id: str = Field("", description="who may read, write and delete there")
    s3_secret_access_key: str = Field("", description="its secret")

    paystack_url: str = Field("", description="live base URL; empty: Paystack's own")
    paystack_secret_key: str = Field("", description="live key, sk_live_…")
    monnify_url: str = Field("", description="live base URL; empty: Monnify's own")
    monnify_api_key: str = Field("", description="live key, MK_PROD_…; empty: no payments through Monnify")
    monnify_secret_key: str = Field("", description="live secret key")
    monnify_contract_code: str = Field("", description="live contract code")
    africastalking_url: str = Field("", description="live base URL; empty: Africa's Talking's own")
    africastalking_username: str = Field("", description="live user name")
    africastalking_api_key: str = Field("", description="live key")
    arkesel_url: str = Field("", description="live base URL; empty: Arkesel's own")
    arkesel_api_key: str = Field("", description="live key; needed where SMS_GATEWAY is arkesel")
    sms_gateway: Literal["africastalking", "arkesel"] = Field(
        "africastalking", description="who carries text messages: africastalking or arkesel"
    )
    sms_sender: str = Field("Makola", max_length=11, description="sender id of messages")
    sms_most_a_day: int = Field(
        60, ge=1, description="text messages to one number within a day, answers and codes too"
    )
    sms_most_an_hour: int = Field(
        600, ge=1, description="text messages within an hour to numbers with the same first six digits"
    )
    number_silent_days: int = Field(
        180,
        ge=1,
        description="days of silence after which a number proves itself before it sees or spends money",
    )
    webhook_events_kept_days: int = Field(
        90,
        ge=7,
        description="days that events of outgoing webhooks, and their deliveries, are kept after they were last told",
    )
    smtp_url: str = Field(
        "",
        pattern=r"^((smtp|smtp\+starttls|smtps)://[^/]+)?$",
        description="live mail server, smtp+starttls:// or smtps://user:password@host; empty: no e-mail",
    )
    email_from: str = Field(DEMO_EMAIL_FROM, description="From line of e-mails, Name <address>")
    terminal_africa_url: str = Field("", description="live base URL; empty: Terminal Africa's own")
    terminal_africa_secret_key: str = Field("", description="live key, sk_live_…; empty: no deliveries")
    vtpass_url: str = Field("", description="live base URL; empty: VTpass's own")
    vtpass_api_key: str = Field("", description="live API key; empty: no bills through VTpass")
    vtpass_public_key: str = Field("", description="live public key")
    vtpass_secret_key: str = Field("", description="live secret key")
    lender_url: str = Field("", description="live base URL of the lender; empty: no financing")
    lender_api_key: str = Field("", description="live key")
    lender_webhook_secret: str = Field("", description="live secret that the lender signs its webhooks with")
    telegram_token: str = Field("", description="live bot token")
    telegram_secret: str = Field("", description="live webhook secret, 1 to 256 of A-Z a-z 0-9 _ -")
    telegram_url: str = Field("", description="Bot API base URL; empty: Telegram's own")

    @property
    def former_keys(self) -> list[str]:
        """The keys before the newest."""
        return [each.strip() for each in self.secret_key_former.split(",") if each.strip()]

    @cached_property
    def embedded(self) -> bool:
        """Everything in one process, on SQLite."""
        return not self.database_url

    @cached_property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite://{self.data.resolve() / 'makola.sqlite3'}"

    @cached_property
    def base_url(self) -> str:
        """The API's public address, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @cached_property
    def twins_base_url(self) -> str:
        """The twins' address, without a trailing slash."""
        return (self.twins_url or f"http://{self.host}:{self.twins_port}").rstrip("/")

    @cached_property
    def twins_mail_port(self) -> int:
        """The port of the twins' mail server: beside theirs, unless the API listens there."""
        beside = self.twins_port + 1
        return self.twins_smtp_port or (beside if beside != self.port else beside + 1)

    @model_validator(mode="after")
    def refuse_poor_former_keys(self) -> Self:
        if any(len(each) < 32 or each == self.secret_key for each in self.former_keys):
            raise ValueError("SECRET_KEY_FORMER: each at least 32 characters, and another than SECRET_KEY")
        return self

    @model_validator(mode="after")
    def refuse_demo_values_in_production(self) -> Self:
        if self.environment == "production" and (wrong := self.unfit_for_production()):
            raise ValueError(f"not fit for production: {', '.join(wrong)}")
        return self

    def unfit_for_production(self) -> list[str]:
        """The settings with which production refuses to start, by their names in the environment."""
        return [
            name
            for name, bad in {
                "SECRET_KEY": self.secret_key == DEMO_SECRET_KEY or len(set(self.secret_key)) < 10,
                "SECRET_KEY_FORMER": any(
                    each == DEMO_SECRET_KEY or len(set(each)) < 10 for each in self.former_keys
                ),
                "HOOK_SECRET": self.hook_secret == DEMO_HOOK_SECRET or len(self.hook_secret) < 12,
                "DATABASE_URL": not self.database_url.startswith("postgres"),
                "REDIS_URL": not self.redis_url,
                "PUBLIC_URL": not self.public_url.startswith("https://"),
                "TWINS_URL": bool(self.twins_url),
                "STOREFRONT_URL": bool(self.storefront_url)
                and not self.storefront_url.startswith("https://"),
                "GOOGLE_CLIENT_IDS": "google-demo" in client_ids(self.google_client_ids),
                "APPLE_CLIENT_IDS": "apple-demo" in client_ids(self.apple_client_ids),
                "S3_URL": _points_home(self.s3_url),
                "S3_BUCKET": self.file_store == "s3" and not self.s3_bucket,
                "S3_ACCESS_KEY_ID": self.file_store == "s3" and self.s3_access_key_id in ("", "S3DEMO"),
                "S3_SECRET_ACCESS_KEY": self.file_store == "s3" and not self.s3_secret_access_key,
                "PAYSTACK_URL": _points_home(self.paystack_url),
                "MONNIFY_URL": _points_home(self.monnify_url),
                "MONNIFY_API_KEY": self.monnify_api_key.startswith("MK_TEST_"),
                "MONNIFY_SECRET_KEY": self.monnify_secret_key == "monnify-demo",
                "AFRICASTALKING_URL": _points_home(self.africastalking_url),
                "ARKESEL_URL": _points_home(self.arkesel_url),
                "ARKESEL_API_KEY": self.arkesel_api_key == "ark_demo"
                or (self.sms_gateway == "arkesel" and not self.arkesel_api_key),
                "TERMINAL_AFRICA_URL": _points_home(self.terminal_africa_url),
                "TERMINAL_AFRICA_SECRET_KEY": self.terminal_africa_secret_key.startswith("sk_test_"),
                "VTPASS_URL": _points_home(self.vtpass_url),
                "VTPASS_API_KEY": self.vtpass_api_key == "vt_api_demo",
                "VTPASS_PUBLIC_KEY": self.vtpass_public_key == "vt_public_demo",
                "VTPASS_SECRET_KEY": self.vtpass_secret_key == "vt_secret_demo",
                "LENDER_URL": _points_home(self.lender_url),
                "LENDER_API_KEY": self.lender_api_key == "lk_test_demo",
                "LENDER_WEBHOOK_SECRET": self.lender_webhook_secret == "lender-demo"
                or (bool(self.lender_url) and len(self.lender_webhook_secret) < 12),
                "SMTP_URL": _points_home(self.smtp_url, ("smtp+starttls", "smtps")),
                "EMAIL_FROM": bool(self.smtp_url) and not _may_send(self.email_from),
                "TELEGRAM_URL": _points_home(self.telegram_url),
                "PAYSTACK_SECRET_KEY": not self.paystack_secret_key.startswith("sk_live_"),
                "AFRICASTALKING_USERNAME": self.africastalking_username in ("", "sandbox"),
                "AFRICASTALKING_API_KEY": self.africastalking_api_key in ("", "atsk_demo"),
                "TELEGRAM_TOKEN": self.telegram_token == "1:demo",
                "TELEGRAM_SECRET": bool(self.telegram_token)
                and (self.telegram_secret == DEMO_HOOK_SECRET or len(self.telegram_secret) < 12),
                "DEFAULT_ENVIRONMENT": self.default_environment != "live",
            }.items()
            if bad
        ]


def client_ids(text: str) -> frozenset[str]:
    """Ids that are separated by commas."""
    return frozenset(each.strip() for each in text.split(",") if each.strip())


def _points_home(url: str, safe: tuple[str, ...] = ("https",)) -> bool:
    """Whether a provider's address is ours: without TLS, this machine, or a twin."""
    parts = urlsplit(url)
    return bool(url) and (
        parts.scheme not in safe or parts.hostname in LOOPBACK or "twin" in (parts.hostname or "")
    )


def _may_send(sender: str) -> bool:
    """Whether a From line holds an address, and not the demo's."""
    return sender != DEMO_EMAIL_FROM and "@" in parseaddr(sender)[1]
