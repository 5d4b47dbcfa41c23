"""The PDF samples: a report of three pages, and a form whose fields are filled in."""

from pathlib import Path
from typing import Any

from pen import font_path
from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.shapes import Drawing, String
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    ListFlowable,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)
from truth import PageTruth

NOWHERE = (0.0, 0.0, 0.0, 0.0)  # the order is known, the places are the typesetter's
RUNNING_HEADS = ("Wexcombe Water Trust", "River survey 2024")
BLUE = colors.HexColor("#1f4e79")
BODY = ParagraphStyle("body", fontName="serif", fontSize=12, leading=17.5, spaceAfter=9)
TITLE = ParagraphStyle("title", fontName="sans-bold", fontSize=22, leading=27, textColor=BLUE, spaceAfter=4)
SUBTITLE = ParagraphStyle("subtitle", fontName="sans", fontSize=12, leading=16, textColor=colors.grey, spaceAfter=16)
HEADING = ParagraphStyle("heading", fontName="sans-bold", fontSize=15, leading=19, spaceBefore=16, spaceAfter=6)
CAPTION = ParagraphStyle("caption", fontName="serif-italic", fontSize=10, leading=13, alignment=1, spaceAfter=10)


def load_fonts() -> None:
    for name in ("sans", "sans-bold", "serif", "serif-bold", "serif-italic"):
        pdfmetrics.registerFont(TTFont(name, str(font_path(name))))


