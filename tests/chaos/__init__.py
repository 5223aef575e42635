"""The budget's guarantee, put to the proof: real processes, real servers, and everything that goes wrong."""
