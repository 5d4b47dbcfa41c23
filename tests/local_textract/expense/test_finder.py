"""Receipts and invoices made of words at known places: what is found of them, in several languages and layouts."""

import pytest

from local_textract.expense.finder import find_expenses
from local_textract.expense.model import Expense
from tests.local_textract.pages import line, right_aligned

RIGHT = 600


def receipt(*rows: str | tuple[str, ...], left: float = 50, top: float = 50, right: float = RIGHT, step: float = 30):
    """Lines of a receipt: a text at the left, or several across, the last at the right edge."""
    lines = []
    for number, row in enumerate(rows):
        y = top + step * number
        parts = (row,) if isinstance(row, str) else row
        for place, part in enumerate(parts):
            if not part:
                continue
            if place and place == len(parts) - 1:
                lines.append(right_aligned(part, right, y))
            else:
                lines.append(line(part, left + place * 250, y))
    return lines


def only(lines) -> Expense:
    (found,) = find_expenses(lines, 700, [])
    return found


def value(expense: Expense, kind: str) -> str | None:
    fields = [each for each in expense.fields if each.type == kind]
    return max(fields, key=lambda each: each.confidence).value.text if fields else None


def items(expense: Expense) -> list[tuple[str, str]]:
    return [(item.first("ITEM").value.text, item.first("PRICE").value.text) for item in expense.items]


ENGLISH = receipt(
    "GREEN GROCER LTD",
    "12 Harbour Street, Leith EH6 7AB",
    "Tel: 0131 496 0117",
    ("Receipt no: A-4417", "21/08/2025"),
    ("Apples", "3.40"),
    ("2 x Rye bread", "4.30"),
    ("Subtotal", "7.70"),
    ("VAT 20%", "1.54"),
    ("TOTAL", "9.24"),
    ("Cash", "10.00"),
    ("Change", "0.76"),
)
GERMAN = receipt(
    "Bäckerei Morgenrot GmbH",
    "Lindenstraße 4",
    "10969 Berlin",
    ("Rechnung Nr. 2024-118", "Datum: 02.03.2024"),
    ("Roggenbrot", "1.234,50 €"),
    ("Brötchen", "2,40 €"),
    ("Zwischensumme", "1.236,90 €"),
    ("MwSt 7 %", "86,58 €"),
    ("Summe", "1.323,48 €"),
)
FRENCH = receipt(
    "Librairie du Port SARL",
    "8, rue de la Paix",
    "13002 Marseille",
    ("Facture n° F-77", "Date : 14 mars 2024"),
    ("Cahier", "4,20"),
    ("Stylo", "2,10"),
    ("Total HT", "6,30"),
    ("TVA 20 %", "1,26"),
    ("Total TTC", "7,56 €"),
)
ITALIAN = receipt(
    "Trattoria da Gina S.r.l.",
    "Via Roma 12",
    "50123 Firenze",
    ("Scontrino 118", "03/04/2024"),
    ("Pasta", "12,00"),
    ("Vino", "8,00"),
    ("Subtotale", "20,00"),
    ("IVA", "2,00"),
    ("Importo totale EUR", "22,00"),
    ("Contanti", "30,00"),
    ("Resto", "8,00"),
)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ENGLISH,
            {
                "VENDOR_NAME": "GREEN GROCER LTD",
                "VENDOR_ADDRESS": "12 Harbour Street, Leith EH6 7AB",
                "VENDOR_PHONE": "0131 496 0117",
                "INVOICE_RECEIPT_ID": "A-4417",
                "INVOICE_RECEIPT_DATE": "21/08/2025",
                "SUBTOTAL": "7.70",
                "TAX": "1.54",
                "TOTAL": "9.24",
                "AMOUNT_PAID": "10.00",
            },
        ),
        (
            GERMAN,
            {
                "VENDOR_NAME": "Bäckerei Morgenrot GmbH",
                "VENDOR_ADDRESS": "Lindenstraße 4\n10969 Berlin",
                "INVOICE_RECEIPT_ID": "2024-118",
                "INVOICE_RECEIPT_DATE": "02.03.2024",
                "SUBTOTAL": "1.236,90 €",
                "TAX": "86,58 €",
                "TOTAL": "1.323,48 €",
            },
        ),
        (
            FRENCH,
            {
                "VENDOR_NAME": "Librairie du Port SARL",
                "INVOICE_RECEIPT_ID": "F-77",
                "INVOICE_RECEIPT_DATE": "14 mars 2024",
                "SUBTOTAL": "6,30",
                "TAX": "1,26",
                "TOTAL": "7,56 €",
            },
        ),
        (
            ITALIAN,
            {
                "VENDOR_NAME": "Trattoria da Gina S.r.l.",
                "VENDOR_ADDRESS": "Via Roma 12\n50123 Firenze",
                "INVOICE_RECEIPT_ID": "118",
                "SUBTOTAL": "20,00",
                "TAX": "2,00",
                "TOTAL": "22,00",
                "AMOUNT_PAID": "30,00",
            },
        ),
    ],
    ids=["english", "german", "french", "italian"],
)
def test_summary_fields_in_several_languages(lines, expected):
    found = only(lines)
    assert {kind: value(found, kind) for kind in expected} == expected
    assert len(found.items) == 2


