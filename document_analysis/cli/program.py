"""The command's parts and their options, those of `/analyze` from the API's own table."""

import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import click
from click.shell_completion import get_completion_class
from dotenv import load_dotenv

from document_analysis import __version__
from document_analysis.asking.options import Options, read_options
from document_analysis.cli.formats import EXPORTS, FORMATS, meaning, missing_packages
from document_analysis.cli.orders import Order
from document_analysis.errors import InvalidRequest
from document_analysis.settings import EngineName, Settings, SettingsError

# The command says these in its own way.
_OWN = ("format", "dry_run", "render_page")
_LOCAL = ("numpy", "onnxruntime", "cv2", "rapidocr", "spellchecker")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="document-analysis")
def program() -> None:
    """Text, tables, forms, check boxes and signatures of documents.

    \b
      document-analysis analyze scans/ --out results --format markdown
      document-analysis serve
    """


def _api_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of `/analyze`, with its own words, as options of a command."""
    for name, field in reversed(Options.model_fields.items()):
        if name not in _OWN:
            flag = f"--{name.replace('_', '-')}"
            text = (field.description or "").replace("`", "")
            command = click.option(flag, name, metavar="VALUE", help=text)(command)
    return command


@program.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the outputs, and for what a later run needs to go on.",
)
@click.option(
    "-f",
    "--format",
    "formats",
    default="json",
    show_default=True,
    metavar="NAMES",
    help=f"One or several, with commas: {', '.join(FORMATS)}.",
    shell_complete=lambda _context, _parameter, begun: [name for name in FORMATS if name.startswith(begun)],
)
@click.option(
    "--engine",
    type=click.Choice(["local", "textract"]),
    default="local",
    show_default=True,
    help="The embedded engine, or Amazon Textract by your own AWS credentials.",
)
@click.option("--url", envvar="DOCUMENT_ANALYSIS_URL", metavar="URL", help="Have a running service do it.")
@click.option("--key", envvar="DOCUMENT_ANALYSIS_KEY", metavar="KEY", help="That service's API key.")
@click.option("--submit", is_flag=True, help="With --url: as jobs, which the service's machines share out.")
@click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="Documents at work at once.")
@click.option("--resume/--restart", default=True, show_default=True, help="Pass over what is done and has not changed.")
@click.option("--dry-run", is_flag=True, help="Say how many pages it would be and what they would cost.")
@click.option("--max-usd", type=click.FloatRange(min=0), metavar="USD", help="Stop before more is spent.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but what failed.")
@click.option("--json-log", is_flag=True, help="A line of JSON a document on standard output.")
@_api_options
def analyze(
    inputs: tuple[str, ...],
    out: Path,
    formats: str,
    engine: EngineName,
    url: str | None,
    key: str | None,
    submit: bool,
    workers: int | None,
    resume: bool,
    dry_run: bool,
    max_usd: float | None,
    quiet: bool,
    json_log: bool,
    **options: str | None,
) -> None:
    """Analyse documents: files, folders, globs, s3://bucket/prefix, or - for a list on standard input.

    A run that was stopped, however, goes on where it was when it is started again.

    \b
    Exit codes: 0 all is done; 1 some documents or pages failed; 2 the command has a fault;
                3 stopped by --max-usd; 4 stopped, for all others would fail too; 130 interrupted.
    """
    from document_analysis.cli.inputs import InputsFault
    from document_analysis.cli.manifest import ManifestFault
    from document_analysis.cli.run import Asked, run

    load_dotenv(Path(".env"))
    names = _formats(formats)
    given = {name: value for name, value in options.items() if value is not None}
    _check(names, given, engine, url, submit)
    # Another machine's options are its own to check: it may be newer.
    order = Order(names, given, out.absolute(), url or engine)
    asked = Asked(inputs, order, engine, url, key, submit, workers, resume, dry_run, max_usd, quiet, json_log)
    try:
        sys.exit(run(asked))
    except (InputsFault, ManifestFault, SettingsError) as error:
        raise click.UsageError(str(error)) from None


def _formats(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        wrong = ", ".join(unknown) or "nothing"
        raise click.UsageError(f"--format: {wrong} is unknown; use {', '.join(FORMATS)}")
    return names


def _check(names: tuple[str, ...], given: dict[str, str], engine: str, url: str | None, submit: bool) -> None:
    """Raise UsageError with every fault, in the API's words."""
    if missing := missing_packages(names):
        raise click.UsageError(f"{', '.join(missing)} is missing: pip install 'document-analysis-api[bulk]'")
    if url:
        from document_analysis.client.transport import is_address

        if not is_address(url):
            raise click.UsageError(f"--url: {url} is no http:// or https:// address")
    if submit and not url:
        raise click.UsageError("--submit goes with --url: the jobs are that service's")
    if not url:
        _check_engine(engine)
    try:
        for name in names:
            read_options(given, {} if name in EXPORTS else {"format": name})
    except InvalidRequest as error:
        faults = [f"--{fault.field.replace('_', '-')}: {fault.message}" for fault in error.errors]
        raise click.UsageError("\n".join(faults) or error.detail) from None


