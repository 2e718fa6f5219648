"""The doctor finds what is broken, each thing by itself, and says what to do about it."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from core import clock
from core.db import dialect, execute
from core.resources import connect_redis
from core.settings import Settings
from providers.registry import Registry
from providers.twins.app import create_twins
from services.doctor import Finding
from services.doctor.database import (
    judged_skew,
    look_at_database_clock,
    look_at_extensions,
    look_at_pool,
    look_at_schema,
    look_at_server,
)
from services.doctor.examining import CHECKS
from services.doctor.findings import Case
from services.doctor.machine import look_at_disk, look_at_settings
from services.doctor.market import look_at_book, look_at_shops, look_at_waiting_work, look_at_workers
from services.doctor.outside import look_at_files, look_at_providers, look_at_redis, look_at_redis_clock
from services.ledger import post, shared_account
from tests.conftest import quick_twins
from tests.ports import unused_port
from tests.races.workers import environment_of


def a_case(settings: Settings, **changes: Any) -> Case:
    changed = settings.model_copy(update=changes)
    return Case(changed, Registry(changed, 5.0), connect_redis(changed))


def only(findings: list[Finding]) -> tuple[str, str]:
    assert len(findings) == 1, findings
    return findings[0].verdict, findings[0].found


async def told(settings: Settings, **environment: str) -> tuple[int, dict[str, dict[str, str]]]:
    """The real command's exit status, and its findings by what they are about."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli", "doctor", "--json",
        env=environment_of(settings) | environment, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode or 0, {f"{each['check']}: {each['about']}": each for each in orjson.loads(said)}


async def test_a_market_that_is_well_is_told_so(world):
    async with world.http.get("/readyz") as answer:
        assert answer.status == 200
    status, found = await told(world.settings)
    assert [
        each for each in found.values() if each["verdict"] == "wrong" and each["check"] != "workers"
    ] == []
    assert {each["check"] for each in found.values()} == {check.name for check in CHECKS}
    assert found["providers: paystack, test"]["verdict"] == "fine"
    assert found["ledger: "]["verdict"] == "fine"
    # No worker runs in this test: on Redis that is wrong, embedded there is none to look for.
    assert status == (1 if world.settings.redis_url else 0)


async def test_without_a_database_everything_else_is_still_looked_at(settings):
    status, found = await told(settings, DATABASE_URL=f"postgres://nobody@127.0.0.1:{unused_port()}/none")
    assert status == 1
    assert found["database: "]["verdict"] == "wrong" and "DATABASE_URL" in found["database: "]["remedy"]
    assert found["ledger: "]["verdict"] == "skipped"
    assert found["files: "]["verdict"] == "fine"


async def test_settings_that_production_refuses_are_named(settings):
    status, found = await told(settings, ENVIRONMENT="production", SECRET_KEY="x" * 40)
    assert status == 1
    (finding,) = found.values()
    assert finding["check"] == "settings" and "SECRET_KEY" in finding["found"]


async def test_settings_that_cant_be_read_are_named(settings):
    _, found = await told(settings, DATABASE_POOL="many")
    assert list(found) == ["settings: DATABASE_POOL"]


async def test_on_a_server_development_is_a_warning(market):
    case = a_case(market, database_url="postgres://db/makola", twins_url="")
    (finding,) = await look_at_settings(case)
    assert finding.verdict == "warning" and "HOOK_SECRET" in finding.found


async def test_a_full_disk_and_a_missing_folder_are_found(market, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: _Usage(100, 99, 1))
    assert only(await look_at_disk(a_case(market)))[0] == "wrong"
    monkeypatch.setattr("shutil.disk_usage", lambda _: _Usage(2**40, 2**40 - 2**30, 2**30))
    assert only(await look_at_disk(a_case(market)))[0] == "warning"
    monkeypatch.undo()
    assert only(await look_at_disk(a_case(market, data=Path("/nowhere/at/all"))))[0] == "wrong"


class _Usage:
    def __init__(self, total: int, used: int, free: int) -> None:
        self.total, self.used, self.free = total, used, free


async def test_a_migration_that_was_not_applied_is_named(market):
    assert only(await look_at_schema(a_case(market)))[0] == "fine"
    await execute("DELETE FROM tortoise_migrations WHERE name LIKE '0002%'")
    verdict, found = only(await look_at_schema(a_case(market)))
    assert verdict == "wrong" and "0002_constraints" in found


async def test_a_schema_that_is_newer_than_the_program_is_a_warning(market):
    await execute(
        "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('models', '9999_later', $1)",
        clock.now(),
    )
    assert only(await look_at_schema(a_case(market)))[0] == "warning"


@pytest.mark.parametrize(
    ("ahead_s", "verdict"),
    [(0.2, "fine"), (-0.2, "fine"), (1.5, "warning"), (-5.0, "wrong"), (60.0, "wrong")],
)
def test_clocks_that_differ_by_more_than_leases_bear_are_wrong(ahead_s, verdict):
    assert judged_skew(ahead_s, "the database's").verdict == verdict


async def test_a_database_is_asked_for_its_time_and_its_extension(market):
    if dialect() == "sqlite":
        assert only(await look_at_database_clock(a_case(market)))[0] == "skipped"
        return
    assert only(await look_at_database_clock(a_case(market)))[0] == "fine"
    clock.travel(timedelta(seconds=30))
    assert only(await look_at_database_clock(a_case(market)))[0] == "wrong"
    assert only(await look_at_extensions(a_case(market)))[0] == "fine"


async def test_a_server_whose_commits_may_be_lost_is_a_warning(market):
    found = {each.about: each.verdict for each in await look_at_server(a_case(market))}
    # The tests' own databases are like that, for speed.
    assert found == {"": "fine"} | ({"durability": "warning"} if dialect() == "postgres" else {})


