"""The submissions are text to be handed to the sandbox: nothing here imports them."""

collect_ignore = ["submissions", "differences"]
