"""The service's socket under mutated requests, for so many minutes: no answer may be a 5xx of the service's own making.

    python -m benchmarks.fuzz_http --minutes 10
    python -m benchmarks.fuzz_http --minutes 1 --seed 7     # the same requests again

Requests of every kind are mutated at their bytes (flipped, cut, repeated, glued, sent in pieces) and at their grammar
(odd methods, targets, header values, framings, options), by a seed that is printed. Prints answers by status, and each
request that was answered by a 500 or after which the service did not answer any more; exit code 1 where there is one.
"""

import argparse
import contextlib
import http.client
import json
import random
import re
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks.fuzz_grammar import HEADERS, KEY, METHODS, OPTIONS, PATHS, VALUES
from benchmarks.processes import IMAGES, service

SETTINGS = {
    "API_KEYS": f"fuzz:{KEY}", "CLIENT_TIMEOUT_S": "1", "REQUEST_DEADLINE_S": "20", "TRUSTED_PROXIES": "1",
}  # fmt: skip
THREADS = 8
# Of an answer, read before its connection is closed.
ENOUGH = 1 << 16
# Of a connection that is left open for more.
PATIENCE_S = 5
SILENCE = "silence"


def bodies() -> list[bytes]:
    """Bodies that would do, to begin with."""
    png = (IMAGES / "letter.png").read_bytes()[:4000]
    form = (
        b'--X\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n%s\r\n'
        b'--X\r\nContent-Disposition: form-data; name="pages"\r\n\r\n1\r\n--X--\r\n' % png
    )
    stored = [{"bucket": "images", "document": "letter.png", "dry_run": True}, {"document": "s3://images/receipt.jpg"}]
    wire = [
        {"Document": {"Bytes": "aGVsbG8="}, "FeatureTypes": ["FORMS"]},
        {"Document": {"S3Object": {"Bucket": "images"}}},
    ]
    small = [b"", b"{}", b"[]", b"0", b"\xef\xbb\xbf{}", b'{"a":' * 2000, b"%PDF-1.4\n%%EOF", b"GIF89a", b"II*\0"]
    return [*small, png, form, *(json.dumps(one).encode() for one in [*stored, *wire])]


