"""The public keys of an issuer: kept for a while by their id, and asked for anew when a token names another.

PyJWT's own client for them is synchronous, so only its reading of keys is used.
"""

import asyncio
from datetime import datetime, timedelta

import jwt
import structlog

from core.clock import now
from providers.errors import ProviderRefused, ProviderUnknown
from providers.http import Json, ProviderHttp

# So long a key may go on being taken after its issuer has withdrawn it.
LASTS = timedelta(hours=1)
# Anybody can name a key that there isn't: the issuer is asked once a while at most, whatever they name.
NOT_AGAIN_FOR = timedelta(seconds=30)
MOST_KEYS = 16

log = structlog.get_logger(__name__)


class PublishedKeys:
    """The RSA keys for signatures that lie under `path`, by `kid`."""

    def __init__(self, http: ProviderHttp, path: str) -> None:
        self._http, self._path = http, path
        self._keys: dict[str, jwt.PyJWK] = {}
        self._read_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._lock = asyncio.Lock()

    async def key(self, kid: str) -> jwt.PyJWK | None:
        """The key with that id; None where the issuer has none.

        Raises `ProviderRefused` and `ProviderUnknown` where keys are needed and can't be had.
        """
        if self._fresh and kid in self._keys:
            return self._keys[kid]
        async with self._lock:
            if not (self._fresh and kid in self._keys) and self._may_ask:
                await self._read()
        if not self._fresh:
            raise ProviderUnknown("the published keys could not be read a moment ago")
        return self._keys.get(kid)

    @property
    def _fresh(self) -> bool:
        return self._read_at is not None and now() - self._read_at < LASTS

    @property
    def _may_ask(self) -> bool:
        return self._asked_at is None or abs(now() - self._asked_at) >= NOT_AGAIN_FOR

    async def _read(self) -> None:
        self._asked_at = now()
        try:
            self._keys = _signing_keys(await self._http.get("keys", self._path))
            self._read_at = now()
        except (ProviderRefused, ProviderUnknown) as trouble:
            # What is known still serves while it is fresh; a token of a newer key has to come again.
            log.warning("published keys not read", path=self._path, reason=str(trouble))
            if not self._fresh:
                raise


def _signing_keys(body: Json) -> dict[str, jwt.PyJWK]:
    found: dict[str, jwt.PyJWK] = {}
    for each in list(body.get("keys") or ())[:MOST_KEYS]:
        if not isinstance(each, dict) or each.get("kty") != "RSA" or each.get("use", "sig") != "sig":
            continue
        kid = each.get("kid")
        if not isinstance(kid, str):
            continue
        try:
            found[kid] = jwt.PyJWK(each, algorithm="RS256")
        except (jwt.PyJWTError, ValueError, KeyError):
            log.warning("a published key can't be read", kid=kid[:80])
    if not found:
        raise ProviderUnknown("no key is published that can be read")
    return found
