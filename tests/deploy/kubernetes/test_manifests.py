"""deploy/kubernetes: the resources that each overlay gives Kubernetes."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

import cli
import spotify_client
from tests.deploy.kubernetes.built import OVERLAYS, ROOT, built, pods, resource, resources, values

VALIDATE = ROOT / ".deployments" / "bin" / "kubernetes-validate"
EACH = pytest.mark.parametrize("overlay", OVERLAYS)
OURS = "ghcr.io/OWNER/REPOSITORY:"
# kubernetes-validate does not check enumerations: it accepts a wrong word, which a cluster refuses.
WORDS = {
    "accessModes": {"ReadWriteOnce", "ReadWriteMany"}, "completionMode": {"Indexed", "NonIndexed"},
    "concurrencyPolicy": {"Allow", "Forbid", "Replace"}, "medium": {"Memory"}, "policyTypes": {"Ingress", "Egress"},
    "podManagementPolicy": {"OrderedReady", "Parallel"}, "protocol": {"TCP", "UDP"},
    "restartPolicy": {"Always", "OnFailure", "Never"}, "scheme": {"HTTP", "HTTPS"},
    "unhealthyPodEvictionPolicy": {"IfHealthyBudget", "AlwaysAllow"},
}  # fmt: skip
TYPES = {"ClusterIP", "RollingUpdate", "Recreate", "RuntimeDefault", "Resource", "Utilization"}


def words(value: Any) -> set[str]:
    return set(value) if isinstance(value, list) else {value}


@EACH
@pytest.mark.skipif(not VALIDATE.exists(), reason="`make deployments` installs kubernetes-validate")
def test_every_resource_fits_its_schema(overlay: str, tmp_path: Path) -> None:
    path = tmp_path / "built.yaml"
    path.write_text(built(overlay))
    process = subprocess.run([VALIDATE, "--strict", path], capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout + process.stderr


@EACH
def test_every_enumerated_field_has_a_valid_value(overlay: str) -> None:
    everything = resources(overlay)
    for name, allowed in WORDS.items():
        for value in values(everything, name):
            assert words(value) <= allowed, name
    assert {value for value in values(everything, "type") if isinstance(value, str)} <= TYPES


@EACH
def test_every_pod_meets_the_restricted_security_standard(overlay: str) -> None:
    (namespace,) = resources(overlay, "Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    for name, pod in pods(overlay):
        spec = pod["spec"]
        assert spec["automountServiceAccountToken"] is False, name
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in spec["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}
            }  # fmt: skip
            assert container["resources"]["limits"]["memory"]
            assert {mount["name"] for mount in container["volumeMounts"]} >= {"tmp"}


@EACH
def test_our_programs_have_the_settings_and_the_secret_by_reference_and_no_secret_is_written(overlay: str) -> None:
    assert resources(overlay, "Secret") == []
    (settings,) = resources(overlay, "ConfigMap")
    assert not {name for name in settings["data"] if "SECRET" in name or "PASSWORD" in name or "URL" in name}
    for name, pod in pods(overlay):
        (container,) = pod["spec"]["containers"]
        if container["image"].startswith(OURS):
            assert container["envFrom"] == [
                {"configMapRef": {"name": "insight-settings"}}, {"secretRef": {"name": "insight"}}
            ], name  # fmt: skip
            assert pod["spec"]["securityContext"]["runAsUser"] == 10001
        else:
            (password,) = list(values(container, "secretKeyRef"))
            assert password == {"name": "insight", "key": "DB_PASSWORD"}


@EACH
def test_every_command_is_one_that_its_program_takes_and_shards_cover_every_account(overlay: str) -> None:
    parsers = {"spotify_client.py": spotify_client.build_parser("spotify_client.py"), "cli.py": cli.build_parser()}
    commands = {name: pod["spec"]["containers"][0].get("command", []) for name, pod in pods(overlay)}
    for name, (python, program, *arguments) in ((name, command) for name, command in commands.items() if command):
        assert python == "python"
        if program == "application.py":
            assert arguments == []
            continue
        options = parsers[program].parse_args([word.replace("$(SHARD)", "0") for word in arguments])
        assert name.removeprefix("insight-") in {*arguments, "recommend"}
        if "--shard" in arguments:
            assert options.shard.count == workers(overlay, name)


def workers(overlay: str, name: str) -> int:
    """How many pods share the work, each with a number from 0."""
    (controller,) = [each for each in resources(overlay, "CronJob", "StatefulSet") if each["metadata"]["name"] == name]
    (source,) = [path for path in values(controller, "fieldPath") if path.startswith("metadata.")]
    if controller["kind"] == "StatefulSet":
        assert source == "metadata.labels['apps.kubernetes.io/pod-index']"
        return int(controller["spec"]["replicas"])
    job = controller["spec"]["jobTemplate"]["spec"]
    assert source == "metadata.annotations['batch.kubernetes.io/job-completion-index']"
    assert (job["completionMode"], job["parallelism"]) == ("Indexed", job["completions"])
    return int(job["completions"])


@EACH
def test_every_task_of_the_crontab_has_a_cron_job_that_waits_for_its_last_run(overlay: str) -> None:
    jobs = resources(overlay, "CronJob")
    assert {each["spec"]["concurrencyPolicy"] for each in jobs} == {"Forbid"}
    commands = {word for each in jobs for command in values(each, "command") for word in command[2:]}
    assert commands >= {"collect", "refresh", "recommend", "enrich"}


@EACH
def test_the_kubelet_calls_the_web_program_by_a_host_name_that_it_accepts(overlay: str) -> None:
    (container,) = resource(overlay, "Deployment", "insight-web")["spec"]["template"]["spec"]["containers"]
    paths = {
        probe: container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")
    }
    assert paths == {"startupProbe": "/health", "livenessProbe": "/health", "readinessProbe": "/ready"}
    for headers in values(container, "httpHeaders"):
        assert headers == [{"name": "Host", "value": "localhost"}]


@EACH
def test_the_first_step_applies_exactly_what_a_migration_needs(overlay: str) -> None:
    first = [each for each in resources(overlay) if each["metadata"]["labels"].get("insight/step") == "before"]
    kinds = {each["kind"] for each in first}
    assert kinds >= {"Namespace", "ServiceAccount", "ConfigMap", "Job", "NetworkPolicy"}
    assert not kinds & {"Deployment", "CronJob"}
    (job,) = [each for each in first if each["kind"] == "Job"]
    assert next(values(job, "command")) == ["python", "cli.py", "migrate"]


@EACH
def test_pods_accept_traffic_only_by_a_policy_that_names_its_source(overlay: str) -> None:
    policies = {each["metadata"]["name"]: each["spec"] for each in resources(overlay, "NetworkPolicy")}
    everybody = policies.pop("insight")
    assert (everybody["podSelector"], everybody.get("ingress")) == ({}, None)
    assert everybody["policyTypes"] == ["Ingress", "Egress"]
    for policy in policies.values():
        assert policy["podSelector"]["matchLabels"]["app.kubernetes.io/component"] in {"web", "db"}
        assert all(rule["from"] and rule["ports"] for rule in policy["ingress"])


def test_many_web_programs_scale_share_their_uploads_and_one_always_stays() -> None:
    deployment = resource("many-workers", "Deployment", "insight-web")
    scaler = resource("many-workers", "HorizontalPodAutoscaler", "insight-web")["spec"]
    budget = resource("many-workers", "PodDisruptionBudget", "insight-web")["spec"]
    claim = resource("many-workers", "PersistentVolumeClaim", "insight-uploads")["spec"]
    assert "replicas" not in deployment["spec"]  # each apply would reset what the autoscaler has chosen
    assert scaler["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "insight-web"}
    assert scaler["minReplicas"] > budget["minAvailable"] > 0
    assert budget["selector"]["matchLabels"] == deployment["spec"]["selector"]["matchLabels"]
    assert claim["accessModes"] == ["ReadWriteMany"]


def test_one_node_has_a_database_that_settings_and_password_lead_to() -> None:
    database = resource("one-node", "StatefulSet", "insight-db")
    settings = resource("one-node", "ConfigMap", "insight-settings")["data"]
    service = resource("one-node", "Service", "insight-db")
    assert (settings["DB"], settings["DB_USER"], settings["DB_HOST"]) == ("insight", "insight", "insight-db")
    labels = database["spec"]["template"]["metadata"]["labels"]
    assert service["spec"]["selector"].items() <= labels.items()
