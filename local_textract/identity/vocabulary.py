"""What identity documents call their fields, in English, German, French, Italian, Spanish, Portuguese and Dutch.

Patterns are for lower-case text without accents; numbers are those of driving licences (ISO 18013, AAMVA).
"""

import re

_Table = tuple[tuple[str, re.Pattern[str]], ...]


def _table(*rows: tuple[str, str]) -> _Table:
    return tuple((kind, re.compile(pattern)) for kind, pattern in rows)


LABELS = _table(
    ("LAST_NAME", r"(1\.? )?(surnames?|last names?|family names?|name nom|nom|name|nachname|familienname|cognome|apellidos?|achternaam"
                  r"|primary identifier|ln|apelidos?|nazwisko|efternamn|efternavn|etternavn|prijmeni|sukunimi|vezeteknev|prezime)\b"),
    ("FIRST_NAME", r"(2\.? )?(given names?|first names?|forenames?|vornamen?|prenoms?|prenom s|nomi?|nombres?|voornamen?|secondary identifier"
                   r"|fn|nome|nomes?|imie|imiona|fornamn|fornavn|jmeno|etunimet|utonev|ime)\b"),
    ("MIDDLE_NAME", r"middle names?\b"),
    ("SUFFIX", r"suffix\b"),
    ("DATE_OF_BIRTH", r"(3\.? ?)?(date of birth|d ?o ?b|birth ?date|born|geburtsdatum|geburtstag|date de naissance|ne e le|data di nascita"
                      r"|fecha de nacimiento|data de nascimento|geboortedatum|geb|data urodzenia|fodelsedatum|fodelsetid|fodselsdato|datum narozeni|syntymaaika|datum rodenja)\b"),
    ("PLACE_OF_BIRTH", r"(place of birth|birthplace|geburtsort|lieu de naissance|luogo di nascita|lugar de nacimiento|local de nascimento"
                       r"|geboorteplaats|miejsce urodzenia|fodelseort|fodested|fodested|misto narozeni|mjesto rodenja)\b"),
    ("DATE_OF_ISSUE", r"(4 ?a\.? ?)?(date of issue|issue date|issued( on)?|iss|date issued|ausstellungsdatum|ausgestellt am|date de delivrance"
                      r"|delivre le|data di rilascio|fecha de (expedicion|emision)|data de emissao|datum van afgifte|data wydania|utfardandedatum|utstedelsesdato|udstedelsesdato|datum vydani)\b"),
    ("EXPIRATION_DATE", r"(4 ?b\.? ?)?(date of expir\w*|expir\w* date|expiry|expiration|exp|expires( on)?|valid (until|thru|to)|gultig bis"
                        r"|ablaufdatum|date d expiration|valable jusqu au|scadenza|data di scadenza|fecha de (caducidad|vencimiento)"
                        r"|data de validade|geldig tot|validite|validade|validez|termin waznosci|data waznosci|giltig till|gyldig til|platnost do)\b"),
    ("DOCUMENT_NUMBER", r"(4 ?d\.? ?|5\.? ?)?(passport (no|number|nr)|document (no|number|nr)|licen[cs]e (no|number)|licen[cs]e|(d ?l|id|card|personal id) ?(no|number|nr|#)"
                        r"|number|passport no|reisepass nr|pass nr|ausweisnummer|no du passeport|passeport no|numero( di| de)?( \w+)?|dln?"
                        r"|lic ?(no|#)|documentnummer|ausweis nr|idn|n passaporto|dni( num)?|numer dokumentu|soporte|nr dokumentu|seria i numer|passnummer|korkortsnummer|cislo dokladu)\b"),
    ("CLASS", r"(9a?\.? ?)?(class|cl|klasse|categorie|categoria|vehicle class)\b"),
    ("ENDORSEMENTS", r"([0o9] ?a\.? ?)?(endorsements?|end)\b"),
    ("RESTRICTIONS", r"(12\.? ?)?(restrictions?|restr?|rest|rstr)\b"),
    ("ADDRESS", r"(8\.? ?)?(address|addr|anschrift|wohnort|adresse|indirizzo|residenza|domicilio|domicile|adres|endereco|residence)\b"),
    ("COUNTY", r"county\b"),
    ("VETERAN", r"veteran\b"),
    ("", r"(1[5-9]\w?\.? ?)?(sex|eyes?|hgt|height|wgt|weight|hair|nationality|nationalite|staatsangehorigkeit|type|typ|code|authority"
         r"|autorite|behorde|signature|dd|rev|donor|issuing|passport|passeport|reisepass|sexe|geschlecht|taille|grosse|augenfarbe"
         r"|remarks|observations|bearer|country|state)\b"),
)  # fmt: skip
"""The empty type is of labels whose value is none of Textract's."""

