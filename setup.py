"""Says at once which Python is needed, where pip would look through every version of every package first.

All else stands in pyproject.toml.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from setuptools import setup

import document_analysis  # noqa: F401  (it ends an older Python, with the reason)

setup()
