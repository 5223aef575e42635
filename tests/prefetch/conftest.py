"""Everything real: the vendors on the wire, the ledger and the journal in MongoDB, answers in Redis."""

from tests.panels import here as here
from tests.panels import vendors as vendors
from tests.prefetch.engines import desk as desk
from tests.prefetch.engines import ledger as ledger
from tests.prefetch.engines import time as time
