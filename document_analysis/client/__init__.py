"""A client for Python: `Client(url, key).analyze("form.png")`. Its types are the API's models."""

from document_analysis.client.answers import Analysis, Table
from document_analysis.client.client import Client
from document_analysis.client.faults import JobFailed, ProblemError, Unreachable

__all__ = ["Analysis", "Client", "JobFailed", "ProblemError", "Table", "Unreachable"]
