"""What the models are asked, as versioned files, and how their answers are read."""

from phoenix_real_estate.prompts.catalog import Prompt, catalog_fingerprint, prompt_for

__all__ = ["Prompt", "catalog_fingerprint", "prompt_for"]