class Maker:
    """Requests by a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.bodies = bodies()

    def request(self) -> bytes:
        chance = self.random
        method = chance.choice(METHODS[:3] * 8 + METHODS)
        path = chance.choice(PATHS[:2] * 10 + PATHS)
        if chance.random() < 0.5:
            pairs = [
                f"{chance.choice(OPTIONS)}={self._quoted(chance.choice(VALUES))}" for _ in range(chance.randint(1, 4))
            ]
            path += "?" + "&".join(pairs)
        body = self._body()
        headers = {"Host": "localhost", "X-Api-Key": KEY, "Content-Length": str(len(body))}
        if chance.random() < 0.2:
            del headers["X-Api-Key"]
        for name in chance.sample(list(HEADERS), chance.randint(0, 4)):
            headers[name] = chance.choice(HEADERS[name])
        if "Transfer-Encoding" in headers and chance.random() < 0.8:
            headers.pop("Content-Length", None)
            body = self._chunks(body)
        version = chance.choice(["HTTP/1.1"] * 20 + ["HTTP/1.0", "HTTP/2.0", "HTTP/1.9", "HTTP/0.9", "HTCPCP/1.0", ""])
        head = f"{method} {path} {version}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        coding = chance.choice(["latin-1", "utf-8"])
        return self._mutated(head.encode(coding, "replace") + b"\r\n" + body)

    def _quoted(self, value: str) -> str:
        raw = self.random.random() < 0.3
        return value if raw else "".join(c if c.isalnum() else f"%{ord(c) & 255:02x}" for c in value)

    def _body(self) -> bytes:
        chance = self.random
        if chance.random() < 0.4:
            fields = {chance.choice(OPTIONS): self._value() for _ in range(chance.randint(1, 4))}
            return json.dumps({"bucket": "images", "document": "letter.png", "dry_run": True, **fields}).encode()
        body = chance.choice(self.bodies)
        return self._mutated(body) if chance.random() < 0.4 else body

    def _value(self) -> object:
        chance = self.random
        odd: list[object] = [
            None,
            True,
            -1,
            10**30,
            1.5,
            [],
            {},
            [None],
            [[[]]],
            [{"text": "What?"}],
            [{"text": 1}],
            ["TABLES"],
        ]
        return chance.choice([*odd, *VALUES])

    def _chunks(self, body: bytes) -> bytes:
        chance = self.random
        if chance.random() < 0.3:
            return chance.choice(
                [
                    b"zz\r\n{}\r\n0\r\n\r\n",
                    b"-1\r\n",
                    b"5\r\nab",
                    b"2;a=b\r\n{}\r\n0\r\nX: y\r\n\r\n",
                    b"\r\n",
                    b"0\r\n",
                ]
            )
        parts = [body[at : at + 700] for at in range(0, len(body), 700)]
        return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"

    def _mutated(self, data: bytes) -> bytes:
        chance = self.random
        if not data or chance.random() < 0.5:
            return data
        changed = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(changed) or 1)
            match chance.randrange(6):
                case 0:
                    changed[at : at + 1] = bytes([chance.randrange(256)])
                case 1:
                    del changed[at : at + chance.randint(1, 40)]
                case 2:
                    changed[at:at] = changed[at : at + chance.randint(1, 40)] * chance.randint(1, 20)
                case 3:
                    changed[at:at] = chance.choice(
                        [b"\0", b"\n", b"\r", b"\r\n\r\n", b"\xff\xfe", b"%", b'"', b"[", b":", b" "]
                    )
                case 4:
                    del changed[at:]
                case _:
                    changed += bytes(changed[:at])
            if not changed:
                break
        return bytes(changed)


def send(port: int, data: bytes, chance: random.Random) -> int | str:
    """The status of the first answer, or what happened instead."""
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        try:
            if chance.random() < 0.1:
                cut = chance.randrange(len(data) or 1)
                connection.sendall(data[:cut])
                time.sleep(0.01)
                data = data[cut:]
            connection.sendall(data)
        except OSError:
            pass  # answered and closed in the middle of it
        way = chance.random()
        if way < 0.05:
            return "left"
        if way < 0.95:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
        else:
            connection.settimeout(PATIENCE_S)
        got = b""
        try:
            while len(got) < ENOUGH and (part := connection.recv(ENOUGH)):
                got += part
        except TimeoutError:
            if not got:
                return SILENCE
        except ConnectionResetError:
            pass
    statuses = [int(status) for status in re.findall(rb"HTTP/1\.\d (\d{3}) ", got)]
    return max(statuses, key=lambda status: (status == 500, status)) if statuses else "closed"


class Fuzz:
    """So many threads, each with a seed of its own; `found` are the requests that ought not to be possible."""

    def __init__(self, port: int, alive: Callable[[], bool], until: float) -> None:
        self.port, self.alive, self.until = port, alive, until
        self.counts: Counter[int | str] = Counter()
        self.found: list[tuple[int | str, bytes]] = []
        self._lock = threading.Lock()

    def run(self, seed: int) -> None:
        maker = Maker(seed)
        while time.monotonic() < self.until and self.alive():
            data = b"".join(maker.request() for _ in range(maker.random.choice([1, 1, 1, 1, 2, 3])))
            try:
                outcome = send(self.port, data, maker.random)
            except OSError as error:
                outcome = type(error).__name__
            with self._lock:
                self.counts[outcome] += 1
                if outcome in {500, SILENCE, "ConnectionRefusedError"} and len(self.found) < 50:
                    self.found.append((outcome, data))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep", type=Path, help="a folder for the requests that were found")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, {arguments.minutes:g} minutes, {THREADS} connections at once", flush=True)
    with service(None, **SETTINGS) as (url, process):
        port = int(url.rpartition(":")[2])
        fuzz = Fuzz(port, lambda: process.poll() is None, time.monotonic() + 60 * arguments.minutes)
        threads = [threading.Thread(target=fuzz.run, args=(arguments.seed + number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/health")
        health = connection.getresponse().status
    print(f"{sum(fuzz.counts.values())} times:", *(f"  {what}: {n}" for what, n in fuzz.counts.most_common()), sep="\n")
    print(f"/health afterwards: {health}")
    for number, (outcome, data) in enumerate(fuzz.found):
        print(outcome, data[:1500])
        if arguments.keep:
            (arguments.keep / f"{number:02}.http").write_bytes(data)
    return 1 if fuzz.found or health != http.client.OK else 0


if __name__ == "__main__":
    sys.exit(main())