def test_numbers_and_currencies_are_what_is_printed():
    found = only(GERMAN)
    totals = [(each.number, each.currency) for each in found.fields if each.type == "TOTAL"]
    assert totals == [(1323.48, "EUR")]
    assert [item.first("PRICE").number for item in found.items] == [1234.5, 2.4]


def test_a_currency_that_one_amount_names_is_that_of_all():
    assert {each.currency for each in only(FRENCH).fields if each.type in {"SUBTOTAL", "TAX", "TOTAL"}} == {"EUR"}


def test_parts_of_an_address_are_in_the_vendors_group():
    parts = {each.type: each.value.text for each in only(GERMAN).fields if each.party == "VENDOR"}
    assert parts["NAME"] == "Bäckerei Morgenrot GmbH"
    assert (parts["STREET"], parts["ZIP_CODE"], parts["CITY"]) == ("Lindenstraße 4", "10969", "Berlin")
    american = receipt("Hill Supply Inc", "154 Main St, San Francisco, CA 94105", ("Total", "$5.00"))
    parts = {each.type: each.value.text for each in only(american).fields if each.party == "VENDOR"}
    assert (parts["CITY"], parts["STATE"], parts["ZIP_CODE"]) == ("San Francisco,", "CA", "94105")


def test_items_that_add_up_make_their_sums_surer():
    def confidence(price: str) -> float:
        lines = receipt("SHOP LTD", ("Tea", price), ("Milk", "2.00"), ("Subtotal", "5.00"), ("Total", "5.00"))
        return next(each.confidence for each in only(lines).fields if each.type == "SUBTOTAL")

    assert confidence("3.00") > confidence("4.00")


def test_the_total_is_what_cash_and_change_say():
    lines = receipt("SHOP LTD", ("Total", "12.00"), ("Total rounded", "12.05"), ("Cash", "20.00"), ("Change", "7.95"))
    assert value(only(lines), "TOTAL") == "12.05"


@pytest.mark.parametrize("label", ["Total qty", "Total tax", "Total savings", "Total items"])
def test_a_total_of_something_else_is_none(label):
    lines = receipt("SHOP LTD", ("Tea", "3.00"), ("Total", "3.00"), (label, "9.00"))
    assert value(only(lines), "TOTAL") == "3.00"


def test_a_table_of_taxes_below_the_total_is_not_taken_for_it():
    lines = receipt(
        "SHOP LTD",
        ("Tea", "10.60"),
        ("Total", "10.60"),
        ("Tax summary", "amount", "tax"),
        ("SR 6%", "10.00", "0.60"),
        ("Total", "10.00", "0.60"),
    )
    assert value(only(lines), "TOTAL") == "10.60"


def test_an_invoice_with_columns_and_descriptions_of_several_lines():
    heads = [
        line("Qty", 50, 400),
        line("Description", 150, 400),
        line("Unit price", 500, 400),
        line("Amount", 700, 400),
    ]
    body = [
        line("3", 50, 440), line("Oak shelf", 150, 440), line("84.00", 500, 440), line("252.00", 700, 440),
        line("oiled, 180 cm", 150, 465),
        line("2", 50, 500), line("Bracket", 150, 500), line("12.50", 500, 500), line("25.00", 700, 500),
        line("Total", 500, 560), line("277.00", 700, 560),
    ]  # fmt: skip
    found = only([line("Alder Joinery Ltd", 50, 50), *heads, *body])
    first, second = found.items
    assert {each.type: each.value.text for each in first.fields} == {
        "ITEM": "Oak shelf\noiled, 180 cm",
        "QUANTITY": "3",
        "UNIT_PRICE": "84.00",
        "PRICE": "252.00",
        "EXPENSE_ROW": "3 Oak shelf 84.00 252.00\noiled, 180 cm",
    }
    assert first.fields[-1].type == "EXPENSE_ROW"
    assert first.first("PRICE").label.text == "Amount"
    assert second.first("ITEM").value.text == "Bracket"
    assert value(found, "TOTAL") == "277.00"


