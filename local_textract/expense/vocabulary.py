"""What receipts and invoices call things, in English, German, French, Italian, Spanish, Portuguese, Dutch, Malay and more.

Patterns are for folded text: lower case, without accents, anything but letters, digits, `#` and `%` a space.
"""

import re
import unicodedata

# ¡ and ¿ within words are strokes that were taken for letters.
_PLAIN = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "¡": "", "¿": ""})
_Table = tuple[tuple[str, re.Pattern[str]], ...]


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z0-9#%]+", " ", letters).split())


def _table(*rows: tuple[str, str]) -> _Table:
    return tuple((kind, re.compile(pattern)) for kind, pattern in rows)


COUNT, CHANGE, ROUNDING = "COUNT", "CHANGE", "ROUNDING"
"""Kinds of amounts that Textract has no type for."""

_TAXES = (
    r"\b(tax(es)?|[sci]?gst|vat|sst|mwst|mehrwertsteuer|ust|umsatzsteuer|steuer|tva|taxe|iva|igv|btw|moms|mva|hst|pst"
    r"|qst|impuestos?|imposta|impostos?|dph|podatek|ptu|afa)\b"
)
_TOTAL = r"\b(t[o0a]ta[l1i][st]?|totale?|totaal)\b"
_ARTICLES = r"(items?|articles?|artikel|articulos?|articoli|produtos|pcs|stk)"
_PAYABLE = r"\b(net a payer|a pagar|da pagare|zu zahlen|te betalen|reste a payer|att betala|do zaplaty|k uhrade|total de plata|fizetendo)\b"

# Of the words before an amount; the first that fits says what the amount is.
AMOUNTS = _table(
    ("TOTAL", rf"{_TOTAL} (for )?\d+ {_ARTICLES}\b"),
    (
        COUNT,
        r"\b(qty|qtys|quantity|items?|item s|pcs|pieces|articles?|artikel|anzahl|points?|savings?|saved|loading|units?"
        r"|sold|rate|exch\w*|punkte)\b",
    ),
    (
        CHANGE,
        r"\b(change|ruckgeld|wechselgeld|zuruck|monnaie|rendu|resto|cambio|vuelto|troco|retour|wisselgeld|baki|reszta|vaxel|tilbage|byttepenge|vratka)\b",
    ),
    (ROUNDING, r"\b(round(ing|ed)? ?(adj\w*|adjustment|off|amount|amt|diff\w*)|pembundaran|rundung)\b"),
    (
        "SUBTOTAL",
        r"\bsub ?t[o0]ta[l1]\w*|\bzwischen(summe|total)|\bsous total|\bsubtotaal|\btussentotaal|\bdelsumma|\bsprzedaz opod\w*|\bnetto(betrag|summe|wert)?\b",
    ),
    (
        "SUBTOTAL",
        rf"({_TOTAL}|amount|amt|sales|betrag|importe?) ?(amount|amt|sales)? ?(\w+ )?"
        r"(exc\w*|excl\w*|before|without|ht|hors|ohne|sin|net of)\b|\bimponibile|\bbase imp\w*|\btaxable|\bnet amount",
    ),
    (
        "DISCOUNT",
        r"\b(discount|disc|rabatt|skonto|remise|reduction|sconto|descuento|desconto|korting|coupon|voucher|adjustments?)\b",
    ),
    (
        "SERVICE_CHARGE",
        r"^(\d+ ?%? )?service( \d+ ?%?)*$|\bservice (charge|chg|fee)\b|\b(svc|bedienung|servizio|coperto|servicio|serv charge)\b",
    ),
    ("GRATUITY", r"\b(tips?|gratuity|trinkgeld|pourboire|mancia|propina)\b"),
    (
        "SHIPPING_HANDLING_CHARGE",
        r"\b(shipping|freight|postage|delivery (fee|charge)|handling|versand\w*|porto|livraison|spedizione|envio"
        r"|verzend\w*|frete)\b",
    ),
    ("PRIOR_BALANCE", r"\b(previous|prior|opening|last) (balance|bill|statement)|\bunpaid balance|\balter saldo"),
    (
        "AMOUNT_PAID",
        r"\b(cash( received| tendered)?|tend|tender(ed)?|paid( amount)?|payments?|received|visa|master ?card|maestro"
        r"|amex|debit|credit card|card|karte|ec karte|girocard|^bar|bar$|barzahlung|gegeben|bezahlt|especes|carte( bancaire)?|cb|contanti"
        r"|contante|efectivo|tarjeta|dinheiro|cartao|kontant|betaald|pin|pinnen|tunai|anzahlung|acompte|kartenzahlung|numerario|multibanco|betalat|betalt|\w*kort|kontant|gotowka|zaplacono|hotove|keszpenz|nakit|gotovina|kateinen|contactless|sans contact|kontaktlos)\b",
    ),
    (
        "TOTAL",
        rf"{_TOTAL}|\b(summe|gesamt\w*|endbetrag|rechnungsbetrag|zahlbetrag|gesamtsumme|bruttobetrag|importe total"
        r"|montant( ttc)?|summa|suma|razem|celkem|osszesen|toplam|ukupno|skupaj|spolu|[a-z]{4,}total(betrag)?|yhteensa|jumlah"
        r"|total ttc|amount incl\w*|amt incl\w*|bill amount|invoice amount|i alt)\b|" + _PAYABLE,
    ),
    (
        "AMOUNT_DUE",
        r"\b^(total )?charges$|\b(amount|amt|balance|bal|sum|charges?) (now )?(due|payable|owing|you owe|outstanding)|\bdue now|\bpay this"
        r"|\bpayable|\bto pay\b|\bfalliger betrag|\bsaldo|\boutstanding|\byou owe",
    ),
    ("TAX", _TAXES),
    (ROUNDING, r"\bround(ing|ed)?\b"),
    ("AMOUNT", r"\b(amount|amt|betrag|importo|importe|valor|bedrag)\b"),
)
TAXED_TOTAL = re.compile(rf"{_TAXES}.*{_TOTAL}|{_TOTAL} {_TAXES}")
SUBTOTAL = re.compile(r"\bsub ?t[o0]ta[l1]|\bexc(l\w*)?\b|\bzwischensumme")
INCLUSIVE = re.compile(r"\binc\w*\b|\binkl\w*|\bttc\b|\bbrutto\b|\bgross\b|\bcompris")
SURE_TOTAL = re.compile(
    r"\b(grand|nett?|payable|pay|round\w*|rnd|inc\w*|due|final|amount|amt|bill|gesamtbetrag|rechnungsbetrag|zahlbetrag"
    r"|endbetrag|payer|pagare|pagar|zahlen|ttc)\b"
)
PAYABLE = re.compile(_PAYABLE)
SUMMARY = re.compile(rf"({_TAXES}|mwst|steuer) ?(summary|analysis|details?|breakdown|ubersicht|code|%)|\btax rate\b")

