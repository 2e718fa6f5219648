"""docker-compose.yml can be scaled, hands every process what it needs, and names nothing that isn't there."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, each in SERVICES.items() if each["image"] == "makola"]


@pytest.mark.parametrize("name", ["api", "worker"])
def test_what_is_scaled_binds_no_port_of_the_machine_and_has_no_name_of_its_own(name):
    service = SERVICES[name]
    assert "ports" not in service and "container_name" not in service
    assert "healthcheck" in service and service["stop_grace_period"]


def test_only_the_proxy_and_the_twins_are_reached_from_outside():
    assert [name for name, each in SERVICES.items() if "ports" in each] == ["proxy", "twins"]


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting_that_can_be_read(name):
    given = {
        key.lower(): re.sub(r"\$\{(\w+)(?::[-?]([^}]*))?\}", lambda m: m[2] or "", str(value))
        for key, value in SERVICES[name]["environment"].items()
    }
    assert set(given) <= set(Settings.model_fields)
    given |= {"secret_key": "0123456789" * 4, "hook_secret": "a long secret"}
    settings = Settings(_env_file=None, **{key: value for key, value in given.items() if value != ""})
    host = settings.database_url.rpartition("@")[2].split(":")[0]
    assert host == ("postgres" if settings.database_pooler == "none" else "pgbouncer")
    assert settings.leave_after_s < float(SERVICES[name]["stop_grace_period"].removesuffix("s"))


def test_what_waits_for_something_waits_for_what_is_there():
    for service in SERVICES.values():
        for other, how in (service.get("depends_on") or {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other]


def test_every_mounted_file_is_in_the_repository():
    for service in SERVICES.values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (ROOT / source).is_file() if source.startswith("./") else source in COMPOSE["volumes"]


def test_the_proxys_settings_are_sound():
    program = shutil.which("haproxy") or shutil.which("/usr/sbin/haproxy")
    if program is None:
        pytest.skip("haproxy is not installed")
    said = subprocess.run(
        [program, "-c", "-f", str(ROOT / "ops/haproxy/haproxy.cfg")], capture_output=True, text=True
    )
    assert said.returncode == 0, said.stderr
