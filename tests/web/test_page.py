"""`GET /`: the page's files, what its policy allows, and what it tells of the service."""

import gzip
import re
from pathlib import Path

import pytest

from document_analysis.errors import ServiceError
from document_analysis.views.parts import PARTS
from document_analysis.web.page import POLICY, SAMPLES, VIEWER, thumbnail_of
from tests.conftest import IMAGES
from tests.problems import assert_problem

FILES = sorted(path.name for path in VIEWER.iterdir())
TEXTS = [name for name in FILES if not name.endswith(".webp")]
FIRST_VIEW_BYTES = 150_000
KEYS = {"API_KEYS": "ana:0123456789abcdef"}


def text(name: str) -> str:
    return (VIEWER / name).read_text()


class TestFiles:
    def test_the_page_names_only_files_that_are_there(self, client):
        page = client.get("/")
        assert page.content_type == "text/html; charset=utf-8"
        named = re.findall(r'(?:src|href)="([^"]+)"', page.get_data(as_text=True))
        assert len(named) >= 4
        for name in named:
            assert client.get(f"/{name}").status_code == 200, name

    def test_modules_import_only_files_that_are_there(self):
        for name in FILES:
            if name.endswith(".js"):
                for other in re.findall(r'^import .* from "(.*)";$|import\("(.*?)"\)', text(name), re.MULTILINE):
                    assert "".join(other).removeprefix("./") in FILES, (name, other)

    @pytest.mark.parametrize(
        ("name", "media_type"),
        [("main.js", "text/javascript"), ("viewer.css", "text/css"), ("icon.svg", "image/svg+xml")],
    )
    def test_each_has_its_media_type(self, client, name, media_type):
        answer = client.get(f"/viewer/{name}")
        assert answer.mimetype == media_type
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize("name", ["nothing.js", "../page.py", "..%2fpage.py", "%2e%2e/page.py", "sub/main.js"])
    def test_nothing_else_is_served(self, client, name):
        assert_problem(client.get(f"/viewer/{name}"), 404, "not_found")

    def test_the_first_view_is_small(self, client):
        """All that is fetched before a document is chosen, as browsers ask for it."""
        asked = ["/viewer/service.json"]
        seen: set[str] = set()
        total = 0
        page = client.get("/", headers={"Accept-Encoding": "gzip"})
        names = re.findall(r'(?:src|href)="(viewer/[^"]+)"', client.get("/").get_data(as_text=True))
        asked += [f"/{name}" for name in names] + [f"/viewer/{thumbnail_of(name)}" for name in SAMPLES]
        while asked:
            address = asked.pop()
            if address in seen:
                continue
            seen.add(address)
            total += len(client.get(address, headers={"Accept-Encoding": "gzip"}).data)
            if address.endswith(".js"):
                imported = re.findall(r'^import .* from "\./(.*)";$', text(Path(address).name), re.MULTILINE)
                asked += [f"/viewer/{other}" for other in imported]
        modules = {address.removeprefix("/") for address in seen if address.endswith(".js")} - {"viewer/main.js"}
        preloaded = set(re.findall(r'rel="modulepreload" href="([^"]+)"', text("index.html")))
        assert preloaded == modules  # so that they come at once, not one behind the other
        assert len(page.data) + total <= FIRST_VIEW_BYTES

    def test_files_come_packed_to_who_takes_that(self, client):
        packed = client.get("/viewer/main.js", headers={"Accept-Encoding": "gzip, br"})
        plain = client.get("/viewer/main.js", headers={"Accept-Encoding": "gzip;q=0"})
        assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
        assert "Content-Encoding" not in plain.headers
        assert gzip.decompress(packed.data) == plain.data == (VIEWER / "main.js").read_bytes()
        assert packed.headers["ETag"] != plain.headers["ETag"]

    def test_a_file_is_sent_again_only_when_it_changed(self, client):
        first = client.get("/viewer/main.js")
        again = client.get("/viewer/main.js", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Content-Security-Policy"] == POLICY
        assert first.headers["Cache-Control"] == "no-cache"


class TestPolicy:
    def test_nothing_inline_and_nothing_from_elsewhere(self, client):
        policy = client.get("/").headers["Content-Security-Policy"]
        rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
        assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == rules["frame-ancestors"] == "'none'"
        assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
        assert rules["require-trusted-types-for"] == "'script'"
        assert "unsafe" not in policy and "http" not in policy and "*" not in policy

    def test_the_page_keeps_to_it(self):
        page = text("index.html")
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
        assert re.findall(r"<script[^>]*>(.*?)</script>", page) == [""]
        for name in FILES:
            if name.endswith((".js", ".css")):
                assert not re.search(r"https?://(?!www\.w3\.org/2000/svg|\$\{SCHEMA\})", text(name)), name

    def test_no_module_has_a_way_from_text_to_markup(self):
        ways = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function|srcdoc"
        for name in TEXTS:
            assert not re.search(ways, text(name)), name

    def test_no_key_in_an_address_or_on_a_disk(self):
        for name in TEXTS:
            assert not re.search(r"localStorage|document\.cookie|[?&](api_?)?key=", text(name)), name
            assert ("indexedDB" in text(name)) == (name == "vault.js"), name
        assert "api-key" not in text("vault.js") and "storedKey" not in text("vault.js")


class TestFacts:
    def test_of_a_fresh_machine(self, client):
        facts = client.get("/viewer/service.json").get_json()
        assert facts["engine"] == "local"
        assert "TABLES" in facts["features"] and "QUERIES" not in facts["features"]
        assert (facts["needs_key"], facts["keeps_results"]) == (False, True)
        assert {sample["document"] for sample in facts["samples"]} == set(SAMPLES)
        assert {sample["thumbnail"] for sample in facts["samples"]} == {
            name for name in FILES if name.endswith(".webp")
        }
        assert (facts["offers_stored"], facts["jobs"]) == (False, True)

    def test_every_sample_can_be_asked_for(self, client):
        for sample in client.get("/viewer/service.json").get_json()["samples"]:
            named = {"bucket": sample["bucket"], "document": sample["document"]}
            assert client.post("/analyze?dry_run=1", json=named).status_code == 200, named

    def test_every_view_offered_can_be_had_under_its_name(self, client):
        offered = client.get("/viewer/service.json").get_json()["views"]
        assert {"json", "markdown", "text", "csv", "textract", "png", "pdf"} <= {view["format"] for view in offered}
        for view in offered:
            answer = client.post(f"/analyze?format={view['format']}", json={"document": "s3://images/letter.png"})
            assert answer.status_code == 200, view
            if name := answer.headers.get("Content-Disposition"):
                assert name.endswith(f'"letter{view["ending"].replace("{page}", "1")}"')

    def test_the_page_knows_the_parts_that_there_are(self):
        rows = re.findall(r"^export const PARTS = \{\n(.*?)^\};", text("model.js"), re.MULTILINE | re.DOTALL)[0]
        assert set(re.findall(r"^  (\w+): \{", rows, re.MULTILINE)) == set(PARTS) - {"picture"}

    def test_the_page_has_words_for_every_error(self):
        """But for those that it cannot bring about, or whose only word is that it did not work."""
        known = set(re.findall(r"^  (\w+): \[", text("words.js"), re.MULTILINE))
        other = {
            "invalid_request",
            "internal_error",
            "forbidden",
            "method_not_allowed",
            "not_acceptable",
            "address_too_long",
        }
        other |= {"expectation_failed", "idempotency_mismatch", "headers_too_large", "not_implemented", "engine_failed"}
        other |= {"unavailable", "not_ready", "too_many_connections"}
        assert {error.code for error in _errors()} - known == other

    def test_with_keys_it_needs_none_and_tells_no_names(self, client_with, tmp_path):
        (tmp_path / "secret.png").write_bytes((IMAGES / "letter.png").read_bytes())
        client = client_with(LOCAL_BUCKETS=f"images={tmp_path},other={tmp_path}", DEFAULT_BUCKET="other", **KEYS)
        for route in ("/", "/viewer/main.js", "/viewer/service.json"):
            assert client.get(route).status_code == 200, route
        answer = client.get("/viewer/service.json")
        assert answer.get_json()["needs_key"] is True
        assert answer.get_json()["has_default_bucket"] is True
        assert answer.get_json()["offers_stored"] is True
        for name in ("secret", "other", "ana", "0123456789abcdef", str(tmp_path)):
            assert name not in answer.get_data(as_text=True)

    def test_without_the_samples_none_are_offered(self, client_with, tmp_path):
        client = client_with(LOCAL_BUCKETS=f"mine={tmp_path}")
        assert client.get("/viewer/service.json").get_json()["samples"] == []

    def test_another_host_is_refused(self, client):
        assert_problem(client.get("/", headers={"Host": "evil.example"}), 403, "origin_not_allowed")


def _errors(of: type[ServiceError] = ServiceError) -> set[type[ServiceError]]:
    return {of}.union(*(_errors(error) for error in of.__subclasses__()))
