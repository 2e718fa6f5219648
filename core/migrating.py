"""Migrations in a third of Tortoise's time: models of the past are made where a migration looks at them, and only once.

Before each operation Tortoise (1.1) copies the state of all models and makes classes of them, in case that the operation
asks what there was before; few do. And after each it prepares the queries of all models, though most are as they were.
All these classes are circles, which Python's collector goes through again and again.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from weakref import WeakSet

from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.models import Model

_prepare = StateApps._build_initial_querysets
_prepared: WeakSet[type[Model]] = WeakSet()


class PastState(State):
    """A copy of a state; its classes are made when somebody asks for them."""

    def __init__(self, models: dict[tuple[str, str], ModelState], present: StateApps) -> None:
        self.models = models
        self._present = present

    @cached_property
    def apps(self) -> StateApps:  # type: ignore[override]
        return self._present.clone(model_states=self.models)


def _past(state: State) -> State:
    return PastState({key: model.clone() for key, model in state.models.items()}, state.apps)


def _prepare_new(apps: StateApps) -> None:
    """Prepare the models that were made since; one whose relations changed was made again."""
    if apps._connections._db_config is None:
        return
    everything = apps.apps
    new = {
        label: {name: model for name, model in models.items() if model not in _prepared}
        for label, models in everything.items()
    }
    apps.apps = new
    try:
        _prepare(apps)
    finally:
        apps.apps = everything
    _prepared.update(model for models in new.values() for model in models.values() if model._meta._inited)


@contextmanager
def quick_migrations() -> Iterator[None]:
    """For the migrations that are applied inside."""
    clone, thresholds = State.clone, gc.get_threshold()
    State.clone = _past  # type: ignore[method-assign,assignment]
    StateApps._build_initial_querysets = _prepare_new  # type: ignore[method-assign,assignment]
    gc.set_threshold(100_000, *thresholds[1:])
    try:
        yield
    finally:
        State.clone = clone  # type: ignore[method-assign]
        StateApps._build_initial_querysets = _prepare  # type: ignore[method-assign]
        gc.set_threshold(*thresholds)
