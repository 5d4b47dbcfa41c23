"""Say at once which Python is needed: pip would end in a wall of version numbers. Any Python 3 can read this."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import document_analysis  # noqa: F401  (it ends an older Python, with the reason)
