"""Small PDFs written by hand for the tests: everything about them is known to the point."""

import zlib
from collections.abc import Sequence

WIDTH, HEIGHT = 300, 400


def pdf(objects: Sequence[str | bytes], root: int = 1, trailer: str = "") -> bytes:
    """A file of numbered objects; object 1 comes first."""
    out = bytearray(b"%PDF-1.6\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body.encode("latin-1") if isinstance(body, str) else body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer << /Size {len(places) + 1} /Root {root} 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def stream(content: bytes, entries: str = "", compress: bool = False) -> bytes:
    if compress:
        content, entries = zlib.compress(content, 9), f"{entries} /Filter /FlateDecode"
    return f"<< /Length {len(content)} {entries} >>\nstream\n".encode() + content + b"\nendstream"


HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def one_page(
    content: bytes, page: str = "", forms: Sequence[bytes] = (), compress: bool = False, font: str = "Helvetica"
) -> bytes:
    """One page, 300 × 400 points; /F is `font`, /X0, /X1 … are form XObjects."""
    names = " ".join(f"/X{i} {6 + i} 0 R" for i in range(len(forms)))
    return pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents 4 0 R {page}"
            f" /Resources << /Font << /F 5 0 R >> /XObject << {names} >> >> >>",
            stream(content, compress=compress),
            HELVETICA.replace("Helvetica", font),
            *forms,
        ]
    )


def pages(count: int) -> bytes:
    """So many pages, each with "Page N" as its text."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(count))
    objects: list[str | bytes] = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        HELVETICA,
    ]
    for i in range(count):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {5 + 2 * i} 0 R"
            " /Resources << /Font << /F 3 0 R >> >> >>"
        )
        objects.append(stream(b"BT /F 20 Tf 50 300 Td (Page %d) Tj ET" % (i + 1)))
    return pdf(objects)


def filled_form(*, appearances: bool = False, xfa: str = "") -> bytes:
    """A form with a text field that holds "Ada Lovelace" and a ticked check box.

    Without `appearances` the file leaves it to the reader to draw the value, as many programs that fill forms do.
    """
    drawn = "/AP << /N 9 0 R >>" if appearances else ""
    needs = "" if appearances else "/NeedAppearances true"
    return pdf(
        [
            f"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R 7 0 R] {needs} /DR << /Font << /F 5 0 R >> >>"
            f" /DA (/F 12 Tf 0 g) {xfa} >> >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents 4 0 R /Annots [6 0 R 7 0 R]"
            " /Resources << /Font << /F 5 0 R >> >> >>",
            stream(b"BT /F 12 Tf 20 305 Td (Name:) Tj ET"),
            HELVETICA,
            "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Ada Lovelace) /Rect [80 300 220 320] /F 4"
            f" /DA (/F 12 Tf 0 g) /P 3 0 R {drawn} >>",
            "<< /Type /Annot /Subtype /Widget /FT /Btn /T (agree) /V /Yes /AS /Yes /Rect [80 250 100 270] /F 4 /P 3 0 R"
            " /AP << /N << /Yes 8 0 R >> >> >>",
            stream(b"0 0 20 20 re f", "/Type /XObject /Subtype /Form /BBox [0 0 20 20]"),
            stream(
                b"/Tx BMC BT /F 12 Tf 0 g 2 5 Td (Ada Lovelace) Tj ET EMC",
                "/Type /XObject /Subtype /Form /BBox [0 0 140 20] /Resources << /Font << /F 5 0 R >> >>",
            ),
        ]
    )


def encrypted() -> bytes:
    """A PDF that a password protects, and nobody has it."""
    entries = f"/Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <{'5a' * 32}> /U <{'a5' * 32}>"
    return pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 10 10] >>",
            f"<< {entries} >>",
        ],
        trailer=f"/Encrypt 4 0 R /ID [<{'00' * 16}> <{'00' * 16}>]",
    )
