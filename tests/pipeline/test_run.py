"""The whole road with the cloud engine: S3 and Textract on loopback, the service between them."""

import gc
import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from app import create_app
from document_analysis.documents.document import Upload
from document_analysis.documents.opening import Document
from document_analysis.errors import DeadlineExceeded
from document_analysis.limits.deadlines import Deadline
from document_analysis.pipeline.packing import pack
from document_analysis.pipeline.request import AnalysisRequest, Attempt
from document_analysis.pipeline.run import Run, process_text_analysis
from document_analysis.settings import Settings
from tests.conftest import IMAGES
from tests.fakes.textract_server import response
from tests.problems import assert_problem

FORM = (IMAGES / "application-form.png").read_bytes()
REPORT = (IMAGES / "report.pdf").read_bytes()
TWO_PAGES = (IMAGES / "two-pages.tiff").read_bytes()


class Cloud:
    """A service with ENGINE=textract, a bucket of its own, and what it asked of S3 and Textract."""

    def __init__(self, s3, textract) -> None:
        self.s3, self.textract = s3, textract
        self.bucket = s3.bucket()
        self.restart()

    def restart(self, **settings: str):
        """A new container: nothing is remembered but what lies in S3."""
        self.app = create_app(
            Settings.read(
                {
                    "ENGINE": "textract",
                    "ALLOW_ANONYMOUS": "true",
                    "ALLOWED_BUCKETS": self.bucket,
                    "RATE_LIMIT": "off",
                    "TEXTRACT_TPS": "1000",
                    "TEXTRACT_DETECT_TPS": "1000",
                    **settings,
                }
            )
        )
        return self

    def put(self, key: str, data: bytes) -> dict[str, str]:
        self.s3.put(self.bucket, key, data)
        self.s3.calls.clear()
        return {"bucket": self.bucket, "document": key}

    def analyze(self, stored=None, query: str = "", **kwargs):
        if stored is not None:
            kwargs["json"] = stored
        return self.app.test_client().post(f"/analyze{query}", **kwargs)


@pytest.fixture
def cloud(fake_s3, fake_textract) -> Cloud:
    return Cloud(fake_s3, fake_textract)


def together(number: int, work) -> list:
    """The results of `number` threads that begin at once."""
    results, barrier = [None] * number, threading.Barrier(number)

    def run(place: int) -> None:
        barrier.wait(10)
        results[place] = work()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


