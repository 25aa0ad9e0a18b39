"""Talking to a model: transport and JSON.  This room knows no table."""

from synth_magic.llm.messages import Ask, Prompt, Reply

__all__ = ["Ask", "Prompt", "Reply"]
