"""A REST service around Amazon Textract: `app.py` serves it, `text_extract.py` is its use case."""

import sys

__version__ = "0.1.0"

if sys.version_info < (3, 11):  # noqa: UP036  (said before anything that an older one cannot even read)
    sys.exit("document-analysis needs Python 3.11 or newer; this is Python %d.%d." % sys.version_info[:2])  # noqa: UP031
