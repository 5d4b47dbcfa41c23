"""Machine-readable zones: ICAO's own specimens, and what a reader may do to them."""

from datetime import date

import pytest

from local_textract.identity.mrz import check_digit, find_zone

TODAY = date(2026, 11, 1)
TD3 = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
TD2 = ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"]
TD1 = ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"]


@pytest.mark.parametrize(("lines", "kind"), [(TD1, "TD1"), (TD2, "TD2"), (TD3, "TD3")])
def test_specimens_check(lines, kind):
    zone = find_zone(["some print above", *lines], TODAY)
    assert zone is not None
    assert (zone.kind, zone.checked) == (kind, True)
    assert (zone.surname, zone.given, zone.issuer, zone.nationality, zone.sex) == (
        "ERIKSSON",
        "ANNA MARIA",
        "UTO",
        "UTO",
        "F",
    )
    assert (zone.birth, zone.expiry) == (date(1974, 8, 12), date(2012, 4, 15))
    assert zone.text == "\n".join(lines)


def test_check_digits_count_as_icao_says():
    assert check_digit("520727") == "3"
    assert check_digit("D23145890") == "7"
    assert check_digit("AB2134<<<") == "5"


def test_a_letter_that_looks_like_another_is_mended_where_the_digit_says_so():
    zone = find_zone([TD3[0], TD3[1].replace("L898902C3", "L8989O2C3")], TODAY)
    assert zone is not None
    assert (zone.number, zone.number_checked, zone.checked) == ("L898902C3", True, True)
    zone = find_zone([TD3[0], TD3[1].replace("7408122", "74O8I22")], TODAY)
    assert zone is not None
    assert zone.birth == date(1974, 8, 12)


@pytest.mark.parametrize("lines", [TD1, TD2, TD3], ids=["TD1", "TD2", "TD3"])
def test_noughts_where_only_letters_may_stand_are_letters(lines):
    zone = find_zone([each.replace("UTO", "UT0").replace("ERIKSSON", "ERIKSS0N") for each in lines], TODAY)
    assert zone is not None
    assert zone.text == "\n".join(lines)
    assert zone.checked


def test_what_no_digit_explains_stays_as_it_is_and_is_not_sure():
    zone = find_zone([TD3[0], TD3[1].replace("L898902C3", "L898977C3")], TODAY)
    assert zone is not None
    assert zone.number == "L898977C3"
    assert not zone.number_checked
    assert not zone.checked


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-2],
        lambda text: text + "<",
        lambda text: text.replace("<<<<", "< <<<"),
        lambda text: text[:-5] + "K<<<<",
    ],
)
def test_miscounted_fillers_are_put_right(change):
    zone = find_zone([change(TD3[0]), TD3[1]], TODAY)
    assert zone is not None
    assert (zone.surname, zone.given, zone.checked) == ("ERIKSSON", "ANNA MARIA", True)


def test_years_are_of_the_past_for_birth_and_near_for_expiry():
    def dated(birth: str, expiry: str):
        line = "L898902C36UTO" + birth + check_digit(birth) + "F" + expiry + check_digit(expiry) + "ZE184226B<<<<<1"
        whole = line[:10] + line[13:20] + line[21:43]
        zone = find_zone([TD3[0], line + check_digit(whole)], TODAY)
        assert zone is not None
        return zone.birth, zone.expiry

    assert dated("250101", "300101") == (date(2025, 1, 1), date(2030, 1, 1))
    assert dated("270101", "300101") == (date(1927, 1, 1), date(2030, 1, 1))


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"],
        ["<" * 44, "<" * 44],
        ["A" * 44, "1" * 44],
        ["P<" + "X" * 42, "9" * 44],
    ],
)
def test_what_is_no_zone_is_none(lines):
    assert find_zone(lines, TODAY) is None
