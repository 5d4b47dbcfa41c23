"""Run in the clients' environment by scripts/client-test: every client's steps, each told as a line of JSON.

    python run.py steps|refused SCRIPT        SCRIPT: textract.mjs beside its node_modules

`steps`: each client does its steps. `refused`: the environment holds a wrong secret, which each must report.
"""

import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

warnings.simplefilter("ignore")  # packages about their own future

from callers import AwsCli, Boto3, Caller, JavaScript, LangChain, TextractorPackage  # noqa: E402
from readers import PrettyPrinter, Trp, Trp2  # noqa: E402

CLIENTS: tuple[Any, ...] = (
    *(Boto3, AwsCli, TextractorPackage, Caller, Trp, Trp2, PrettyPrinter),
    *(LangChain, JavaScript),
)
STEPS = {"picture": "picture", "stored": "S3 object", "pdf": "PDF page", "long": "long PDF"}
STEPS |= {"expense": "expense", "identity": "identity", "labels": "labels", "error": "error"}


def version_of(client: Any) -> str:
    if client is JavaScript:
        manifest = JavaScript.script.parent / "node_modules" / client.package / "package.json"
        return str(json.loads(manifest.read_text())["version"])
    return version(client.package)


def told(client: Any, step: str, refused: bool) -> tuple[bool, str]:
    """Whether the step went as it should, and what was seen."""
    try:
        said = getattr(client(), step)()
    except Exception as error:  # whatever it is: it is told, and the others go on
        if refused and "InvalidSignatureException" in f"{type(error).__name__} {error}":
            return True, "InvalidSignatureException"
        return False, f"{type(error).__name__}: {error}"
    return (False, "was answered all the same") if refused else (True, said)


def main() -> None:
    what, script = sys.argv[1:]
    JavaScript.script = Path(script)
    for client in CLIENTS:
        for step in ("picture",) if what == "refused" else STEPS:
            if not hasattr(client, step):
                continue
            good, said = told(client, step, what == "refused")
            name = getattr(client, "name", client.package)
            row = {"client": name, "version": version_of(client), "step": STEPS[step], "good": good, "said": said}
            sys.stdout.write(json.dumps(row) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
