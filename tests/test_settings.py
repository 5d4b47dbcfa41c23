"""Settings: one table, the same in code, README and `.env.example`; every fault at once, with its remedy."""

import dataclasses
import re
from pathlib import Path

import pytest

from document_analysis.settings import SETTINGS, Settings, SettingsError

ROOT = Path(__file__).resolve().parent.parent
NAMES = [setting.name for setting in SETTINGS]


def faults(environment: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        Settings.read(environment)
    return str(caught.value)


def test_an_empty_environment_is_the_embedded_engine_on_loopback():
    settings = Settings.read({})
    assert (settings.engine, settings.host, settings.port) == ("local", "127.0.0.1", 8080)
    assert settings.local_buckets == (("images", ROOT / "images"),)
    assert "localhost" in settings.allowed_hosts


def test_every_setting_has_a_field_and_every_field_a_setting():
    assert [field.name for field in dataclasses.fields(Settings)] == [name.lower() for name in NAMES]


def test_the_defaults_of_the_table_are_those_of_the_code():
    bare = Settings()
    for setting in SETTINGS:
        if setting.default and not re.search(r"ENGINE=local|loopback|terminal", setting.default):
            assert setting.parse(setting.default) == getattr(bare, setting.name.lower()), setting.name


def test_readme_has_the_table_and_nothing_else_in_it():
    text = (ROOT / "README.md").read_text()
    table = text[text.index("<!-- settings -->") : text.index("<!-- end of settings -->")]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", table, re.MULTILINE)
    assert [(name, default.strip("`")) for name, default, _ in rows] == [
        (setting.name, setting.default or "–") for setting in SETTINGS
    ]
    assert [meaning for _, _, meaning in rows] == [setting.meaning for setting in SETTINGS]


def test_the_example_file_has_every_setting_with_its_default():
    text = (ROOT / ".env.example").read_text()
    own, _, aws = text.partition("# AWS's own names")
    lines = re.findall(r"^#(\w+)=(.*)$", own, re.MULTILINE)
    assert [(name, value.removeprefix("  # ")) for name, value in lines] == [(s.name, s.default) for s in SETTINGS]
    assert "AWS_ACCESS_KEY_ID" in aws


def test_all_faults_are_named_at_once_with_their_remedy():
    text = faults({"PORT": "99999", "ENGINE": "cloud", "API_KEYS": "nocolon", "CACHE": "disk", "RATE_LIMIT": "fast"})
    for expected in ("PORT: give a number from 1 to 65535", "ENGINE: use local or textract", "API_KEYS: give name:key"):
        assert expected in text
    assert "CACHE: use off" in text
    assert "RATE_LIMIT: use off" in text


def test_the_cloud_engine_does_not_start_open_to_anyone():
    text = faults({"ENGINE": "textract", "ALLOWED_BUCKETS": "b"})
    assert "ALLOW_ANONYMOUS=true" in text
    assert Settings.read({"ENGINE": "textract", "ALLOWED_BUCKETS": "b", "ALLOW_ANONYMOUS": "true"}).allow_anonymous
    keyed = Settings.read({"ENGINE": "textract", "ALLOWED_BUCKETS": "b", "API_KEYS": "ana:0123456789abcdef"})
    assert keyed.api_keys[0].name == "ana"


def test_the_cloud_engine_may_do_without_buckets():
    assert Settings.read({"ENGINE": "textract", "ALLOW_ANONYMOUS": "true"}).readable_buckets == ()
    default = Settings.read({"ENGINE": "textract", "ALLOW_ANONYMOUS": "true", "DEFAULT_BUCKET": "mine"})
    assert default.readable_buckets == ("mine",)


@pytest.mark.parametrize("wrong", ["AWS_KEY_ID", "AWS_SECRET_KEY"])
def test_names_that_nothing_reads_are_pointed_out(wrong: str):
    assert f"{wrong}: nothing reads it" in faults({wrong: "x"})


def test_a_key_stays_out_of_every_repr():
    settings = Settings.read({"API_KEYS": "ana:0123456789abcdef"})
    assert "0123456789abcdef" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("API_KEYS", "ana:short"),
        ("API_KEYS", "a:0123456789abcdef,b:0123456789abcdef"),
        ("LOCAL_BUCKETS", "x=/no/such"),
        ("HUMAN_LOOP_ARN", "forms"),
        ("HUMAN_LOOP_ARN", "arn:aws:sagemaker:us-east-1:123456789012:flow-definition/forms"),  # of the other engine
    ],
)
def test_faults_of_meaning(name: str, text: str):
    assert name in faults({name: text})


def test_sizes_may_carry_a_unit():
    assert Settings.read({"MAX_DOCUMENT_BYTES": "2MiB"}).max_document_bytes == 2 << 20


class TestNotices:
    def told(self, **environment: str) -> list[str]:
        return Settings.read(environment).notices(environment)

    @pytest.mark.parametrize(
        ("name", "meant"),
        [
            ("MAX_PAGE", "MAX_PAGES"),
            ("ENGIN", "ENGINE"),
            ("API_KEY", "API_KEYS"),
            ("ALLOWED_BUCKET", "ALLOWED_BUCKETS"),
            ("LOGLEVEL", "LOG_LEVEL"),
            ("DOCUMENT_ANALYSIS_PORT", "PORT"),
        ],
    )
    def test_a_name_that_nothing_reads_is_told_with_the_nearest(self, name: str, meant: str):
        assert self.told(**{name: "1"}) == [f"{name} is set, but nothing reads it; did you mean {meant}?"]

    @pytest.mark.parametrize(
        "name", ["HOSTNAME", "HOME", "PATH", "AWS_REGION", "LOGNAME", "SHELL", "DOCUMENT_ANALYSIS_URL", "PORTS"]
    )
    def test_others_peoples_names_are_not(self, name: str):
        assert self.told(**{name: "1"}) == []

    def test_a_value_is_never_told(self):
        assert "secret" not in str(self.told(API_KEY="secret"))

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
    def test_a_service_that_is_open_to_the_network_is_told_of(self, host: str):
        assert "anyone who reaches" in self.told(HOST=host)[0]
        assert self.told(HOST=host, API_KEYS="ana:0123456789abcdef") == []

    def test_one_on_loopback_is_not(self):
        assert self.told() == []


def test_faults_that_another_room_knows_of_are_named_with_the_others():
    with pytest.raises(SettingsError) as caught:
        Settings.read({"PORT": "0"}, lambda settings: [f"REGION: {settings.engine}"])
    assert [fault.partition(":")[0] for fault in caught.value.faults] == ["PORT", "REGION"]
