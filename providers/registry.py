"""The only place where live or sandbox is chosen: by platform, environment and settings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from yarl import URL

from core.settings import Settings, client_ids
from providers.access import Account
from providers.africastalking import AfricasTalking
from providers.africastalking_airtime import AfricasTalkingAirtime
from providers.arkesel import Arkesel
from providers.bills import BillGateway
from providers.delivery import DeliveryGateway
from providers.id_tokens import APPLE, GOOGLE, IdTokens
from providers.identities import IdentityProvider, ProviderName
from providers.lender import Lender
from providers.lending import LendingGateway
from providers.messages import EmailGateway, SmsGateway
from providers.monnify import Monnify
from providers.payments import PaymentGateway
from providers.paystack import Paystack
from providers.smtp import Smtp
from providers.storage import FileStore
from providers.storage_folder import Folder
from providers.storage_s3 import S3, Bucket
from providers.telegram import Telegram
from providers.terminal_africa import TerminalAfrica
from providers.twins.settings import DEMO_S3, MonnifyAccount, TwinSettings
from providers.vtpass import VTpass
from providers.webhooks import WebhookPoster

Environment = Literal["test", "live"]

PAYSTACK_LIVE = "https://api.paystack.co"
MONNIFY_LIVE = "https://api.monnify.com"
AFRICASTALKING_LIVE = "https://api.africastalking.com"
ARKESEL_LIVE = "https://sms.arkesel.com"
TERMINAL_LIVE = "https://api.terminal.africa/v1"
VTPASS_LIVE = "https://vtpass.com/api"
TELEGRAM_LIVE = "https://api.telegram.org"

# The sandbox's credentials. They open nothing but the twins.
PAYSTACK_SANDBOX_KEY = "sk_test_demo"
MONNIFY_SANDBOX_KEYS = ("MK_TEST_demo", "monnify-demo", "demo-contract")
AFRICASTALKING_SANDBOX_KEY = "atsk_demo"
ARKESEL_SANDBOX_KEY = "ark_demo"
TERMINAL_SANDBOX_KEY = "sk_test_terminal_demo"
VTPASS_SANDBOX_KEYS = ("vt_api_demo", "vt_public_demo", "vt_secret_demo")
LENDER_SANDBOX_KEYS = ("lk_test_demo", "lender-demo")
IDENTITY_SANDBOX_CLIENTS = {"google": "google-demo", "apple": "apple-demo"}
TELEGRAM_SANDBOX_TOKEN = "1:demo"
TELEGRAM_SANDBOX_SECRET = "demo-secret"


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """A bot. `base_url` ends in `/bot`, as python-telegram-bot wants it."""

    token: str
    secret: str
    base_url: str
    base_file_url: str


class Registry:
    """The outside world of a process: clients made once and shared; `close` ends them."""

    def __init__(self, settings: Settings, timeout_s: float = 5.0) -> None:
        self._settings = settings
        self._timeout_s = timeout_s
        self._payments: dict[tuple[str, Environment], PaymentGateway] = {}
        self._sms: dict[Environment, SmsGateway] = {}
        self._email: dict[Environment, EmailGateway] = {}
        self._delivery: dict[Environment, DeliveryGateway] = {}
        self._bills: dict[tuple[str, Environment], BillGateway] = {}
        self._lenders: dict[Environment, LendingGateway] = {}
        self._bots: dict[Environment, Telegram] = {}
        self._identities: dict[tuple[ProviderName, Environment], IdentityProvider] = {}
        self._files: FileStore | None = None
        self._webhooks: dict[Environment, WebhookPoster] = {}

    def payments(self, provider: str, environment: Environment) -> PaymentGateway:
        """The payment gateway called `provider`, "paystack" or "monnify" (naira alone). Raises `LookupError` without
        its keys: anybody could sign in the name of an empty one.
        """
        known = self._payments.get((provider, environment))
        if known is None:
            known = self._payments[provider, environment] = self._opened_payments(provider, environment)
        return known

    def sms(self, environment: Environment) -> SmsGateway:
        """The gateway that carries text messages, which the settings name."""
        known = self._sms.get(environment)
        if known is None:
            known = self._sms[environment] = self._opened_sms(environment)
        return known

    def email(self, environment: Environment) -> EmailGateway:
        """The server that takes e-mail. Raises `LookupError` where there is none."""
        url = self._smtp(environment)
        if not url:
            raise LookupError(f"no mail server for {environment}")
        known = self._email.get(environment)
        if known is None:
            known = self._email[environment] = Smtp(url, self._settings.email_from, self._timeout_s)
        return known

    def delivery(self, environment: Environment) -> DeliveryGateway:
        """The delivery service. Raises `LookupError` without a key, as `payments` does."""
        url, key = self._terminal(environment)
        if not key:
            raise LookupError(f"terminal africa has no key for {environment}")
        known = self._delivery.get(environment)
        if known is None:
            known = self._delivery[environment] = TerminalAfrica(url, key, self._timeout_s)
        return known

    def bills(self, provider: str, environment: Environment) -> BillGateway:
        """The biller called `provider`, "vtpass" or "africastalking" (airtime alone). Raises `LookupError` without
        its keys.
        """
        known = self._bills.get((provider, environment))
        if known is None:
            known = self._bills[provider, environment] = self._opened_bills(provider, environment)
        return known

    def lender(self, environment: Environment) -> LendingGateway:
        """Who decides about loans and leases. Raises `LookupError` without its keys."""
        if not all(self._lender(environment)):
            raise LookupError(f"no lender for {environment}")
        known = self._lenders.get(environment)
        if known is None:
            known = self._lenders[environment] = Lender(*self._lender(environment), self._timeout_s)
        return known

    def identities(self, provider: ProviderName, environment: Environment) -> IdentityProvider:
        """Who tells who somebody is. Raises `LookupError` where the market has no app at that provider."""
        known = self._identities.get((provider, environment))
        if known is None:
            known = self._identities[provider, environment] = self._opened_identities(provider, environment)
        return known

    def telegram(self, environment: Environment) -> TelegramSettings:
        """The bot of an environment."""
        s = self._settings
        if environment == "live":
            base = s.telegram_url or TELEGRAM_LIVE
            return TelegramSettings(s.telegram_token, s.telegram_secret, f"{base}/bot", f"{base}/file/bot")
        base = f"{s.twins_base_url}/telegram"
        return TelegramSettings(
            TELEGRAM_SANDBOX_TOKEN, TELEGRAM_SANDBOX_SECRET, f"{base}/bot", f"{base}/file/bot"
        )

    def telegram_bot(self, environment: Environment) -> Telegram:
        """The bot's client. Raises `LookupError` without a token."""
        chosen = self.telegram(environment)
        if not chosen.token:
            raise LookupError(f"telegram has no bot for {environment}")
        known = self._bots.get(environment)
        if known is None:
            known = self._bots[environment] = Telegram(chosen.token, chosen.base_url, chosen.base_file_url)
        return known

    def files(self) -> FileStore:
        """Where files lie: one place for both environments, since an address under /assets tells of none."""
        if self._files is None:
            in_folder = self._settings.file_store == "folder"
            self._files = (
                Folder(self._settings.data / "assets") if in_folder else S3(self._bucket(), self._timeout_s)
            )
        return self._files

    def webhooks(self, environment: Environment) -> WebhookPoster:
        """Who posts webhooks to merchants. Only what is tried out may be told this machine, or without TLS."""
        known = self._webhooks.get(environment)
        if known is None:
            trying_out = environment == "test" and self._settings.environment == "development"
            known = self._webhooks[environment] = WebhookPoster(
                anywhere=trying_out, timeout_s=2 * self._timeout_s
            )
        return known

    def accounts(self, environment: Environment) -> dict[str, Account | None]:
        """Every account that an environment may use, by its provider; None where it has no credentials."""
        ways: dict[str, Callable[[], Any]] = {
            "paystack": lambda: self.payments("paystack", environment),
            "monnify": lambda: self.payments("monnify", environment),
            "africastalking": lambda: self.bills("africastalking", environment),
            "vtpass": lambda: self.bills("vtpass", environment),
            "lender": lambda: self.lender(environment),
            "terminal_africa": lambda: self.delivery(environment),
            "telegram": lambda: self.telegram_bot(environment),
            "smtp": lambda: self.email(environment),
        }
        if self._settings.sms_gateway == "arkesel":
            ways["arkesel"] = lambda: self.sms(environment)
        found: dict[str, Account | None] = {}
        for name, way in ways.items():
            try:
                found[name] = way()
            except LookupError:
                found[name] = None
        return found

    async def close(self) -> None:
        for poster in self._webhooks.values():
            await poster.close()
        for gateway in self._payments.values():
            await gateway.close()
        for sms in self._sms.values():
            await sms.close()
        for delivery in self._delivery.values():
            await delivery.close()
        for biller in self._bills.values():
            await biller.close()
        for lender in self._lenders.values():
            await lender.close()
        for issuer in self._identities.values():
            await issuer.close()
        for bot in self._bots.values():
            await bot.close()

    def _opened_sms(self, environment: Environment) -> SmsGateway:
        if self._settings.sms_gateway == "arkesel":
            return Arkesel(*self._arkesel(environment), self._timeout_s)
        return AfricasTalking(*self._africastalking(environment), self._timeout_s)

    def _opened_payments(self, provider: str, environment: Environment) -> PaymentGateway:
        if provider == "paystack" and all(self._paystack(environment)):
            return Paystack(*self._paystack(environment), self._timeout_s)
        if provider == "monnify" and all(self._monnify(environment)):
            return Monnify(*self._monnify(environment), self._timeout_s)
        raise LookupError(f"{provider} has no key for {environment}")

    def _opened_identities(self, provider: ProviderName, environment: Environment) -> IdentityProvider:
        s, issuer = self._settings, {"google": GOOGLE, "apple": APPLE}[provider]
        if environment == "test":
            apps = frozenset({IDENTITY_SANDBOX_CLIENTS[provider]})
            return IdTokens(issuer, apps, self._timeout_s, f"{s.twins_base_url}/{provider}")
        named = client_ids({"google": s.google_client_ids, "apple": s.apple_client_ids}[provider])
        if not named:
            raise LookupError(f"{provider} has no client id for {environment}")
        return IdTokens(issuer, named, self._timeout_s)

    def _monnify(self, environment: Environment) -> tuple[str, str, str, str]:
        s = self._settings
        if environment == "live":
            url = s.monnify_url or MONNIFY_LIVE
            return url, s.monnify_api_key, s.monnify_secret_key, s.monnify_contract_code
        return (f"{s.twins_base_url}/monnify", *MONNIFY_SANDBOX_KEYS)

    def _paystack(self, environment: Environment) -> tuple[str, str]:
        s = self._settings
        if environment == "live":
            return s.paystack_url or PAYSTACK_LIVE, s.paystack_secret_key
        return f"{s.twins_base_url}/paystack", PAYSTACK_SANDBOX_KEY

    def _bucket(self) -> Bucket:
        s = self._settings
        if s.s3_bucket:
            return Bucket(s.s3_url, s.s3_region, s.s3_bucket, s.s3_access_key_id, s.s3_secret_access_key)
        demo = DEMO_S3
        url = f"{s.twins_base_url}/s3"
        return Bucket(url, s.s3_region, demo.bucket, demo.access_key_id, demo.secret_access_key)

    def _smtp(self, environment: Environment) -> str:
        s = self._settings
        if environment == "live":
            return s.smtp_url
        twins = URL(s.twins_base_url)
        return str(URL.build(scheme="smtp", host=twins.host or "", port=s.twins_mail_port))

    def _terminal(self, environment: Environment) -> tuple[str, str]:
        s = self._settings
        if environment == "live":
            return s.terminal_africa_url or TERMINAL_LIVE, s.terminal_africa_secret_key
        return f"{s.twins_base_url}/terminal/v1", TERMINAL_SANDBOX_KEY

    def _lender(self, environment: Environment) -> tuple[str, str, str]:
        s = self._settings
        if environment == "live":
            return s.lender_url, s.lender_api_key, s.lender_webhook_secret
        return (f"{s.twins_base_url}/lender", *LENDER_SANDBOX_KEYS)

    def _opened_bills(self, provider: str, environment: Environment) -> BillGateway:
        if provider == "vtpass" and all(self._vtpass(environment)):
            return VTpass(*self._vtpass(environment), self._timeout_s)
        if provider == "africastalking" and self._africastalking(environment)[2]:
            return AfricasTalkingAirtime(*self._africastalking(environment), self._timeout_s)
        raise LookupError(f"{provider} has no key for bills in {environment}")

    def _vtpass(self, environment: Environment) -> tuple[str, str, str, str]:
        s = self._settings
        if environment == "live":
            url = s.vtpass_url or VTPASS_LIVE
            return url, s.vtpass_api_key, s.vtpass_public_key, s.vtpass_secret_key
        return (f"{s.twins_base_url}/vtpass", *VTPASS_SANDBOX_KEYS)

    def _africastalking(self, environment: Environment) -> tuple[str, str, str]:
        s = self._settings
        if environment == "live":
            return (
                s.africastalking_url or AFRICASTALKING_LIVE,
                s.africastalking_username,
                s.africastalking_api_key,
            )
        return f"{s.twins_base_url}/africastalking", "sandbox", AFRICASTALKING_SANDBOX_KEY

    def _arkesel(self, environment: Environment) -> tuple[str, str]:
        s = self._settings
        if environment == "live":
            return s.arkesel_url or ARKESEL_LIVE, s.arkesel_api_key
        return f"{s.twins_base_url}/arkesel", ARKESEL_SANDBOX_KEY


