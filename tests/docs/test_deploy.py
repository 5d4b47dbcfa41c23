"""The deployment templates: valid, true to the service's settings, and granting what the code calls and no more."""

import ast
import json
import re
import subprocess
import sys
from fractions import Fraction
from importlib import metadata
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
import yaml
from botocore import xform_name
from cfnlint.api import lint_file
from cfnlint.decode import cfn_yaml
from moto.server import ThreadedMotoServer

from document_analysis.jobs.uploads import VALID_S
from document_analysis.operations.catalogue import CATALOGUE, OPERATIONS
from document_analysis.server.gunicorn import KEEPALIVE_S, LAST_WORDS_S
from document_analysis.settings import SETTINGS, Settings

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ("app-runner", "ecs-express")

PERMISSIONS = {
    "AnalyzeDocument": {"textract:AnalyzeDocument"},
    "AnalyzeExpense": {"textract:AnalyzeExpense"},
    "AnalyzeID": {"textract:AnalyzeID"},
    "DetectLabels": {"rekognition:DetectLabels"},
    "DetectDocumentText": {"textract:DetectDocumentText"},
    **{name: {f"textract:{name}"} for operation in CATALOGUE for name in operation.asynchronous or ()},
    "HumanLoopConfig": {"sagemaker:StartHumanLoop"},
    "GetObject": {"s3:GetObject", "s3:GetObjectVersion", "kms:Decrypt"},
    "HeadObject": {"s3:GetObject", "s3:GetObjectVersion"},
    "HeadBucket": {"s3:ListBucket"},
    "ListObjectsV2": {"s3:ListBucket"},
    "PutObject": {"s3:PutObject", "kms:GenerateDataKey"},
    "DeleteObject": {"s3:DeleteObject"},
    "DeleteObjects": {"s3:DeleteObject"},
    "SendMessage": {"sqs:SendMessage"},
    "ReceiveMessage": {"sqs:ReceiveMessage"},
    "DeleteMessage": {"sqs:DeleteMessage"},
    "ChangeMessageVisibility": {"sqs:ChangeMessageVisibility"},
    "GetQueueAttributes": {"sqs:GetQueueAttributes"},
}
"""What IAM asks for an operation; a call that the code newly makes is added here and in the templates."""

WITHOUT_JOBS = {"app-runner"}
"""Templates that set JOBS=off, and so grant nothing that only jobs call."""

BALANCER_S = {"app-runner": 120, "ecs-express": 60}
"""After how long what stands before the service gives up a request: AWS's documentation of each."""
KILL_AFTER_S = 30
"""Fargate kills a task so long after SIGTERM when the task definition does not say otherwise."""


