"""What frames every request: its id, keys, the site that asks, the rate, headers, logs without words, metrics."""

import json
import logging
import re

import pytest

from document_analysis.web.application import request_id
from tests.conftest import IMAGES
from tests.problems import assert_problem

STORED = {"bucket": "images", "document": "letter.png"}
KEYS = {"API_KEYS": "ana:0123456789abcdef,bo:fedcba9876543210"}


@pytest.fixture
def log(capsys):
    """What has been logged since the last look."""
    return lambda: capsys.readouterr().err


class TestKeys:
    def test_either_key_in_either_header(self, client_with):
        client = client_with(**KEYS)
        for headers in (
            {"Authorization": "Bearer 0123456789abcdef"},
            {"Authorization": "bearer fedcba9876543210"},
            {"X-Api-Key": "fedcba9876543210"},
        ):
            assert client.post("/analyze?dry_run=1", json=STORED, headers=headers).status_code == 200

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"X-Api-Key": ""},
            {"X-Api-Key": "0123456789abcde"},
            {"X-Api-Key": "ana"},
            {"Authorization": "Basic 0123456789abcdef"},
            {"Authorization": "Bearer"},
            {"X-Api-Key": "0123456789abcdéf"},
        ],
    )
    def test_any_other_is_refused_before_the_body_is_looked_at(self, client_with, headers):
        client = client_with(**KEYS)
        answer = client.post("/analyze", data=b"nothing that could be read", headers=headers)
        assert_problem(answer, 401, "unauthorized")
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    def test_the_name_of_a_key_stands_in_log_and_metrics_and_the_key_in_neither(self, client_with, log):
        client = client_with(**KEYS)
        headers = {"X-Api-Key": "fedcba9876543210"}
        client.post("/analyze?dry_run=1", json=STORED, headers=headers).close()
        shown = client.get("/metrics", headers=headers).get_data(as_text=True)
        logged = log()
        assert 'requests_total{client="bo",route="/analyze",status="200"} 1.0' in shown
        assert '"client":"bo"' in logged
        assert "fedcba98" not in shown + logged

    def test_what_needs_a_key_and_what_does_not(self, client_with):
        client = client_with(**KEYS)
        for route in ("/health", "/ready", "/openapi.json", "/docs"):
            assert client.get(route).status_code == 200, route
        assert_problem(client.get("/metrics"), 401, "unauthorized")
        assert_problem(client.delete("/analyze", json=STORED), 401, "unauthorized")


class TestSites:
    def test_a_name_pointed_at_loopback_is_refused(self, client):
        answer = client.post("/analyze", json=STORED, headers={"Host": "evil.example"})
        assert_problem(answer, 403, "origin_not_allowed")

    @pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:8080", "LOCALHOST"])
    def test_loopback_names(self, client, host):
        assert client.post("/analyze?dry_run=1", json=STORED, headers={"Host": host}).status_code == 200

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:9999"])
    def test_a_page_of_another_site_is_refused(self, client, origin):
        answer = client.post("/analyze", json=STORED, headers={"Host": "localhost:8080", "Origin": origin})
        assert_problem(answer, 403, "origin_not_allowed")

    @pytest.mark.parametrize("origin", ["http://localhost:8080", "https://localhost:8080"])
    def test_a_page_of_its_own(self, client, origin):
        answer = client.post("/analyze?dry_run=1", json=STORED, headers={"Host": "localhost:8080", "Origin": origin})
        assert answer.status_code == 200

    @pytest.mark.parametrize(
        ("origin", "status"),
        [
            ("https://documents.example", 200),
            ("https://documents.example:8443", 200),
            ("https://DOCUMENTS.example", 200),
            ("https://evil.example", 403),
            ("https://documents.example.evil.example", 403),
            ("http://localhost:9999", 403),
        ],
    )
    def test_a_site_that_is_named_where_a_proxy_asks_by_another_name(self, client_with, origin, status):
        client = client_with(ALLOWED_HOSTS="documents.example,localhost")
        headers = {"Host": "localhost:8080", "Origin": origin}
        assert client.post("/analyze?dry_run=1", json=STORED, headers=headers).status_code == status

    @pytest.mark.parametrize(("proxies", "status"), [("0", 403), ("1", 200)])
    def test_the_name_that_a_trusted_proxy_was_asked_by(self, client_with, proxies, status):
        client = client_with(ALLOWED_HOSTS="documents.example", TRUSTED_PROXIES=proxies)
        headers = {"Host": "backend:8080", "X-Forwarded-Host": "documents.example", "X-Forwarded-Proto": "https"}
        headers["Origin"] = "https://documents.example"
        assert client.post("/analyze?dry_run=1", json=STORED, headers=headers).status_code == status

    @pytest.mark.parametrize("origin", ["http://[", "http://[::1", "http://a]", "://", "", "x", "http://localhost:x"])
    def test_an_origin_that_is_none_is_another_site(self, client, origin):
        answer = client.post("/analyze", json=STORED, headers={"Host": "localhost:8080", "Origin": origin})
        assert_problem(answer, 403, "origin_not_allowed")

    def test_probes_come_by_any_name(self, client):
        assert client.get("/health", headers={"Host": "10.0.3.17"}).status_code == 200


