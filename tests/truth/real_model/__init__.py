"""What a real language model writes, and what of it is published: `make bench-llm`."""
