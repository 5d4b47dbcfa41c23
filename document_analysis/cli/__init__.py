"""The command `document-analysis`: folders of documents analysed here, by Amazon Textract or by a running service."""


def main() -> None:
    """The entry point. Its parts are imported no sooner: what it can't run without is told in a line."""
    from document_analysis.cli.program import program

    program(prog_name="document-analysis")
