"""What a run did, for a person: every record accounted for, the money, the reasons.

`model.py` holds the report, `counts.py` what is counted of it; `markdown.py` is the artifact in Prefect's UI,
`page.py` the file, and `pictures.py` draws for both.
"""

from phoenix_real_estate.report.markdown import escaped, table, to_markdown
from phoenix_real_estate.report.model import BUDGET_EXHAUSTED, Outcome, ReportLine, RunReport, RunTally
from phoenix_real_estate.report.page import to_html

__all__ = [
    "BUDGET_EXHAUSTED",
    "Outcome",
    "ReportLine",
    "RunReport",
    "RunTally",
    "escaped",
    "table",
    "to_html",
    "to_markdown",
]
