"""What the application carries for its handlers."""

import asyncio

from aiohttp import web

from core.resources import Resources
from core.settings import Settings

SETTINGS: web.AppKey[Settings] = web.AppKey("settings", Settings)
LEAVING: web.AppKey[asyncio.Event] = web.AppKey("leaving", asyncio.Event)
RESOURCES: web.AppKey[Resources] = web.AppKey("resources", Resources)
