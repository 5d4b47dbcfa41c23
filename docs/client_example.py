"""Documents of a folder to one table of their fields: python docs/client_example.py URL FOLDER [KEY]"""

import csv
import sys
from pathlib import Path

from document_analysis.client import Client, ProblemError


def main(url: str, folder: str, key: str | None = None) -> None:
    rows = csv.writer(sys.stdout)
    rows.writerow(["document", "page", "key", "value", "confidence"])
    with Client(url, key) as client:
        for path in sorted(Path(folder).iterdir()):
            try:
                analysis = client.analyze(path, features=["FORMS"], include="forms", min_confidence=50)
            except ProblemError as problem:
                print(f"{path.name}: {problem}", file=sys.stderr)  # noqa: T201
                continue
            for form in analysis.forms or []:
                rows.writerow([path.name, form.page, form.key, form.value, form.confidence])


if __name__ == "__main__":
    main(*sys.argv[1:])
