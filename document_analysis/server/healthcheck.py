"""`python -m document_analysis.server.healthcheck`: whether the service in this container answers, by its exit code.

For images without a shell and curl. Asks `GET /health` of the `HOST` and `PORT` that the service was told to listen on;
only the standard library, so that it costs little beside the service.
"""

import http.client
import os
import sys

_EVERY_ADDRESS = {"", "0.0.0.0", "::", "[::]"}  # noqa: S104
TIMEOUT_S = 4


def main() -> int:
    """0 if `/health` answers 200 in time, else 1 with the reason on standard error."""
    host = os.environ.get("HOST", "")
    connection = http.client.HTTPConnection(
        "127.0.0.1" if host in _EVERY_ADDRESS else host, int(os.environ.get("PORT") or 8080), timeout=TIMEOUT_S
    )
    try:
        connection.request("GET", "/health")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        print(f"no answer: {error}", file=sys.stderr)  # noqa: T201
        return 1
    finally:
        connection.close()
    if status != http.client.OK:
        print(f"/health answered {status}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
