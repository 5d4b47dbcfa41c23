"""`gunicorn 'app:create_app()'` reads this file: the same configuration as `python app.py`."""

import sys
from pathlib import Path

from dotenv import load_dotenv

from document_analysis.server.gunicorn import configuration
from document_analysis.service import read_settings
from document_analysis.settings import SettingsError

load_dotenv(Path(__file__).with_name(".env"))
try:
    globals().update(configuration(read_settings()))
except SettingsError as error:
    sys.exit(str(error))
