"""From a listing's page to a record's data: what is labelled, what patterns find, what a model reads."""

from phoenix_real_estate.extraction.extractor import Extractor, is_page, question_about

__all__ = ["Extractor", "is_page", "question_about"]