class TestOneObject:
    def test_a_picture_in_s3_goes_by_name_and_is_read_once(self, cloud):
        stored = cloud.put("form.png", FORM)
        body = cloud.analyze(stored).get_json()
        assert body["text"] == "Hello world"
        assert [call.operation for call in cloud.textract.calls] == ["AnalyzeDocument"]
        document = cloud.textract.calls[0].request["Document"]
        assert document == {"S3Object": {"Bucket": cloud.bucket, "Name": "form.png"}}
        assert body["document"]["sha256"] is None
        assert [call for call in cloud.s3.calls if call.startswith("GET")] == [f"GET /{cloud.bucket}/form.png"]
        assert (body["pages"][0]["width"], body["pages"][0]["height"]) == (1240, 1754)

    def test_drawing_reads_each_byte_once(self, cloud):
        stored = cloud.put("form.png", FORM)
        answer = cloud.analyze(stored, "?format=jpeg&annotate=lines")
        with Image.open(io.BytesIO(answer.data)) as picture:
            assert picture.size == (1240, 1754)
        assert len([call for call in cloud.s3.calls if call.startswith("GET")]) == 2  # the head, and the rest

    def test_a_version_is_asked_for_by_its_name(self, cloud):
        bucket = cloud.s3.bucket(versioned=True)
        cloud.restart(ALLOWED_BUCKETS=bucket)
        old = cloud.s3.put(bucket, "form.png", FORM)
        cloud.s3.put(bucket, "form.png", REPORT)
        body = cloud.analyze({"bucket": bucket, "document": "form.png", "version": old}).get_json()
        assert (body["document"]["version"], body["document"]["media_type"]) == (old, "image/png")
        assert cloud.textract.calls[0].request["Document"]["S3Object"]["Version"] == old

    def test_text_alone_is_the_cheap_operation(self, cloud):
        body = cloud.analyze(cloud.put("form.png", FORM), "?features=").get_json()
        assert cloud.textract.calls[0].operation == "DetectDocumentText"
        assert body["cost"]["estimated_usd"] == 0.0015
        assert body["features"] == []

    def test_queries_go_with_their_configuration(self, cloud):
        asked = {**cloud.put("form.png", FORM), "features": "FORMS", "queries": [{"text": "Who?", "alias": "WHO"}]}
        body = cloud.analyze(asked).get_json()
        request = cloud.textract.calls[0].request
        assert request["FeatureTypes"] == ["FORMS", "QUERIES"]
        assert request["QueriesConfig"] == {"Queries": [{"Text": "Who?", "Alias": "WHO"}]}
        assert body["cost"] == {
            "pages_billed": 1,
            "pages_from_cache": 0,
            "upstream_attempts": 1,
            "estimated_usd": 0.055,
        }

    def test_an_upload_goes_as_bytes(self, cloud):
        body = cloud.analyze(data=FORM).get_json()
        assert cloud.textract.calls[0].request["Document"]["Bytes"] == FORM
        assert len(body["document"]["sha256"]) == 64

    def test_what_is_not_there(self, cloud):
        assert_problem(cloud.analyze({"bucket": cloud.bucket, "document": "none"}), 404, "document_not_found")
        assert_problem(cloud.analyze({"bucket": "elsewhere", "document": "x"}), 403, "bucket_not_allowed")
        assert cloud.textract.count == 0

    def test_a_dry_run_tells_the_price_and_pays_nothing(self, cloud):
        plan = cloud.analyze(cloud.put("report.pdf", REPORT), "?dry_run=true").get_json()
        assert plan["cost"]["estimated_usd"] == 0.195
        assert cloud.textract.count == 0


