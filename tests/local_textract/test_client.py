"""LocalTextract through its public methods, with drawn documents."""

import io
import threading

import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator
from PIL import Image

from local_textract import LocalTextract, Stopped
from tests.local_textract.drawn import LETTER, saved, text_page

ALL_FEATURES = ["TABLES", "FORMS", "SIGNATURES", "LAYOUT"]


@pytest.fixture(scope="module")
def textract():
    return LocalTextract()


def of_type(answer, kind):
    return [block for block in answer["Blocks"] if block["BlockType"] == kind]


def lines_of(answer):
    return [block["Text"] for block in of_type(answer, "LINE")]


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return caught.value.response["Error"]["Code"]


def check_against_service_model(answer, operation):
    """Botocore's own model of the operation's output, enumerations too."""
    model = botocore.session.get_session().get_service_model("textract")
    shape = model.operation_model(operation).output_shape
    body = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    assert body.keys() <= shape.members.keys()
    assert not ParamValidator().validate(body, shape).has_errors()

    def walk(value, shape):
        if shape.type_name == "structure":
            assert value.keys() <= shape.members.keys()
            for name, member in value.items():
                walk(member, shape.members[name])
        elif shape.type_name == "list":
            for member in value:
                walk(member, shape.member)
        elif getattr(shape, "enum", None):
            assert value in shape.enum

    walk(body, shape)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_reads_the_lines_of_a_picture(textract, kind):
    answer = textract.detect_document_text(Document={"Bytes": saved(text_page(), kind)})
    assert lines_of(answer) == list(LETTER)
    assert answer["DocumentMetadata"] == {"Pages": 1}
    assert answer["DetectDocumentTextModelVersion"] == "local-11"
    check_against_service_model(answer, "DetectDocumentText")


def test_words_belong_to_lines_and_lines_to_the_page(textract):
    answer = textract.analyze_document(Document={"Bytes": saved(text_page())}, FeatureTypes=ALL_FEATURES)
    check_against_service_model(answer, "AnalyzeDocument")
    blocks = {block["Id"]: block for block in answer["Blocks"]}
    (page,) = of_type(answer, "PAGE")
    children = [blocks[i] for i in page["Relationships"][0]["Ids"]]
    lines = [block for block in children if block["BlockType"] == "LINE"]
    assert [line["Text"] for line in lines] == list(LETTER)
    for line in lines:
        words = [blocks[i] for i in line["Relationships"][0]["Ids"]]
        assert " ".join(word["Text"] for word in words) == line["Text"]
        assert {word["TextType"] for word in words} == {"PRINTED"}


def test_a_words_box_is_where_its_ink_is(textract):
    page = Image.new("L", (1000, 500), 255)
    page.paste(text_page(["Harbour"], (300, 100), 40, mode="L"), (500, 200))
    ink = page.point(lambda v: 255 if v < 128 else 0).getbbox()
    (word,) = of_type(textract.detect_document_text(Document={"Bytes": saved(page)}), "WORD")
    box = word["Geometry"]["BoundingBox"]
    found = (box["Left"], box["Top"], box["Left"] + box["Width"], box["Top"] + box["Height"])
    expected = (ink[0] / 1000, ink[1] / 500, ink[2] / 1000, ink[3] / 500)
    assert found == pytest.approx(expected, abs=0.012)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK", "I;16"])
def test_reads_any_mode_of_picture(textract, mode):
    page = text_page(mode="L")
    if mode == "I;16":
        page = page.convert("I").point(lambda v: v * 257).convert("I;16")
        kind = "PNG"
    elif mode == "RGBA":  # black ink on nothing at all
        alpha = page.point(lambda v: 255 - v)
        page = Image.new("RGBA", page.size, (0, 0, 0, 0))
        page.putalpha(alpha)
        kind = "PNG"
    else:
        page, kind = page.convert(mode), "TIFF" if mode == "CMYK" else "PNG"
    assert lines_of(textract.detect_document_text(Document={"Bytes": saved(page, kind)})) == list(LETTER)


def test_exif_orientation_is_undone(textract):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be seen turned clockwise by 90 degrees
    lying = text_page().transpose(Image.Transpose.ROTATE_90)
    answer = textract.detect_document_text(Document={"Bytes": saved(lying, "JPEG", exif=exif, quality=95)})
    assert lines_of(answer) == list(LETTER)
    first = of_type(answer, "WORD")[0]["Geometry"]["BoundingBox"]
    assert first["Left"] < 0.1
    assert first["Top"] < 0.1


