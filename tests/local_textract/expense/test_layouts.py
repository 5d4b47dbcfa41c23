"""Receipts and invoices as they are laid out here and there: what is found of each, its amounts and items above all."""

import pytest

from local_textract.expense.finder import find_expenses
from local_textract.expense.model import Expense
from tests.local_textract.pages import laid_out


def only(layout: str) -> Expense:
    lines = laid_out(layout)
    (found,) = find_expenses(lines, max(each.box.right for each in lines) + 40, [])
    return found


Expected = tuple[str, dict[str, str], list[tuple[str, str]]]
LAYOUTS: dict[str, Expected] = {
    "de_kassenbon": (
        """
         FRISCH Markt GmbH
        Hauptstr. 17
        50667 Köln
       UID Nr.: DE000000117
                           EUR
BIO BANANEN              1,89 B
MILCH 3,5%               1,19 B
  2 Stk x  0,99
JOGHURT NATUR            1,98 B
PFAND 0,25               0,25 *A
SPUELMITTEL              1,45 A
---------------------------
SUMME         EUR        6,76
===========================
Geg. EC-Cash  EUR        6,76

Steuer  %     Netto   Steuer   Brutto
A= 19,0%       1,43     0,27     1,70
B=  7,0%       4,73     0,33     5,06
Gesamtbetrag   6,16     0,60     6,76

Datum: 11.03.2024
Uhrzeit: 18:22:10 Uhr
Beleg-Nr. 9071
Markt:0117  Kasse:4  Bed.: 101010
Vielen Dank für Ihren Einkauf
""",
        {
            "VENDOR_NAME": "FRISCH Markt GmbH",
            "VENDOR_ADDRESS": "Hauptstr. 17\n50667 Köln",
            "TOTAL": "6,76",
            "INVOICE_RECEIPT_DATE": "11.03.2024",
            "INVOICE_RECEIPT_ID": "9071",
            "VENDOR_VAT_NUMBER": "DE000000117",
        },
        [
            ("BIO BANANEN", "1,89 B"),
            ("MILCH 3,5%", "1,19 B"),
            ("JOGHURT NATUR", "1,98 B"),
            ("PFAND", "0,25 *A"),
            ("SPUELMITTEL", "1,45 A"),
        ],
    ),
    "de_rechnung": (
        """
Musterbau & Söhne GmbH
Am Wall 3, 28195 Bremen

Firma
Kurt Blum Elektro
Gartenweg 8
27568 Bremerhaven

                                          Rechnung
                                          Rechnungsnummer:   RE-2024-0331
                                          Rechnungsdatum:    05.04.2024
                                          Kundennummer:      10442
                                          Fällig am:         19.04.2024

Pos   Bezeichnung                  Menge     Einzelpreis      Gesamtpreis
1     Kabelkanal 40x60             12        4,50 €           54,00 €
2     Montage pro Stunde           3,5       62,00 €          217,00 €
3     Anfahrt                      1         25,00 €          25,00 €

                                             Nettobetrag        296,00 €
                                             zzgl. 19 % MwSt.    56,24 €
                                             Rechnungsbetrag    352,24 €

Zahlbar innerhalb von 14 Tagen ohne Abzug.
IBAN: DE89 3704 0044 0532 0130 00   BIC: COBADEFFXXX   USt-IdNr.: DE123456789
""",
        {
            "VENDOR_NAME": "Musterbau & Söhne GmbH",
            "INVOICE_RECEIPT_ID": "RE-2024-0331",
            "INVOICE_RECEIPT_DATE": "05.04.2024",
            "CUSTOMER_NUMBER": "10442",
            "DUE_DATE": "19.04.2024",
            "SUBTOTAL": "296,00 €",
            "TAX": "56,24 €",
            "TOTAL": "352,24 €",
            "VENDOR_VAT_NUMBER": "DE123456789",
            "RECEIVER_NAME": "Kurt Blum Elektro",
        },
        [("Kabelkanal 40x60", "54,00 €"), ("Montage pro Stunde", "217,00 €"), ("Anfahrt", "25,00 €")],
    ),
    "fr_ticket": (
        """
        PETIT MARCHE
     14 rue des Lilas
      75020 PARIS
     SIRET 00000000000117

BAGUETTE TRADITION        1,20
CAMEMBERT 250G            2,75
VIN ROUGE                 6,90
REMISE FIDELITE          -1,00

TOTAL (3 articles)        9,85 EUR
CB                        9,85

Taux   HT      TVA    TTC
5,5%   3,74    0,21   3,95
20,0%  4,92    0,98   5,90

Le 22/02/2024 à 19:05
MERCI DE VOTRE VISITE
""",
        {
            "VENDOR_NAME": "PETIT MARCHE",
            "VENDOR_ADDRESS": "14 rue des Lilas\n75020 PARIS",
            "TOTAL": "9,85 EUR",
            "DISCOUNT": "-1,00",
            "INVOICE_RECEIPT_DATE": "22/02/2024",
            "TAX_PAYER_ID": "00000000000117",
        },
        [("BAGUETTE TRADITION", "1,20"), ("CAMEMBERT 250G", "2,75"), ("VIN ROUGE", "6,90")],
    ),
    "fr_facture": (
        """
ATELIER BOISVERT SARL                         FACTURE
27 avenue de la Gare                          N° : 2024-118
69003 Lyon                                    Date : 12/01/2024
TVA : FR32123456789                           Échéance : 11/02/2024

Facturé à :
Société Dupont
5 rue Victor Hugo
69002 Lyon

Désignation                 Quantité    Prix unitaire    Montant
Table chêne massif          1           1 250,00 €       1 250,00 €
Chaise                      4           89,50 €          358,00 €

                                        Total HT         1 608,00 €
                                        TVA 20 %         321,60 €
                                        Total TTC        1 929,60 €
                                        Acompte          500,00 €
                                        Net à payer      1 429,60 €
""",
        {
            "VENDOR_NAME": "ATELIER BOISVERT SARL",
            "VENDOR_ADDRESS": "27 avenue de la Gare\n69003 Lyon",
            "INVOICE_RECEIPT_ID": "2024-118",
            "INVOICE_RECEIPT_DATE": "12/01/2024",
            "DUE_DATE": "11/02/2024",
            "RECEIVER_NAME": "Société Dupont",
            "SUBTOTAL": "1 608,00 €",
            "TAX": "321,60 €",
            "AMOUNT_DUE": "1 429,60 €",
        },
        [("Table chêne massif", "1 250,00 €"), ("Chaise", "358,00 €")],
    ),
    "it_fattura": (
        """
Officina Bianchi S.n.c.
Via Garibaldi 21 - 10122 Torino (TO)
P. IVA 01234567890

Fattura n. 118/2024          Data: 03/05/2024
Spett.le
Rossi Trasporti S.r.l.
Corso Francia 100
10143 Torino

Descrizione              Q.tà    Prezzo unitario    Importo
Cambio olio              1       85,00              85,00
Filtro aria              2       18,50              37,00
                                 Imponibile         122,00
                                 IVA 22%            26,84
                                 Totale fattura     148,84
Scadenza: 02/06/2024
""",
        {
            "VENDOR_NAME": "Officina Bianchi S.n.c.",
            "INVOICE_RECEIPT_ID": "118/2024",
            "INVOICE_RECEIPT_DATE": "03/05/2024",
            "DUE_DATE": "02/06/2024",
            "RECEIVER_NAME": "Rossi Trasporti S.r.l.",
            "SUBTOTAL": "122,00",
            "TAX": "26,84",
            "TOTAL": "148,84",
        },
        [("Cambio olio", "85,00"), ("Filtro aria", "37,00")],
    ),
    "us_invoice_right_vendor": (
        """
INVOICE                                              Summit Analytics LLC
                                                     900 Market Street
                                                     San Francisco, CA 94103
                                                     billing@summit.example
Invoice #        10045
Date             07/01/2024
Terms            Net 30
Due Date         07/31/2024

BILL TO
Redwood Robotics, Inc.
44 Industrial Way
Oakland, CA 94607

Item            Description              Hours    Rate        Amount
CONS-1          Data consulting          40       $150.00     $6,000.00
CONS-2          Report writing           10       $120.00     $1,200.00

                                         Subtotal             $7,200.00
                                         Sales Tax (8.5%)     $612.00
                                         Total Due            $7,812.00
""",
        {
            "VENDOR_NAME": "Summit Analytics LLC",
            "INVOICE_RECEIPT_ID": "10045",
            "INVOICE_RECEIPT_DATE": "07/01/2024",
            "DUE_DATE": "07/31/2024",
            "RECEIVER_NAME": "Redwood Robotics, Inc.",
            "SUBTOTAL": "$7,200.00",
            "TAX": "$612.00",
            "TOTAL": "$7,812.00",
            "PAYMENT_TERMS": "Net 30",
        },
        [("Data consulting", "$6,000.00"), ("Report writing", "$1,200.00")],
    ),
    "label_above_boxes": (
        """
BRIGHT SIGNS INC.
400 Oak Ave, Dayton, OH 45402

INVOICE NO.       DATE            CUSTOMER ID      TERMS
8812              03/15/2024      C-1044           Net 15

DESCRIPTION                     QTY     UNIT PRICE     TOTAL
Vinyl banner 3x8                2       95.00          190.00
Yard sign                       10      12.00          120.00
                                        SUBTOTAL       310.00
                                        DISCOUNT        31.00
                                        TAX RATE         7.25%
                                        TOTAL TAX       20.23
                                        SHIPPING        15.00
                                        BALANCE DUE   $314.23
""",
        {
            "VENDOR_NAME": "BRIGHT SIGNS INC.",
            "INVOICE_RECEIPT_ID": "8812",
            "INVOICE_RECEIPT_DATE": "03/15/2024",
            "CUSTOMER_NUMBER": "C-1044",
            "PAYMENT_TERMS": "Net 15",
            "SUBTOTAL": "310.00",
            "DISCOUNT": "31.00",
            "TAX": "20.23",
            "SHIPPING_HANDLING_CHARGE": "15.00",
            "TOTAL": "$314.23",
        },
        [("Vinyl banner 3x8", "190.00"), ("Yard sign", "120.00")],
    ),
    "vendor_at_foot": (
        """
INVOICE

Invoice No.: 2024-77
Invoice Date: 14 Feb 2024

Customer
Peter Quince
1 Bottom Lane
Athens GA 30601

Description              Amount
Wall, one                 80.00
Moonshine                 20.00
Total                    100.00

Snug Joiners Ltd · 8 Lion Street · London SE1 9AA · snug.example.com
""",
        {
            "INVOICE_RECEIPT_ID": "2024-77",
            "INVOICE_RECEIPT_DATE": "14 Feb 2024",
            "RECEIVER_NAME": "Peter Quince",
            "TOTAL": "100.00",
            "VENDOR_NAME": "Snug Joiners Ltd",
        },
        [("Wall, one", "80.00"), ("Moonshine", "20.00")],
    ),
    "from_to": (
        """
                         INVOICE

From:                             To:
Lena Koch                         Orchard Media Group
Studio Koch                       70 Vine Road
Bergstr. 2                        Dublin 2
10115 Berlin                      Ireland

Invoice no: 31       Issued: 2024-03-30     Due: 2024-04-29
Task                     Hours    Rate     Total
Illustration             6        80.00    480.00
Revisions                2        80.00    160.00
                                  Total    640.00 EUR
""",
        {
            "VENDOR_NAME": "Lena Koch",
            "RECEIVER_NAME": "Orchard Media Group",
            "INVOICE_RECEIPT_ID": "31",
            "INVOICE_RECEIPT_DATE": "2024-03-30",
            "DUE_DATE": "2024-04-29",
            "TOTAL": "640.00 EUR",
        },
        [("Illustration", "480.00"), ("Revisions", "160.00")],
    ),
    "swedish": (
        """
EKEN SUPERMARKET HAGA
Storgatan 5
411 24 GÖTEBORG
Org.nr 556000-0117

Kaffe 450g              54,90
Smör                    49,95
Mjölk 2*13,50           27,00
Totalt  SEK            131,85
Betalat kort           131,85
Moms%  Moms   Netto   Brutto
12,00  14,13  117,72  131,85
2024-03-08 16:20
Kvitto nr 4412
""",
        {
            "VENDOR_NAME": "EKEN SUPERMARKET HAGA",
            "TOTAL": "131,85",
            "INVOICE_RECEIPT_DATE": "2024-03-08",
        },
        [("Kaffe 450g", "54,90"), ("Smör", "49,95"), ("Mjölk", "27,00")],
    ),
    "whole_dollars": (
        """
Bay Movers
Invoice 77
June 9, 2024
Moving service          $450
Packing                  $75
Total                   $525
""",
        {
            "VENDOR_NAME": "Bay Movers",
            "INVOICE_RECEIPT_ID": "77",
            "INVOICE_RECEIPT_DATE": "June 9, 2024",
            "TOTAL": "$525",
        },
        [("Moving service", "$450"), ("Packing", "$75")],
    ),
    "credit_note": (
        """
Alder Joinery Ltd
3 Ship Street, Derby DE1 3HE

CREDIT NOTE
Credit note no: CN-017
Date: 12/06/2024
Original invoice: INV-220

Description          Qty    Unit price    Amount
Oak shelf returned   1      84.00         -84.00

                     Subtotal             -84.00
                     VAT 20%              -16.80
                     Total credit        -100.80
""",
        {
            "VENDOR_NAME": "Alder Joinery Ltd",
            "INVOICE_RECEIPT_ID": "CN-017",
            "INVOICE_RECEIPT_DATE": "12/06/2024",
            "SUBTOTAL": "-84.00",
            "TAX": "-16.80",
            "TOTAL": "-100.80",
        },
        [("Oak shelf returned", "-84.00")],
    ),
    "uk_receipt": (
        """
          BRIDGE EXPRESS
      LEITH WALK EDINBURGH
       01632 960 117
     VAT NO: 220000117

MILK 2 PINTS             £1.20
BREAD                    £1.40
CHEDDAR                  £3.25
  Clubcard Price        -£0.75

SUBTOTAL                 £5.85
SAVINGS                 -£0.75
TOTAL TO PAY             £5.10
CONTACTLESS VISA         £5.10
CHANGE DUE               £0.00

11/02/24  09:14   2441  117
""",
        {
            "VENDOR_NAME": "BRIDGE EXPRESS",
            "SUBTOTAL": "£5.85",
            "TOTAL": "£5.10",
            "INVOICE_RECEIPT_DATE": "11/02/24",
            "VENDOR_PHONE": "01632 960 117",
        },
        [("MILK 2 PINTS", "£1.20"), ("BREAD", "£1.40"), ("CHEDDAR", "£3.25"), ("Clubcard Price", "-£0.75")],
    ),
    "polish_invoice": (
        """
Faktura VAT nr FV/2024/03/17
Data wystawienia: 2024-03-12     Termin płatności: 2024-03-26

Sprzedawca:                      Nabywca:
Elektro-Max Sp. z o.o.           Kwiaciarnia Róża
ul. Polna 4                      ul. Leśna 22
30-001 Kraków                    31-222 Kraków
NIP: 6790000117                  NIP: 6750000222

Lp  Nazwa              Ilość   Cena netto   Wartość
1   Kabel YDY 3x1,5    50      2,40         120,00
2   Gniazdo            10      8,00          80,00
                       Razem netto          200,00
                       VAT 23%               46,00
                       Do zapłaty           246,00 zł
""",
        {
            "VENDOR_NAME": "Elektro-Max Sp. z o.o.",
            "INVOICE_RECEIPT_ID": "FV/2024/03/17",
            "INVOICE_RECEIPT_DATE": "2024-03-12",
            "DUE_DATE": "2024-03-26",
            "RECEIVER_NAME": "Kwiaciarnia Róża",
            "SUBTOTAL": "200,00",
            "TAX": "46,00",
            "TOTAL": "246,00 zł",
        },
        [("Kabel YDY 3x1,5", "120,00"), ("Gniazdo", "80,00")],
    ),
    "dutch_invoice": (
        """
Van Dijk Installaties B.V.
Keizersgracht 101
1015 CJ Amsterdam
KvK 00000117   BTW-nr NL001234567B01

FACTUUR

Factuurnummer: 2024-0042          Aan:
Factuurdatum:  18-03-2024         Bakkerij De Halm
Vervaldatum:   17-04-2024         Dorpsstraat 7
                                  3511 AB Utrecht

Omschrijving          Aantal   Prijs     Bedrag
Cv-ketel onderhoud    1        125,00    € 125,00
Voorrijkosten         1         35,00    € 35,00
                      Subtotaal          € 160,00
                      BTW 21%             € 33,60
                      Totaal te betalen  € 193,60
""",
        {
            "VENDOR_NAME": "Van Dijk Installaties B.V.",
            "INVOICE_RECEIPT_ID": "2024-0042",
            "INVOICE_RECEIPT_DATE": "18-03-2024",
            "DUE_DATE": "17-04-2024",
            "RECEIVER_NAME": "Bakkerij De Halm",
            "SUBTOTAL": "€ 160,00",
            "TAX": "€ 33,60",
            "TOTAL": "€ 193,60",
        },
        [("Cv-ketel onderhoud", "€ 125,00"), ("Voorrijkosten", "€ 35,00")],
    ),
    "danish": (
        """
KIOSK VESTERBRO
Vesterbrogade 12
1620 København V
CVR 00000117

RUGBRØD           18,95
MÆLK 1L           12,50
SMØR              22,00
I ALT             53,45
BETALINGSKORT     53,45
MOMS UDGØR        10,69
Bon nr. 4417  14.02.2024 16:31
""",
        {
            "VENDOR_NAME": "KIOSK VESTERBRO",
            "TOTAL": "53,45",
            "TAX": "10,69",
            "AMOUNT_PAID": "53,45",
            "INVOICE_RECEIPT_DATE": "14.02.2024",
        },
        [("RUGBRØD", "18,95"), ("MÆLK 1L", "12,50"), ("SMØR", "22,00")],
    ),
    "scontrino": (
        """
SUPERMERCATO IL GIRASOLE SRL
VIA MANZONI 8 - 20121 MILANO
P.IVA 09876543210
   DOCUMENTO COMMERCIALE
 di vendita o prestazione
DESCRIZIONE        IVA    Prezzo(€)
PANE INTEGRALE     4%      2,30
OLIO EVO 1L        4%      9,90
DETERSIVO         22%      4,50
SCONTO                    -0,70
TOTALE COMPLESSIVO        16,00
di cui IVA                 1,25
Pagamento contante        20,00
Resto                      4,00
Importo pagato            16,00
12/03/2024 18:44   DOC. N. 0417-0033
""",
        {
            "VENDOR_NAME": "SUPERMERCATO IL GIRASOLE SRL",
            "TOTAL": "16,00",
            "TAX": "1,25",
            "DISCOUNT": "-0,70",
            "INVOICE_RECEIPT_DATE": "12/03/2024",
            "INVOICE_RECEIPT_ID": "0417-0033",
        },
        [("PANE INTEGRALE", "2,30"), ("OLIO EVO 1L", "9,90"), ("DETERSIVO", "4,50")],
    ),
    "cols_no_head": (
        """
Baumann Farben AG
Industriestrasse 4, 4052 Basel

Rechnung 20117               Basel, 3. Juni 2024

Wandfarbe weiss 10 l     3    68.00    204.00
Pinsel flach             5     7.50     37.50
Abdeckfolie              2     9.90     19.80

Total netto                            261.30
8.1% MWST                               21.17
Rechnungstotal CHF                     282.45
""",
        {
            "VENDOR_NAME": "Baumann Farben AG",
            "INVOICE_RECEIPT_ID": "20117",
            "INVOICE_RECEIPT_DATE": "3. Juni 2024",
            "SUBTOTAL": "261.30",
            "TAX": "21.17",
            "TOTAL": "282.45",
        },
        [("Wandfarbe weiss 10 l", "204.00"), ("Pinsel flach", "37.50"), ("Abdeckfolie", "19.80")],
    ),
    "restaurant_es": (
        """
BAR LA ESQUINA
Calle Sierpes 40, 41004 Sevilla
CIF B41000117
Mesa 7   Comensales 2
Fecha 21/06/2024  Hora 14:52
Uds  Descripción        P.U.    Total
2    Caña               1,80    3,60
1    Tortilla           6,50    6,50
1    Gambas al ajillo   11,00   11,00
Base imp. 10%                   19,18
IVA 10%                          1,92
TOTAL A PAGAR                   21,10 €
Efectivo                        25,00
Cambio                           3,90
IVA INCLUIDO - GRACIAS POR SU VISITA
""",
        {
            "VENDOR_NAME": "BAR LA ESQUINA",
            "TOTAL": "21,10 €",
            "TAX": "1,92",
            "SUBTOTAL": "19,18",
            "AMOUNT_PAID": "25,00",
            "INVOICE_RECEIPT_DATE": "21/06/2024",
        },
        [("Caña", "3,60"), ("Tortilla", "6,50"), ("Gambas al ajillo", "11,00")],
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_a_layout_says(name: str) -> None:
    layout, fields, items = LAYOUTS[name]
    found = only(layout)
    told = {kind: [each.value.text for each in found.fields if each.type == kind][:1] for kind in fields}
    assert told == {kind: [value] for kind, value in fields.items()}
    named = [(each.first("ITEM"), each.first("PRICE")) for each in found.items]
    assert [(name.value.text, price.value.text) for name, price in named if name and price] == items


def test_receipts_one_below_another_are_not_mixed_up() -> None:
    lines = laid_out(
        """
CORNER SHOP LTD
Tea                      3.00
Milk                     2.00
Total                    5.00
Cash                     5.00



PAPER PLANET LTD
Pens                     7.00
Total                    7.00
Cash                    10.00
Change                   3.00
"""
    )
    upper, lower = find_expenses(lines, 500, [])
    told = [[each.value.text for each in one.fields if each.type in {"TOTAL", "VENDOR_NAME"}] for one in (upper, lower)]
    assert told == [["CORNER SHOP LTD", "5.00"], ["PAPER PLANET LTD", "7.00"]]
    assert [len(one.items) for one in (upper, lower)] == [2, 1]


def test_values_far_below_a_strip_of_heads_and_an_address_below_a_name() -> None:
    found = only(
        """
Contoso
22 First way                Invoice For: Alpine Ski House
Redmond, WA 98052                        456 49th Street
                                         New York, NY 87643

Invoice Number    Invoice Date    Due Date     Charges    VAT ID


3427435437        5/2/2017        6/1/2017          $1002.00   RT
"""
    )
    told = {each.type: each.value.text for each in found.fields}
    assert told["RECEIVER_ADDRESS"] == "Alpine Ski House\n456 49th Street\nNew York, NY 87643"
    names = ("INVOICE_RECEIPT_ID", "INVOICE_RECEIPT_DATE", "DUE_DATE", "TOTAL")
    assert [told[name] for name in names] == ["3427435437", "5/2/2017", "6/1/2017", "$1002.00"]
