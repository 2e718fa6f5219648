"""The models' queries and filters are prepared once a process, where Tortoise (1.1) does it at each opening of a database.

They depend on the dialect alone, which is the same for a whole run; a test opens a market of its own, and every process
of Makola only one.
"""

from tortoise.apps import Apps

_prepare = Apps._build_initial_querysets
_done: set[type] = set()


def _prepare_new(apps: Apps) -> None:
    """Where any model is new or the dialect another one, all are prepared."""
    models = {model for named in apps.apps.values() for model in named.values()}
    queries = {model._meta.db.query_class for model in models}
    if models | queries != _done:
        _prepare(apps)
        _done.clear()
        _done.update(models, queries)


def prepare_models_once() -> None:
    """For the rest of the process."""
    Apps._build_initial_querysets = _prepare_new  # type: ignore[method-assign,assignment]
