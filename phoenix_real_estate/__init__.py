"""The domain: raw Phoenix property records in, enriched and judged ones out. Plain Python, no Prefect."""
