"""How often one client address may call: a limit for the calls that cost work before anybody has proven anything."""

from aiohttp import web

from api.peers import peer_of
from api.rest.endpoints import Endpoint
from core.limits import count_try
from services.tenants import Scope

WITHIN_S = 900


async def count_call(endpoint: Endpoint, scope: Scope, request: web.Request) -> None:
    """Raises `TooManyTries` past the endpoint's `most_per_address` in fifteen minutes."""
    if endpoint.most_per_address and (peer := peer_of(request)):
        what = f"address:{scope.platform_id}:{scope.environment}:{endpoint.name}:{peer}"
        await count_try(what, most=endpoint.most_per_address, within_s=WITHIN_S)
