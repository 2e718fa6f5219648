"""Pickup locations (arkifi-rest-api.txt, "Pickup Locations"), for anybody with the platform's key."""

from api.rest.calls import Call
from api.rest.endpoints import Section, Who
from api.rest.fields import Guid, Query, Shape, Text
from core.errors import NotFound
from models import PickupLocation
from services.delivery.locations import NOT_FOUND, active_locations, get_location, location_states
from services.delivery.places import country_name

section = Section("Pickup locations", "/api/PickUpLocation", well_spelt="/api/PickupLocation")
FOUND = "Pickup locations retrieved successfully"


class StatePath(Query):
    state: Text


class LocationPath(Query):
    id: Guid


class Location(Shape):
    store_location_id: Guid
    name: str
    address: str
    state: str
    country: str
    is_active: bool
    business_id: Guid
    platform_id: Guid


@section.get("", FOUND, who=Who.ANYBODY)
async def locations(call: Call) -> list[Location]:
    """Every location where orders can be fetched."""
    return [_location(call, each) for each in await active_locations(call.scope)]


@section.get("/states", "States retrieved successfully", who=Who.ANYBODY)
async def states(call: Call) -> list[str]:
    """The states that have a location."""
    return await location_states(call.scope)


@section.get("/state/{state}", FOUND, who=Who.ANYBODY)
async def locations_of_state(call: Call, path: StatePath) -> list[Location]:
    """The locations of one state, named in any case."""
    return [_location(call, each) for each in await active_locations(call.scope, state=path.state)]


@section.get("/{id}", "Pickup location retrieved successfully", who=Who.ANYBODY, words={NotFound: NOT_FOUND})
async def location(call: Call, path: LocationPath) -> Location:
    """One location."""
    return _location(call, await get_location(call.scope, path.id))


def _location(call: Call, found: PickupLocation) -> Location:
    return Location(
        store_location_id=found.uid,
        name=found.name,
        address=found.address,
        state=found.state,
        country=country_name(found.country),
        is_active=found.active,
        business_id=call.scope.uid,
        platform_id=call.scope.uid,
    )