def _check_engine(engine: str) -> None:
    if engine == "local" and any(find_spec(name) is None for name in _LOCAL):
        raise click.UsageError("the embedded engine is not installed: pip install 'document-analysis-api[local]'")


@program.command()
def serve() -> None:
    """Serve the API and its page, by the settings in the environment and in .env."""
    from document_analysis.server.address import AddressFault
    from document_analysis.server.gunicorn import serve as serve_app
    from document_analysis.service import create_app, read_settings

    load_dotenv(Path(".env"))
    try:
        sys.exit(serve_app(read_settings(), create_app))
    except (SettingsError, AddressFault) as error:
        raise click.UsageError(str(error)) from None


@program.command()
@click.argument("folders", nargs=-1, metavar="[FOLDER]…", type=click.Path(exists=True, file_okay=False, path_type=Path))
def mcp(folders: tuple[Path, ...]) -> None:
    """Serve agents by the Model Context Protocol, on standard input and output.

    Files are read below the FOLDERs only (by default below the current one), stored documents by the settings in the
    environment and in .env.
    """
    if find_spec("mcp") is None:
        raise click.UsageError("mcp is missing: pip install 'document-analysis-api[mcp]'")
    from document_analysis.cli.agents import serve as serve_agents
    from document_analysis.service import aws_faults
    from document_analysis.telemetry import configure_logging

    load_dotenv(Path(".env"))
    try:
        # Nobody but who started it can reach it: it needs no keys.
        settings = Settings.read({**os.environ, "ALLOW_ANONYMOUS": "true", "JOBS": "off", "JOBS_QUEUE": ""}, aws_faults)
        _check_engine(settings.engine)
        configure_logging(settings.log_level, settings.log_format)
        serve_agents(settings, folders or (Path(),))
    except SettingsError as error:
        raise click.UsageError(str(error)) from None


@program.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Derive them there: for an image.")
def models(folder: Path | None) -> None:
    """Derive the embedded engine's models where they are missing, and say where they are."""
    from document_analysis.engines.local import EngineMissing, model_files

    try:
        for path in model_files(folder):
            click.echo(path)
    except EngineMissing as error:
        raise click.UsageError(str(error)) from None


@program.command()
def formats() -> None:
    """List what --format may name."""
    width = max(map(len, FORMATS))
    for name in FORMATS:
        click.echo(f"{name:{width}}  {meaning(name)}")


@program.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a shell's completion: eval "$(document-analysis completion bash)"."""
    found = get_completion_class(shell)
    assert found
    click.echo(found(program, {}, "document-analysis", "_DOCUMENT_ANALYSIS_COMPLETE").source())
