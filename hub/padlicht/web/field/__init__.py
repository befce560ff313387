"""The pages "At the path": sheets for a phone or on paper, handed in later, and what they say."""
