"""What is plotted and watched is counted, what is counted is explained, and a market at work shows up in the figures."""

import asyncio
import json
import re
import time
from pathlib import Path

import pytest
import yaml
from aiohttp import ClientSession
from prometheus_client import REGISTRY, generate_latest

from core.clock import now
from core.db import execute
from core.keys import RESOURCES
from core.metrics import LAG_EVERY_S, watch_lag
from providers.registry import registry
from services.ledger import post, shared_account
from services.measuring import count_waiting, sum_money_between
from services.tenants import scope_by_code
from tests.conftest import World
from tests.ports import unused_port
from tests.races.workers import wait_for, worker

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"\b(?:makola|process)_[a-z_]+\b")
DASHBOARD = json.loads((ROOT / "ops/grafana/makola.json").read_text())
ALERTS = yaml.safe_load((ROOT / "ops/prometheus/alerts.yml").read_text())


def families() -> set[str]:
    """The names under which our metrics are declared."""
    found = {f"{each.name}_total" if each.type == "counter" else each.name for each in REGISTRY.collect()}
    return {name for name in found if name.startswith("makola_")}


def series() -> set[str]:
    """Every name that can be asked for."""
    kinds = {
        "histogram": ("_bucket", "_count", "_sum"),
        "counter": ("_total",),
        "gauge": ("",),
        "info": ("",),
    }
    return {each.name + ending for each in REGISTRY.collect() for ending in kinds.get(each.type, ("",))}


def plotted() -> list[str]:
    return [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]


def watched() -> list[str]:
    return [rule["expr"] for group in ALERTS["groups"] for rule in group["rules"]]


@pytest.mark.parametrize("expression", [*plotted(), *watched()])
def test_what_is_plotted_or_watched_is_counted(expression):
    named = set(NAMED.findall(expression))
    assert named and named <= series()


def test_everything_that_is_counted_is_plotted_and_explained():
    text = (ROOT / "docs/operations.md").read_text()
    explained = set(re.findall(r"^\| `(makola_[a-z_]+)`", text, re.MULTILINE))
    assert explained == families()
    shown = set(NAMED.findall(" ".join(plotted())))
    assert {name for name in families() if not any(each.startswith(name) for each in shown)} == set()


def test_every_alert_says_what_to_do_and_is_explained():
    text = (ROOT / "docs/operations.md").read_text()
    for group in ALERTS["groups"]:
        for rule in group["rules"]:
            assert rule["labels"]["severity"] in ("page", "ticket")
            assert rule["annotations"]["summary"] and rule["annotations"]["action"]
            assert f"`{rule['alert']}`" in text


def test_panels_have_ids_and_places_of_their_own():
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len({(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}) == len(panels)


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_a_request_is_counted_under_its_route_and_never_under_what_was_asked_for(world: World):
    before = value("makola_request_seconds_count", door="/healthz", method="GET", status="200")
    unknown = value("makola_request_seconds_count", door="unknown", method="GET", status="404")
    await world.http.get("/healthz")
    for number in range(5):
        await world.http.get(f"/nothing/here/{number}")
    assert value("makola_request_seconds_count", door="/healthz", method="GET", status="200") == before + 1
    assert b"/nothing/here" not in generate_latest()
    assert value("makola_request_seconds_count", door="unknown", method="GET", status="404") == unknown + 5


async def test_a_text_is_counted_as_a_turn_a_job_and_a_call(world: World):
    names = {
        "makola_chat_turn_seconds_count": {"channel": "sms"},
        "makola_jobs_total": {"job": "work_inbound", "outcome": "done"},
        "makola_job_seconds_count": {"job": "send_message"},
        "makola_provider_calls_total": {"provider": "africastalking", "call": "send_sms", "outcome": "ok"},
        "makola_provider_call_seconds_count": {"provider": "africastalking", "call": "send_sms"},
    }
    before = {name: value(name, **labels) for name, labels in names.items()}
    form = {"id": "m1", "from": "+233241234567", "to": "2040", "text": "help", "date": "2026-11-26 10:00:00"}
    async with world.http.post(
        f"/channels/sms/africastalking/{world.settings.hook_secret}", data=form
    ) as answer:
        assert answer.status == 200
    await world.drain()
    after = {name: value(name, **labels) for name, labels in names.items()}
    assert [name for name in names if after[name] <= before[name]] == []


async def test_telegram_is_counted_by_the_method_that_was_called(world: World):
    labels = {"provider": "telegram", "call": "sendMessage", "outcome": "refused"}
    before = value("makola_provider_calls_total", **labels)
    await world.twin("/control/fail", provider="telegram", call="sendMessage", mode="decline", code=403)
    with pytest.raises(Exception, match=r"."):
        await registry().telegram_bot("test").send(to="77", text="Hello")
    assert value("makola_provider_calls_total", **labels) == before + 1
    assert b"1:demo" not in generate_latest()


async def test_what_waits_and_what_stands_between_is_measured(world: World):
    app = world.http.app
    assert app is not None
    demo = await scope_by_code("demo", "test")
    at = now()
    await execute(
        "INSERT INTO external_event (provider, event_id, kind, reference, body, received_at, next_attempt_at, attempts) "
        "VALUES ('paystack', 'e1', 'charge', '', '{}', $1, $1, 0)",
        at,
    )
    sides = [
        (await shared_account(demo, "suspense", "suspense"), 700),
        (await shared_account(demo, "bill_losses", "expense"), -700),
    ]
    await post(demo, key="one", kind="test", narrative="Under way", sides=sides)
    await count_waiting(app[RESOURCES].redis)
    await sum_money_between()
    assert value("makola_work_due", kind="external_event") == 1
    assert value("makola_work_oldest_seconds", kind="external_event") >= 0
    scope = {"platform": "demo", "environment": "test", "currency": "GHS"}
    assert value("makola_suspense_minor", **scope) == 700
    assert value("makola_bill_losses_minor", **scope) == -700
    await world.drain()
    await count_waiting(app[RESOURCES].redis)
    assert value("makola_work_due", kind="external_event") == 0


async def test_a_loop_that_is_held_up_is_late():
    task = asyncio.create_task(watch_lag())
    count, sum_ = value("makola_loop_lag_seconds_count"), value("makola_loop_lag_seconds_sum")
    await asyncio.sleep(0)
    time.sleep(LAG_EVERY_S + 0.3)  # noqa: ASYNC251

    async def counted() -> bool:
        return value("makola_loop_lag_seconds_count") > count

    await wait_for(counted)
    task.cancel()
    assert value("makola_loop_lag_seconds_sum") - sum_ >= 0.25


async def test_a_worker_shows_its_own_figures_and_whether_it_is_ready(world: World):
    if not world.settings.redis_url:
        pytest.skip("the embedded worker lives inside the API's process")
    port = unused_port()
    settings = world.settings.model_copy(update={"metrics_port": port})
    async with worker(settings), ClientSession() as client:

        async def shown() -> str:
            try:
                async with client.get(f"http://127.0.0.1:{port}/metrics") as answer:
                    text = await answer.text()
            except OSError:
                return ""
            return text if re.search(r"^makola_measured_timestamp_seconds [1-9]", text, re.MULTILINE) else ""

        text = await wait_for(shown)
        assert 'makola_work_due{kind="payment_attempt"} 0.0' in text
        assert 'makola_database_connections{state="idle"}' in text
        async with client.get(f"http://127.0.0.1:{port}/readyz") as answer:
            assert answer.status == 200
