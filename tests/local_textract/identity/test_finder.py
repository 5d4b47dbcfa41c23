"""The printed fields of made-up specimens, with and without a zone."""

from datetime import date

from local_textract.identity.finder import read_identity
from local_textract.identity.model import TYPES
from tests.local_textract.identity.test_mrz import TD3, TODAY
from tests.local_textract.pages import line

LICENCE = [
    line("MASSACHUSETTS", 300, 20),
    line("DRIVER LICENSE", 300, 60),
    line("4a ISS", 50, 120), line("4d NUMBER", 300, 120),
    line("03/18/2018", 50, 150), line("736HDV7874JSB", 300, 150),
    line("4b EXP", 50, 200), line("3 DOB", 300, 200),
    line("01/20/2028", 50, 230), line("03/18/2001", 300, 230),
    line("9 CLASS", 50, 280), line("12 REST", 200, 280), line("9a END", 350, 280),
    line("D", 50, 310), line("NONE", 200, 310), line("NONE", 350, 310),
    line("1 SPECIMEN", 50, 360), line("2 ANNA", 50, 400),
    line("8 100 MARKET STREET", 50, 440),
    line("BIGTOWN, MA, 02801", 50, 470),
]  # fmt: skip
PASSPORT = [
    line("PASSPORT", 50, 20),
    line("Surname / Nom", 50, 100), line("ERIKSSON", 50, 130),
    line("Given names / Prénoms", 50, 180), line("ANNA MARIA", 50, 210),
    line("Date of birth / Date de naissance", 50, 260), line("12 AUG 1974", 50, 290),
    line("Place of birth / Lieu de naissance", 500, 260), line("ZENITH", 500, 290),
    line("Date of issue / Date de délivrance", 50, 340), line("16 APR 2007", 50, 370),
    line("Date of expiry / Date d'expiration", 500, 340), line("15 APR 2012", 500, 370),
    line(TD3[0], 50, 600), line(TD3[1], 50, 640),
]  # fmt: skip


def told(lines) -> dict[str, str]:
    identity = read_identity(lines, TODAY)
    assert [each.type for each in identity.fields] == list(TYPES)
    return {each.type: each.text for each in identity.fields if each.text}


def test_a_licence_by_its_numbered_fields():
    assert told(LICENCE) == {
        "LAST_NAME": "SPECIMEN",
        "FIRST_NAME": "ANNA",
        "DOCUMENT_NUMBER": "736HDV7874JSB",
        "DATE_OF_ISSUE": "03/18/2018",
        "EXPIRATION_DATE": "01/20/2028",
        "DATE_OF_BIRTH": "03/18/2001",
        "CLASS": "D",
        "RESTRICTIONS": "NONE",
        "ENDORSEMENTS": "NONE",
        "ADDRESS": "100 MARKET STREET",
        "CITY_IN_ADDRESS": "BIGTOWN",
        "STATE_IN_ADDRESS": "MA",
        "ZIP_CODE_IN_ADDRESS": "02801",
        "STATE_NAME": "MASSACHUSETTS",
        "ID_TYPE": "DRIVER LICENSE FRONT",
    }


def test_american_dates_are_months_first():
    identity = read_identity(LICENCE, TODAY)
    assert identity["EXPIRATION_DATE"].day == date(2028, 1, 20)
    assert identity["DATE_OF_BIRTH"].day == date(2001, 3, 18)


def test_a_passport_by_print_and_zone():
    found = told(PASSPORT)
    assert found == {
        "LAST_NAME": "ERIKSSON",
        "FIRST_NAME": "ANNA",
        "MIDDLE_NAME": "MARIA",
        "DOCUMENT_NUMBER": "L898902C3",
        "DATE_OF_BIRTH": "12 AUG 1974",
        "DATE_OF_ISSUE": "16 APR 2007",
        "EXPIRATION_DATE": "15 APR 2012",
        "PLACE_OF_BIRTH": "ZENITH",
        "ID_TYPE": "PASSPORT",
        "MRZ_CODE": "\n".join(TD3),
    }
    assert read_identity(PASSPORT, TODAY)["DOCUMENT_NUMBER"].confidence == 99.0


def test_the_zone_outdoes_a_misread_date():
    misread = [each if each.text != "12 AUG 1974" else line("12 AUG 1971", 50, 290) for each in PASSPORT]
    identity = read_identity(misread, TODAY)
    assert identity["DATE_OF_BIRTH"].day == date(1974, 8, 12)


def test_a_zone_alone_will_do():
    found = told(PASSPORT[-2:])
    assert (found["LAST_NAME"], found["FIRST_NAME"], found["DATE_OF_BIRTH"]) == ("ERIKSSON", "ANNA", "12 AUG 1974")
    assert found["ID_TYPE"] == "PASSPORT"


def test_fillers_may_be_a_run_of_their_own():
    head, tail = TD3[0][:30], TD3[0][30:]
    parted = [line(head, 50, 600), line(tail, 400, 601), line(TD3[1], 50, 640)]
    assert told(parted)["MRZ_CODE"] == "\n".join(TD3)


def test_accents_are_left_off_names_as_textract_leaves_them_off():
    assert told([line("Surname: GARCÍA", 50, 50), line("Given names: JOSÉ", 50, 90)])["LAST_NAME"] == "GARCIA"


def test_a_page_of_anything_else_has_nothing_but_an_unknown_type():
    assert told([line("Dear Ana, thank you for your letter.", 50, 50)]) == {"ID_TYPE": "UNKNOWN"}
    assert told([]) == {"ID_TYPE": "UNKNOWN"}
