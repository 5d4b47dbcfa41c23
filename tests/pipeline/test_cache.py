"""Results kept by content: found again, forgotten when old or asked to be, and never believed when damaged."""

import pytest
import zstandard

from document_analysis.operations.inquiry import Inquiry
from document_analysis.pipeline.cache import PageCache, page_key

RESPONSE = {"Blocks": [{"BlockType": "PAGE", "Id": "a"}], "DocumentMetadata": {"Pages": 1}}


def key(**changes):
    facts = {"name": "b/k", "content": "etag", "engine": "local 1", "page": 1, "inquiry": Inquiry(("TABLES",))}
    return page_key(**{**facts, **changes})


class Shelf(dict):
    """Blobs in a dict."""

    def put(self, name, data):
        self[name] = data

    def delete_prefix(self, prefix, deadline=None):
        for name in [name for name in self if name.startswith(prefix)]:
            del self[name]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_what_is_kept_is_found_in_memory_and_behind_it(shelf):
    cache = PageCache(1 << 20, 3600, shelf)
    cache.keep(key(), RESPONSE)
    assert cache.recall(key()) == RESPONSE
    another_container = PageCache(1 << 20, 3600, shelf)
    assert another_container.recall(key()) is None
    assert another_container.fetch(key()) == RESPONSE
    assert another_container.recall(key()) == RESPONSE


@pytest.mark.parametrize(
    "change",
    [
        {"content": "other"},
        {"engine": "local 2"},
        {"page": 2},
        {"inquiry": Inquiry()},
        {"inquiry": Inquiry(("TABLES", "QUERIES"), ({"Text": "?"},))},
        {"name": "b/other"},
    ],
)
def test_anything_that_changes_the_answer_changes_the_key(change):
    cache = PageCache(1 << 20, 3600)
    cache.keep(key(), RESPONSE)
    assert cache.recall(key(**change)) is None


def test_the_order_of_features_does_not_matter():
    assert key(inquiry=Inquiry(("TABLES", "FORMS"))) == key(inquiry=Inquiry(("FORMS", "TABLES")))


def test_the_least_recently_used_goes_first():
    PageCache(1 << 20, 3600, shelf := Shelf()).keep(key(), RESPONSE)
    one = len(shelf[key().name])
    cache = PageCache(one * 3 + 30, 3600)
    for page in (1, 2, 3):
        cache.keep(key(page=page), RESPONSE)
    cache.recall(key(page=1))
    cache.keep(key(page=4), RESPONSE)
    kept = [page for page in (1, 2, 3, 4) if cache.recall(key(page=page)) is not None]
    assert kept == [1, 3, 4]
    assert cache.size_bytes <= one * 3 + 30


def test_one_too_large_for_the_memory_is_not_kept_there(shelf):
    cache = PageCache(10, 3600, shelf)
    cache.keep(key(), RESPONSE)
    assert cache.recall(key()) is None
    assert cache.fetch(key()) == RESPONSE


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-9],
        lambda data: b"",
        lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
        lambda data: b"not compressed",
        lambda data: b"\x28\xb5\x2f\xfd\xe0" + (1 << 40).to_bytes(8, "little") + data[7:],  # claims to be a terabyte
        lambda data: zstandard.compress(b"not JSON"),
        lambda data: zstandard.compress(b"[]"),
        lambda data: zstandard.compress(b'{"kept_at": 9999999999, "response": {"Blocks": null}}'),
        lambda data: zstandard.compress(b'{"kept_at": 9999999999, "response": {"Blocks": [1]}}'),
        lambda data: zstandard.compress(b'{"kept_at": 9999999999, "response": {"Blocks": [{"Text": 12}]}}'),
        lambda data: zstandard.compress(b'{"kept_at": 9999999999, "response": {"ExpenseDocuments": []}}'),
        lambda data: zstandard.compress(b'{"kept_at": "soon", "response": {"Blocks": []}}'),
    ],
)
def test_a_damaged_entry_is_a_miss(shelf, damage):
    PageCache(1 << 20, 3600, shelf).keep(key(), RESPONSE)
    shelf[key().name] = damage(shelf[key().name])
    assert PageCache(1 << 20, 3600, shelf).fetch(key()) is None


def test_an_old_entry_is_a_miss(shelf):
    PageCache(1 << 20, 3600, shelf).keep(key(), RESPONSE)
    assert PageCache(1 << 20, 0, shelf).fetch(key()) is None


def test_erasing_forgets_every_page_and_version_of_one_document(shelf):
    cache = PageCache(1 << 20, 3600, shelf)
    for content in ("v1", "v2"):
        cache.keep(key(content=content), RESPONSE)
    cache.keep(key(name="b/other"), RESPONSE)
    cache.erase("b/k")
    assert cache.recall(key(content="v1")) is None
    assert cache.recall(key(content="v2")) is None
    assert cache.recall(key(name="b/other")) == RESPONSE
    assert list(shelf) == [key(name="b/other").name]


def test_names_at_rest_tell_nothing(shelf):
    PageCache(1 << 20, 3600, shelf).keep(key(name="salaries/ana.pdf"), RESPONSE)
    assert not [name for name in shelf if "ana" in name or "salaries" in name]