def twin_settings(settings: Settings) -> TwinSettings:
    """The twins that the sandbox clients of `settings` talk to."""
    return TwinSettings(
        public_url=settings.twins_base_url,
        smtp_address=(settings.host, settings.twins_mail_port),
        hooks_url=settings.base_url,
        hook_secret=settings.hook_secret,
        paystack_secrets={"Makola Demo": PAYSTACK_SANDBOX_KEY},
        monnify_accounts=(MonnifyAccount("Kasuwa Demo", *MONNIFY_SANDBOX_KEYS),),
        africastalking_api_key=AFRICASTALKING_SANDBOX_KEY,
        arkesel_api_key=ARKESEL_SANDBOX_KEY,
        vtpass_api_key=VTPASS_SANDBOX_KEYS[0],
        vtpass_public_key=VTPASS_SANDBOX_KEYS[1],
        vtpass_secret_key=VTPASS_SANDBOX_KEYS[2],
        terminal_secret=TERMINAL_SANDBOX_KEY,
        lender_api_key=LENDER_SANDBOX_KEYS[0],
        lender_webhook_secret=LENDER_SANDBOX_KEYS[1],
        telegram_tokens=(TELEGRAM_SANDBOX_TOKEN,),
        telegram_secret=TELEGRAM_SANDBOX_SECRET,
        data_dir=settings.data,
    )


_registry: Registry | None = None


def use_registry(registry: Registry | None) -> None:
    """The clients of this process from now on."""
    global _registry
    _registry = registry


def registry() -> Registry:
    """The clients of this process."""
    if _registry is None:
        raise RuntimeError("no registry: call use_registry at start")
    return _registry
