"""HTTP: the only importer of Flask beside `app.py`. One module a resource."""
