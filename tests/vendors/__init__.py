"""OpenAI, Anthropic and Ollama on the wire: a real HTTP server that answers, bills and misbehaves."""

from tests.vendors.faults import Fault
from tests.vendors.server import VendorServer

__all__ = ["Fault", "VendorServer"]
