"""Opening the market: what every process needs before it can call a service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core import limits
from core.languages import read_catalogues
from core.resources import Resources, open_resources
from core.settings import Settings
from providers.registry import Registry, use_registry
from services.accounts.native import use_passwords
from services.accounts.trust import use_silence
from services.deposits.links import use_address
from services.outgoing.forgetting import use_keeping
from services.secrets import use_key
from services.storefront import use_storefront


@asynccontextmanager
async def open_market(settings: Settings, *, provider_timeout_s: float = 5.0) -> AsyncIterator[Resources]:
    """Database, Redis, signing key, address and provider clients, for the life of a process. The schema must be there."""
    read_catalogues()
    use_key(settings.secret_key, *settings.former_keys)
    use_silence(settings.number_silent_days)
    use_address(settings.base_url)
    use_storefront(settings.storefront_url)
    use_passwords(settings.email_accounts)
    use_keeping(settings.webhook_events_kept_days)
    registry = Registry(settings, provider_timeout_s)
    use_registry(registry)
    try:
        async with open_resources(settings) as resources:
            limits.use_redis(resources.redis)
            yield resources
    finally:
        limits.use_redis(None)
        use_registry(None)
        await registry.close()
