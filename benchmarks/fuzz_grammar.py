"""Words of requests, good ones and odd ones, for the fuzzer of the socket."""

KEY = "0123456789abcdef"
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=a/20260101/r/textract/aws4_request, "
    "SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + "0" * 64
)
# fmt: off
METHODS = [
    "GET", "POST", "DELETE", "HEAD", "OPTIONS", "PUT", "PATCH", "TRACE", "CONNECT", "get", "P\xd6ST", "", "A" * 40,
]
PATHS = [
    "/", "/analyze", "/health", "/ready", "/metrics", "/docs", "/openapi.json", "/docs/swagger-ui.css",
    "/viewer/page.js", "/viewer/service.json", "/nothing", "//analyze", "/analyze/", "/%61nalyze", "/analyze%00",
    "/analyze%ff%fe", "*", "http://localhost/analyze", "http://[/analyze", "/../../etc/passwd", "/docs/../app.py",
    "/analyze;x=y", "/%2e%2e/",
]
OPTIONS = [
    "features", "queries", "pages", "min_confidence", "include", "annotate", "render_page", "dpi", "on_page_error",
    "dry_run", "format", "bucket", "document", "version", "nothing",
]
VALUES = [
    "", "1", "-1", "0", "1-3,7", "9" * 30, "1e400", "nan", "-inf", "null", "true", "TABLES,FORMS", "tables",
    "QUERIES", "png", "json", "ndjson", "csv", "pdf", "[]", "{}", '[{"text":""}]', '[{"text":"What?"}]', "[[[[[[",
    "%00", "%ff", "%", "\xe9", "\U0001f600", "%F0%9F%98%80", "a" * 3000, "1-100000," * 50, "\ud800", "..",
    "images", "letter.png", "s3://", "s3://a/b",
]
HEADERS: dict[str, list[str]] = {
    "Host": [
        "localhost", "localhost:99999999", "[", "[::1]", "[::1", "", "a b", "\xe9", "x" * 300, "localhost:x",
        "127.0.0.1:1:1",
    ],
    "Origin": [
        "http://[", "null", "", "http://localhost", "\xe9", "http://[::1", "http://localhost:99999999", "://",
        "http://a]",
    ],
    "Accept": [
        "*/*", "image/png", "application/json;q=x", "text/csv;q=2", "a/b/c", ";;;", "*/*;q=\xe9", "image/*;q=0",
        "," * 500,
    ],
    "Content-Type": [
        "application/json", "multipart/form-data", "multipart/form-data; boundary=",
        "multipart/form-data; boundary=X", "application/x-amz-json-1.1", "text/plain; charset=\xe9", "a", ";",
        "application/json; charset=utf-16", 'multipart/form-data; boundary="X',
        "application/x-www-form-urlencoded", "image/png",
    ],
    "Content-Encoding": ["gzip", "br", "identity", "x" * 50, ""],
    "Transfer-Encoding": ["chunked", "gzip, chunked", "chunked, chunked", "identity", "x", "chunked;a=b", ""],
    "Content-Length": ["0", "5", "-1", "+5", "1e3", "9" * 25, "5, 5", "\u0665", "0x10", ""],
    "Expect": ["100-continue", "100-Continue", "x", ""],
    "Connection": ["close", "keep-alive", "upgrade", "x, y", ""],
    "Upgrade": ["websocket", "h2c"],
    "X-Api-Key": [KEY, "x", "\xe9", ""],
    "Authorization": [f"Bearer {KEY}", "Bearer", "Basic Og==", SIGNED, "\xe9"],
    "X-Amz-Target": [
        "Textract.AnalyzeDocument", "Textract.DetectDocumentText", "Textract.", "Textract.Other", "x", "\xe9",
    ],
    "X-Amz-Date": ["20260101T000000Z", "x"],
    "X-Request-Id": ["abc", "\xe9", "x" * 100],
    "X-Amzn-Trace-Id": ["Root=1-2-3", "Root=", "\xe9"],
    "X-Forwarded-For": ["1.2.3.4", "::1", "x, y", ""],
    "X-Forwarded-Proto": ["https", "x"],
    "X-Forwarded-Host": ["[", "a", "a, b"],
    "Forwarded": ["for=x;host=[", "x"],
    "Cache-Control": ["no-cache", "no-store", "max-age=0", "max-age=x", "max-age=" + "9" * 30, "=,=", "\xe9"],
    "If-None-Match": ["*", 'W/"x', "\xe9"],
    "If-Modified-Since": ["x", "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 99 Foo 99999999999 99:99:99 GMT"],
    "If-Range": ["x", '"x"'],
    "Range": ["bytes=0-5", "bytes=5-0", "bytes=-", "bytes=" + "9" * 30 + "-", "x", "bytes=0-1,3-4"],
    "Cookie": ["a=b", "=;=;", "\xe9", 'a="\\400'],
    "Prefer": ["respond-async", "wait=x"],
    "SCRIPT_NAME": ["/x"],
    "PATH_INFO": ["/x"],
    "SCRIPT-NAME": ["/x"],
    "Proxy": ["http://x"],
    "Date": ["x"],
}
# fmt: on
