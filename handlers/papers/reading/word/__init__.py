"""Word documents (.docx) as blocks.

The tree is read rather than python-docx's `paragraphs`, which leave out tracked insertions, content controls, simple
fields, smart tags, text boxes and automatic numbers.
"""
