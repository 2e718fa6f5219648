"""The processes that `makola` starts: the rooms put together, each alone or all in one."""

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.app import create_app
from api.health import add_health
from core.db import migrate
from core.keys import LEAVING, RESOURCES
from core.memory import keep_what_is_loaded
from core.metrics import watch_lag
from core.resources import Resources
from core.settings import Settings
from core.tracing import traced
from providers.registry import twin_settings
from providers.twins.app import create_twins
from services.importing import import_products, store_pictures
from services.market import open_market
from services.measuring import measure_forever
from services.seeding import seed_demo
from services.staff.people import add_first
from services.tenants import Environment, scope_by_code
from workers.settings import run_worker

# For requests that are being answered when nobody is let in any more.
SHUTDOWN_S = 10.0


async def serve_api(settings: Settings) -> None:
    """The HTTP application alone, until stopped."""
    app = await create_app(settings)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(traced(settings, "makola-api"))
        await stack.enter_async_context(listening(app, settings.host, settings.port))
        await stack.enter_async_context(probed(settings, app[RESOURCES]))
        await stack.enter_async_context(beside(watch_lag()))
        await until_stopped()
        # Whoever sends people here learns it first, and stops before nobody listens.
        app[LEAVING].set()
        await asyncio.sleep(settings.leave_after_s)


async def serve_twins(settings: Settings) -> None:
    """The provider twins alone, until stopped."""
    settings.data.mkdir(parents=True, exist_ok=True)
    async with listening(create_twins(twin_settings(settings)), settings.host, settings.twins_port):
        await until_stopped()


async def serve_worker(settings: Settings) -> None:
    """An arq worker alone, until stopped; what it has claimed it finishes first."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(traced(settings, "makola-worker"))
        resources = await stack.enter_async_context(open_market(settings))
        keep_what_is_loaded()
        await stack.enter_async_context(probed(settings, resources))
        if settings.metrics_port:
            await stack.enter_async_context(beside(measure_forever(resources.redis)))
        await stack.enter_async_context(beside(watch_lag()))
        work = await stack.enter_async_context(beside(run_worker(settings, resources.redis)))
        await until_stopped(work)


async def serve_everything(settings: Settings, screen: Console) -> None:
    """Migrate, seed, and serve API, worker and twins from this one process."""
    settings.data.mkdir(parents=True, exist_ok=True)
    await migrate(settings.database, settings.database_pooler)
    await seed_market(settings, screen)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(traced(settings, "makola"))
        twins = create_twins(twin_settings(settings))
        await stack.enter_async_context(listening(twins, settings.host, settings.twins_port))
        app = await create_app(settings)
        await stack.enter_async_context(listening(app, settings.host, settings.port))
        await stack.enter_async_context(beside(watch_lag()))
        await stack.enter_async_context(beside(measure_forever(app[RESOURCES].redis)))
        work = await stack.enter_async_context(beside(run_worker(settings, app[RESOURCES].redis)))
        where_to_go(settings, screen)
        await until_stopped(work)


async def seed_market(settings: Settings, screen: Console) -> None:
    """Make the demo market where it isn't there yet, with a progress bar."""
    async with open_market(settings):
        with progress(screen) as bar:
            task = bar.add_task("Demo market", total=None)
            await seed_demo(settings, lambda done, total: bar.update(task, completed=done, total=total))
    screen.print("The demo market is there.")


async def import_file(
    settings: Settings, file: Path, platform: str, environment: Environment, dry_run: bool, screen: Console
) -> bool:
    """Import a CSV and print the report; whether every row was good."""
    async with open_market(settings):
        scope = await scope_by_code(platform, environment)
        with progress(screen) as bar:
            task = bar.add_task("Checking" if dry_run else "Importing", total=None)
            report = await import_products(
                scope, file, dry_run=dry_run, progress=lambda n, of: bar.update(task, completed=n, total=of)
            )
        if not (report.rejected or dry_run):
            await store_pictures(report.pictures, file.parent / "pictures")
    if report.rejected:
        table = Table(
            "Line", "Column", "Why", title=f"{len(report.rejected)} rows rejected, nothing imported"
        )
        for row in report.rejected:
            table.add_row(str(row.line), row.field, row.why)
        screen.print(table)
        return False
    did = "Would import" if dry_run else "Imported"
    screen.print(
        f"{did} {report.products_created} new products and {report.variants_created} new variants; "
        f"{report.products_updated} products and {report.variants_updated} variants changed."
    )
    return True


async def add_to_staff(
    settings: Settings, email: str, password: str, role: str, platform: str, environment: Environment
) -> None:
    """Let somebody work at the desk of a platform. Raises `NotFound`, `InvalidInput`, `AlreadyRegistered`."""
    async with open_market(settings):
        await add_first(await scope_by_code(platform, environment), email, password, role)


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int) -> AsyncIterator[None]:
    """Serve `app` on an address; requests under way are finished before it ends."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, backlog=1024).start()
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def probed(settings: Settings, resources: Resources) -> AsyncIterator[None]:
    """Tell on a port of its own how this process is, where the settings name one."""
    if not settings.metrics_port:
        yield
        return
    app = web.Application()
    app[RESOURCES] = resources
    add_health(app)
    async with listening(app, settings.host, settings.metrics_port):
        yield


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, None]) -> AsyncIterator["asyncio.Task[None]"]:
    """Run `work` in the background; it is cancelled and awaited at the end."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until_stopped(*work: "asyncio.Task[None]") -> None:
    """Wait for Ctrl+C or a termination signal. Raises what `work` fails with, rather than go on without it."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait((stopped, *work), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    for task in work:
        if task.done():
            task.result()


def progress(screen: Console) -> Progress:
    """A progress bar that is gone when the work is done."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=screen, transient=True)


def where_to_go(settings: Settings, screen: Console) -> None:
    """The last lines of `makola serve`."""
    here, twins = settings.base_url, settings.twins_base_url
    table = Table(show_header=False, box=None, padding=(0, 2))
    for what, where in (
        ("The web phone", f"{here}/try"),
        ("The portal of staff and sellers", f"{here}/admin"),
        ("Shop API (GraphQL)", f"{here}/shop-api"),
        ("Admin API (GraphQL)", f"{here}/admin-api"),
        ("REST API", f"{here}/docs/rest"),
        ("Downpay API (GraphQL)", f"{here}/downpay/graphql"),
        ("X-Order API (GraphQL)", f"{here}/xorder/graphql"),
        ("Financing API (GraphQL)", f"{here}/financing/graphql"),
        ("Outbox (SMS, e-mail)", f"{twins}/outbox?to=+233241234567"),
        ("Provider twins", f"{twins}/"),
        ("Chat in the terminal", f"makola chat --url {here}"),
    ):
        table.add_row(f"[bold]{what}[/]", where)
    screen.print("[bold green]Makola is open.[/] Ctrl+C closes it.")
    screen.print(table)
