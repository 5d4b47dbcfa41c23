"""Take out of an installed environment what the service never opens, and compile what stays: for the container image.

    python scripts/trim-image.py SITE_PACKAGES

Only data and code that no import of the service reaches go: botocore's descriptions of other services, examples,
tests, type stubs, and tools that come with a library. The licences stay.
"""

import compileall
import py_compile
import shutil
import sys
from pathlib import Path

BOTOCORE_SERVICES = {"s3", "textract", "rekognition", "sqs", "sns", "sts", "sso", "sso-oidc", "signin"}
"""What the service calls, and what the default credential chain may call."""

UNUSED = (
    "boto3/data",
    "boto3/examples",
    "cv2/gapi",
    "numpy/_core/include",
    "numpy/_core/lib",
    "numpy/distutils",
    "numpy/f2py",
    "onnxruntime/datasets",
    "onnxruntime/quantization",
    "onnxruntime/tools",
    "onnxruntime/transformers",
    "rapidocr/[!m]*",
    "rapidocr/main.py",
    "rapidocr/models/*rec*",  # the recogniser is used in its derived form only
    "zstandard/*cffi*",  # beside its C backend, the same again
    "**/tests",
    "**/__pycache__",
    "**/*.pyi",
    "**/*.pxd",
    "**/*.h",
)


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def trim(packages: Path) -> None:
    for pattern in UNUSED:
        for path in list(packages.glob(pattern)):
            remove(path)
    for service in (packages / "botocore" / "data").iterdir():
        if service.is_dir() and service.name not in BOTOCORE_SERVICES:
            remove(service)
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(packages, quiet=2, workers=0, invalidation_mode=unchecked)


if __name__ == "__main__":
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "botocore" / "data").is_dir():
        sys.exit("usage: python trim-image.py SITE_PACKAGES")
    trim(Path(sys.argv[1]))
