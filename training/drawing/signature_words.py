"""Words that the made-up pages are filled with."""

import random


def _phrases(text: str) -> list[str]:
    """The phrases of `text`, which stand between bars; new lines count as nothing."""
    return text.replace("\n", "").split("|")


COMMON = _phrases(
    """the|of|and|to|in|a|is|that|for|it|as|was|with|be|by|on|not|he|his|but|at|are|this|have|
from|or|had|an|they|which|one|you|were|all|her|she|there|would|their|we|him|been|has|when|
who|will|no|more|if|out|so|up|said|what|its|about|than|into|them|can|only|other|time|new|
some|could|these|two|may|first|then|do|any|like|my|now|over|such|our|man|me|even|most|made|
after|also|did|many|off|before|must|well|back|through|years|where|much|your|way|down|should|
because|long|each|just|state|those|people|too|little|good|very|make|world|still|see|own|men|
work|here|get|both|between|life|being|under|three|never|know|same|last|another|while|us|might|
great|year|since|against|go|came|right|used|take|states|himself|few|house|use|during|without|
again|place|around|small|however|found|part|general|high|upon|school|every|don't|does|got|united|
left|number|course|war|until|always|away|something|fact|water|public|put|think|less|enough|took|
head|yet|government|system|set|told|nothing|night|end|why|called|eyes|find|going|look|asked|
later|knew|point|next|program|city|business|give|group|toward|young|days|let|room|within|social|
report|order|power|committee|company|product|letter|market|sales|account|payment|department|
attached|regarding|meeting|research|agreement|information|schedule|copy|enclosed|division|budget|
quality|test|results|sample|analysis|contract|request|approval|policy|management|service|customer|
record|review|project|office"""
)
FIRST = _phrases(
    """James|Mary|Robert|Anna|Walter|Helen|Carl|Ruth|Samuel|Clara|Victor|Edith|Oscar|Nina|Hugo|Irene|
Leo|Martha|Paul|Greta|Otto|Lydia|Frank|Vera|Simon|Alice|Henry|Judith|Ralph|Elsa|Thomas|Ida|
Peter|Ingrid|Philip|Rosa|William|Diane"""
)
LAST = _phrases(
    """Anderson|Becker|Calloway|Dunmore|Ellery|Fairbank|Goodwin|Hartley|Irving|Jansen|Keller|Lindgren|
Mercer|Norton|Osborne|Prescott|Quimby|Rowland|Stafford|Thornton|Underhill|Vance|Whitaker|Yardley|
Zimmer|Ashby|Brandt|Crowell|Devlin|Ferris|Garland|Holloway|Kimball|Langley|Morrow|Pruitt|Sheldon|
Tolliver|Wexler|Hollis|Hale|Ross|Boyd"""
)
CLOSINGS = _phrases(
    """Sincerely,|Sincerely yours,|Yours truly,|Very truly yours,|Cordially,|Regards,|Best regards,|
Yours sincerely,|Respectfully,|Kind regards,|With best wishes,|Yours faithfully,|Thank you,|
Respectfully submitted,"""
)
TITLES = _phrases(
    """Manager|Director|Vice President|Secretary|Chairman|Sales Department|Counsel|Associate Professor|
Controller|Head of Research|Purchasing Agent|President|Treasurer|Administrator|Senior Analyst|
Project Leader"""
)
SIGN_LABELS = _phrases(
    """Signature|Signature of applicant|Authorized signature|Signed|Signed by|Sign here|Employee signature|
Customer signature|Signature of witness|Approved by|Signature and date|Name and signature|By|X|Applicant|
Witness|Manager|Authorised signatory|Buyer|Seller|Tenant|Landlord|Accepted by|Signature de l'associé|Le président|Pour la société|
Unterschrift|Ort, Datum, Unterschrift|Firma del solicitante|Fait à Paris|Certified true copy"""
)
FIELDS = _phrases(
    """Name|Address|Date|City|Telephone|Date of birth|Account number|Department|Title|Amount|Total|
Reference|State|Postal code|Country|Company|Occupation|Purpose|Description|Invoice no.|Order no.|
E-mail|Quantity|Remarks"""
)
BY_HAND = _phrases(
    """Read and approved|Lu et approuvé|Bon pour accord|Good for acceptance|Certified true copy|Einverstanden|
Approved as corrected|See attached|Please call me|Many thanks for your help"""
)
STAMPS = _phrases("RECEIVED|COPY|PAID|CONFIDENTIAL|APPROVED|FILED|BEST COPY|ENTERED|URGENT|DRAFT|VOID|SECRET")
FIRMS = _phrases("& Sons|Company|Institute|Industries|Laboratory|Research|Trust|Bank")
MONTHS = _phrases("January|February|March|April|May|June|July|August|September|October|November|December")


def date(rng: random.Random) -> str:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1945, 2025)
    written = f"{MONTHS[month - 1]} {day}, {year}"
    return rng.choice([written, written, f"{day} {MONTHS[month - 1]} {year}", f"{month}/{day}/{year % 100:02d}"])


def name(rng: random.Random) -> str:
    first, last = rng.choice(FIRST), rng.choice(LAST)
    middle = rng.choice(FIRST)[0]
    return rng.choice([f"{first} {last}", f"{first} {middle}. {last}", f"{first[0]}. {middle}. {last}"])


def signing_name(printed: str, rng: random.Random) -> str:
    """How the person writes it: in full, the first name alone, initials."""
    parts = printed.split()
    return rng.choice(
        [printed, printed, printed, parts[0].strip("."), f"{parts[0][0]} {parts[-1]}", "".join(p[0] for p in parts)]
    )


def sentence(rng: random.Random, count: int) -> str:
    words = [rng.choice(COMMON) if rng.random() < 0.93 else figure(rng) for _ in range(count)]
    return (" ".join(words)).capitalize() + rng.choice([".", ".", ".", "?", ":"])


def prose(rng: random.Random, characters: int) -> str:
    text = ""
    while len(text) < characters:
        text += sentence(rng, rng.randint(5, 22)) + " "
    return text


def figure(rng: random.Random) -> str:
    value = rng.randint(1, 99999)
    return rng.choice(
        [f"{value}", f"{value / 100:.2f}", f"${value:,}", f"{value % 100}%", f"{value / 10:.1f}", f"({value % 1000})"]
    )


def remark(rng: random.Random) -> str:
    """What is scribbled in a margin: a date, an amount, a name, some words."""
    return rng.choice(
        [
            date(rng),
            f"{rng.randint(1, 12)}{rng.choice('/-.')}{rng.randint(1, 31)}{rng.choice('/-.')}{rng.randint(40, 99)}",
            f"{rng.randint(1, 99)}{rng.choice('.-')}{rng.randint(0, 99):02d}",
            rng.choice(FIRST),
            rng.choice(["OK", "File", "Copy", "Call", "See", "Yes", "no", "x", "?", "Thanks"]),
            " ".join(rng.sample(COMMON, rng.randint(1, 4))),
        ]
    )


def place(rng: random.Random) -> str:
    return f"{rng.randint(1, 999)} {rng.choice(LAST)} {rng.choice(['Street', 'Avenue', 'Road', 'Plaza'])}"


def firm(rng: random.Random) -> str:
    return f"{rng.choice(LAST)} {rng.choice(FIRMS)}"