# Of what stands before a text; anchored at the beginning of a run.
_NO = r"( ?(no|nr|num|number|nummer|n|id|ref|#|code|numero|numer)(?![a-z]))"
TEXTS = _table(
    ("DUE_DATE", r"(payment |invoice )?due( date| by| on)?\b|pay(ment)? (due )?by\b|fallig\w*|zahlbar bis|date d echeance|echeance"
                 r"|scadenza|(fecha de )?vencimiento|vervaldatum|termin platnosci|data platnosci|forfallsdato|forfaldsdato|forfallodag|splatnost"),
    ("ORDER_DATE", r"order(ed)? date|date of order|bestelldatum|date de commande"),
    ("DELIVERY_DATE", r"deliver(y|ed)( date)?\b|ship(ping|ped)? date|liefer(datum|ung)|leistungsdatum"),
    (
        "INVOICE_RECEIPT_DATE",
        r"(invoice|inv|bill|receipt|statement|issued?|tax invoice|rechnungs|trans(action)?|purchase|sale|sales|printed"
        r"|print|beleg|ausstellungs)? ?(dated?|datum|dt)( of issue| time| issued)?\b|date d emission|date de facture"
        r"|fecha( de (emision|factura))?|data( (fattura|di emissione|emissao|documento))?\b|dato\b|dd\b|data (wystawienia|sprzedazy)|factuurdatum|fakturadatum|fakturadato",
    ),
    ("PO_NUMBER", rf"(purchase order|customer order|p o|po|your order|bestell){_NO}?\b|purchase order|bestellnummer"),
    ("CUSTOMER_NUMBER", rf"(customer|client|kunden|kunde|cliente|klant|member){_NO}|kundennummer"),
    ("VENDOR_ABN_NUMBER", r"abn( (no|number))?\b"),
    ("VENDOR_GST_NUMBER", rf"(gstin|gst|sst)( reg\w*)?{_NO}|gstin\b|(gst|sst) reg\w*( no)?"),
    (
        "VENDOR_VAT_NUMBER",
        rf"vat( reg\w*)?( id)?{_NO}|ust ?id( ?nr)?\b|uid\b|tva( intra\w*)?{_NO}|btw{_NO}|p(artita)? iva\b|cif\b|nif\b|nip\b|vat reg"
        rf"|(vat|tva|iva|btw|moms|mva|ust|mwst)( intra\w*)?(?= ([a-z]{{2}} ?)?\d{{8,}}| [a-z]{{2}} ?\d{{3}})",
    ),
    ("VENDOR_PAN_NUMBER", r"pan( no| number)\b"),
    ("TAX_PAYER_ID", rf"(federal )?(tax|ein|tin)( (payer|identification))?{_NO}|ein\b|steuernummer|steuer nr|st nr|siret\b|siren\b"),
    (
        "INVOICE_RECEIPT_ID",
        rf"(tax )?(invoice|inv|bill|receipt|rcpt|rechnungs?|facture|fattura|factura|faktura( vat)?|factuur|beleg|bon|ticket|slip"
        rf"|doc(ument)?|trans(action)?|trn|tr|cash (bill|inv|sales?)|check|chk|credit( note| memo)?|gutschrifts?|avoir|nota (de|di) credito|creditnota|quittungs?|kvitto|kvittering|recibo|fatura( recibo)?|paragon){_NO}( no)?|(invoice|rechnung|trn|cash bill|inv)\b|(receipt|bill|ticket|check|chk|beleg|bon|quittung|facture|fattura|factura|recu|scontrino|kvitto|recibo|fatura)(?= [a-z]{{0,3}}\d)",
    ),
    ("ACCOUNT_NUMBER", rf"(account|acct|a c|konto){_NO}|kontonummer|iban\b"),
    ("PAYMENT_TERMS", r"(payment )?terms\b|zahlungsbedingung\w*|conditions de paiement|termini di pagamento|betalingsvoorwaarden"),
    ("VENDOR_PHONE", r"(h p|tel|telephone|phone|telefon\w*|fon|ph|mobile|mob|hotline|telefono|tlf)( (no|number|nr))?\b"),
    ("OTHER", r"[a-z]{1,4}#(?= |$)"),
)  # fmt: skip
NUMBER_WORDS = frozenset({"no", "nr", "num", "number", "nummer", "n", "numero", "numer", "#"})
SENDERS = re.compile(
    r"^(from|sender|seller|vendor|supplier|issued by|remit to|pay to|make payable to|von|absender|verkaufer|lieferant|aussteller"
    r"|emetteur|expediteur|fournisseur|vendeur|emisor|vendedor|proveedor|emittente|fornitore|mittente|van|afzender|leverancier|sprzedawca|wystawca|saljare|saelger|dodavatel)$"
)
SALUTATIONS = re.compile(
    r"^(firma|an|herrn?|frau|familie|mr|mrs|ms|monsieur|madame|messrs|to|attn|a l attention de|att)$"
)
RECEIVERS = re.compile(
    r"^(aan|nabywca|odbiorca|odberatel|kund|kober|mottagare|modtager|bill(ed)? to|sold to|ship(ped)? to|deliver to|invoice(d)? (to|for)|invoice address|customer( name)?"
    r"|client|buyer|recipient|acheteur|empfanger|kaufer|comprador|acquirente|destinataire|rechnungsadresse|rechnungsempfanger|kunde|an|facture a|adresse de facturation|destinatario|cliente|spett le|klant|to"
    r"|bill to address|billing address|shipping address|m s)$"
)
ATTENTION = re.compile(r"^(attn|attention|z ?hd|c o|fao)$")
# Lines of a head that are neither name nor address.
TITLES = re.compile(
    r"^(simplified )?(tax |cash |official |sales? |customer )*(invoice|receipt|bill|rechnung|quittung|kassenbon|facture|fattura|factura"
    r"|recu|ticket|scontrino|copy|memo|sales|adjustment note|bon|duplicate|statement|original|credit( note| memo)?|gutschrift|avoir"
    r"|fatura( recibo)?|recibo|kvitto|kvittering|paragon( fiskalny)?|pro ?forma|estimate|quotation)( \w+)?$"
    r"|welcome|thank|please|www|visit|^reprint|\bguest check\b|\btake ?away\b|\bdine in\b|^save money|^your \w+ (is|was)"
)
REGISTRATION = re.compile(
    r"(reg|registration|roc|co|company|br|license|lic|incorporated|gst|sst|vat|tin|abn|brn|ust|siret|tax) ?(reg\w* )?(no|nr|id|#|number|ref)\b"
    r"|^(roc|brn|site|reg|store|station|terminal|pos|till|branch) \w*\d|^\(?(gst|co|reg|company)\b.*\d{5}|formerly known|\bmanager\b|\bcashier\b"
)
COMPANY = re.compile(
    r"\b(sdn|bhd|s ?b|ltd|limited|inc|incorporated|llc|llp|plc|corp|corporation|company|co kg|gmbh|ag|kg|ohg|ug|e k|sarl|sas"
    r"|s a r l|srl|s r l|spa|s p a|s l|bv|b v|nv|ab|oy|as|a s|aps|pte|pty|sp z o o|s a|enterprise|enterprises|trading|restaurant"
    r"|restoran|cafe|supermarkt|supermarket|hypermarket|market|markt|store|stores|hotel|mart|bakery|pharmacy|apotheke|hardware"
    r"|clinic|group|holdings?|gastro\w*|pizzeria|ristorante|bistro|marketing|services|stationery)\b"
)
COMPANY_ONLY = re.compile(
    r"^(sdn bhd|bhd|ltd|inc|llc|gmbh|co kg|s b|sdn|co ltd|company|limited|pte ltd|pty ltd|srl|s a)$"
)
STREET = re.compile(
    r"\b(street|st|road|rd|avenue|ave|av|boulevard|blvd|lane|ln|drive|dr|suite|ste|floor|flr|fl|level|lot|plot|unit|block|blk|bldg"
    r"|building|jalan|jln|lorong|lrg|taman|tmn|bandar|kampung|kg|batu|mukim|seksyen|persiaran|medan|plaza|square|mall|tower|menara"
    r"|wisma|p ?o box|postfach|rue|chemin|place|via|viale|piazza|corso|calle|avenida|paseo|rua|laan|plein|platz|allee|weg|ring"
    r"|parade|yard|close|gardens|terrace|hill|way|quay|walk|mews|grove|highway|hwy|pkwy|parkway|court|ct|circle|route|km|kawasan|pusat|park|the embarcadero|main)\b|stras?se\b|straat\b|gasse\b"
    r"|\bstr\b|gade\b|gatan\b|\w{3,}(weg|platz|allee|ring|damm|ufer|gata|vagen|vej|laan|plein|kade|gracht|dijk|katu)\b"
    r"|\b(calle|carrer|travessa|praca|largo|vicolo|quai|impasse|cours)\b|^(ul|al|os|pl|c) [a-z]{3,}"
)
COLUMNS = _table(
    ("QUANTITY", r"^(qty|quantity|qnt|menge|anzahl|anz|ilosc|uds?|qte|quantite|quantita|qta|cantidad|cant|aantal|antal|pcs|hours|hrs|stk|units)\b"),
    (
        "UNIT_PRICE",
        r"^(cena( netto| jedn\w*)?|unit|u|s|each|einzel\w*|ep|e|prix unit\w*|pu|p u|prezzo unit\w*|precio unit\w*|per|stuks\w*|rate|cost) ?(price|preis|cost|p)?$"
        r"|^(unit price|rate|price each|einzelpreis|u price|price unit)\b|\bunit price\b|^unit cost",
    ),
    (
        "PRICE",
        r"^(amount|amt|total|line total|ext\w*|gesamt\w*|summe|betrag|montant|importo|importe|totale?|bedrag|subtotal|price|preis|prix"
        r"|prezzo|precio|preco|wartosc( netto| brutto)?|valor|charge|charges|net|value|sum|rm|eur|usd|chf|gbp)\b",
    ),
    ("PRODUCT_CODE", r"^(code|sku|item (no|code|#|number)|art(ikel)? ?(no|nr)|part (no|number|#)|product (code|no|id)|ref\w*|upc|pos|lp|sl|line|#)$"),
    (
        "ITEM",
        r"^(description|desc|item|items|product|article|artikel|bezeichnung|beschreibung|designation|descrizione|descripcion|descricao"
        r"|omschrijving|particulars|details|service|services|item name|item desc|menu|goods|leistung|libelle|concepto|activity|task|nazwa|towar|beskrivelse|benamning|popis)\b",
    ),
    ("TAX", _TAXES),
    ("DISCOUNT", r"^(disc\w*|rabatt|remise|dto)\b"),
)  # fmt: skip


def kind_of_amount(label: str) -> str | None:
    """What an amount is by the words before it, which are folded; None where they say nothing."""
    if TAXED_TOTAL.search(label) and not INCLUSIVE.search(label) and not SUBTOTAL.search(label):
        return "TAX"
    for kind, pattern in AMOUNTS:
        if pattern.search(label):
            if kind == "TAX" and INCLUSIVE.search(label) and re.search(r"\b(amount|amt|sales?|price)\b", label):
                return "TOTAL"
            return kind
    return None


def kind_of_text(label: str) -> tuple[str, int] | None:
    """The type of what follows a run's beginning, and where that beginning ends in the folded text."""
    for kind, pattern in TEXTS:
        if match := pattern.match(label):
            return kind, match.end()
    return None


def kind_of_column(head: str) -> str | None:
    return next((kind for kind, pattern in COLUMNS if pattern.search(head)), None)
