"""Two samples for kinds of documents of their own: the specimen of a passport, and a receipt in two languages."""

from pen import GREY, Colour, Paper
from PIL import Image

PALE: Colour = (226, 232, 240)
ZONE = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
"""The specimen of ICAO Doc 9303, of the state of Utopia."""


RECEIPT_ITEMS = [("2 x Roggenbrot / Pain de seigle", "8,40"), ("Brezel / Bretzel", "1,10"), ("Kaffee / Café", "2,90")]
EXPENSE_TRUTH = {
    "pages": [
        {
            "fields": {
                "VENDOR_NAME": "Bäckerei Morgenrot GmbH",
                "VENDOR_ADDRESS": "Lindenstraße 4\n79100 Freiburg",
                "INVOICE_RECEIPT_DATE": "02.03.2024",
                "SUBTOTAL": "12,40",
                "TAX": "0,87",
                "TOTAL": "13,27",
                "AMOUNT_PAID": "20,00",
            },
            "line_items": [
                ["Roggenbrot / Pain de seigle", "2", None, "8,40"],
                ["Brezel / Bretzel", None, None, "1,10"],
                ["Kaffee / Café", None, None, "2,90"],
            ],
        }
    ]
}
IDENTITY_TRUTH = {
    "pages": [
        {
            "fields": {
                "FIRST_NAME": "ANNA",
                "LAST_NAME": "ERIKSSON",
                "MIDDLE_NAME": "MARIA",
                "DOCUMENT_NUMBER": "L898902C3",
                "EXPIRATION_DATE": "15 APR 2012",
                "DATE_OF_BIRTH": "12 AUG 1974",
                "DATE_OF_ISSUE": "16 APR 2007",
                "ID_TYPE": "PASSPORT",
                "PLACE_OF_BIRTH": "ZENITH",
                "MRZ_CODE": "\n".join(ZONE),
            }
        }
    ]
}


def passport() -> Image.Image:
    """The data page of a passport that there is not: labels in two languages, a zone that machines read."""
    page = Paper(1240, 870)
    page.draw.rectangle((0, 0, 1240, 870), fill=PALE)
    page.text(60, 40, "UTOPIA", "sans-bold", 34)
    page.text(1180, 40, "SPECIMEN", "sans-bold", 34, (180, 60, 60), align="right")
    page.text(60, 92, "PASSPORT / PASSEPORT", "sans", 24, GREY)
    page.draw.rectangle((60, 160, 380, 580), fill=(198, 206, 216))
    page.draw.ellipse((150, 230, 290, 400), fill=(150, 160, 174))
    page.draw.pieslice((95, 420, 345, 740), 180, 360, fill=(150, 160, 174))
    fields = [
        (440, 160, "Surname / Nom", "ERIKSSON"),
        (440, 250, "Given names / Prénoms", "ANNA MARIA"),
        (440, 340, "Date of birth / Date de naissance", "12 AUG 1974"),
        (860, 340, "Sex / Sexe", "F"),
        (440, 430, "Place of birth / Lieu de naissance", "ZENITH"),
        (440, 520, "Date of issue / Date de délivrance", "16 APR 2007"),
        (860, 520, "Date of expiry / Date d'expiration", "15 APR 2012"),
        (860, 160, "Passport No / No du passeport", "L898902C3"),
    ]
    for x, y, label, value in fields:
        page.text(x, y, label, "sans", 19, GREY)
        page.text(x, y + 26, value, "sans-bold", 30)
    page.draw.rectangle((0, 660, 1240, 870), fill=(255, 255, 255))
    for row, line in enumerate(ZONE):
        page.text(60, 700 + 64 * row, line, "mono", 41)
    return page.picture


def bakery_receipt() -> Image.Image:
    """A baker's receipt in German and French, with decimal commas."""
    page = Paper(620, 900)
    page.text(310, 40, "Bäckerei Morgenrot GmbH", "mono-bold", 34, align="centre")
    for row, line in enumerate(("Lindenstraße 4", "79100 Freiburg", "Tel. 0761 555 0117", "USt-IdNr. DE000000000")):
        page.text(310, 92 + 30 * row, line, "mono", 22, align="centre")
    page.text(40, 240, "Beleg Nr. 118 / Reçu no 118", "mono", 22)
    page.text(40, 274, "Datum / Date: 02.03.2024 08:14", "mono", 22)
    page.rule(40, 314, 580, 314)
    sums = [("Zwischensumme / Sous-total", "12,40"), ("MwSt. 7 % / TVA 7 %", "0,87")]
    for row, (name, amount) in enumerate([*RECEIPT_ITEMS, *sums]):
        y = 334 + 44 * row + (24 if row >= len(RECEIPT_ITEMS) else 0)
        page.text(40, y, name, "mono", 22)
        page.text(580, y, amount, "mono", 22, align="right")
    page.rule(40, 470, 580, 470)
    page.text(40, 600, "SUMME / TOTAL EUR", "mono-bold", 28)
    page.text(580, 600, "13,27", "mono-bold", 28, align="right")
    page.text(40, 656, "Bar / Espèces", "mono", 22)
    page.text(580, 656, "20,00", "mono", 22, align="right")
    page.text(40, 700, "Rückgeld / Rendu", "mono", 22)
    page.text(580, 700, "6,73", "mono", 22, align="right")
    page.text(310, 800, "Danke! Merci !", "mono", 24, align="centre")
    return page.picture