def test_names_above_rows_of_numbers():
    lines = receipt(
        "SHOP LTD", "Cable 6FT", ("8970273 2 x 3.50", "7.00"), "Lamp", ("9067903 1 x 4.80", "4.80"), ("Total", "11.80")
    )
    found = only(lines)
    assert items(found) == [("Cable 6FT", "7.00"), ("Lamp", "4.80")]
    assert [item.first("PRODUCT_CODE").value.text for item in found.items] == ["8970273", "9067903"]


def test_how_much_of_it_there_is():
    found = only(receipt("SHOP LTD", ("Tomatoes 0.64 kg", "1.98"), ("Total", "1.98")))
    assert items(found) == [("Tomatoes", "1.98")]
    assert found.items[0].first("QUANTITY").value.text == "0.64 kg"


def test_a_row_that_says_how_a_price_came_about_belongs_to_the_item_above():
    found = only(
        receipt(
            "TRADER TOM",
            ("Bottle deposit", "$0.40"),
            "8 @ $0.05",
            ("Zucchini green", "$4.66"),
            "0.778kg NET @ $5.99/kg",
            ("Apples", "$2.00"),
            ("Tax: $7.06 @ 9.75%", "$0.69"),
            ("Balance to pay", "$7.75"),
        )
    )
    assert items(found) == [("Bottle deposit", "$0.40"), ("Zucchini green", "$4.66"), ("Apples", "$2.00")]
    told = [(item.first("QUANTITY"), item.first("UNIT_PRICE")) for item in found.items[:2]]
    assert [(one.value.text, other.value.text) for one, other in told] == [("8", "$0.05"), ("0.778kg", "$5.99/kg")]
    assert (value(found, "TAX"), value(found, "TOTAL")) == ("$0.69", "$7.75")
    assert value(found, "VENDOR_NAME") == "TRADER TOM"


def test_whom_an_invoice_is_for():
    lines = receipt(
        "Alder Joinery Ltd", "", "Bill to", "Harrow School", "2 Harrow Lane", "Derby DE1 9ZZ", "", ("Total", "5.00")
    )
    found = only(lines)
    assert value(found, "RECEIVER_NAME") == "Harrow School"
    assert value(found, "RECEIVER_ADDRESS") == "Harrow School\n2 Harrow Lane\nDerby DE1 9ZZ"
    assert value(found, "VENDOR_NAME") == "Alder Joinery Ltd"


def test_a_stroke_taken_for_a_letter_does_not_hide_a_label():
    found = only(receipt("Alder Joinery Ltd", "", "B¡ill to", "Harrow School", "2 Harrow Lane", "Derby DE1 9ZZ"))
    assert value(found, "RECEIVER_NAME") == "Harrow School"


def test_receipts_side_by_side_are_not_mixed_up():
    left = receipt("FIRST SHOP LTD", ("Tea", "3.00"), ("Milk", "2.00"), ("Total", "5.00"), ("Cash", "5.00"), right=300)
    right = receipt(
        "OTHER SHOP LTD",
        ("Nails", "7.00"),
        ("Total", "7.00"),
        ("Cash", "9.00"),
        ("Change", "2.00"),
        left=400,
        right=650,
    )
    one, other = find_expenses([*left, *right], 700, [])
    assert (value(one, "VENDOR_NAME"), value(one, "TOTAL")) == ("FIRST SHOP LTD", "5.00")
    assert (value(other, "VENDOR_NAME"), value(other, "TOTAL")) == ("OTHER SHOP LTD", "7.00")


def test_words_that_are_no_receipt_have_no_total():
    found = only(receipt("Dear Ana,", "thank you for your letter of last week.", "We were glad to read it."))
    assert value(found, "TOTAL") is None
    assert found.items == []
    assert find_expenses([], 700, []) == []
