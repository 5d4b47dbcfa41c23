"""Bodies in chunks, as their bytes arrive (RFC 9112, section 7.1)."""

import pytest

from document_analysis.server.bodies import MAX_FRAMING_BYTES, MAX_LINE_BYTES, Chunked

WHOLE = b"5;name=value\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: 1\r\n\r\n"


@pytest.mark.parametrize("size", [1, 2, 3, 7, len(WHOLE)])
def test_it_is_the_same_however_it_arrives(size: int) -> None:
    body, rest = Chunked(), b""
    sent = WHOLE + b"GET / HTTP/1.1"
    for start in range(0, len(sent), size):
        rest += body.feed(sent[start : start + size]) if not body.done else sent[start : start + size]
    assert (bytes(body.data), body.done, rest) == (b"hello world", True, b"GET / HTTP/1.1")


@pytest.mark.parametrize(
    "sent",
    [
        b"5\nhello\r\n",
        b"5\r\nhello\n0\r\n\r\n",
        b"5\r\nhello, \r\n",
        b"-5\r\nhello\r\n",
        b"0x5\r\nhello\r\n",
        b" 5\r\nhello\r\n",
        b"\r\n",
        b"1" * 17 + b"\r\n",
        b"5;" + b"x" * MAX_LINE_BYTES,
        b"0\r\n" + b"Trailer: 1\r\n" * MAX_LINE_BYTES,
        b"0\r\nTrailer: a\rb\r\n\r\n",
    ],
)
def test_what_is_no_framing(sent: bytes) -> None:
    with pytest.raises(ValueError):
        Chunked().feed(sent)


def test_a_body_may_not_be_mostly_framing() -> None:
    byte = b"1;" + b"x" * 100 + b"\r\n1\r\n"
    with pytest.raises(ValueError, match="more framing than data"):
        Chunked().feed(byte * (MAX_FRAMING_BYTES // 100 + 1))
    small = Chunked()
    small.feed(b"1\r\n1\r\n" * 1000)
    assert len(small.data) == 1000
