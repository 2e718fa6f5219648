"""What all twins share: settings, memory, script, outbox and webhooks."""

import sqlite3
from dataclasses import dataclass

from providers.twins.background import Background
from providers.twins.hooks import Hooks
from providers.twins.outbox import Outbox
from providers.twins.script import Script
from providers.twins.settings import TwinSettings
from providers.twins.store import open_store


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Made once by `open_sandbox` and handed to each twin."""

    settings: TwinSettings
    store: sqlite3.Connection
    script: Script
    background: Background
    hooks: Hooks
    outbox: Outbox


def open_sandbox(settings: TwinSettings) -> Sandbox:
    """A sandbox with what `settings.data_dir` remembers."""
    store, script, background = open_store(settings.data_dir), Script(), Background()
    return Sandbox(settings, store, script, background, Hooks(store, script, background), Outbox(store))
