"""What the market can do: functions grouped by noun, which every door calls."""
