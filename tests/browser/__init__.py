"""What a reader meets, in a real Chromium: every scene on every surface, through the same tests."""
