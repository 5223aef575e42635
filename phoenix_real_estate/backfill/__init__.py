"""Old records done again: chosen, reckoned up, and worked off in chunks that survive any crash.

    selection -> estimate (a dry run ends here) -> job, its records frozen in chunks -> chunk after chunk

What is chosen is in `selection.py`, what it will cost in `estimate.py`, what is kept of a backfill in
`jobs.py`. A record is done once however often the backfill is killed: `store/reruns.py`.
"""

from phoenix_real_estate.backfill.estimate import Estimate, TierEstimate, estimate
from phoenix_real_estate.backfill.jobs import Chunk, EngineName, Job, Jobs
from phoenix_real_estate.backfill.report import BackfillReport, BackfillTally, estimate_page, report_page
from phoenix_real_estate.backfill.selection import Selected, Selection, select

__all__ = [
    "BackfillReport",
    "BackfillTally",
    "Chunk",
    "EngineName",
    "Estimate",
    "Job",
    "Jobs",
    "Selected",
    "Selection",
    "TierEstimate",
    "estimate",
    "estimate_page",
    "report_page",
    "select",
]
