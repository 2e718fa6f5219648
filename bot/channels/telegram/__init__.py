"""Telegram: updates are stored before they are acknowledged, played by a worker, answered from what was stored."""
