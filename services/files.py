"""Keeping files, reading them and throwing them away; where the store fails that is said in the market's own words."""

import structlog

from core.errors import Unavailable
from providers.errors import ProviderRefused, ProviderUnknown
from providers.registry import registry

log = structlog.get_logger(__name__)


async def store(key: str, content: bytes, mime: str) -> None:
    """Keep a file. Raises `Unavailable`."""
    try:
        await registry().files().put(key, content, mime)
    except (ProviderRefused, ProviderUnknown) as error:
        log.warning("file not kept", error=str(error))
        raise Unavailable("The file can't be kept just now. Please try again in a moment.") from None


async def forget(key: str) -> None:
    """Throw a file away; where the store fails it stays, and a line in the log says so."""
    try:
        await registry().files().delete(key)
    except (ProviderRefused, ProviderUnknown) as error:
        log.warning("file not forgotten", key=key, error=str(error))


async def read(key: str) -> bytes | None:
    """A file, or None where there is none. Raises `Unavailable`."""
    try:
        return await registry().files().get(key)
    except ValueError:
        return None
    except (ProviderRefused, ProviderUnknown) as error:
        log.warning("file not read", error=str(error))
        raise Unavailable from None
