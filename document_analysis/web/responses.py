"""A view as a response."""

from flask import Response

from document_analysis.views.contract import Rendered


def sent(rendered: Rendered) -> Response:
    response = varying(Response(rendered.body, content_type=rendered.content_type))
    if rendered.file_name:
        response.headers["Content-Disposition"] = f'{rendered.disposition}; filename="{rendered.file_name}"'
    return response


def varying(response: Response) -> Response:
    response.headers["Vary"] = "Accept"
    return response
