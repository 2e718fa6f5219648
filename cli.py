"""The `makola` command: serve everything, or one part of it; migrate, seed, chat, import."""

import os
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from core.errors import DomainError
from core.logs import configure_logs
from core.settings import Settings

app = typer.Typer(
    help="Makola: a market you can text.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
screen = Console()

Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[int | None, typer.Option(help="Port of the API.")]
TwinsPort = Annotated[int | None, typer.Option(help="Port of the provider twins.")]
Data = Annotated[Path | None, typer.Option(help="Folder of the embedded database.")]


def read_settings(**chosen: Any) -> Settings:
    """Settings from the environment, with what was chosen on the command line; ends with a sentence if wrong."""
    try:
        settings = Settings(**{key: value for key, value in chosen.items() if value is not None})
    except ValidationError as error:
        for wrong in error.errors():
            name = "_".join(str(part) for part in wrong["loc"]).upper()
            screen.print(f"[red]{name or 'Settings'}[/]: {wrong['msg'].removeprefix('Value error, ')}")
        raise typer.Exit(2) from None
    configure_logs(settings.log_level, settings.log_json)
    return settings


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end on uvloop; Ctrl+C is a way to end and not an error."""
    import uvloop
    from tortoise.exceptions import OperationalError

    try:
        uvloop.run(work)
    except KeyboardInterrupt:
        raise typer.Exit from None
    except DomainError as refusal:
        _end(refusal.message)
    except OperationalError as trouble:
        _end(f"The database is not ready ({trouble}). Has `makola migrate` been run?")
    except OSError as trouble:
        _end(f"{trouble.strerror or trouble}.")


def _end(sentence: str) -> NoReturn:
    screen.print(f"[red]{escape(sentence)}[/]")
    raise typer.Exit(1) from None


@app.command()
def serve(host: Host = None, port: Port = None, twins_port: TwinsPort = None, data: Data = None) -> None:
    """Everything in one process: the APIs (GraphQL, REST), chat, worker and the provider twins, on SQLite unless told otherwise."""
    from processes import serve_everything

    quiet = None if "LOG_LEVEL" in os.environ else "WARNING"
    settings = read_settings(
        host=host, port=port, twins_port=twins_port, data=data, log_level=quiet, log_json=False
    )
    run(serve_everything(settings, screen))


@app.command()
def api(host: Host = None, port: Port = None) -> None:
    """The HTTP server with every door and the bot's webhooks. Run as many as you like."""
    from processes import serve_api

    run(serve_api(read_settings(host=host, port=port)))


@app.command()
def worker() -> None:
    """An arq worker: sends messages, settles payments, bills and parcels, sweeps. Run as many as you like."""
    from processes import serve_worker

    run(serve_worker(read_settings()))


@app.command()
def bot() -> None:
    """Poll Telegram, where there is no public address for its webhook."""
    from bot.channels.telegram.polling import run_polling

    run(run_polling(read_settings()))


@app.command()
def twins(host: Host = None, twins_port: TwinsPort = None, data: Data = None) -> None:
    """The provider twins: real servers that speak the providers' wire formats, for trying and testing."""
    from processes import serve_twins

    run(serve_twins(read_settings(host=host, twins_port=twins_port, data=data)))


@app.command()
def migrate() -> None:
    """Bring the database's schema up to date."""
    from core.db import migrate as bring_up_to_date

    settings = read_settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    run(bring_up_to_date(settings.database, settings.database_pooler))
    screen.print("The schema is up to date.")


@app.command()
def seed() -> None:
    """Make the demo market, where it isn't there yet (test environment only)."""
    from processes import seed_market

    run(seed_market(read_settings(), screen))


@app.command()
def chat(
    phone: Annotated[str, typer.Option(help="The number you play.")] = "+233241234567",
    url: Annotated[str, typer.Option(help="Where the API answers.")] = "",
    channel: Annotated[
        str, typer.Option(help="ussd, sms or telegram; the last two by way of the twins.")
    ] = "ussd",
    repro: Annotated[bool, typer.Option(help="Print a transcript that can be played as a test.")] = False,
) -> None:
    """Chat with the market in this terminal, as if from a phone."""
    from bot.channels.terminal import LINES, chat_in_terminal

    if channel not in LINES:
        raise typer.BadParameter(f"choose one of {', '.join(LINES)}", param_hint="--channel")
    settings = read_settings()
    twins = settings.twins_base_url
    run(chat_in_terminal(url or settings.base_url, twins, phone, screen, channel=channel, repro=repro))


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For machines: a list of findings.")] = False,
) -> None:
    """Look the market over: settings, database, Redis, providers, files, workers, ledger; and say what to do."""
    from operating import look_over

    configure_logs("ERROR")
    well: list[bool] = []

    async def work() -> None:
        well.append(await look_over(screen, as_json))

    run(work())
    raise typer.Exit(0 if well[0] else 1)


