"""ID tokens of OpenID Connect: RS256, checked against the keys that their issuer publishes."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core import clock
from providers.errors import ProviderRefused
from providers.http import ProviderHttp
from providers.identities import Identity, ProviderName
from providers.published_keys import PublishedKeys

LONGEST_TOKEN = 8192
# Seconds by which two machines' clocks may differ.
LEEWAY_S = 60


@dataclass(frozen=True, slots=True)
class Issuer:
    """Facts of a provider. `keys_path` is where its JWK set (RFC 7517) lies, below `base_url`."""

    name: ProviderName
    base_url: str
    keys_path: str
    issuers: frozenset[str]


# Source: developers.google.com/identity/openid-connect/openid-connect ("Validating an ID token": both spellings of the
# issuer are in use; the `jwks_uri` of accounts.google.com/.well-known/openid-configuration).
GOOGLE = Issuer(
    "google",
    "https://www.googleapis.com",
    "/oauth2/v3/certs",
    frozenset({"https://accounts.google.com", "accounts.google.com"}),
)
# Source: developer.apple.com/documentation/signinwithapple ("Fetch Apple's public key for verifying token signature",
# "Verifying a user").
APPLE = Issuer("apple", "https://appleid.apple.com", "/auth/keys", frozenset({"https://appleid.apple.com"}))


class Claims(BaseModel):
    """What is read of a token, by OpenID Connect Core 1.0, section 2 and 5.1.

    Apple says `email_verified` also as text, and gives no name: an app gets that once, and passes it on.
    """

    model_config = ConfigDict(extra="ignore")

    iss: str
    sub: str = Field(min_length=1, max_length=255)
    aud: str | list[str]
    exp: float = Field(allow_inf_nan=False)
    nbf: float | None = Field(None, allow_inf_nan=False)
    nonce: str | None = None
    email: str = Field("", max_length=255)
    email_verified: bool = False
    given_name: str = Field("", max_length=200)
    family_name: str = Field("", max_length=200)


class IdTokens:
    """The ID tokens that an issuer makes out for the apps with these client ids."""

    def __init__(
        self, issuer: Issuer, client_ids: frozenset[str], timeout_s: float = 5.0, base_url: str = ""
    ) -> None:
        self._issuer, self._client_ids = issuer, client_ids
        self._http = ProviderHttp(issuer.name, base_url or issuer.base_url, {}, timeout_s)
        self._keys = PublishedKeys(self._http, issuer.keys_path)

    async def identify(self, token: str, nonce: str | None = None) -> Identity:
        """See `IdentityProvider.identify`."""
        claims = await self._claims(token)
        audiences = {claims.aud} if isinstance(claims.aud, str) else set(claims.aud)
        now = clock.now().timestamp()
        if (
            claims.iss not in self._issuer.issuers
            or not audiences & self._client_ids
            or claims.exp + LEEWAY_S <= now
            or (claims.nbf is not None and claims.nbf - LEEWAY_S > now)
            or (nonce is not None and not _carries(claims.nonce, nonce))
        ):
            raise _invalid()
        return Identity(
            self._issuer.name,
            claims.sub,
            claims.email.strip().lower(),
            bool(claims.email) and claims.email_verified,
            claims.given_name,
            claims.family_name,
        )

    async def close(self) -> None:
        await self._http.close()

    async def _claims(self, token: str) -> Claims:
        """What a token says that its issuer has signed. Its times are judged by the house's clock, not by PyJWT's."""
        if len(token) > LONGEST_TOKEN:
            raise _invalid()
        try:
            header: Mapping[str, Any] = jwt.get_unverified_header(token)
            kid = header.get("kid")
            if header.get("alg") != "RS256" or not isinstance(kid, str):
                raise _invalid()
            key = await self._keys.key(kid)
            if key is None:
                raise _invalid()
            said = jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                options={
                    "require": ["iss", "sub", "aud", "exp"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                    "verify_aud": False,
                },
            )
            return Claims.model_validate(said)
        except (jwt.PyJWTError, ValidationError, ValueError) as error:
            raise _invalid() from error


def _carries(carried: str | None, nonce: str) -> bool:
    """Whether a token carries the app's nonce: as it is, or as its SHA-256, which is what apps give to Apple."""
    told = (carried or "").encode()
    hashed = hashlib.sha256(nonce.encode()).hexdigest()
    return any(hmac.compare_digest(told, each.encode()) for each in (nonce, hashed))


def _invalid() -> ProviderRefused:
    return ProviderRefused("invalid_token", "that token is not valid")
