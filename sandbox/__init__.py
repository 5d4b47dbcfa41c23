"""Child processes with bounded memory and time: pdfium, and pictures that cannot be bounded in this process."""
