"""Document analysis over HTTP: the rooms behind `app.py` and `text_extract.py`."""