class TestManyPages:
    def test_a_pdf_goes_page_by_page_as_pdfs(self, cloud):
        body = cloud.analyze(cloud.put("report.pdf", REPORT), "?format=textract").get_json(force=True)
        sent = [call.request["Document"]["Bytes"] for call in cloud.textract.calls]
        assert len(sent) == 3
        assert all(data.startswith(b"%PDF") for data in sent)
        assert [block["Page"] for block in body["Blocks"] if block["BlockType"] == "PAGE"] == [1, 2, 3]
        ids = [block["Id"] for block in body["Blocks"]]
        assert len(ids) == len(set(ids)) == 12
        assert body["DocumentMetadata"] == {"Pages": 3}

    def test_the_pages_of_a_tiff_are_lossless_pictures(self, cloud):
        cloud.analyze(data=TWO_PAGES)
        sent = [call.request["Document"]["Bytes"] for call in cloud.textract.calls]
        assert sorted(data[:4] for data in sent) == [b"\x89PNG", b"\x89PNG"]

    def test_pages_are_at_work_side_by_side_but_not_all_at_once(self, cloud):
        cloud.restart(PAGE_CONCURRENCY="2")
        cloud.textract.latency_s = 0.2
        cloud.analyze(data=REPORT)
        assert cloud.textract.most_in_flight == 2

    def test_only_the_page_that_is_shown_is_paid_for(self, cloud):
        assert cloud.analyze(query="?format=png&render_page=2", data=REPORT).status_code == 200
        assert cloud.textract.count == 1

    def test_a_page_that_fails_is_reported_in_its_place(self, cloud):
        cloud.textract.script("ok", "bad document", "ok")
        answer = cloud.analyze(data=REPORT)
        body = answer.get_json()
        assert (body["status"], answer.headers["Document-Status"]) == ("partial", "partial")
        failed = [page for page in body["pages"] if page["status"] == "failed"]
        assert [page["error"]["code"] for page in failed] == ["unreadable_document"]
        assert any(f"Page {failed[0]['page']}" in warning for warning in body["warnings"])
        assert body["cost"]["pages_billed"] == 2
        again = cloud.analyze(data=REPORT).get_json()
        assert (again["status"], cloud.textract.count) == ("succeeded", 4)  # only what was missing

    def test_textracts_view_of_a_failed_page(self, cloud):
        cloud.textract.script("bad document")
        body = cloud.analyze(query="?format=textract&on_page_error=partial", data=REPORT).get_json(force=True)
        assert [warning["ErrorCode"] for warning in body["Warnings"]] == ["unreadable_document"]

    @pytest.mark.parametrize("query", ["?format=text", "?on_page_error=fail"])
    def test_a_page_that_fails_fails_the_rest_where_asked(self, cloud, query):
        cloud.textract.script("bad document")
        assert_problem(cloud.analyze(query=query, data=REPORT), 422, "unreadable_document")

    def test_when_every_page_fails_the_request_fails(self, cloud):
        cloud.textract.always("denied")
        assert_problem(cloud.analyze(data=REPORT), 502, "engine_denied")
        assert_problem(cloud.analyze(query="?format=ndjson", data=REPORT), 502, "engine_denied")

    def test_a_fault_behind_the_first_page_stands_at_the_end_of_a_stream(self, cloud):
        cloud.textract.script("ok", "denied", "denied")
        cloud.restart(PAGE_CONCURRENCY="1")
        lines = (
            cloud.analyze(query="?format=ndjson&on_page_error=fail", data=REPORT).get_data(as_text=True).splitlines()
        )
        assert '"event":"page"' in lines[0]
        assert '"code":"engine_denied"' in lines[-1]
        assert '"status":"failed"' in lines[-1]


class TestFaults:
    @pytest.mark.parametrize(
        "fault",
        [
            "throttle",
            "throttle as 500",
            "throughput",
            "internal",
            "reset",
            "cut",
            "no blocks",
            {"Blocks": [1]},
            {"Blocks": [{"BlockType": "LINE", "Text": 12}]},
        ],
        ids=str,
    )
    def test_what_passes_is_tried_again(self, cloud, fault):
        cloud.textract.script(fault)
        body = cloud.analyze(cloud.put("form.png", FORM)).get_json()
        assert body["text"] == "Hello world"
        assert body["cost"]["upstream_attempts"] == 2

    @pytest.mark.parametrize("answer", [{"Blocks": [1]}, {"Blocks": [{"BlockType": "LINE", "Text": 12}]}], ids=str)
    def test_an_answer_of_another_shape_is_never_a_500_and_never_kept(self, cloud, answer):
        cloud.textract.answers = lambda call: answer
        cloud.restart(REQUEST_DEADLINE_S="30")
        assert_problem(cloud.analyze(data=FORM), 502, "engine_failed")
        cloud.textract.answers = cloud.textract.hello
        assert cloud.analyze(data=FORM).get_json()["cached"] is False

    def test_a_quota_that_is_used_up_is_a_503_with_a_time(self, cloud):
        cloud.textract.always("throttle")
        cloud.restart(REQUEST_DEADLINE_S="2")
        assert_problem(cloud.analyze(cloud.put("form.png", FORM)), 503, "engine_throttled")

    def test_an_upstream_that_hangs_is_a_504_at_the_deadline(self, cloud):
        cloud.textract.always("hang")
        cloud.restart(REQUEST_DEADLINE_S="1")
        start = time.monotonic()
        assert_problem(cloud.analyze(cloud.put("form.png", FORM)), 504, "deadline_exceeded")
        assert time.monotonic() - start < 10  # far from the 20 s that a call may take

    def test_pages_cut_off_by_the_deadline_are_partial_and_done_next_time(self, cloud):
        def slow_but_one(call):
            if cloud.textract.count > 1:
                time.sleep(2)
            return response("Hello world")

        cloud.textract.answers = slow_but_one
        cloud.restart(REQUEST_DEADLINE_S="1", PAGE_CONCURRENCY="2")
        body = cloud.analyze(data=REPORT).get_json()
        assert [page["error"] and page["error"]["code"] for page in body["pages"]].count("deadline_exceeded") == 2
        time.sleep(2)
        cloud.textract.answers = lambda call: response("Hello world")
        again = cloud.analyze(data=REPORT).get_json()
        assert (again["status"], again["cost"]["pages_from_cache"]) == ("succeeded", 3)
        assert cloud.textract.count == 3

    def test_no_page_is_begun_behind_the_deadline(self, cloud):
        cloud.textract.latency_s = 1.5
        cloud.restart(REQUEST_DEADLINE_S="1", PAGE_CONCURRENCY="1")
        assert_problem(cloud.analyze(data=REPORT), 504, "deadline_exceeded")
        time.sleep(1.5)
        assert cloud.textract.count == 1

    def test_an_answer_behind_the_deadline_is_kept(self, cloud):
        cloud.textract.latency_s = 1.6
        cloud.restart(REQUEST_DEADLINE_S="1")
        stored = cloud.put("form.png", FORM)
        assert_problem(cloud.analyze(stored), 504, "deadline_exceeded")
        for _ in range(100):
            if cloud.app.extensions["services"].work.cache.size_bytes:
                break
            time.sleep(0.05)
        assert cloud.analyze(stored).get_json()["cached"] is True
        assert cloud.textract.count == 1


