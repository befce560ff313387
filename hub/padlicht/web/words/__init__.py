"""The pages of people's words: rounds, the sheet on a phone and on paper, typing in, moderation."""