class Noting(BaseDocTemplate):
    """Notes what is on each page while it is built: the running heads, the parts as they are set, the tables' rows."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.truth: list[PageTruth] = []

    def afterPage(self) -> None:  # noqa: N802
        self.truth[-1].written(f"Page {self.page} of 3", NOWHERE)

    def beforePage(self) -> None:  # noqa: N802
        self.truth.append(PageTruth())
        for text in RUNNING_HEADS:
            self.truth[-1].written(text, NOWHERE)

    def afterFlowable(self, flowable: Any) -> None:  # noqa: N802
        if isinstance(flowable, Table):
            rows = [[str(cell) for cell in row] for row in flowable._cellvalues]
            self.truth[-1].tables.append(rows)
            for row in rows:
                self.truth[-1].written("\t".join(row), NOWHERE)


class Noted(Paragraph):
    """A paragraph that is noted when it is drawn; `mark` is what stands before it in a list."""

    mark = ""

    def draw(self) -> None:
        self.canv._doctemplate.truth[-1].written(f"{self.mark} {self.getPlainText()}".strip(), NOWHERE)
        super().draw()


def item(text: str, mark: str) -> Noted:
    made = Noted(text, BODY)
    made.mark = mark
    return made


def report(path: Path) -> list[PageTruth]:
    """Three pages: headings, a list, a table that goes over the page break, a bar chart, page numbers."""
    load_fonts()

    def margins(canvas: Canvas, document: Any) -> None:
        canvas.setFont("sans", 9)
        canvas.setFillColor(colors.grey)
        canvas.drawString(72, A4[1] - 42, RUNNING_HEADS[0])
        canvas.drawRightString(A4[0] - 72, A4[1] - 42, RUNNING_HEADS[1])
        canvas.drawCentredString(A4[0] / 2, 36, f"Page {document.page} of 3")

    # invariant: no time and no random identity in the file
    document = Noting(str(path), pagesize=A4, invariant=1, title="River survey 2024", author="Wexcombe Water Trust")
    frame = Frame(72, 64, A4[0] - 144, A4[1] - 128, leftPadding=0, rightPadding=0)
    document.addPageTemplates([PageTemplate("page", [frame], onPage=margins)])
    document.build(report_story())
    return document.truth


def report_story() -> list[Flowable]:
    readings = [
        ("Site", "Reach", "Visits", "Oxygen (mg/l)", "Nitrate (mg/l)", "Grade"),
        *(
            (f"W{number:02d}", reach, str(visits), f"{oxygen:.1f}", f"{nitrate:.1f}", grade)
            for number, (reach, visits, oxygen, nitrate, grade) in enumerate(
                [
                    ("Upper Wex", 12, 10.8, 2.1, "A"),
                    ("Upper Wex", 12, 10.6, 2.4, "A"),
                    ("Upper Wex", 11, 10.1, 3.0, "A"),
                    ("Mill race", 12, 9.4, 4.2, "B"),
                    ("Mill race", 10, 9.1, 4.8, "B"),
                    ("Town bridge", 12, 8.2, 6.9, "C"),
                    ("Town bridge", 12, 8.0, 7.3, "C"),
                    ("Weir pool", 9, 9.9, 5.1, "B"),
                    ("Weir pool", 12, 9.7, 5.0, "B"),
                    ("Lower Wex", 12, 8.8, 6.1, "C"),
                    ("Lower Wex", 12, 8.6, 6.4, "C"),
                    ("Ferry meadow", 11, 9.2, 5.6, "B"),
                    ("Ferry meadow", 12, 9.3, 5.2, "B"),
                    ("Estuary", 8, 7.4, 8.0, "D"),
                ],
                start=1,
            )
        ),
    ]
    table = Table(readings, colWidths=[42, 108, 52, 88, 92, 52], rowHeights=26, repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, 0), "sans-bold", 9.5),
                ("FONT", (0, 1), (-1, -1), "sans", 10),
                ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#dde7f0")),
                ("GRID", (0, 0), (-1, -1), 0.7, colors.black),
                ("ALIGN", (2, 0), (4, -1), "RIGHT"),
                ("ALIGN", (5, 0), (5, -1), "CENTER"),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ]
        )
    )
    grades = Table(
        [
            ("Grade", "Oxygen at least", "Nitrate at most", "In words"),
            ("A", "10.0 mg/l", "4.0 mg/l", "very good"),
            ("B", "9.0 mg/l", "6.0 mg/l", "good"),
            ("C", "8.0 mg/l", "7.5 mg/l", "fair"),
            ("D", "less", "more", "poor"),
        ],
        colWidths=[60, 120, 120, 120],
        rowHeights=20,
        hAlign="LEFT",
    )
    grades.setStyle(TableStyle([("FONT", (0, 0), (-1, 0), "sans-bold", 10), ("FONT", (0, 1), (-1, -1), "sans", 10)]))
    points = [
        "fourteen sites between the spring and the estuary;",
        "up to twelve visits each, one a month;",
        "oxygen and temperature measured in the water, nitrate in the laboratory;",
        "small animals counted in May and September.",
    ]
    return [
        Noted("River survey 2024", TITLE),
        Noted("What fourteen sites tell about the health of the Wex", SUBTITLE),
        Noted("1  Why we measure", HEADING),
        Noted(
            "The Wex runs for thirty-one kilometres from the chalk at Overton Down to the estuary. Since the works at "
            "Town bridge were enlarged in 2019, anglers have asked whether the river gains or loses by it. The survey "
            "of 2024 is the fifth of its kind and the first with readings from every month of the year.",
            BODY,
        ),
        Noted(
            "Three questions stood at its beginning: whether oxygen holds through the summer, where nitrate enters, "
            "and whether the new weir pool has become a place for fish to breed.",
            BODY,
        ),
        Noted("2  How we measured", HEADING),
        Noted("Forty-three volunteers took part. The plan was the same as in earlier years:", BODY),
        ListFlowable(
            [item(point, "•") for point in points],
            bulletType="bullet",
            start="•",
            leftIndent=18,
            bulletOffsetY=-1,
        ),
        Noted(
            "Samples were taken before ten in the morning, on days without heavy rain in the two days before. A "
            "reading was repeated when it lay more than a fifth away from the mean of the month.",
            BODY,
        ),
        Noted("3  Readings", HEADING),
        Noted("Table 1 gives the mean of the year for each site.", BODY),
        table,
        Spacer(1, 4),
        Noted("Table 1: mean readings of 2024 and the grade of each site", CAPTION),
        Noted("4  What changed", HEADING),
        Noted(
            "Oxygen has risen at most sites since 2020, most of all in the weir pool. Town bridge is the exception: in "
            "July and August it fell below 6 mg/l on four visits, each time after storms that overflowed the works.",
            BODY,
        ),
        Spacer(1, 8),
        KeepTogether([chart(), Noted("Figure 1: mean oxygen by year, all sites (mg/l)", CAPTION)]),
        Noted("5  What lives in the river", HEADING),
        Noted(
            "Small animals are the memory of a river: they were there when nobody took a sample. Forty-one kinds were "
            "found, six more than in 2020. Three findings stand out:",
            BODY,
        ),
        ListFlowable(
            [
                item("Stonefly larvae are back at the mill race, for the first time since 2011.", "1."),
                item("Freshwater shrimp are missing below Town bridge, on both counts.", "2."),
                item("Young trout were seen in the weir pool in May, about ninety in one hour.", "3."),
            ],
            bulletType="1",
            bulletFontName="serif",
            bulletFontSize=12,
            bulletFormat="%s.",
            leftIndent=18,
        ),
        Noted("6  How the grades are given", HEADING),
        Noted("A site gets the best grade of which it meets both limits as a mean of the year.", BODY),
        grades,
        Noted("7  What should happen next", HEADING),
        Noted(
            "Nitrate enters between the mill race and Town bridge, where two field drains meet the river. We ask the "
            "council to move both behind a reed bed. We also ask that the sluice at the weir pool stays open from "
            "October to March, so that the trout can pass upstream.",
            BODY,
        ),
        Noted(
            "The next survey begins in January 2026. Whoever wants to take part will find the dates, the sites and a "
            "short course at the Trust's office in Mill Street. The readings of every visit can be had there too, and "
            "from survey@wexcombewater.example.",
            BODY,
        ),
    ]


def chart() -> Drawing:
    drawing = Drawing(A4[0] - 144, 162)
    bars = VerticalBarChart()
    bars.x, bars.y, bars.width, bars.height = 50, 24, 370, 126
    bars.data = [(8.1, 8.4, 8.3, 9.0, 9.2)]
    bars.categoryAxis.categoryNames = ["2020", "2021", "2022", "2023", "2024"]
    bars.categoryAxis.labels.fontName = bars.valueAxis.labels.fontName = "sans"
    bars.valueAxis.valueMin, bars.valueAxis.valueMax, bars.valueAxis.valueStep = 0, 10, 2
    bars.bars[0].fillColor = BLUE
    bars.barLabelFormat = "%.1f"
    bars.barLabels.fontName = "sans"
    bars.barLabels.nudge = 8
    drawing.add(bars)
    drawing.add(String(12, 156, "mg/l", fontName="sans", fontSize=9))
    return drawing


def filled_form(path: Path) -> PageTruth:
    """One page with real form fields (AcroForm): text, check boxes, radio buttons and a choice, mostly filled in."""
    load_fonts()
    truth = PageTruth()
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    canvas.setTitle("Booking of a room")
    form = canvas.acroForm
    canvas.setFont("sans-bold", 20)
    canvas.drawString(72, 760, "Booking of a room")
    canvas.setFont("sans", 10)
    canvas.setFillColor(colors.grey)
    canvas.drawString(72, 742, "Guildhall Community Centre · bookings@guildhall.example")
    canvas.setFillColor(colors.black)
    look = {
        "fontName": "Helvetica",
        "fontSize": 11,
        "borderWidth": 0.7,
        "borderColor": colors.black,
        "fillColor": colors.HexColor("#f3f6fa"),
        "textColor": colors.HexColor("#12305c"),
        "forceBorder": True,
    }
    fields = [
        ("Name of group:", "group", "Elmbridge Chess Circle", 72, 690, 512),
        ("Contact person:", "contact", "Samira Holt", 72, 652, 512),
        ("Telephone:", "telephone", "01632 960 442", 72, 614, 290),
        ("E-mail:", "email", "samira@chess.example", 310, 614, 512),
        ("Date:", "date", "18 October 2025", 72, 576, 290),
        ("Number of people:", "people", "24", 310, 576, 512),
        ("From:", "from", "18:30", 72, 538, 290),
        ("Until:", "until", "21:00", 310, 538, 512),
        ("Invoice to:", "invoice", "", 72, 500, 512),
    ]
    canvas.setFont("sans", 11)
    for label, name, value, x, y, right in fields:
        start = x + 6 + max(80 if x == 72 else 50, pdfmetrics.stringWidth(label, "sans", 11))
        canvas.drawString(x, y + 6, label)
        truth.pairs.append((label, value))
        form.textfield(name=name, value=value, x=start, y=y, width=right - start, height=20, **look)
    room, remarks = "Oak Room", "Twelve tables in two rows, please."
    truth.pairs += [("Room:", room), ("Remarks:", remarks)]
    canvas.drawString(72, 462, "Room:")
    form.choice(
        name="room",
        value=room,
        options=["Great Hall", "Oak Room", "Studio"],
        x=158,
        y=456,
        width=140,
        height=20,
        **{**look, "fieldFlags": "combo"},
    )
    box = {"buttonStyle": "check", "size": 15, "borderWidth": 0.9, "fillColor": colors.white, "textColor": colors.black}
    canvas.drawString(72, 422, "We need:")
    for index, (label, checked) in enumerate(
        [("Tables", True), ("Chairs", True), ("Projector", False), ("Kitchen", False)]
    ):
        form.checkbox(name=label.lower(), checked=checked, x=158 + 92 * index, y=419, **box)
        truth.box(label, checked, from_top(158 + 92 * index, 419, 15))
        canvas.drawString(179 + 92 * index, 422, label)
    canvas.drawString(72, 386, "Heating:")
    for index, (label, selected) in enumerate([("Yes", True), ("No", False)]):
        form.radio(
            name="heating",
            value=label,
            selected=selected,
            x=158 + 92 * index,
            y=383,
            **{**box, "buttonStyle": "circle", "shape": "circle"},
        )
        canvas.drawString(179 + 92 * index, 386, label)
        truth.box(label, selected, from_top(158 + 92 * index, 383, 15))
    canvas.drawString(72, 346, "Remarks:")
    form.textfield(
        name="remarks",
        value=remarks,
        x=158,
        y=300,
        width=354,
        height=60,
        **{**look, "fieldFlags": "multiline"},
    )
    canvas.setFont("sans", 9)
    canvas.setFillColor(colors.grey)
    note = "The booking holds once the centre has confirmed it in writing."
    canvas.drawString(72, 270, note)
    canvas.save()
    values = {label: value for label, _, value, *_ in fields}
    rows = [
        [label for label, _, _, _, y, _ in fields if y == at] for at in sorted({f[4] for f in fields}, reverse=True)
    ]
    for text in [
        "Booking of a room",
        "Guildhall Community Centre · bookings@guildhall.example",
        *("\t".join(f"{label}\t{values[label]}".strip() for label in row) for row in rows),
        f"Room:\t{room}",
        "We need:\tTables\tChairs\tProjector\tKitchen",
        "Heating:\tYes\tNo",
        f"Remarks:\t{remarks}",
        note,
    ]:
        truth.written(text, NOWHERE)
    return truth


def from_top(x: float, y: float, side: float) -> tuple[float, float, float, float]:
    """A square of PDF's coordinates, which count upwards, as a box from the top."""
    return x, A4[1] - y - side, x + side, A4[1] - y