NUMBERED = {
    "1": "LAST_NAME", "2": "FIRST_NAME", "3": "DATE_OF_BIRTH", "4a": "DATE_OF_ISSUE", "4b": "EXPIRATION_DATE",
    "4d": "DOCUMENT_NUMBER", "5": "DOCUMENT_NUMBER", "8": "ADDRESS", "9": "CLASS", "12": "RESTRICTIONS",
    "9a": "ENDORSEMENTS",
}  # fmt: skip
"""Bare numbers before values, as licences have them."""

LICENCE = re.compile(
    r"\b(driver|drivers|driving|fuhrerschein|permis de conduire|patente|conducir|conducao|rijbewijs|prawo jazdy|korkort|forerkort|kørekort|ridicsky prukaz|dl)\b"
)
PASSPORT = re.compile(r"\b(passport|passeport|reisepass|passaporto|pasaporte|passaporte|paspoort|paszport)\b")
CARD = re.compile(
    r"\b(identity card|identification card|id card|personalausweis|carte nationale d identite|carta d identita|documento nacional de identidad"
    r"|identiteitskaart|dowod osobisty|documento de identidad|dni|bilhete de identidade|cartao de cidadao|nationellt identitetskort|identity|residence permit|aufenthaltstitel)\b"
)
STATES = {
    "AL": "ALABAMA", "AK": "ALASKA", "AZ": "ARIZONA", "AR": "ARKANSAS", "CA": "CALIFORNIA", "CO": "COLORADO",
    "CT": "CONNECTICUT", "DE": "DELAWARE", "DC": "DISTRICT OF COLUMBIA", "FL": "FLORIDA", "GA": "GEORGIA",
    "HI": "HAWAII", "ID": "IDAHO", "IL": "ILLINOIS", "IN": "INDIANA", "IA": "IOWA", "KS": "KANSAS", "KY": "KENTUCKY",
    "LA": "LOUISIANA", "ME": "MAINE", "MD": "MARYLAND", "MA": "MASSACHUSETTS", "MI": "MICHIGAN", "MN": "MINNESOTA",
    "MS": "MISSISSIPPI", "MO": "MISSOURI", "MT": "MONTANA", "NE": "NEBRASKA", "NV": "NEVADA", "NH": "NEW HAMPSHIRE",
    "NJ": "NEW JERSEY", "NM": "NEW MEXICO", "NY": "NEW YORK", "NC": "NORTH CAROLINA", "ND": "NORTH DAKOTA",
    "OH": "OHIO", "OK": "OKLAHOMA", "OR": "OREGON", "PA": "PENNSYLVANIA", "RI": "RHODE ISLAND",
    "SC": "SOUTH CAROLINA", "SD": "SOUTH DAKOTA", "TN": "TENNESSEE", "TX": "TEXAS", "UT": "UTAH", "VT": "VERMONT",
    "VA": "VIRGINIA", "WA": "WASHINGTON", "WV": "WEST VIRGINIA", "WI": "WISCONSIN", "WY": "WYOMING",
}  # fmt: skip