class TestNeverPayTwice:
    def test_the_same_document_is_asked_for_once(self, cloud):
        stored = cloud.put("form.png", FORM)
        first, second = cloud.analyze(stored).get_json(), cloud.analyze(stored).get_json()
        assert cloud.textract.count == 1
        assert (first["cached"], second["cached"]) == (False, True)
        assert second["cost"] == {
            "pages_billed": 0,
            "pages_from_cache": 1,
            "upstream_attempts": 0,
            "estimated_usd": 0.0,
        }
        assert cloud.analyze(stored, "?format=png").headers["Cache-Status"] == "document-analysis; hit"
        assert cloud.textract.count == 1

    def test_asked_for_many_times_at_once_it_is_analysed_once(self, cloud):
        stored = cloud.put("form.png", FORM)
        cloud.textract.latency_s = 0.3
        bodies = together(8, lambda: cloud.analyze(stored).get_json())
        assert [body["text"] for body in bodies] == ["Hello world"] * 8
        assert cloud.textract.count == 1
        assert sum(body["cost"]["pages_billed"] for body in bodies) == 1

    def test_other_features_are_another_result(self, cloud):
        stored = cloud.put("form.png", FORM)
        for query in ("", "?features=TABLES", "?features=", "?features=FORMS,TABLES,SIGNATURES"):
            cloud.analyze(stored, query)
        assert cloud.textract.count == 3

    def test_an_overwritten_object_is_another_document(self, cloud):
        stored = cloud.put("form.png", FORM)
        cloud.analyze(stored)
        cloud.put("form.png", (IMAGES / "invoice.png").read_bytes())
        assert cloud.analyze(stored).get_json()["cached"] is False

    def test_overwritten_while_it_is_analysed_nothing_is_kept_under_the_old_name(self, cloud):
        stored, other = cloud.put("form.png", FORM), (IMAGES / "invoice.png").read_bytes()

        def overwrite(call):
            cloud.s3.put(cloud.bucket, "form.png", other)
            return response("From the new one")

        cloud.textract.answers = overwrite
        cloud.analyze(stored)
        cloud.textract.answers = lambda call: response("From the old one")
        cloud.put("form.png", FORM)
        assert cloud.analyze(stored).get_json()["text"] == "From the old one"

    def test_the_store_behind_the_memory_is_shared_by_containers(self, cloud):
        kept = cloud.s3.bucket()
        settings = {"CACHE": f"s3://{kept}/results"}
        cloud.restart(**settings).analyze(data=REPORT)
        body = cloud.restart(**settings).analyze(data=REPORT).get_json()
        assert (body["cost"]["pages_from_cache"], cloud.textract.count) == (3, 3)
        names = [entry["Key"] for entry in cloud.s3.client.list_objects_v2(Bucket=kept)["Contents"]]
        assert len(names) == 3
        assert all(name.startswith("results/") for name in names)

    @pytest.mark.parametrize(
        "entry",
        [
            b"garbage",
            pack({"kept_at": 9_999_999_999, "response": {"Blocks": [1]}}),
            pack({"kept_at": 9_999_999_999, "response": {"Blocks": [{"BlockType": "LINE", "Text": 12}]}}),
            pack({"kept_at": 9_999_999_999, "response": {"ExpenseDocuments": []}}),
        ],
        ids=["garbage", "no block", "a text that is a number", "of another operation"],
    )
    def test_what_is_no_result_is_a_miss(self, cloud, entry):
        kept = cloud.s3.bucket()
        settings = {"CACHE": f"s3://{kept}/results"}
        cloud.restart(**settings).analyze(data=FORM)
        [stored] = cloud.s3.client.list_objects_v2(Bucket=kept)["Contents"]
        cloud.s3.put(kept, stored["Key"], entry)
        assert cloud.restart(**settings).analyze(data=FORM).get_json()["text"] == "Hello world"
        assert cloud.textract.count == 2

    def test_a_cache_that_cannot_be_reached_costs_an_analysis_and_no_error(self, cloud):
        cloud.restart(CACHE="s3://no-such-bucket/x")
        assert cloud.analyze(data=FORM).status_code == 200

    def test_erased_behind_the_memory_too(self, cloud):
        kept = cloud.s3.bucket()
        cloud.restart(CACHE=f"s3://{kept}/results").analyze(data=REPORT)
        assert cloud.app.test_client().delete("/analyze", data=REPORT).status_code == 204
        assert cloud.s3.client.list_objects_v2(Bucket=kept)["KeyCount"] == 0
        assert cloud.analyze(data=REPORT).get_json()["cost"]["pages_billed"] == 3

    def test_nothing_is_at_rest_unless_asked_for(self, cloud):
        cloud.analyze(cloud.put("form.png", FORM))
        assert not [call for call in cloud.s3.calls if call.startswith("PUT")]

    def test_without_a_cache_each_request_asks(self, cloud):
        cloud.restart(CACHE="off")
        for _ in range(2):
            answer = cloud.analyze(data=FORM)
        assert cloud.textract.count == 2
        assert answer.headers["Cache-Status"] == "document-analysis; fwd=uri-miss"


