"""The manifests are what Kubernetes takes, fit together, and carry no secret."""

from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from core.settings import Settings
from processes import SHUTDOWN_S

ROOT = Path(__file__).resolve().parents[2]
BASE = ROOT / "deploy/kubernetes/base"
LISTED: list[str] = yaml.safe_load((BASE / "kustomization.yaml").read_text())["resources"]
THINGS: list[dict[str, Any]] = [
    each for name in LISTED for each in yaml.safe_load_all((BASE / name).read_text())
]
VERSIONS = ("1.30", "1.33", "1.37")


def of(kind: str) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in THINGS if each["kind"] == kind}


def pods() -> dict[str, dict[str, Any]]:
    return {name: each["spec"]["template"]["spec"] for name, each in (of("Deployment") | of("Job")).items()}


def test_every_file_is_listed():
    assert sorted([*LISTED, "kustomization.yaml"]) == sorted(path.name for path in BASE.iterdir())


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("thing", THINGS, ids=lambda each: f"{each['kind']}-{each['metadata']['name']}")
def test_kubernetes_takes_it(thing, version):
    kubernetes_validate.validate(thing, version, strict=True)


def test_selectors_budgets_and_autoscalers_meet_what_is_there():
    labels = {
        each["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/component"]
        for each in of("Deployment").values()
    }
    for name, deployment in of("Deployment").items():
        component = deployment["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/component"]
        assert deployment["spec"]["selector"]["matchLabels"] == {"app.kubernetes.io/component": component}
        assert of("PodDisruptionBudget")[name]["spec"]["selector"]["matchLabels"] == {
            "app.kubernetes.io/component": component
        }
    for each in of("Service").values():
        assert each["spec"]["selector"]["app.kubernetes.io/component"] in labels
    for name, each in of("HorizontalPodAutoscaler").items():
        assert each["spec"]["scaleTargetRef"]["name"] == name and name in of("Deployment")
        assert each["spec"]["minReplicas"] > of("PodDisruptionBudget")[name]["spec"]["minAvailable"]
        assert "replicas" not in of("Deployment")[name]["spec"]


@pytest.mark.parametrize("name", ["makola-api", "makola-worker"])
def test_there_is_time_to_finish_what_was_begun(name):
    leaves = float(of("ConfigMap")["makola-settings"]["data"]["LEAVE_AFTER_S"])
    assert pods()[name]["terminationGracePeriodSeconds"] > leaves + 2 * SHUTDOWN_S
    (container,) = pods()[name]["containers"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    # Sooner told than gone.
    probe = container["readinessProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] + probe["timeoutSeconds"] < leaves


def test_no_pod_is_root_or_may_become_it():
    for pod in pods().values():
        assert pod["securityContext"]["runAsNonRoot"] and not pod["automountServiceAccountToken"]
        for container in pod["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"]
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert (
                "memory" in container["resources"]["limits"] and "cpu" in container["resources"]["requests"]
            )


def test_settings_are_settings_and_secrets_are_only_named():
    given = of("ConfigMap")["makola-settings"]["data"]
    assert {name.lower() for name in given} <= set(Settings.model_fields)
    assert not of("Secret")
    secret = {
        name
        for name in Settings.model_fields
        if name.endswith(("_key", "_secret", "_token", "_url"))
        and name not in ("public_url", "storefront_url")
    }
    assert not {name.lower() for name in given} & secret
    # With the secrets that docs/operations.md asks for, production starts.
    settings = Settings(
        _env_file=None,
        **{name.lower(): value for name, value in given.items()},
        database_url="postgres://makola:x@makola-pgbouncer:6432/makola",
        redis_url="redis://redis:6379/0",
        secret_key="0123456789-abcdefghij-0123456789",
        hook_secret="a long hook secret",
        paystack_secret_key="sk_live_1",
        africastalking_username="makola",
        africastalking_api_key="atsk_live",
        s3_access_key_id="A",
        s3_secret_access_key="B",
    )
    assert settings.unfit_for_production() == []


def test_pgbouncer_is_as_it_is_elsewhere():
    def said(text: str) -> set[str]:
        return {
            line.strip()
            for line in text.split("[pgbouncer]")[1].splitlines()
            if line and not line.startswith(";")
        }

    ours = said(of("ConfigMap")["makola-pgbouncer"]["data"]["pgbouncer.ini"])
    theirs = said((ROOT / "ops/pgbouncer/pgbouncer.ini").read_text())
    assert {each.split(" = ")[0] for each in ours ^ theirs} == {"auth_file"}


def test_nobody_is_reached_but_by_whom_a_policy_names():
    policies = of("NetworkPolicy")
    nobody = policies["makola-nobody"]["spec"]
    assert nobody["podSelector"] == {} and sorted(nobody["policyTypes"]) == ["Egress", "Ingress"]
    ports = {name: pod["containers"][0].get("ports", []) for name, pod in pods().items()}
    open_ports = {
        (rule_port["port"])
        for each in policies.values()
        for rule in each["spec"].get("ingress", ())
        for rule_port in rule["ports"]
    }
    assert open_ports == {port["containerPort"] for each in ports.values() for port in each}
