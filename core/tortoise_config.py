"""Tortoise's own command line reads its configuration here."""

from core.db import tortoise_config
from core.settings import Settings

TORTOISE_ORM = tortoise_config(Settings().database, pool=1)