class TestPlaces:
    def test_past_the_queue_a_request_is_refused_at_once(self, cloud):
        cloud.restart(MAX_CONCURRENCY="1", MAX_QUEUE="1")
        cloud.textract.latency_s = 0.5
        stored = [cloud.put(f"form-{number}.png", FORM + bytes([number])) for number in range(5)]
        places = iter(stored)
        answers = together(5, lambda: cloud.analyze(next(places)))
        codes = sorted(answer.status_code for answer in answers)
        assert codes == [200, 200, 429, 429, 429]
        for answer in answers:
            if answer.status_code == 429:
                assert_problem(answer, 429, "queue_full")

    def test_a_place_is_taken_before_the_document_is_looked_at(self, cloud):
        cloud.restart(MAX_CONCURRENCY="1", MAX_QUEUE="0")
        services = cloud.app.extensions["services"]
        with services.places.hold(Deadline.after(5)):
            assert_problem(cloud.analyze(cloud.put("form.png", FORM)), 429, "queue_full")
        assert cloud.s3.calls == []

    def test_what_a_request_held_is_free_again(self, cloud):
        cloud.analyze(data=REPORT)
        cloud.analyze(data=b"nothing")
        cloud.analyze(cloud.put("report.pdf", REPORT), "?format=ndjson").get_data()
        services = cloud.app.extensions["services"]
        assert (services.places.taken, services.memory.taken, services.pictures.taken) == (0, 0, 0)


