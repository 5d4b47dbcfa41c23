"""The environment (and `.env`) read once into one frozen object; every fault is named at once, with its remedy.

`SETTINGS` is the configuration table: README, `.env.example` and this module say the same, and a test holds them to it.
AWS's own variables (credentials, region, endpoints) are boto3's business and are not read here.
"""

import os
import re
import sys
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from document_analysis.limits.machine import available_cpus

EngineName = Literal["local", "textract"]
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")


class SettingsError(Exception):
    """All faults of the configuration, a line each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("The configuration has faults:\n" + "\n".join(f"  - {fault}" for fault in faults))


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An accepted key; `name` is what logs, limits and metrics show. The key itself stays out of every repr."""

    name: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """A row of the table: the variable, its default as the documentation shows it, what it means, how it is read."""

    name: str
    default: str
    meaning: str
    parse: Callable[[str], Any]


def _choice(*values: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in values:
            raise ValueError(f"use {' or '.join(values)}")
        return text.lower()

    return parse


def _number(low: float, high: float, kind: type = int) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        try:
            value = kind(text)
        except ValueError:
            raise ValueError(f"give a number from {low:g} to {high:g}") from None
        if not low <= value <= high:
            raise ValueError(f"give a number from {low:g} to {high:g}")
        return value

    return parse


_UNITS = {"": 1, "b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}


def _bytes(text: str) -> int:
    match = re.fullmatch(r"(\d+)\s*([a-z]*)", text.lower())
    if not match or match[2] not in _UNITS or not int(match[1]):
        raise ValueError("give a number of bytes, such as 52428800 or 50MiB")
    return int(match[1]) * _UNITS[match[2]]


def _boolean(text: str) -> bool:
    if text.lower() not in {"true", "false", "1", "0", "yes", "no"}:
        raise ValueError("use true or false")
    return text.lower() in {"true", "1", "yes"}


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _bucket(text: str) -> str:
    if "/" in text and not text.startswith("arn:"):
        raise ValueError("give a bucket's name, without s3:// and without a key")
    return text


def _buckets(text: str) -> tuple[str, ...]:
    return tuple(_bucket(name) for name in _names(text))


def _pairs(text: str, separator: str, shape: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for part in _names(text):
        name, found, value = part.partition(separator)
        if not found or not name.strip() or not value.strip():
            raise ValueError(f"give {shape}, comma-separated")
        pairs.append((name.strip(), value.strip()))
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a name stands there twice")
    return tuple(pairs)


def _keys(text: str) -> tuple[ApiKey, ...]:
    keys = tuple(ApiKey(name, key) for name, key in _pairs(text, ":", "name:key pairs"))
    if any(len(key.key) < 16 for key in keys):
        raise ValueError("a key has fewer than 16 characters; make one with: openssl rand -hex 24")
    return keys


def _credentials(text: str) -> tuple[tuple[str, str], ...]:
    return _pairs(text, ":", "id:secret pairs")


def _folders(text: str) -> tuple[tuple[str, Path], ...]:
    return tuple((name, Path(folder)) for name, folder in _pairs(text, "=", "name=folder pairs"))


def _cache(text: str) -> str:
    if text in {"off", "memory"} or re.fullmatch(r"s3://[^/\s]+(/\S*)?", text):
        return text.rstrip("/")
    raise ValueError("use off, memory or s3://bucket/prefix")


def _jobs(text: str) -> str:
    if re.fullmatch(r"s3://[^/\s]+(/\S*)?", text):
        return text.rstrip("/")
    if "://" in text:
        raise ValueError("use off, a folder, or s3://bucket/prefix")
    return text


def _queue(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+/\S+", text):
        raise ValueError("give the queue's URL, such as https://sqs.us-east-1.amazonaws.com/123456789012/jobs")
    return text


def _topic(text: str) -> str:
    if not re.fullmatch(r"arn:[a-z\d-]+:sns:[a-zA-Z\d-]{1,20}:\w{12}:.+", text):
        raise ValueError("a topic's ARN is such as arn:aws:sns:us-east-1:123456789012:jobs")
    return text


def _flow(text: str) -> str:
    if not re.fullmatch(r"arn:aws[a-z-]*:sagemaker:[a-z\d-]+:\d{12}:flow-definition/[a-z\d-]+", text):
        raise ValueError(
            "a flow definition's ARN is such as arn:aws:sagemaker:us-east-1:123456789012:flow-definition/forms"
        )
    return text


def _topics(text: str) -> tuple[str, ...]:
    return tuple(_topic(name) for name in _names(text))


def _secrets(text: str) -> tuple[tuple[str, str], ...]:
    """`name:whsec_…` pairs; while a secret is changed, two of them with a blank between."""
    pairs = _pairs(text, ":", "name:whsec_… pairs")
    for _, secrets in pairs:
        for secret in secrets.split():
            try:
                good = secret.startswith("whsec_") and 24 <= len(b64decode(secret[6:], validate=True)) <= 64
            except ValueError:
                good = False
            if not good:
                raise ValueError(
                    'a secret is whsec_ and base64 of 24 to 64 bytes: echo "whsec_$(openssl rand -base64 32)"'
                )
    return pairs


def _rate(text: str) -> str:
    if text == "off" or re.fullmatch(r"[1-9]\d*/(second|minute|hour)", text):
        return text
    raise ValueError("use off, or a number a time such as 600/minute")


SETTINGS: tuple[Setting, ...] = (
    Setting("ENGINE", "local", "`local` (embedded) or `textract` (Amazon Textract)", _choice("local", "textract")),
    Setting("HOST", "127.0.0.1", "the address to listen on (`0.0.0.0` in the image)", str),
    Setting("PORT", "8080", "the port to listen on", _number(1, 65535)),
    Setting("API_KEYS", "", "accepted keys, `name:key` each; none: open to anyone who reaches the port", _keys),
    Setting("ALLOW_ANONYMOUS", "false", "let `ENGINE=textract` start without keys", _boolean),
    Setting("ALLOWED_BUCKETS", "", "the S3 buckets that may be read", _buckets),
    Setting("DEFAULT_BUCKET", "", "the bucket when a request names none (it counts as allowed)", _bucket),
    Setting("LOCAL_BUCKETS", "images=./images with ENGINE=local", "`name=folder` pairs: folders as buckets", _folders),
    Setting("MAX_DOCUMENT_BYTES", "50MiB", "the largest document", _bytes),
    Setting("MAX_PAGES", "100", "the most pages of a document", _number(1, 3000)),
    Setting("MAX_PIXELS", "100000000", "the most pixels of a page", _number(10_000, 1_000_000_000)),
    Setting("REQUEST_DEADLINE_S", "55", "seconds for a whole request", _number(1, 3600, float)),
    Setting("CLIENT_TIMEOUT_S", "15", "seconds a client may be silent or behind", _number(0.1, 3600, float)),
    Setting("SHUTDOWN_GRACE_S", "25", "seconds that running requests have after SIGTERM", _number(0, 600, float)),
    Setting("MAX_CONCURRENCY", "100; CPUs + 1 with ENGINE=local", "documents at work at once", _number(1, 1000)),
    Setting("MAX_QUEUE", "100; 20 with ENGINE=local", "documents waiting for a place", _number(0, 10_000)),
    Setting("TEXTRACT_TPS", "10", "AnalyzeDocument calls a second of this instance", _number(0.1, 10_000, float)),
    Setting("TEXTRACT_DETECT_TPS", "25", "DetectDocumentText calls a second", _number(0.1, 10_000, float)),
    Setting(
        "TEXTRACT_ASYNC_TPS",
        "2",
        "calls a second of each Start and Get operation",
        _number(0.1, 10_000, float),
    ),
    Setting("ASYNC_PAGES", "30", "a job's stored document of more pages goes to Textract as a whole", _number(1, 3000)),
    Setting("TEXTRACT_TOPIC", "", "ARN of the SNS topic on which Textract tells `JOBS_QUEUE` that it is done", _topic),
    Setting("TEXTRACT_TOPIC_ROLE", "", "ARN of the role by which Textract may publish there", str),
    Setting("TEXTRACT_EXPENSE_TPS", "5", "AnalyzeExpense calls a second", _number(0.1, 10_000, float)),
    Setting("TEXTRACT_ID_TPS", "5", "AnalyzeID calls a second", _number(0.1, 10_000, float)),
    Setting("HUMAN_LOOP_ARN", "", "ARN of the Amazon A2I flow definition by which people look at forms", _flow),
    Setting("REKOGNITION_TPS", "50", "DetectLabels calls a second", _number(0.1, 10_000, float)),
    Setting("PAGE_CONCURRENCY", "8", "pages of one document at work at once", _number(1, 100)),
    Setting("CACHE", "memory", "`off`, `memory`, or memory and `s3://bucket/prefix`", _cache),
    Setting("CACHE_MAX_AGE_S", "604800", "seconds that a kept result is good for (7 days)", _number(1, 10**9)),
    Setting("CACHE_IDENTITY", "false", "let results of identity documents be kept in S3 too", _boolean),
    Setting("CACHE_MEMORY_BYTES", "32MiB", "the most memory for kept results, compressed", _bytes),
    Setting("ALLOWED_HOSTS", "loopback names on loopback, else any", "the `Host` names answered", _names),
    Setting("RATE_LIMIT", "600/minute", "requests a client may send (`off` for no limit)", _rate),
    Setting("RATE_LIMIT_IPV6_PREFIX", "64", "bits of an IPv6 address that tell clients apart", _number(16, 128)),
    Setting("TRUSTED_PROXIES", "0", "hops whose `X-Forwarded-For`, `-Host`, `-Proto` are believed", _number(0, 10)),
    Setting("WIRE_CREDENTIALS", "", "`id:secret` pairs that sign requests of Textract's wire protocol", _credentials),
    Setting("MAX_BATCH", "25", "documents in one `/batch`", _number(1, 1000)),
    Setting(
        "JOBS", "a folder of the user's with ENGINE=local, else off", "`off`, a folder, or `s3://bucket/prefix`", _jobs
    ),
    Setting("JOBS_QUEUE", "", "the URL of the SQS queue that goes with `s3://…`", _queue),
    Setting("JOBS_WORKERS", "4; CPUs - 1 with ENGINE=local", "jobs at work at once; 0: none", _number(0, 100)),
    Setting("JOBS_MAX_AGE_S", "604800", "seconds that a job and its result stay (7 days)", _number(60, 10**9)),
    Setting("JOBS_LEASE_S", "60", "seconds after which a job whose worker is silent is another's", _number(1, 43_200)),
    Setting("CALLBACK_HOSTS", "", "hosts that callbacks may go to; none: no callbacks", _names),
    Setting("CALLBACK_SECRETS", "", "`name:whsec_…` pairs that sign callbacks, by the name of the API key", _secrets),
    Setting("NOTIFICATION_TOPICS", "", "ARNs of the SNS topics that Textract's Start operations may name", _topics),
    Setting("OUTPUT_BUCKETS", "", "buckets that Start operations may have results written to", _buckets),
    Setting("LOG_LEVEL", "info", "`debug`, `info`, `warning` or `error`", _choice("debug", "info", "warning", "error")),
    Setting("LOG_FORMAT", "text on a terminal, else json", "`json`, or `text` for people", _choice("json", "text")),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment asked for, checked; the fields are the variables in lower case."""

    engine: EngineName = "local"
    host: str = "127.0.0.1"
    port: int = 8080
    api_keys: tuple[ApiKey, ...] = ()
    allow_anonymous: bool = False
    allowed_buckets: tuple[str, ...] = ()
    default_bucket: str | None = None
    local_buckets: tuple[tuple[str, Path], ...] = ()
    max_document_bytes: int = 50 << 20
    max_pages: int = 100
    max_pixels: int = 100_000_000
    request_deadline_s: float = 55
    client_timeout_s: float = 15
    shutdown_grace_s: float = 25
    max_concurrency: int = 100
    max_queue: int = 100
    textract_tps: float = 10
    textract_detect_tps: float = 25
    textract_async_tps: float = 2
    async_pages: int = 30
    textract_topic: str | None = None
    textract_topic_role: str | None = None
    textract_expense_tps: float = 5
    textract_id_tps: float = 5
    human_loop_arn: str | None = None
    rekognition_tps: float = 50
    page_concurrency: int = 8
    cache: str = "memory"
    cache_max_age_s: int = 604_800
    cache_identity: bool = False
    cache_memory_bytes: int = 32 << 20
    allowed_hosts: tuple[str, ...] = ()
    rate_limit: str = "600/minute"
    rate_limit_ipv6_prefix: int = 64
    trusted_proxies: int = 0
    wire_credentials: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    max_batch: int = 25
    jobs: str = "off"
    jobs_queue: str | None = None
    jobs_workers: int = 4
    jobs_max_age_s: int = 604_800
    jobs_lease_s: int = 60
    callback_hosts: tuple[str, ...] = ()
    callback_secrets: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    notification_topics: tuple[str, ...] = ()
    output_buckets: tuple[str, ...] = ()
    log_level: str = "info"
    log_format: str = "json"

    @classmethod
    def read(
        cls,
        environment: Mapping[str, str] | None = None,
        more_faults: Callable[["Settings"], list[str]] = lambda settings: [],
    ) -> "Settings":
        """Settings from `environment` (default `os.environ`). Raises `SettingsError` with every fault found.

        `more_faults` looks for faults that another room knows of: they are named with the others.
        """
        environment = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        faults: list[str] = []
        for setting in SETTINGS:
            text = environment.get(setting.name, "").strip()
            if not text:
                continue
            try:
                values[setting.name.lower()] = setting.parse(text)
            except ValueError as error:
                faults.append(f"{setting.name}: {error}")
        values = _derived_defaults(values, environment)
        settings = cls(**values)
        faults += [*_contradictions(settings, environment), *more_faults(settings)]
        if faults:
            raise SettingsError(faults)
        return settings

    def notices(self, environment: Mapping[str, str]) -> list[str]:
        """What is no fault, but may not be meant: names that nothing reads, and a service that is open to all."""
        told = [f"{name} is set, but nothing reads it; did you mean {right}?" for name, right in _near(environment)]
        if not self.api_keys and self.host not in LOOPBACK_HOSTS:
            told.append(f"anyone who reaches {self.host}:{self.port} may use this service; set API_KEYS=name:key")
        return told

    @property
    def readable_buckets(self) -> tuple[str, ...]:
        """The S3 buckets that may be read, without the folders."""
        folders = {name for name, _ in self.local_buckets}
        names = dict.fromkeys((*self.allowed_buckets, *([self.default_bucket] if self.default_bucket else [])))
        return tuple(name for name in names if name not in folders)


def _derived_defaults(values: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """Defaults that hang on another setting or on the machine."""
    values = dict(values)
    if values.get("engine", "local") == "local":
        samples = Path(__file__).parent.parent / "images"
        values.setdefault("local_buckets", (("images", samples),) if samples.is_dir() else ())  # no package has them
        # The embedded engine is bound by the CPU: one document more than CPUs, so that one is read while others are
        # analysed; more would only make each of them later.
        values.setdefault("max_concurrency", available_cpus() + 1)
        values.setdefault("max_queue", 20)
        values.setdefault("jobs", _own_folder(environment))
        values.setdefault("jobs_workers", max(1, available_cpus() - 1))
    if values.get("host", "127.0.0.1") in LOOPBACK_HOSTS:
        values.setdefault("allowed_hosts", LOOPBACK_NAMES)
    values.setdefault("log_format", "text" if sys.stderr.isatty() else "json")
    return values


def _own_folder(environment: Mapping[str, str]) -> str:
    """Where this user's programs keep what should outlast them; off where the environment names no such place."""
    home = environment.get("HOME", "")
    state = environment.get("XDG_STATE_HOME") or (f"{home}/.local/state" if home else "")
    return f"{state}/document-analysis/jobs" if state.startswith("/") else "off"


# How alike two names are when one is taken for the other misspelt: ENGIN, MAX_PAGE, APIKEYS, but not HOSTNAME.
_ALIKE = 0.85
# Others' variables that look like ours.
_OF_OTHERS = {"HOSTS", "PORTS"}


def _near(environment: Mapping[str, str]) -> list[tuple[str, str]]:
    """Variables that nothing reads and that look like ours, each with ours."""
    ours = [setting.name for setting in SETTINGS]
    found = []
    for name in sorted(set(environment) - set(ours) - _OF_OTHERS):
        plain = name.upper().removeprefix("DOCUMENT_ANALYSIS_")
        near = get_close_matches(plain, ours, 1, _ALIKE) if 3 < len(plain) < 40 else []
        if near and name not in ("DOCUMENT_ANALYSIS_URL", "DOCUMENT_ANALYSIS_KEY"):
            found.append((name, near[0]))
    return found


# Names that people try and that neither this service nor boto3 reads.
_MISNAMED = {
    "AWS_KEY_ID": "AWS_ACCESS_KEY_ID",
    "AWS_ACCESS_KEY": "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_KEY": "AWS_SECRET_ACCESS_KEY",
    "AWS_ACCESS_KEY_SECRET": "AWS_SECRET_ACCESS_KEY",
}


def _contradictions(settings: Settings, environment: Mapping[str, str]) -> list[str]:
    """Faults that no single value has."""
    faults = [
        f"{wrong}: nothing reads it; the name is {right}"
        for wrong, right in _MISNAMED.items()
        if environment.get(wrong) and not environment.get(right)
    ]
    if len({key.key for key in settings.api_keys}) < len(settings.api_keys):
        faults.append("API_KEYS: two names share one key; give each its own")
    for name, folder in settings.local_buckets:
        if not folder.is_dir():
            faults.append(f"LOCAL_BUCKETS: the folder of {name} does not exist; make it or leave {name} out")
    if settings.jobs.startswith("s3://") and not settings.jobs_queue:
        faults.append("JOBS_QUEUE: jobs in S3 need an SQS queue that wakes their workers; set its URL")
    if settings.jobs_queue and not settings.jobs.startswith("s3://"):
        faults.append("JOBS_QUEUE: it goes with JOBS=s3://bucket/prefix; a folder needs no queue")
    if bool(settings.textract_topic) != bool(settings.textract_topic_role):
        faults.append("TEXTRACT_TOPIC, TEXTRACT_TOPIC_ROLE: they go together; set both or neither")
    if settings.textract_topic and not settings.jobs_queue:
        faults.append("TEXTRACT_TOPIC: what is told there must reach JOBS_QUEUE, which is not set")
    if settings.human_loop_arn and settings.engine != "textract":
        faults.append("HUMAN_LOOP_ARN: Amazon A2I goes with ENGINE=textract; review_below does without it")
    if settings.engine == "textract" and not settings.api_keys and not settings.allow_anonymous:
        faults.append(
            "API_KEYS: with ENGINE=textract anyone who reaches the port could spend your money;"
            " set API_KEYS=name:key, or ALLOW_ANONYMOUS=true if something before the service checks who asks"
        )
    return faults
