"""The printed fields of identity documents as they are laid out here and there."""

import pytest

from local_textract.identity.finder import read_identity
from tests.local_textract.pages import laid_out

LAYOUTS: dict[str, tuple[str, dict[str, str]]] = {
    "eu_licence": (
        """
FÜHRERSCHEIN      BUNDESREPUBLIK DEUTSCHLAND
1. Mustermann
2. Erika
3. 12.08.64 Berlin
4a. 01.02.13   4c. Landratsamt
4b. 31.01.28
5. B072RRE2I55
9. AM/B/L
""",
        {
            "LAST_NAME": "Mustermann",
            "FIRST_NAME": "Erika",
            "DATE_OF_BIRTH": "12.08.64",
            "PLACE_OF_BIRTH": "Berlin",
            "DATE_OF_ISSUE": "01.02.13",
            "EXPIRATION_DATE": "31.01.28",
            "DOCUMENT_NUMBER": "B072RRE2I55",
            "CLASS": "AM/B/L",
            "ID_TYPE": "DRIVER LICENSE FRONT",
        },
    ),
    "pl_id": (
        """
RZECZPOSPOLITA POLSKA     DOWÓD OSOBISTY
NAZWISKO / SURNAME
WZORCOWA
IMIONA / GIVEN NAMES
ANNA MARIA
DATA URODZENIA / DATE OF BIRTH
01.02.1985
NUMER DOKUMENTU / ID NUMBER
ZZC108201
TERMIN WAŻNOŚCI / EXPIRY DATE
01.03.2029
""",
        {
            "LAST_NAME": "WZORCOWA",
            "DATE_OF_BIRTH": "01.02.1985",
            "DOCUMENT_NUMBER": "ZZC108201",
            "EXPIRATION_DATE": "01.03.2029",
            "ID_TYPE": "ID CARD",
        },
    ),
    "es_dni": (
        """
ESPAÑA    DOCUMENTO NACIONAL DE IDENTIDAD
DNI 99999999R
APELLIDOS
ESPAÑOLA ESPAÑOLA
NOMBRE
CARMEN
FECHA DE NACIMIENTO     SEXO
01 01 1980              F
VALIDEZ
01 06 2031
""",
        {
            "LAST_NAME": "ESPANOLA ESPANOLA",
            "FIRST_NAME": "CARMEN",
            "DOCUMENT_NUMBER": "99999999R",
            "DATE_OF_BIRTH": "01 01 1980",
            "EXPIRATION_DATE": "01 06 2031",
            "ID_TYPE": "ID CARD",
        },
    ),
    "us_dl": (
        """
CALIFORNIA  DRIVER LICENSE
DL I1234568     CLASS C
EXP 08/31/2024  END NONE
LN CARDHOLDER
FN IMA
2570 24TH STREET
ANYTOWN, CA 95818
DOB 08/31/1977
RSTR NONE
SEX F   HAIR BRN   EYES BRN
HGT 5'-05"   WGT 125 lb
ISS 08/31/2019
""",
        {
            "LAST_NAME": "CARDHOLDER",
            "FIRST_NAME": "IMA",
            "DOCUMENT_NUMBER": "I1234568",
            "DATE_OF_BIRTH": "08/31/1977",
            "EXPIRATION_DATE": "08/31/2024",
            "DATE_OF_ISSUE": "08/31/2019",
            "CLASS": "C",
            "ADDRESS": "2570 24TH STREET",
            "CITY_IN_ADDRESS": "ANYTOWN",
            "STATE_IN_ADDRESS": "CA",
            "ZIP_CODE_IN_ADDRESS": "95818",
            "STATE_NAME": "CALIFORNIA",
            "RESTRICTIONS": "NONE",
            "ENDORSEMENTS": "NONE",
        },
    ),
    "uk_licence": (
        """
DRIVING LICENCE     UK
1. MORGAN
2. SARAH
   MEREDYTH
3. 11.03.1976 UNITED KINGDOM
4a. 19.01.2013  4c. DVLA
4b. 18.01.2023
5. MORGA753116SM9IJ
8. 122 BURNS CRESCENT EDINBURGH EH1 9GP
9. AM/A/B1/B/f/k/l/n/p/q
""",
        {
            "LAST_NAME": "MORGAN",
            "DATE_OF_BIRTH": "11.03.1976",
            "DATE_OF_ISSUE": "19.01.2013",
            "EXPIRATION_DATE": "18.01.2023",
            "DOCUMENT_NUMBER": "MORGA753116SM9IJ",
            "ADDRESS": "122 BURNS CRESCENT EDINBURGH EH1 9GP",
            "PLACE_OF_BIRTH": "UNITED KINGDOM",
        },
    ),
    "fr_passport": (
        """
REPUBLIQUE FRANCAISE    PASSEPORT / PASSPORT
Nom / Surname
DUPONT
Prénoms / Given names
JEANNE
Nationalité / Nationality
Française
Date de naissance / Date of birth
23 03 1983
Lieu de naissance / Place of birth
LYON
Date de délivrance / Date of issue
04 11 2019
Date d'expiration / Date of expiry
03 11 2029
""",
        {
            "LAST_NAME": "DUPONT",
            "FIRST_NAME": "JEANNE",
            "DATE_OF_BIRTH": "23 03 1983",
            "PLACE_OF_BIRTH": "LYON",
            "DATE_OF_ISSUE": "04 11 2019",
            "EXPIRATION_DATE": "03 11 2029",
            "ID_TYPE": "PASSPORT",
        },
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_a_layout_says(name: str) -> None:
    layout, fields = LAYOUTS[name]
    identity = read_identity(laid_out(layout))
    assert {kind: identity[kind].text for kind in fields} == fields
    dated = ("DATE_OF_BIRTH", "DATE_OF_ISSUE", "EXPIRATION_DATE")
    assert all(identity[kind].day for kind in dated if kind in fields)