class TestRate:
    def test_a_client_that_sends_too_much(self, client_with):
        client = client_with(RATE_LIMIT="2/minute", **KEYS)
        ana, bo = {"X-Api-Key": "0123456789abcdef"}, {"X-Api-Key": "fedcba9876543210"}
        for _ in range(2):
            assert client.post("/analyze?dry_run=1", json=STORED, headers=ana).status_code == 200
        answer = client.post("/analyze?dry_run=1", json=STORED, headers=ana)
        assert_problem(answer, 429, "rate_limited")
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert client.post("/analyze?dry_run=1", json=STORED, headers=bo).status_code == 200
        assert client.get("/health").status_code == 200

    @pytest.mark.parametrize(("proxies", "shared"), [("0", True), ("1", False)])
    def test_an_address_behind_a_proxy(self, client_with, proxies, shared):
        client = client_with(RATE_LIMIT="1/minute", TRUSTED_PROXIES=proxies)

        def status(forwarded):
            headers = {"X-Forwarded-For": forwarded}
            return client.post("/analyze?dry_run=1", json=STORED, headers=headers).status_code

        assert status("6.6.6.6, 192.0.2.1") == 200
        assert status("192.0.2.2") == (429 if shared else 200)
        assert status("7.7.7.7, 192.0.2.1") == 429  # what the client itself claims is not believed

    @pytest.mark.parametrize(
        ("prefix", "other", "status"),
        [
            ("64", "2001:db8::ffff", 429),  # the same network, and so the same client
            ("64", "2001:db8:0:1::1", 200),
            ("128", "2001:db8::ffff", 200),
            ("48", "2001:db8:0:1::1", 429),
        ],
    )
    def test_an_ipv6_client_is_its_network(self, client_with, prefix, other, status):
        client = client_with(RATE_LIMIT="1/minute", RATE_LIMIT_IPV6_PREFIX=prefix)

        def asked(address):
            environment = {"REMOTE_ADDR": address}
            return client.post("/analyze?dry_run=1", json=STORED, environ_overrides=environment).status_code

        assert asked("2001:db8::1") == 200
        assert asked(other) == status

    def test_ipv4_is_the_same_in_ipv6(self, client_with):
        client = client_with(RATE_LIMIT="1/minute")
        statuses = [
            client.post("/analyze?dry_run=1", json=STORED, environ_overrides={"REMOTE_ADDR": address}).status_code
            for address in ("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2")
        ]
        assert statuses == [200, 429, 200]


class TestOwnErrors:
    def test_no_such_route(self, client):
        assert_problem(client.get("/nothing"), 404, "not_found")

    def test_no_such_method(self, client):
        answer = client.put("/analyze")
        assert_problem(answer, 405, "method_not_allowed")
        assert "POST" in answer.headers["Allow"]

    def test_our_own_fault_tells_the_client_nothing_and_the_log_where(self, local_app, client, monkeypatch, log):
        def broken(*_):
            raise KeyError("Marta Oldenburg 14.03.1986")

        monkeypatch.setitem(local_app.view_functions, "live", broken)
        assert_problem(client.get("/health"), 500, "internal_error")
        logged = log()
        assert "KeyError" in logged
        assert "test_frame.py" in logged
        assert "Oldenburg" not in logged


class TestWhatAnExceptionSays:
    """Its message may hold a document's words: the log gets its kind and its place, the client neither."""

    WORDS = "Marta Oldenburg 14.03.1986"

    def broken(self, *_, **__):
        try:
            raise LookupError(self.WORDS)
        except LookupError as error:
            raise KeyError(self.WORDS) from error

    def assert_only_kinds_and_places(self, logged: str) -> None:
        assert "KeyError" in logged and "LookupError" in logged
        assert "test_frame.py" in logged
        assert "Oldenburg" not in logged

    def test_of_a_resource(self, client, monkeypatch, log):
        monkeypatch.setattr("document_analysis.web.analyze.process_text_analysis", self.broken)
        assert_problem(client.post("/analyze", json=STORED), 500, "internal_error")
        self.assert_only_kinds_and_places(log())

    def test_of_a_page(self, client_with, monkeypatch, log):
        client = client_with(RATE_LIMIT="off")
        engine = client.application.extensions["services"].engine
        monkeypatch.setattr(type(engine), "analyse", self.broken)
        body = assert_problem(client.post("/analyze", json=STORED), 500, "internal_error")
        assert "Oldenburg" not in str(body)
        self.assert_only_kinds_and_places(log())

    def test_of_a_line_of_a_stream(self, client, monkeypatch, log):
        monkeypatch.setattr("document_analysis.web.analyze.page_line", self.broken)
        answer = client.post("/analyze?format=ndjson", json=STORED)
        end = json.loads(answer.get_data())
        assert (end["event"], end["status"], end["error"]["code"]) == ("end", "failed", "internal_error")
        assert "Oldenburg" not in str(end)
        self.assert_only_kinds_and_places(log())

    def test_of_a_library_that_logs_it(self, client, log):
        try:
            self.broken()
        except KeyError:
            logging.getLogger("botocore.parsers").warning("could not be parsed", exc_info=True)
        self.assert_only_kinds_and_places(log())


