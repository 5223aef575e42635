"""What the models are asked, as versioned files, and how their answers are read."""

from phoenix_real_estate.prompts.catalog import Prompt, catalog_fingerprint, prompt_for, prompt_seen
from phoenix_real_estate.prompts.pages import PagePrompt, page_prompt
from phoenix_real_estate.prompts.question import Question
from phoenix_real_estate.prompts.rewrite import RewritePrompt, rewrite_prompt

__all__ = [
    "PagePrompt",
    "Prompt",
    "Question",
    "RewritePrompt",
    "catalog_fingerprint",
    "page_prompt",
    "prompt_for",
    "prompt_seen",
    "rewrite_prompt",
]