@app.command("recover")
def recover(
    since: Annotated[
        datetime,
        typer.Option(help="When the backup was taken, UTC, 2026-11-26T03:00:00; rather a minute too early."),
    ],
    live: Annotated[bool, typer.Option(help="The live environment.")] = False,
    statement: Annotated[
        Path | None,
        typer.Option(help="A CSV of what providers moved that list nothing.", exists=True, dir_okay=False),
    ] = None,
    nothing_at: Annotated[
        list[str] | None,
        typer.Option(help="A gateway that lists nothing and has moved nothing since, by its own dashboard."),
    ] = None,
    send_back: Annotated[bool, typer.Option(help="Send back what was taken for what is lost.")] = False,
) -> None:
    """After a restore: ask providers what happened since the backup, and book it once. Repeat until nothing is left."""
    from operating import recover_market

    settings = read_settings()
    told = statement.read_text() if statement else ""

    async def work() -> None:
        at = since if since.tzinfo else since.replace(tzinfo=UTC)
        if not await recover_market(
            settings,
            screen,
            at,
            live,
            statement=told,
            nothing_at=nothing_at or [],
            send_back=send_back,
        ):
            raise typer.Exit(1)

    run(work())


@app.command("rotate-secrets")
def rotate_secrets() -> None:
    """After a change of SECRET_KEY: make what is kept by a key of SECRET_KEY_FORMER anew. Can be broken off and repeated."""
    from operating import make_anew

    settings = read_settings()

    async def work() -> None:
        if not await make_anew(settings, screen):
            raise typer.Exit(1)

    run(work())


@app.command("add-staff")
def add_staff(
    email: Annotated[str, typer.Argument(help="What they sign in with.")],
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="They must change it.")
    ],
    role: Annotated[str, typer.Option(help="owner, catalogue, desk, finance or support.")] = "owner",
    platform: Annotated[str, typer.Option(help="Code of the platform.")] = "demo",
    live: Annotated[bool, typer.Option(help="In the live environment.")] = False,
) -> None:
    """Let somebody work at the desk: the first of a shop; the others an owner takes on there."""
    from processes import add_to_staff

    settings = read_settings()
    run(add_to_staff(settings, email, password, role, platform, "live" if live else "test"))
    screen.print(
        f"{escape(email)} can sign in at {settings.base_url}/admin-api, and changes the password first."
    )


@app.command("import-products")
def import_products(
    file: Annotated[
        Path, typer.Argument(help="A CSV in the format of demo/products.csv.", exists=True, dir_okay=False)
    ],
    platform: Annotated[str, typer.Option(help="Code of the platform.")] = "demo",
    dry_run: Annotated[bool, typer.Option(help="Check everything, write nothing.")] = False,
    live: Annotated[bool, typer.Option(help="Into the live environment.")] = False,
) -> None:
    """Import products from a CSV: all of them, or none and a list of what is wrong."""
    from processes import import_file

    settings = read_settings()

    async def work() -> None:
        if not await import_file(settings, file, platform, "live" if live else "test", dry_run, screen):
            raise typer.Exit(1)

    run(work())


if __name__ == "__main__":
    app()
