"""Says at once which Python is needed, where pip would look through every version of every package first.

All else stands in pyproject.toml.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import document_analysis  # noqa: F401  (it ends an older Python, with the reason)

# isort: split
from setuptools import setup

setup()
