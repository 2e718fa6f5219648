"""What the application carries for its handlers."""

from aiohttp import web

from core.resources import Resources
from core.settings import Settings

SETTINGS: web.AppKey[Settings] = web.AppKey("settings", Settings)
RESOURCES: web.AppKey[Resources] = web.AppKey("resources", Resources)