async def test_a_pool_that_is_too_large_and_a_pooler_that_isnt_there_are_warnings(market):
    if dialect() == "sqlite":
        assert only(await look_at_pool(a_case(market)))[0] == "skipped"
        return
    found = {each.about: each.verdict for each in await look_at_pool(a_case(market))}
    assert found["connections"] == found["pooler"] == "fine"
    if market.database_pooler != "none":
        return
    case = a_case(market, database_pool=10_000, database_pooler="pgbouncer")
    found = {each.about: each.verdict for each in await look_at_pool(case)}
    assert found == {"connections": "warning", "pooler": "warning"}


async def test_a_redis_that_is_away_is_wrong_and_hides_nothing_else(market):
    case = a_case(market, redis_url=f"redis://127.0.0.1:{unused_port()}/0")
    assert only(await look_at_redis(case))[0] == "wrong"
    assert only(await look_at_redis_clock(case))[0] == "skipped"
    assert only(await look_at_workers(case))[0] == "skipped"


async def test_providers_that_are_away_or_know_no_such_key_are_told_apart(market):
    alone = a_case(market)
    away = {each.about: each for each in await look_at_providers(alone)}
    await alone.registry.close()
    assert {each.verdict for each in away.values()} == {"wrong"}
    assert "makola twins" in away["paystack, test"].remedy
    runner = web.AppRunner(create_twins(quick_twins(market)), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, market.host, market.twins_port).start()
    twins = market.twins_base_url
    try:
        case = a_case(
            market,
            sms_gateway="arkesel",
            paystack_secret_key="sk_live_wrong",
            paystack_url=f"{twins}/paystack",
            arkesel_api_key="wrong",
            arkesel_url=f"{twins}/arkesel",
            terminal_africa_secret_key="wrong",
            terminal_africa_url=f"{twins}/terminal/v1",
            monnify_api_key="wrong",
            monnify_secret_key="wrong",
            monnify_contract_code="wrong",
            monnify_url=f"{twins}/monnify",
            africastalking_username="somebody",
            africastalking_api_key="wrong",
            africastalking_url=f"{twins}/africastalking",
            vtpass_api_key="wrong",
            vtpass_public_key="wrong",
            vtpass_secret_key="wrong",
            vtpass_url=f"{twins}/vtpass",
            lender_api_key="wrong",
            lender_webhook_secret="wrong",
            lender_url=f"{twins}/lender",
            telegram_token="9:wrong",
            telegram_url=f"{twins}/telegram",
        )
        found = {each.about: each for each in await look_at_providers(case)}
        await case.registry.close()
    finally:
        await runner.cleanup()
    right = {name for name, each in found.items() if each.verdict == "fine"}
    wrong = {name for name, each in found.items() if "Correct its keys" in each.remedy}
    names = (
        "paystack",
        "monnify",
        "africastalking",
        "arkesel",
        "vtpass",
        "lender",
        "terminal_africa",
        "telegram",
    )
    assert right == {f"{name}, test" for name in (*names, "smtp")}
    assert wrong == {f"{name}, live" for name in names}


async def test_production_without_its_gateway_is_wrong_and_without_an_extra_is_not(market):
    case = a_case(market, environment="production")
    found = {each.about: each.verdict for each in await look_at_providers(case)}
    await case.registry.close()
    assert found["paystack, live"] == "wrong"
    assert found["vtpass, live"] == "skipped"


async def test_a_folder_that_cant_be_written_is_wrong(market, tmp_path):
    (tmp_path / "taken").write_text("no folder")
    assert only(await look_at_files(a_case(market, data=tmp_path)))[0] == "fine"
    assert only(await look_at_files(a_case(market, data=tmp_path / "taken")))[0] == "wrong"


async def test_a_shop_that_isnt_there_and_one_that_sells_for_nothing_are_wrong(market):
    assert only(await look_at_shops(a_case(market)))[0] == "fine"
    assert only(await look_at_shops(a_case(market, default_platform="nowhere")))[0] == "wrong"
    await execute("UPDATE payment_method SET environment = 'live' WHERE kind = 'immediate'")
    await execute(
        "UPDATE payment_method SET environment = 'live', kind = 'immediate' WHERE code = 'pay-online' "
        "AND platform_id = (SELECT id FROM platform WHERE code = 'demo')"
    )
    assert only(await look_at_shops(a_case(market, default_environment="live")))[0] == "wrong"


async def test_work_that_nobody_takes_is_wrong(market):
    assert only(await look_at_waiting_work(a_case(market)))[0] == "fine"
    at = clock.now() - timedelta(minutes=5)
    await execute(
        "INSERT INTO external_event (provider, event_id, kind, reference, body, received_at, next_attempt_at, attempts) "
        "VALUES ('paystack', 'e1', 'charge', '', '{}', $1, $1, 0)",
        at,
    )
    (finding,) = await look_at_waiting_work(a_case(market))
    assert (finding.verdict, finding.about) == ("wrong", "external_event")
    assert finding.found.startswith("1 due, the oldest for 30")


async def test_a_book_that_doesnt_add_up_is_wrong(market, demo):
    sides = [
        (await shared_account(demo, "suspense", "suspense"), 500),
        (await shared_account(demo, "sales", "sales"), -500),
    ]
    await post(demo, key="one", kind="test", narrative="A balanced entry", sides=sides)
    assert only(await look_at_book(a_case(market)))[0] == "fine"
    await execute("UPDATE posting SET amount_minor = amount_minor + 1 WHERE amount_minor = 500")
    (finding,) = await look_at_book(a_case(market))
    assert finding.verdict == "wrong" and "off by 1" in finding.found
