"""The process: gunicorn, its end, and the container's health command."""
