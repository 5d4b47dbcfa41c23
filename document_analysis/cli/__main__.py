"""`python -m document_analysis.cli`: the same as the command `document-analysis`."""

from document_analysis.cli import main

if __name__ == "__main__":
    main()
