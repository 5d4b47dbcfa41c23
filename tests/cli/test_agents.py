"""`document-analysis mcp`, spoken to by the protocol's own client over standard input and output."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from document_analysis.asking.options import Options
from tests.cli.command import ROOT
from tests.conftest import IMAGES

pytest.importorskip("mcp", reason="the extra `mcp` is not installed")

import anyio
from mcp import Client, StdioServerParameters


@pytest.fixture
def folder(tmp_path) -> Path:
    for name in ("application-form.png", "invoice.png", "receipt.jpg", "passport.png", "report.pdf"):
        shutil.copy(IMAGES / name, tmp_path / name)
    (tmp_path / "note.txt").write_text("Hello")
    return tmp_path


def spoken(folder: Path, talk: Callable[[Client], Awaitable[None]], *arguments: str, **settings: str) -> None:
    """Start the command in `folder` and talk to it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LOCAL_TEXTRACT_MODELS") if name in os.environ}
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "document_analysis.cli", "mcp", *arguments],
        cwd=str(folder),
        env={**kept, "PYTHONPATH": str(ROOT), "LOG_LEVEL": "error", **settings},
    )

    async def run() -> None:
        async with Client(server, read_timeout_seconds=120) as client:
            await talk(client)

    anyio.run(run)


def text_of(result: Any) -> str:
    return "\n".join(part.text for part in result.content)


def test_the_tools_and_what_they_are_for(folder):
    async def talk(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"read_document", "read_tables", "read_fields", "plan"}
        for tool in tools.values():
            assert tool.description
            assert tool.annotations.read_only_hint
            assert set(tool.input_schema["properties"]) - {"document", "kind"} <= set(Options.model_fields)
            assert tool.input_schema["required"] == ["document"]

    spoken(folder, talk)


def test_documents_are_read(folder):
    async def talk(client: Client) -> None:
        markdown = await client.call_tool("read_document", {"document": "application-form.png"})
        assert not markdown.is_error
        assert "**Surname" in text_of(markdown)
        assert "Oldenburg" in text_of(markdown)

        tables = (await client.call_tool("read_tables", {"document": str(folder / "invoice.png")})).structured_content
        assert tables["document"] == "invoice.png"
        assert "Unit price" in tables["tables"][0]["rows"][0]
        assert "box" not in json.dumps(tables)

        fields = (await client.call_tool("read_fields", {"document": "application-form.png"})).structured_content
        assert {"Oldenburg", "Marta Elise"} <= {form["value"] for form in fields["forms"]}
        assert all(0 <= form["confidence"] <= 100 for form in fields["forms"])

        receipt = await client.call_tool("read_fields", {"document": "receipt.jpg", "kind": "expense"})
        [expense] = receipt.structured_content["expenses"]
        assert "21.03" in {field["value"] for field in expense["fields"] if field["type"] == "TOTAL"}

        passport = await client.call_tool("read_fields", {"document": "passport.png", "kind": "identity"})
        assert "L898902C3" in json.dumps(passport.structured_content["identities"])

        stored = await client.call_tool("read_document", {"document": "s3://images/letter.png"})
        assert "Ferrygate Rowing Club" in text_of(stored)

        some = await client.call_tool("plan", {"document": "report.pdf", "pages": "2-"})
        assert some.structured_content == {"page_count": 3, "pages": [2, 3], "estimated_usd": 0.0}

    spoken(folder, talk)


def test_what_is_wrong_is_told_to_the_agent(folder):
    outside = folder.parent / "outside.png"
    shutil.copy(IMAGES / "letter.png", outside)
    (folder / "link.png").symlink_to(outside)

    async def talk(client: Client) -> None:
        for document, said in (
            ("none.png", "cannot be read"),
            ("../outside.png", "outside the folders"),
            (str(outside), "outside the folders"),
            ("link.png", "outside the folders"),
            ("note.txt", "This is plain text"),
            ("s3://secret/a.png", "may not read that bucket"),
            ("s3://images", "s3://bucket/key"),
            ("report.pdf", "2 are allowed"),
        ):
            result = await client.call_tool("read_document", {"document": document})
            assert result.is_error, document
            assert said in text_of(result), text_of(result)
        wrong = await client.call_tool("read_document", {"document": "invoice.png", "pages": "none"})
        assert wrong.is_error
        assert "1-3,7" in text_of(wrong)
        # The server goes on.
        assert not (await client.call_tool("plan", {"document": "invoice.png"})).is_error

    spoken(folder, talk, MAX_PAGES="2")


def test_folders_may_be_named(folder, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    async def talk(client: Client) -> None:
        assert not (await client.call_tool("plan", {"document": "invoice.png"})).is_error
        assert (await client.call_tool("plan", {"document": str(IMAGES / "letter.png")})).is_error

    spoken(elsewhere, talk, str(folder))


def test_it_ends_in_order_where_its_input_does(folder):
    command = [sys.executable, "-m", "document_analysis.cli", "mcp"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (0, b"")
