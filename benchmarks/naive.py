"""The service as a tutorial would write it, to measure against: a Flask development server around boto3.

    PORT=5000 AWS_DEFAULT_REGION=… python -m benchmarks.naive

`POST /analyze` with `{"bucket", "document"}`: clients made for every request, the object's head asked for, the object
downloaded whole and sent on as bytes, every block printed as JSON, boxes drawn, a PNG sent back. `?picture=no` leaves
the drawing out and sends the blocks.
"""

import io
import json
import os
import sys

import boto3
from flask import Flask, Response, request, send_file
from PIL import Image, ImageDraw

app = Flask(__name__)
out = sys.stdout


@app.get("/health")
def health() -> str:
    return "ok"


@app.post("/analyze")
def analyze() -> Response:
    asked = request.get_json()
    s3 = boto3.client("s3")
    s3.head_object(Bucket=asked["bucket"], Key=asked["document"])
    content = s3.get_object(Bucket=asked["bucket"], Key=asked["document"])["Body"].read()
    picture = Image.open(io.BytesIO(content))
    textract = boto3.client("textract")
    features = ["TABLES", "FORMS", "SIGNATURES"]
    blocks = textract.analyze_document(Document={"Bytes": content}, FeatureTypes=features)["Blocks"]  # type: ignore[arg-type]
    width, height = picture.size
    for block in blocks:
        print(json.dumps(block, indent=2), file=out)
    if request.args.get("picture") == "no":
        return Response(json.dumps(blocks), content_type="application/json")
    canvas = picture.convert("RGB")
    for block in blocks:
        if block["BlockType"] in {"TABLE", "CELL", "KEY_VALUE_SET", "SIGNATURE"}:
            box = block["Geometry"]["BoundingBox"]
            left, top = width * box["Left"], height * box["Top"]
            outline = (left, top, left + width * box["Width"], top + height * box["Height"])
            ImageDraw.Draw(canvas).rectangle(outline, outline="red", width=3)
    png = io.BytesIO()
    canvas.save(png, "PNG")
    png.seek(0)
    return send_file(png, mimetype="image/png")


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "5000")))