class TestHeaders:
    @pytest.mark.parametrize(
        ("given", "kept"), [("abc-DEF_123", True), ("a" * 65, False), ("a b", False), ("<x>", False)]
    )
    def test_a_plain_request_id_is_kept(self, client, given, kept):
        answer = client.get("/health", headers={"X-Request-Id": given})
        assert (answer.headers["X-Request-Id"] == given) is kept
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", answer.headers["X-Request-Id"])

    def test_a_balancers_trace_is_the_id_where_the_client_has_none(self):
        trace = "Self=1-2-3;Root=1-67891233-abcdef012345678912345678"
        assert request_id(None, trace) == "1-67891233-abcdef012345678912345678"
        assert request_id("mine", trace) == "mine"

    def test_headers_for_safety_on_everything(self, client):
        for answer in (client.get("/health"), client.get("/nothing"), client.post("/analyze?dry_run=1", json=STORED)):
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "private, no-store"
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]

    def test_the_steps_and_their_milliseconds(self, client):
        timing = client.post("/analyze?format=png", json=STORED).headers["Server-Timing"]
        assert re.fullmatch(r"fetch;dur=[\d.]+, engine;dur=[\d.]+, draw;dur=[\d.]+", timing)
        timing = client.post("/analyze", json=STORED).headers["Server-Timing"]
        assert re.fullmatch(r"fetch;dur=[\d.]+, engine;dur=[\d.]+, summarize;dur=[\d.]+", timing)


def test_the_log_has_figures_and_no_words(client, log):
    answer = client.post("/analyze", json=STORED)
    words = {word for word in answer.get_json()["text"].split() if len(word) > 6 and word.isalpha()}
    answer.close()
    logged = log()
    lines = [json.loads(line) for line in logged.splitlines()]
    line = next(line for line in lines if line["event"] == "request")
    assert (line["route"], line["status"], line["pages"], line["engine"]) == ("/analyze", 200, 1, "local")
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert len(words) > 20
    assert not [word for word in words if word in logged]
    assert "letter.png" not in logged


def test_the_line_of_a_stream_has_its_figures_too(client, log):
    answer = client.post("/analyze?format=ndjson", json={"document": "s3://images/two-pages.tiff"})
    answer.get_data()
    answer.close()
    line = next(line for line in map(json.loads, log().splitlines()) if line["event"] == "request")
    assert (line["pages"], line["engine"], line["pages_billed"]) == (2, "local", 0)


def test_probes_leave_no_line(client, log):
    for route in ("/health", "/ready", "/metrics"):
        client.get(route).close()
    assert log() == ""


def test_many_probes_are_one_look(client_with, monkeypatch):
    monkeypatch.setattr("document_analysis.web.health.FRESH_S", 3600)
    looks = []
    monkeypatch.setattr("document_analysis.stores.contract.Stores.ready", lambda self: looks.append(1))
    client = client_with()
    for _ in range(3):
        assert client.get("/ready").status_code == 200
    assert len(looks) == 1


def test_metrics_count_what_happened(client):
    def value(name: str) -> float:
        text = client.get("/metrics").get_data(as_text=True)
        found = re.search(rf"^{re.escape(name)} ([\d.e+]+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    requests = 'document_analysis_requests_total{client="anonymous",route="/analyze",status="200"}'
    refused = 'document_analysis_errors_total{code="unsupported_media_type"}'
    before = value(requests), value(refused)
    client.post("/analyze", data=(IMAGES / "letter.png").read_bytes()).close()
    client.post("/analyze", data=b"?").close()
    assert (value(requests), value(refused)) == (before[0] + 1, before[1] + 1)
    assert value('document_analysis_upstream_calls_total{engine="local",operation="AnalyzeDocument",outcome="ok"}') >= 1


def test_health_touches_nothing(client, local_app, monkeypatch):
    services = local_app.extensions["services"]
    monkeypatch.setattr(type(services.engine), "ready", lambda self: pytest.fail("asked the engine"))
    assert client.get("/health").get_json() == {"status": "ok"}


def test_ready_says_which_part_is_not(client_with, monkeypatch, tmp_path):
    (tmp_path / "bucket").mkdir()
    client = client_with(LOCAL_BUCKETS=f"b={tmp_path / 'bucket'}")
    (tmp_path / "bucket").rmdir()
    body = assert_problem(client.get("/ready"), 503, "not_ready", "store")
    assert str(tmp_path) not in str(body)