def test_an_empty_page_has_only_a_page_block(textract):
    answer = textract.analyze_document(
        Document={"Bytes": saved(Image.new("RGB", (600, 800), "white"))}, FeatureTypes=ALL_FEATURES
    )
    assert [block["BlockType"] for block in answer["Blocks"]] == ["PAGE"]
    check_against_service_model(answer, "AnalyzeDocument")


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3)])
def test_odd_sizes_are_no_trouble(textract, size):
    answer = textract.detect_document_text(Document={"Bytes": saved(Image.new("L", size, 200))})
    assert of_type(answer, "PAGE")


def test_the_same_bytes_give_the_same_answer(textract):
    document = {"Bytes": saved(text_page())}
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(textract.detect_document_text(Document=document)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 3
    assert answers[0] == answers[1] == answers[2]
    ids = [block["Id"] for block in answers[0]["Blocks"]]
    assert len(set(ids)) == len(ids)
    other = textract.detect_document_text(Document={"Bytes": saved(text_page(LETTER[:2]))})
    assert not set(ids) & {block["Id"] for block in other["Blocks"]}


def test_work_ends_when_the_caller_says_so(textract):
    asked = []

    def should_stop():
        asked.append(None)
        return len(asked) > 3

    with pytest.raises(Stopped):
        textract.detect_document_text(Document={"Bytes": saved(text_page())}, should_stop=should_stop)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "WEBP"])
def test_other_kinds_are_unsupported(textract, kind):
    data = saved(text_page(), kind)
    assert refused(textract.detect_document_text, Document={"Bytes": data}) == "UnsupportedDocumentException"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_damaged_pictures_are_bad_documents(textract, kind):
    whole = saved(text_page(), kind)
    assert refused(textract.detect_document_text, Document={"Bytes": whole[:60]}) == "BadDocumentException"


def test_too_many_bytes_and_too_many_pixels():
    small = LocalTextract(max_bytes=1000, max_pixels=10_000)
    data = saved(text_page())
    assert len(data) > 1000
    assert refused(small.detect_document_text, Document={"Bytes": data}) == "DocumentTooLargeException"
    blank = saved(Image.new("1", (500, 500)))
    assert refused(small.detect_document_text, Document={"Bytes": blank}) == "BadDocumentException"


@pytest.mark.parametrize(
    "document",
    [None, {}, "text", {"Bytes": b""}, {"Bytes": "text"}, {"Bytes": b"x", "S3Object": {"Bucket": "b", "Name": "n"}}],
)
def test_a_document_must_be_given(textract, document):
    assert refused(textract.detect_document_text, Document=document) == "InvalidParameterException"


@pytest.mark.parametrize("features", [None, [], "TABLES", ["TABEL"], ["QUERIES"], ["TABLES", "QUERIES"]])
def test_features_must_be_known(textract, features):
    document = {"Bytes": saved(text_page())}
    code = refused(textract.analyze_document, Document=document, FeatureTypes=features)
    assert code == "InvalidParameterException"


def test_queries_are_said_to_need_the_cloud(textract):
    with pytest.raises(ClientError, match="Amazon Textract"):
        textract.analyze_document(Document={"Bytes": b"x"}, FeatureTypes=["QUERIES"])


def test_an_s3_object_needs_a_reader(textract):
    stored = {"S3Object": {"Bucket": "b", "Name": "letter.png"}}
    assert refused(textract.detect_document_text, Document=stored) == "InvalidS3ObjectException"
    shelf = {"letter.png": saved(text_page())}
    reading = LocalTextract(read_s3_object=lambda place: shelf[place["Name"]])
    assert lines_of(reading.detect_document_text(Document=stored)) == list(LETTER)


def test_the_first_page_of_a_tiff_is_read(textract):
    target = io.BytesIO()
    text_page(["First page"]).save(target, "TIFF", save_all=True, append_images=[text_page(["Second page"])])
    assert lines_of(textract.detect_document_text(Document={"Bytes": target.getvalue()})) == ["First page"]


def test_a_fax_is_read_as_it_is_printed(textract):
    lines = ["Sea salt, fine, 10 kg", "Total due $1,482.50", "Rye, whole, 25 kg"]
    page = text_page(lines, (900, 300), 26)
    flat = page.resize((900, 144)).convert("L").point(lambda grey: 255 * (grey > 150), "1")
    data = saved(flat, "TIFF", compression="group3", dpi=(204, 98))
    assert lines_of(textract.detect_document_text(Document={"Bytes": data})) == lines


@pytest.mark.parametrize("size", [(1, 300), (300, 1), (1, 1), (15, 900)])
def test_a_sliver_is_a_page_with_nothing_on_it(textract, size):
    buffer = io.BytesIO()
    Image.new("L", size, 0).save(buffer, "PNG")
    answer = textract.analyze_document(
        Document={"Bytes": buffer.getvalue()}, FeatureTypes=["TABLES", "FORMS", "SIGNATURES", "LAYOUT"]
    )
    assert [block["BlockType"] for block in answer["Blocks"]] == ["PAGE"]
