"""Stand-ins for Google's and Apple's identities: they publish keys, and make out ID tokens for whoever a test asks for."""

import secrets
from dataclasses import dataclass, field
from typing import Any, Literal

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core import clock
from providers.id_tokens import APPLE, GOOGLE, Issuer
from providers.twins.pages import respond
from providers.twins.sandbox import Sandbox
from providers.twins.script import Stage

CLIENT_IDS = {"google": "google-demo", "apple": "apple-demo"}
ISSUED_AS = {"google": "https://accounts.google.com", "apple": "https://appleid.apple.com"}


@dataclass(slots=True)
class SigningKey:
    """A key pair by the id that it is published under."""

    kid: str = field(default_factory=lambda: secrets.token_hex(8))
    private: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )

    def published(self) -> dict[str, Any]:
        """As a JWK (RFC 7517)."""
        jwk: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {
            "kty": jwk["kty"],
            "n": jwk["n"],
            "e": jwk["e"],
            "kid": self.kid,
            "use": "sig",
            "alg": "RS256",
        }


class TokenOrder(BaseModel):
    """Who a token is for, and what is wrong with it: `forged` is signed with a key that is published nowhere, under the
    id of one that is; `claims` are added or put in place of others, and taken out where they are null.
    """

    model_config = ConfigDict(extra="forbid")

    provider: Literal["google", "apple"]
    sub: str = Field(min_length=1, max_length=255)
    email: str | None = None
    email_verified: bool | str = True
    given_name: str | None = None
    family_name: str | None = None
    nonce: str | None = None
    expires_in: float = 3600
    forged: bool = False
    claims: dict[str, Any] = Field(default_factory=dict)


class Rotation(BaseModel):
    """A provider whose key is replaced; with `keep` the older one stays published beside the new."""

    model_config = ConfigDict(extra="forbid")

    provider: Literal["google", "apple"]
    keep: bool = False


class Identities:
    """The keys of both providers, made when they are first asked for. The first of each signs."""

    def __init__(self) -> None:
        self._keys: dict[str, list[SigningKey]] = {}

    def keys(self, provider: str) -> list[SigningKey]:
        return self._keys.setdefault(provider, [SigningKey()])

    async def make_out(self, request: web.Request) -> web.Response:
        """An ID token, as an app gets it from the provider."""
        try:
            order = TokenOrder.model_validate_json(await request.read())
        except ValidationError as error:
            return respond({"error": error.errors(include_url=False, include_context=False)}, status=400)
        return respond({"token": self._signed(order)})

    async def rotate(self, request: web.Request) -> web.Response:
        """Sign with a new key from now on."""
        try:
            order = Rotation.model_validate_json(await request.read())
        except ValidationError as error:
            return respond({"error": error.errors(include_url=False, include_context=False)}, status=400)
        kept = self.keys(order.provider) if order.keep else []
        self._keys[order.provider] = [SigningKey(), *kept]
        return respond({"kid": self.keys(order.provider)[0].kid})

    def _signed(self, order: TokenOrder) -> str:
        issued = clock.timestamp()
        given = order.model_dump(
            include={"sub", "email", "given_name", "family_name", "nonce"}, exclude_none=True
        )
        if order.email is not None:
            given["email_verified"] = order.email_verified
        claims = {
            "iss": ISSUED_AS[order.provider],
            "aud": CLIENT_IDS[order.provider],
            "iat": issued,
            "exp": issued + order.expires_in,
            **given,
            **order.claims,
        }
        key = self.keys(order.provider)[0]
        signer = SigningKey(kid=key.kid) if order.forged else key
        stated = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(stated, signer.private, algorithm="RS256", headers={"kid": signer.kid})


def create_issuer(sandbox: Sandbox, identities: Identities, issuer: Issuer) -> web.Application:
    """A provider's published keys, at its own path."""

    async def keys(_: web.Request) -> web.Response:
        return respond({"keys": [each.published() for each in identities.keys(issuer.name)]})

    app = web.Application(
        middlewares=[Stage(sandbox.script, issuer.name, sandbox.settings.hang_s).middleware()]
    )
    app.router.add_get(issuer.keys_path, keys, name="keys")
    return app


ISSUERS = (GOOGLE, APPLE)
