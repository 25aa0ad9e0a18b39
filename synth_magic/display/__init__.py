"""What a table looks like: HTML, Markdown, plain text and the terminal."""
