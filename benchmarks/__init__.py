"""What the project's figures are measured with; see README.md beside this file."""