def template(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(json.dumps(cfn_yaml.load(str(ROOT / "deploy" / f"{name}.yaml"))))
    return loaded


def environment(name: str) -> dict[str, Any]:
    """The container's environment as the template gives it: text, or an intrinsic function."""
    properties = template(name)["Resources"]["Service"]["Properties"]
    if name == "app-runner":
        image = properties["SourceConfiguration"]["ImageRepository"]["ImageConfiguration"]
        return {
            pair["Name"]: pair["Value"]
            for pair in image["RuntimeEnvironmentVariables"] + image["RuntimeEnvironmentSecrets"]
        }
    container = properties["PrimaryContainer"]
    pairs = [pair.get("Fn::If", [None, pair])[1] for pair in container["Environment"] + container["Secrets"]]
    return {pair["Name"]: pair.get("Value", pair.get("ValueFrom")) for pair in pairs}


def resolved(name: str) -> dict[str, str]:
    """The same with the template's defaults put in for its functions."""
    loaded = template(name)
    stand_ins = {
        "DEFAULT_BUCKET": "documents",
        "API_KEYS": "somebody:0123456789abcdef0123",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "CACHE": "s3://results/document-analysis-cache",
        "JOBS": "s3://my-jobs/jobs",
        "JOBS_QUEUE": "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs",
        "CALLBACK_SECRETS": "somebody:whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    }
    values = {}
    for key, value in environment(name).items():
        if isinstance(value, str):
            values[key] = value
        elif key in stand_ins:
            values[key] = stand_ins[key]
        elif "Ref" in value:
            values[key] = str(loaded["Parameters"][value["Ref"]]["Default"])
        else:
            mapping, *keys = value["Fn::FindInMap"]
            found = loaded["Mappings"][mapping]
            for part in keys:
                found = found[loaded["Parameters"][part["Ref"]]["Default"]]
            values[key] = found
    return values


def statements(name: str, role: str) -> list[dict[str, Any]]:
    found = []
    for resource in template(name)["Resources"].values():
        if resource["Type"] == "AWS::IAM::RolePolicy" and resource["Properties"]["RoleName"] == {"Ref": role}:
            written = resource["Properties"]["PolicyDocument"]["Statement"]
            found += [statement.get("Fn::If", [None, statement])[1] for statement in written]
    return found


def actions(statement: dict[str, Any]) -> set[str]:
    return {statement["Action"]} if isinstance(statement["Action"], str) else set(statement["Action"])


def operations_the_code_can_call() -> set[str]:
    """Those of the catalogue, and those whose boto3 method, or paginator's name, stands in the code.

    An argument that has a service call another one is listed like an operation.
    """
    session = botocore.session.Session()
    methods = {
        xform_name(operation): operation
        for service in ("s3", "sqs", "textract")
        for operation in session.get_service_model(service).operation_names
    }
    called = {*OPERATIONS, *(name for operation in CATALOGUE for name in operation.asynchronous or ())}
    for path in [*ROOT.glob("*.py"), *(ROOT / "document_analysis").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            named = (
                node.attr if isinstance(node, ast.Attribute) else node.value if isinstance(node, ast.Constant) else None
            )
            if isinstance(named, str) and named in methods:
                called.add(methods[named])
            elif named == "HumanLoopConfig":
                called.add(named)
    return called


SERVICE_ROLE = {"app-runner": "InstanceRole", "ecs-express": "TaskRole"}


@pytest.mark.parametrize("name", [*TEMPLATES, "jobs"])
def test_template_is_valid(name: str) -> None:
    assert [str(match) for match in lint_file(ROOT / "deploy" / f"{name}.yaml")] == []


def test_every_call_the_code_can_make_has_its_permission_named() -> None:
    assert operations_the_code_can_call() == PERMISSIONS.keys()


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_service_may_do_what_it_calls_and_no_more(name: str) -> None:
    granted = set().union(*(actions(statement) for statement in statements(name, SERVICE_ROLE[name])))
    needed = set().union(*(PERMISSIONS[operation] for operation in operations_the_code_can_call()))
    if name in WITHOUT_JOBS:
        needed = {action for action in needed if not action.startswith("sqs:")}
    if name == "app-runner":
        needed.add("secretsmanager:GetSecretValue")  # there the instance's role also fetches the secret
    assert granted == needed


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_permission_is_for_everything_that_could_name_its_resource(name: str) -> None:
    may_be_wide = {action for name in OPERATIONS for action in PERMISSIONS[name]} | {"ecr:GetAuthorizationToken"}
    may_be_wide |= {f"textract:{name}" for operation in CATALOGUE for name in operation.asynchronous or ()}
    for role, resource in template(name)["Resources"].items():
        if resource["Type"] == "AWS::IAM::Role":
            for statement in statements(name, role):
                assert statement["Effect"] == "Allow"
                assert not any("*" in action for action in actions(statement))
                if statement["Resource"] == "*":
                    assert actions(statement) <= may_be_wide


ABOUT_ELSE = {"ReadKeys", "KeepJobs", "ListJobs", "DeliverJobs"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_both_grant_the_same_on_documents(name: str) -> None:
    def about_documents(other: str) -> list[str]:
        return [json.dumps(s) for s in statements(other, SERVICE_ROLE[other]) if s["Sid"] not in ABOUT_ELSE]

    assert about_documents(name) == about_documents(TEMPLATES[0])


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_service_starts_with_these_settings(name: str) -> None:
    known = {setting.name for setting in SETTINGS} | {"AWS_DEFAULT_REGION"}
    values = resolved(name)
    assert values.keys() <= known
    settings = Settings.read(values)
    assert settings.engine == "textract"
    assert settings.trusted_proxies == 1
    assert settings.api_keys
    assert (settings.jobs == "off") == (name in WITHOUT_JOBS)


@pytest.mark.parametrize("name", TEMPLATES)
def test_times_fit_into_each_other(name: str) -> None:
    settings = Settings.read(resolved(name))
    assert settings.request_deadline_s + LAST_WORDS_S <= BALANCER_S[name]
    assert settings.shutdown_grace_s + LAST_WORDS_S <= KILL_AFTER_S
    assert KEEPALIVE_S > 60, "the balancer must be the one that closes an idle connection"


@pytest.mark.parametrize("name", TEMPLATES)
def test_port_path_and_places_agree(name: str) -> None:
    resources = template(name)["Resources"]
    service, settings = resources["Service"]["Properties"], Settings.read(resolved(name))
    if name == "app-runner":
        image = service["SourceConfiguration"]["ImageRepository"]["ImageConfiguration"]
        assert image["Port"] == str(settings.port)
        assert service["HealthCheckConfiguration"]["Path"] == "/health"
        assert service["HealthCheckConfiguration"]["Protocol"] == "HTTP"
        assert resources["Scaling"]["Properties"]["MaxConcurrency"] == settings.max_concurrency
    else:
        assert service["PrimaryContainer"]["ContainerPort"] == settings.port
        assert service["HealthCheckPath"] == "/health"
    assert f"PORT={settings.port}" in (ROOT / "Dockerfile").read_text()


QUOTAS = {
    "TEXTRACT_TPS": "AnalyzeQuota",
    "TEXTRACT_DETECT_TPS": "DetectQuota",
    "TEXTRACT_EXPENSE_TPS": "ExpenseQuota",
    "TEXTRACT_ID_TPS": "IdentityQuota",
    "REKOGNITION_TPS": "LabelsQuota",
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_an_instance_gets_its_share_of_the_quota(name: str) -> None:
    loaded = template(name)
    share = loaded["Mappings"]["Share"]
    for quota in QUOTAS.values():
        assert list(share) == loaded["Parameters"][quota]["AllowedValues"]
    for quota, by_instances in share.items():
        assert list(by_instances) == loaded["Parameters"]["MaxInstances"]["AllowedValues"]
        for instances, calls in by_instances.items():
            assert Fraction(calls) == Fraction(int(quota), int(instances))
    for variable, quota in QUOTAS.items():
        assert environment(name)[variable] == {"Fn::FindInMap": ["Share", {"Ref": quota}, {"Ref": "MaxInstances"}]}


def test_what_jobs_lie_in_agrees_with_the_service() -> None:
    settings, resources = Settings.read(resolved("ecs-express")), template("jobs")["Resources"]
    prefix = settings.jobs.rpartition("/")[2]
    queue, bucket = resources["Queue"]["Properties"], resources["Bucket"]["Properties"]
    assert queue["VisibilityTimeout"] == settings.jobs_lease_s
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLetters", "Arn"]}
    days = {
        rule["Prefix"]: rule["ExpirationInDays"]
        for rule in bucket["LifecycleConfiguration"]["Rules"]
        if "Prefix" in rule
    }
    kept = {f"{prefix}/{name}/" for name in ("jobs", "owners", "events", "dead", "uploads")}
    assert days.keys() == kept, "all that expires; the store's secret does not"
    assert all(days[name] * 86_400 > settings.jobs_max_age_s for name in kept - {f"{prefix}/uploads/"})
    assert days[f"{prefix}/uploads/"] * 86_400 > VALID_S
    (told,) = bucket["NotificationConfiguration"]["QueueConfigurations"]
    assert told["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": f"{prefix}/uploads/"}]
    (allowed,) = resources["QueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert allowed["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Sub"].endswith(
        f":::{bucket['BucketName']['Fn::Sub']}"
    )


def test_instances_follow_the_queues_depth() -> None:
    resources = template("ecs-express")["Resources"]
    scaling = resources["JobsScaling"]["Properties"]
    metric = scaling["TargetTrackingScalingPolicyConfiguration"]["CustomizedMetricSpecification"]
    assert metric["MetricName"] == "ApproximateNumberOfMessagesVisible"
    name = resources["Service"]["Properties"]["ServiceName"]["Ref"]
    assert scaling["ResourceId"] == {"Fn::Sub": f"service/default/${{{name}}}"}


def test_nothing_secret_can_get_into_the_image() -> None:
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in ignore if line and not line.startswith("#")]
    assert rules[0] == "*"
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = set(re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    for name in {name for names in copied for name in names.split()}:
        assert any(name == entry or name.startswith(f"{entry}/") for entry in allowed), name
    assert "**/.*" in rules


def test_compose_fills_the_bucket_that_its_service_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        settings = services["documents"]["environment"] | {"AWS_ENDPOINT_URL_S3": f"http://{host}:{port}"}
        assert services["documents"]["command"][:2] == ["python", "-c"]
        subprocess.run([sys.executable, "-c", services["documents"]["command"][2]], cwd=ROOT, env=settings, check=True)
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        bucket = services["api"]["environment"]["DEFAULT_BUCKET"]
        keys = {item["Key"] for item in boto3.client("s3").list_objects_v2(Bucket=bucket)["Contents"]}
    finally:
        server.stop()
    assert "invoice.png" in keys
    assert f"moto:{metadata.version('moto')}" in services["s3"]["image"]
