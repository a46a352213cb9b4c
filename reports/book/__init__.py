"""The printed book of a year: frozen figures in, chapters out, HTML and PDF at the end. Reads nothing but the frozen content.

Imported by services, commands and views of reports. No number appears that is not in the content: the software writes every
sentence, and the templates under templates/reports/book/ only place what stands here. A room for each chapter, bound in
`binding`; what several chapters say alike stands in `indicators`, `questions` and `spread`.
"""

from .binding import book_html, build, name_of
from .enclosed import c, open_data

__all__ = ["book_html", "build", "c", "name_of", "open_data"]
