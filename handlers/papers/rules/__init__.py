"""From blocks to what a paper says (see `handlers.papers.record`). Rules only; nothing is invented."""
