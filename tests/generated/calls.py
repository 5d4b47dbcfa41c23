"""Run by scripts/generated-client-test with the client that was made from the contract: each way to give a document.

    python calls.py URL FOLDER      FOLDER: of the sample documents

Nothing is said but what the client's own signature asks for, as somebody would who has just made it: the defaults that
it sends by itself are sent.
"""

import io
import sys
from pathlib import Path
from typing import Any

from client import Client, models
from client.api.analysis import analyze, batch
from client.api.jobs import make_job, show_job
from client.types import UNSET, File


def main(url: str, folder: str) -> None:
    client = Client(base_url=url, timeout=120)
    letter = Path(folder, "letter.png")

    def file() -> File:
        return File(payload=io.BytesIO(letter.read_bytes()), file_name="letter.png", mime_type="image/png")

    def told(name: str, answer: Any) -> None:
        assert answer.status_code in (200, 202), f"{name}: {answer.status_code} {answer.content[:500]!r}"
        sys.stdout.write(f"  {name:28} {answer.status_code}  {type(answer.parsed).__name__}\n")

    stored = models.StoredDocument(document="s3://images/letter.png")
    answer = analyze.sync_detailed(client=client, body=stored)
    told("JSON", answer)
    assert answer.parsed.document.source == "s3://images/letter.png"
    assert "Ferrygate Rowing Club" in answer.parsed.text

    answer = analyze.sync_detailed(client=client, body=models.AnalyzeFilesBody(file=file()))
    told("multipart", answer)
    assert answer.parsed.document.name == "letter.png"

    answer = analyze.sync_detailed(client=client, body=file())
    told("bytes", answer)
    assert answer.parsed.document.media_type == "image/png"

    answer = analyze.sync_detailed(
        client=client,
        body=models.AnalyzeFilesBody(file=file()),
        features=[models.AnalyzeFeaturesItem.TABLES, models.AnalyzeFeaturesItem.FORMS],
        include=[models.AnalyzeIncludeItem.FORMS, models.AnalyzeIncludeItem.TEXT],
        pages="1-",
        kind=models.AnalyzeKind.DOCUMENT,
    )
    told("multipart with options", answer)
    assert answer.parsed.features == ["TABLES", "FORMS"]
    assert answer.parsed.forms == [] and answer.parsed.tables is UNSET

    answer = analyze.sync_detailed(client=client, body=file(), kind=models.AnalyzeKind.EXPENSE)
    told("bytes of a receipt", answer)

    answer = analyze.sync_detailed(client=client, body=stored, dry_run=True)
    told("JSON, a dry run", answer)
    assert type(answer.parsed).__name__ == "Plan"

    answer = batch.sync_detailed(client=client, body=models.BatchFilesBody(file=[file(), file()]))
    told("a batch of two files", answer)
    assert [each.status for each in answer.parsed.results] == [200, 200]

    answer = make_job.sync_detailed(client=client, body=models.JobRequest(document="s3://images/letter.png"))
    told("a job", answer)
    answer = show_job.sync_detailed(answer.parsed.id, client=client, prefer="wait=20")
    told("and how far it is", answer)

    wrong = analyze.sync_detailed(client=client, body=stored, pages="none")
    assert wrong.status_code == 400 and wrong.parsed.errors[0].field == "pages", wrong
    sys.stdout.write(f"  {'a fault':28} 400  {wrong.parsed.errors[0].message}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
