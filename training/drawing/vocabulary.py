"""Words of invented forms: labels, names, places, amounts, dates, prose. Everything drawn from these is made up.

Common words and how frequent they are come from the `pyspellchecker` wheel's lists, as the engine's lexicon does.
"""

import gzip
import json
import random
from functools import cache
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path

LABELS = (
    """
Name|Full Name|First Name|Last Name|Middle Initial|Maiden Name|Company|Company Name|Organization|Firm|Address|Street Address|Home Address
Mailing Address|City|State|Zip|Zip Code|Country|County|Phone|Phone Number|Telephone|Telephone No.|Home Phone|Work Phone|Cell|Fax|Fax No.
Fax Number|E-mail|Email Address|Website|Date|Date of Birth|Birth Date|DOB|Age|Sex|Gender|Marital Status|Occupation|Employer|Position|Title
Job Title|Department|Dept.|Division|Supervisor|Manager|Salary|Hire Date|Start Date|End Date|Effective Date|Expiration Date|Due Date|Date Issued
Date Received|Date Submitted|Date Approved|Completion Date|Target Date|Time|Location|Place|Signature|Authorized Signature|Signed|Signed By
Approved By|Approved|Submitted By|Requested By|Prepared By|Reviewed By|Received By|Issued By|Checked By|Written By|Witness|Initials|To|From|Cc|Re
Subject|Attention|Attn|Copies To|Distribution|Reference|Reference No.|Ref. No.|File No.|File Number|Case No.|Account|Account No.|Account Number
Account Name|Invoice|Invoice No.|Invoice Number|Invoice Date|Order No.|Order Number|Order Date|Purchase Order|P.O. Number|PO No.|Customer|Customer No.
Customer ID|Customer Name|Client|Vendor|Vendor No.|Supplier|Contractor|Ship To|Bill To|Sold To|Ship Via|Terms|Payment Terms|Payment Method
Amount|Total|Total Amount|Total Due|Amount Due|Subtotal|Tax|Sales Tax|Discount|Balance|Balance Due|Net Pay|Gross Pay|Rate|Price|Unit Price
Quantity|Qty|Units|Unit|Description|Item|Item No.|Part No.|Serial No.|Model|Model No.|Make|Year|Color|Size|Weight|Height|Length|Width|Diameter
Volume|Capacity|Temperature|Pressure|Moisture|Density|Grade|Type|Class|Category|Code|Status|Priority|Brand|Brand Name|Product|Product Name
Product Code|Product Type|Package|Packing|Label|Labels|Carton|Cartons|Batch|Batch No.|Batch Size|Lot No.|Sample|Sample No.|Sample Size|Sample Type
Test|Test No.|Test Date|Test Method|Method|Result|Results|Analysis|Analyst|Laboratory|Specification|Specifications|Requirements|Special Instructions
Instructions|Comments|Remarks|Notes|Reason|Reasons|Reason for Leaving|Purpose|Objective|Objectives|Background|Scope|Summary|Conclusion
Recommendation|Action|Action Required|Follow Up|Project|Project Name|Project No.|Project Number|Project Leader|Project Manager|Budget|Cost|Cost Center
Estimated Cost|Actual Cost|Total Cost|Current Balance|New Balance|Previous Balance|Authorization No.|Contract|Contract No.|Contract Amount
Agreement|Policy No.|Policy Number|Group No.|Insured|Insurance Company|Claim No.|Plan|Premium|Coverage|Deductible|Beneficiary|Relationship
Relationship to Patient|Patient|Patient Name|Patient ID|Physician|Doctor|Provider|Diagnosis|Medication|Allergies|Symptoms|Treatment|Dosage|Blood Type
Hospital|Clinic|Emergency Contact|Social Security Number|Social Security No.|SSN|Tax ID|Employee ID|Employee No.|Employee Name|ID No.|License No.
Driver License|Passport No.|Registration No.|Permit No.|Region|District|Area|Territory|Branch|Office|Building|Room|Floor|Store|Store Name|Store No.
Chain|Chain Name|Market|Market Area|Publication|Circulation|Issue Date|Space|Media|Campaign|Advertiser|Agency|Program|Event|Event Date
Number of Pages|Pages|No. of Pages|Page|Total Pages|Number of Copies|Number of Persons|Number of Stores|Number of Employees|Number|No.|Form No.
Manufacturer|Distributor|Dealer|Retailer|Wholesaler|Representative|Sales Representative|Salesman|Contact|Contact Name|Contact Person|Author|Authors
Editor|Report|Report No.|Report Date|Period|Reporting Period|Pay Period|Pay Date|Period Ending|From Date|To Date|Beginning|Ending|Duration|Frequency
Species|Strain|Dose|Route|Vehicle|Duration of Study|Study|Study No.|Study Director|Sponsor|Compound|Formula|Molecular Weight|Melting Point|Solubility
Storage|Source|Origin|Destination|Carrier|Freight|Date Shipped|Shipping|Delivery Date|Bank|Bank Name|Check No.|Routing Number|Balance Forward
Subscription|Membership No.|Degree|School|University|College|Major|Year Graduated|Grade Point|Language|Nationality|Citizenship|Religion|Race
Previous Employer|Previous Address|Current Address|Years Employed|Hours Worked|Overtime|Vacation|Sick Leave|Absent|Late|Shift|Foreman|Plant
Machine|Machine No.|Operator|Speed|Downtime|Maker|Blend|Filter|Paper|Tip|Flavor|Casing|Weight per Unit|Air Flow|Nicotine|Tar|Menthol
Is this a new account?|Do you have insurance?|How did you hear about us?|Were you referred?|Is the applicant a resident?|Has this been tested before?
If yes, explain|If no, why not|If other, specify|Please explain|Please list|Please describe|Other|Other (specify)|None|Yes|No|N/A|Male|Female
Single|Married|Divorced|Full Time|Part Time|Permanent|Temporary|New|Renewal|Change|Increase|Decrease|Original|Revised|Final|Draft|Approved as noted
Pick Up|Overnight|Cash|Check|Credit Card|Money Order|Morning|Afternoon|Weekly|Monthly|Quarterly|Annual|Daily|High|Medium|Low|Good|Fair|Poor
Excellent|Exceeds Standards|Meets Standards|Below Standards|Federal|Local|Public|Private|Residential|Commercial|Urban|Rural|Owner|Tenant|Vacant
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
LABELS = [label for label in LABELS if label]
LABELS += (
    """
Surname|Given Names|Forename(s)|Preferred Name|Nickname|Date Hired|Country of Birth|Place of Birth|Issuing Authority|Date of Expiry|Valid From
Valid To|Postcode|Town|Flat No.|House Number|Next of Kin|GP Name|NHS No.|Ward|Bed|Blood Pressure|Pulse|BMI|Chief Complaint|Onset|Referred By
Primary Insurance|Subscriber|Co-pay|Guarantor|Tooth No.|Vaccine|Lot|Site|Administered By|Dose No.|Wages|Tips|Withholding|Allowances|Exemptions
Filing Status|Spouse|Dependents|Taxable Income|Refund|Routing No.|IBAN|BIC|Sort Code|Beneficiary Name|Swift Code|Currency|Exchange Rate|Fee
Booking Ref|Flight|Gate|Seat|Departure|Arrival|Check-in|Check-out|Nights|Guests|Room Type|Adults|Children|Rate per Night|Confirmation No.
Tracking No.|Weight (kg)|HS Code|Consignee|Consignor|Shipper|Notify Party|Port of Loading|Port of Discharge|Vessel|Voyage|Bill of Lading No.
Container No.|Seal No.|Gross Weight|Net Weight|Incoterms|Marks and Numbers|Meter No.|Previous Reading|Present Reading|Usage|Tariff|Service Address
Plot No.|Parcel|Deed|Grantor|Grantee|Landlord|Lessee|Rent|Deposit|Lease Term|Square Feet|Bedrooms|Bathrooms|Year Built|Inspector|Permit Type
Course|Course Code|Semester|Credits|Instructor|Student|Student ID|Class Teacher|Attendance|Marks Obtained|Roll No.|Guardian|Mother's Name
Father's Name|Team|Coach|Captain|Referee|Venue|Score|Period|Game No.|Fouls|Substitutions|Driver|Vehicle Reg.|Odometer|Mileage|VIN|Colour|Engine No.
Fuel|Licence Plate|Insured Value|Witness Name|Officer|Badge No.|Incident No.|Location of Incident|Injuries|Property Damage|Court|Plaintiff|Defendant
Docket No.|Judge|Hearing Date|Counsel|Filed|Exhibit|Depth|Elevation|Latitude|Longitude|Grid Ref.|Sampled By|Cruise|Station|Instrument|Calibration
Sample Preparation|Appearance|Odor|pH|Boiling Point|Flash Point|Vapor Pressure|Specific Gravity|Assay|Purity|Storage Conditions|Handling
Hazards|First Aid|Control|Positive Control|Solvent|Concentration|Replicates|Weeks|Ingredients|Serving Size|Calories|Yield|Prep Time|Cook Time
Headline|Art Director|Copywriter|Coverage Area|Station Name|Airtime|Spots|Impressions|Target Audience|Display Type|Shelf Space|Promotion
Couponing|Share of Market|Retail Price|Suggested Price|Unit Cost|Lead Time|Reorder Point|Bin|Warehouse|Picked By|Packed By|Checked|Returned
Return To|Return By|Route To|Originator|Approval|Concurrence|Budget Code|G/L Code|Cost Centre|Charge To|Date Required|Date Wanted|Needed By
Man Hours|Estimated Hours|Work Requested|Personnel Assigned|Equipment|Serial|Location Code|Extension|Ext.|Mail Stop|Pager|Mobile|Cell Phone|Work Email
Nombre|Apellidos|Fecha|Dirección|Ciudad|Código Postal|Teléfono|Correo electrónico|Firma|Importe|Cantidad|Número de factura|Cliente|Total a pagar
Nome|Cognome|Data di nascita|Luogo|Indirizzo|Comune|Codice fiscale|Arbitro|Allenatore|Squadra|Data|Endereço|Telefone|Assinatura|Bairro|Valor
Quantidade|Aluno|Turma|Escola|Nom|Prénom|Date de naissance|Adresse|Ville|Code postal|Téléphone|Montant|Facture n°|Échéance|Signature du client
Vorname|Nachname|Geburtsdatum|Straße|PLZ|Ort|Telefon|Betrag|Rechnungsnummer|Kundennummer|Datum|Unterschrift|Steuernummer|Naam|Adres|Woonplaats
Handtekening|Bedrag|Geboortedatum|Quantity Ordered|Quantity Shipped|Back Ordered|Date Sold|Sold By|Served By|Table No.|Covers|Server|Tip|Room No.
Gratuity|Tender|Auth Code|Approval Code|Card No.|Entry Method|Terminal ID|Merchant ID|Batch No|Trace No.|Stan|Points|Member No.|You Saved|Rounding
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

MEMO_LABELS = [
    "To",
    "From",
    "Date",
    "Subject",
    "Cc",
    "Re",
    "Attention",
    "Copies",
    "Fax",
    "Phone",
    "Pages",
    "Company",
    "Reference",
    "Through",
]

FIRST = """James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Sarah
Charles Karen Daniel Nancy Matthew Lisa Anthony Betty Mark Sandra Paul Ashley Steven Kim Andrew Donna Kenneth Emily George Carol Joshua Amanda Kevin
Melissa Brian Deborah Edward Laura Ronald Rebecca Timothy Sharon Jason Cynthia Jeff Kathy Ryan Amy Gary Angela Jacob Anna Nick Ruth Eric Pam Carlos
Maria Luis Ana Pedro Ahmed Wei Yuki Olga Ivan Fatima Ravi Priya""".split()
LAST = """Smith Johnson Williams Brown Jones Garcia Miller Davis Martinez Lopez Wilson Anderson Taylor Moore Jackson Martin Lee Thompson White Harris
Clark Lewis Robinson Walker Young Allen King Wright Scott Torres Hill Green Adams Baker Nelson Carter Mitchell Roberts Turner Phillips Campbell Parker
Evans Edwards Collins Stewart Morris Murphy Cook Rogers Morgan Cooper Peterson Reed Bailey Kelly Howard Ward Cox Diaz Wood Watson Brooks Bennett Gray
Hughes Price Myers Long Foster Sanders Ross Powell Sullivan Russell Ortiz Jenkins Perry Butler Barnes Fisher Henderson""".split()
CITIES = """Springfield Riverton Fairview Greenville Bristol Clinton Salem Georgetown Madison Arlington Ashland Dover Oxford Jackson Burlington
Manchester Milton Newport Auburn Dayton Lexington Richmond Louisville Winston Raleigh Durham Chicago Boston Dallas Denver Houston Atlanta Cleveland""".split()
STATES = "AL AZ CA CO CT DE FL GA IL IN KY LA MA MD MI MN MO NC NJ NY OH OK OR PA RI SC TN TX UT VA WA WI".split()
STREETS = """Main Oak Maple Cedar Elm Park Pine Lake Hill Church Washington Franklin Highland Spring Center Prospect Walnut Mill River Sunset""".split()
FIRMS = """Northern Atlas Summit Pioneer Liberty Keystone Harbor Granite Evergreen Meridian Apex Crown Delta Eagle Global Horizon Imperial Landmark
Metro National Omega Pacific Quality Reliable Standard Triangle United Vanguard Western Zenith""".split()
TRADES = """Foods Industries Supply Products Chemical Research Laboratories Marketing Services Systems Tobacco Packaging Paper Printing Media Insurance
Associates Partners Brands Stores Markets Motors Electric Steel Textiles Farms Trading Logistics""".split()
NOUNS = """report product sample test market study budget cost program project package brand paper label form order account policy plan meeting review
result method analysis machine filter sales store display carton price customer survey month year week company office committee department
change increase decrease position promotion delivery shipment request approval request information data material equipment area number period copy
letter statement committee proposal schedule contract agreement study advertising public health research development production quality control""".split()
VERBS = """is was will be has been should must may can include requires shows provides contains indicates represents began continued received
approved completed submitted requested attached discussed increased reduced expected""".split()
SMALL = (
    "the of and to in for on with by at from as a an this that these all any each no not or per our your their".split()
)
ADJECTIVES = """new current final total annual special regular additional large small free national available different necessary recent initial
general possible important local previous average standard complete light full king menthol white blue red green""".split()
HEADINGS = """General Information|Personal Information|Applicant Information|Employment History|Education|Medical History|Section A|Section B|Part I|Part II
Part III|For Office Use Only|For Official Use|Instructions|Approvals|Authorization|Certification|Materials Required|Timetable|Summary|Cost Estimate
Product Information|Sample Information|Test Results|Contact Information|Emergency Contact|Shipping Information|Billing Information|Payment|Distribution
Budget|Projected|Schedule|References|Background|Comments|Requirements|Wrapping|Responsibility|Statistics|Sales Data|Market Data|Earnings|Deductions
Selection|Important|Notice|Declaration|Signatures""".replace("\n", "|").split("|")
TITLES = """Request Form|Application for Employment|Purchase Order|Invoice|Project Status Report|Fax Cover Sheet|Facsimile Transmittal|Memorandum
Inter-Office Correspondence|Sample Request|Check Request|Expense Report|Registration Form|Order Form|Change Notice|Specification Sheet|Test Report
Product Development Charter|Laboratory Report|Data Sheet|Authorization for Payment|Monthly Report|Questionnaire|Patient Intake Form|Survey
Performance Appraisal|Media Authorization|Competitive Activity Report|Store Survey|Research Proposal|Grant Application|Transmittal Sheet|Work Order
Receipt|Statement of Account|Earnings Statement|Insurance Claim|Vehicle Registration|Membership Application|Quality Report|Contract Summary"""
TITLES_LIST = TITLES.replace("\n", "|").split("|")
MONTHS = "January February March April May June July August September October November December".split()


def person(r: random.Random) -> str:
    first, last = r.choice(FIRST), r.choice(LAST)
    return r.choice(
        [
            f"{first} {last}",
            f"{first} {last}",
            f"{first[0]}. {r.choice('ABCDEFGHJKLMRSTW')}. {last}",
            f"{first[0]}. {last}",
            f"{last}, {first}",
            f"{first} {r.choice('ABCDEGHJLMRST')}. {last}",
            f"Mr. {first[0]}. {last}",
            f"Dr. {last}",
            f"Ms. {first} {last}",
            last,
        ]
    )


def firm(r: random.Random) -> str:
    return f"{r.choice(FIRMS)} {r.choice(TRADES)}{r.choice(['', '', ' Inc.', ', Inc.', ' Co.', ' Corporation', ' Company', ' LLC', ' Ltd.'])}"


def street(r: random.Random) -> str:
    return f"{r.randint(1, 9999)} {r.choice(STREETS)} {r.choice(['Street', 'St.', 'Avenue', 'Ave.', 'Road', 'Blvd.', 'Drive', 'Lane'])}"


def town(r: random.Random) -> str:
    return f"{r.choice(CITIES)}, {r.choice(STATES)} {r.randint(10000, 99999)}"


def date(r: random.Random) -> str:
    d, m, y = r.randint(1, 28), r.randint(1, 12), r.randint(1950, 2024)
    return r.choice(
        [
            f"{m}/{d}/{y % 100:02}",
            f"{m:02}/{d:02}/{y}",
            f"{MONTHS[m - 1]} {d}, {y}",
            f"{MONTHS[m - 1][:3]}. {d}, {y}",
            f"{m}-{d}-{y % 100:02}",
            f"{d} {MONTHS[m - 1]} {y}",
            f"{MONTHS[m - 1]} {y}",
            f"{y}-{m:02}-{d:02}",
            f"{d}-{MONTHS[m - 1][:3].upper()}-{y}",
            str(y),
        ]
    )


def phone(r: random.Random) -> str:
    a, b, c = r.randint(200, 989), r.randint(200, 999), r.randint(0, 9999)
    return r.choice([f"({a}) {b}-{c:04}", f"{a}-{b}-{c:04}", f"{a}/{b}-{c:04}", f"{b}-{c:04}", f"{a}.{b}.{c:04}"])


def money(r: random.Random) -> str:
    value = r.choice([r.uniform(0, 100), r.uniform(100, 10000), r.uniform(1e4, 3e6)])
    return r.choice(["$", "$", "", "$ "]) + r.choice([f"{value:,.2f}", f"{value:,.0f}", f"{value:,.2f}"])


def number(r: random.Random) -> str:
    return r.choice(
        [
            str(r.randint(0, 9)),
            str(r.randint(10, 999)),
            f"{r.randint(1000, 999999):,}",
            f"{r.uniform(0, 100):.1f}",
            f"{r.uniform(0, 10):.2f}",
            f"{r.randint(1, 100)}%",
        ]
    )


def code(r: random.Random) -> str:
    letters = "".join(r.choice("ABCDEFGHKLMNPRSTWXZ") for _ in range(r.randint(1, 3)))
    return r.choice(
        [
            f"{letters}-{r.randint(1, 9999)}",
            f"{r.randint(10000, 99999999)}",
            f"{letters}{r.randint(10, 9999)}",
            f"{r.randint(10, 99)}-{r.randint(100, 9999)}",
            f"#{r.randint(1, 9999)}",
        ]
    )


@cache
def _frequent() -> tuple[list[str], list[float]]:
    """Words of English, a few of other languages, and how often each is drawn; the rare ones more than they occur."""
    words: dict[str, float] = {}
    spec = find_spec("spellchecker")
    assert spec and spec.origin, "pyspellchecker is needed"
    for language, share in (("en", 1.0), ("es", 0.03), ("fr", 0.03), ("de", 0.03), ("it", 0.03), ("pt", 0.03)):
        with gzip.open(Path(spec.origin).parent / "resources" / f"{language}.json.gz") as stream:
            counts = sorted(json.load(stream).items(), key=lambda item: -item[1])[:20_000]
        most = counts[0][1]
        for word, count in counts:
            words[word] = words.get(word, 0.0) + share * (count / most) ** 0.6
    return list(words), list(accumulate(words.values()))


def common(r: random.Random, count: int) -> list[str]:
    """Words of running text, in no order that says anything."""
    words, sums = _frequent()
    return r.choices(words, cum_weights=sums, k=count)


def phrase(r: random.Random, low: int = 1, high: int = 5) -> str:
    if r.random() < 0.5:
        text = " ".join(word for word in common(r, r.randint(low, high) + 2) if len(word) > 2) or "other"
        return r.choice([text, text.capitalize(), text.title(), text.upper()])
    words = [r.choice(ADJECTIVES + NOUNS + NOUNS) for _ in range(r.randint(low, high))]
    text = " ".join(words)
    return r.choice([text, text.capitalize(), text.title(), text.upper()])


def sentence(r: random.Random, low: int = 5, high: int = 16) -> str:
    words = []
    if r.random() < 0.65:
        words = common(r, r.randint(low, high))
        for at in range(len(words)):
            if r.random() < 0.12:
                words[at] = r.choice([words[at] + ",", words[at].title(), f"({words[at]})", number(r), f"{words[at]}:"])
        return " ".join(words).capitalize() + r.choice([".", ".", ".", ""])
    for _ in range(r.randint(low, high)):
        kind = r.random()
        words.append(r.choice(SMALL if kind < 0.38 else NOUNS if kind < 0.68 else VERBS if kind < 0.82 else ADJECTIVES))
        if r.random() < 0.05:
            words[-1] += ","
        if r.random() < 0.03:
            words.append(r.choice([number, money, date])(r))
    return " ".join(words).capitalize() + r.choice([".", ".", ".", ""])


def value(r: random.Random, label: str) -> str:
    """Something to write beside `label`."""
    low = label.lower()
    if r.random() < 0.03:  # what is itself in two parts is one value
        return f"{phrase(r, 1, 3)}{r.choice([':', ' -', ' /'])} {r.choice([phrase(r, 1, 4), number(r), person(r)])}"
    if r.random() < 0.12:
        return r.choice([phrase, code, number, date, person])(r)
    for names, maker in _VALUES:
        if any(name in low for name in names):
            return maker(r)
    return r.choice([phrase, phrase, phrase, code, number, number, firm, person, date])(r)


_VALUES = [
    (("date", "period", "beginning", "ending", "expiration"), date),
    (("phone", "fax", "telephone", "cell"), phone),
    (("amount", "total", "tax", "cost", "price", "balance", "pay", "salary", "budget", "premium"), money),
    (("company", "firm", "vendor", "supplier", "employer", "organization", "agency", "bank", "store", "chain"), firm),
    (("name", "by", "signature", "attention", "to", "from", "cc", "manager", "supervisor", "doctor", "physician", "contact", "author", "analyst", "witness", "leader"), person),
    (("address", "street"), lambda r: r.choice([street(r), f"{street(r)}, {town(r)}"])),
    (("city", "location", "place", "destination"), lambda r: r.choice([r.choice(CITIES), town(r)])),
    (("no.", "number", "id", "code", "#"), code),
    (("qty", "quantity", "units", "size", "weight", "length", "width", "pages", "age", "year", "rate", "volume"), number),
    (("subject", "re", "purpose", "objective", "reason", "description", "project"), lambda r: r.choice([phrase(r, 2, 8), sentence(r, 4, 10)])),
    (("?",), lambda r: r.choice(["Yes", "No", "yes", "no", "N/A", "X"])),
    (("state",), lambda r: r.choice(STATES)),
    (("zip",), lambda r: str(r.randint(10000, 99999))),
    (("email", "e-mail"), lambda r: f"{r.choice(FIRST).lower()}@{r.choice(FIRMS).lower()}.com"),
    (("comments", "remarks", "notes", "instructions", "summary", "background", "scope"), lambda r: " ".join(sentence(r) for _ in range(r.randint(1, 3)))),
]  # fmt: skip
