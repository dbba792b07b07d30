"""PDF as blocks: pdfplumber finds letters and ruled tables, and the rest of a page is put together here.

A PDF has no paragraphs, columns or cells: only letters with places, and lines that are drawn. So all that the blocks
say is seen, as a reader sees it.
"""
