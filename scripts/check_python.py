"""Say at once which Python is needed: pip would end in a wall of version numbers. Any Python 3 can read this."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import document_analysis  # noqa: F401  (it ends an older Python, with the reason)
