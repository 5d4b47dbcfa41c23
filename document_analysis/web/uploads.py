"""`/uploads/{id}`: documents of jobs, sent to the address that the job's maker was given; no other key is needed."""

from flask import Flask, Response, request

from document_analysis.errors import (
    DocumentTooLarge,
    FieldFault,
    Forbidden,
    InvalidRequest,
    NotFound,
    UnreadableDocument,
)
from document_analysis.jobs.intake import Intake
from document_analysis.jobs.services import Jobs
from document_analysis.jobs.uploads import FolderUploads
from document_analysis.pipeline.services import Services
from document_analysis.settings import Settings
from document_analysis.web.clients import deadline
from document_analysis.web.inputs import BodyReader

ENDPOINT = "upload"


def install(app: Flask, jobs: Jobs | None, services: Services, settings: Settings) -> None:
    reader = BodyReader(services.memory, settings.max_document_bytes)

    @app.route("/uploads/<job_id>", methods=["PUT", "POST"], endpoint=ENDPOINT)
    def upload(job_id: str) -> Response:
        if jobs is None or not isinstance(jobs.uploads, FolderUploads):
            raise NotFound
        expires, signature = request.args.get("expires", ""), request.args.get("signature", "")
        if not jobs.uploads.valid(job_id, expires, signature):
            raise Forbidden("This address is not good, or not good any more; make a new job.")
        job = jobs.store.read(job_id)
        if job.status != "awaiting_upload" or job.upload is None or jobs.store.document(job) is not None:
            raise Forbidden("The document has been uploaded already.")
        agreed = job.upload
        if request.mimetype != "multipart/form-data" and (request.content_length or 0) > agreed.size:
            raise DocumentTooLarge(f"{agreed.size} bytes were agreed upon.")
        with reader.document(request, deadline(request, settings.request_deadline_s)) as (data, declared):
            if len(data) > agreed.size:
                raise DocumentTooLarge(f"{agreed.size} bytes were agreed upon.")
            if len(data) < agreed.size:
                raise UnreadableDocument(f"{agreed.size} bytes were agreed upon; {len(data)} came.")
            if declared not in (None, agreed.media_type):
                raise InvalidRequest(errors=[FieldFault("Content-Type", f"{agreed.media_type} was agreed upon")])
            if not Intake(jobs, services).arrived(job, data):
                raise Forbidden("The document has been uploaded already.")
        return Response(status=204)