class TestSharing:
    def test_the_page_of_one_who_left_is_done_for_one_who_stays(self, cloud):
        """The first to ask gives up while its page still waits for its turn; the second gets it all the same."""
        cloud.restart(MAX_CONCURRENCY="4", PAGE_CONCURRENCY="1")
        services = cloud.app.extensions["services"]
        services.work.pool.workers = 1
        cloud.textract.latency_s = 1
        with ThreadPoolExecutor(3) as threads:
            busy = threads.submit(lambda: cloud.analyze(data=FORM))  # has the only thread
            while cloud.textract.in_flight == 0:
                time.sleep(0.01)
            deadlines = iter([0.3, 30])
            requests = [threads.submit(self.ask, services, next(deadlines)) for _ in range(2)]
            assert isinstance(requests[0].result(30), DeadlineExceeded)
            assert requests[1].result(30) == 3
            assert busy.result(30).status_code == 200

    @staticmethod
    def ask(services, seconds):
        request = AnalysisRequest(Upload(REPORT), partial=False)
        try:
            with process_text_analysis(request, Attempt("id", Deadline.after(seconds)), services) as (analysis, _):
                return len(analysis.pages)
        except DeadlineExceeded as error:
            return error


class TestMemory:
    """What a request held is gone when it is answered: nothing waits for the garbage collector, failures included."""

    @pytest.fixture(autouse=True)
    def no_collector(self):
        gc.collect()
        gc.disable()
        yield
        gc.enable()

    def assert_let_go(self) -> None:
        # The page's thread lets go a moment after the answer.
        for _ in range(100):
            held = [type(thing).__name__ for thing in gc.get_objects() if isinstance(thing, (Document, Upload, Run))]
            if not held:
                return
            time.sleep(0.02)
        raise AssertionError(f"still there: {held}")

    @pytest.mark.parametrize("query", ["", "?format=jpeg", "?format=ndjson", "?dry_run=true", "?pages=7"])
    @pytest.mark.parametrize("content", [FORM, FORM[:3000], TWO_PAGES, REPORT, REPORT[:3000], b"nothing"])
    def test_of_an_upload(self, cloud, query, content):
        cloud.analyze(query=query, data=content).get_data()
        self.assert_let_go()

    @pytest.mark.parametrize("script", [["ok"], ["throttle"], ["denied"], ["bad object", "denied"], ["bad document"]])
    @pytest.mark.parametrize("query", ["", "?format=jpeg", "?format=ndjson"])
    def test_of_an_object(self, cloud, query, script):
        stored = cloud.put("form.png", FORM)
        cloud.textract.script(*script)
        cloud.analyze(stored, query).get_data()
        self.assert_let_go()

    @pytest.mark.parametrize("query", ["", "?format=ndjson", "?format=text", "?format=ndjson&on_page_error=fail"])
    def test_of_a_document_some_of_whose_pages_fail(self, cloud, query):
        cloud.restart(PAGE_CONCURRENCY="1")
        cloud.textract.script("ok", "denied", "ok")
        cloud.analyze(query=query, data=REPORT).get_data()
        self.assert_let_go()

    def test_of_requests_that_shared_a_page_that_failed(self, cloud):
        cloud.textract.script("denied")
        cloud.textract.latency_s = 0.2
        assert together(3, lambda: cloud.analyze(data=FORM).status_code) == [502] * 3
        self.assert_let_go()

    def test_of_an_object_that_is_not_there(self, cloud):
        cloud.analyze({"bucket": cloud.bucket, "document": "none"})
        self.assert_let_go()
