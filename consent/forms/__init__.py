"""The forms of acts: each is the web page, the counter's page and the paper form at once."""
