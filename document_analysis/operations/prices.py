"""What Textract charges, by combination of features, and Rekognition: the one table of prices.

US dollars for a page: `SOURCE`'s list prices of the first million pages a month in US East (N. Virginia) and US West
(Oregon), as of `AS_OF`. Other regions and larger volumes cost differently, so what is made of these is an estimate.
"""

from collections.abc import Collection

SOURCE = "https://aws.amazon.com/textract/pricing/"
AS_OF = "2026-11"

DETECT_TEXT = 0.0015
ANALYZE_EXPENSE = 0.01
ANALYZE_ID = 0.025
"""Of the first 100,000 pages a month."""
DETECT_LABELS = 0.001
"""A picture of the first million a month: Amazon Rekognition's price, by `LABELS_SOURCE`."""
LABELS_SOURCE = "https://aws.amazon.com/rekognition/pricing/"

ANALYZE: dict[frozenset[str], float] = {
    frozenset({"TABLES"}): 0.015,
    frozenset({"FORMS"}): 0.05,
    frozenset({"QUERIES"}): 0.015,
    frozenset({"TABLES", "FORMS"}): 0.065,
    frozenset({"TABLES", "QUERIES"}): 0.02,
    frozenset({"FORMS", "QUERIES"}): 0.055,
    frozenset({"TABLES", "FORMS", "QUERIES"}): 0.07,
}
"""Each of these has a price of its own, which is not the sum of its parts."""

WITHOUT_THOSE = {"SIGNATURES": 0.0035, "LAYOUT": 0.004}
"""Free beside TABLES, FORMS or QUERIES. For the two of them alone no price is given: the sum is taken."""


def of_analysis(features: Collection[str]) -> float:
    """US dollars for AnalyzeDocument on one page with these features. Raises KeyError for an unknown one."""
    main = frozenset(features).difference(WITHOUT_THOSE)
    return ANALYZE[main] if main else sum(WITHOUT_THOSE[feature] for feature in set(features))
