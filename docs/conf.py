"""How Sphinx makes a site of these pages: ``sphinx-build -W -n --keep-going docs FOLDER``."""

from pygments.lexers.special import TextLexer
from sphinx.highlighting import lexers

project = "crawler"
html_title = "crawler"
extensions = ["myst_parser"]
html_theme = "furo"

# A target that is not there is an error; nobody is asked over the network whether one is.
nitpicky = True
myst_heading_anchors = 3
# "--save" is an option, not a dash.
smartquotes = False
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_static_path = ["_static"]
html_css_files = ["tables.css"]
# Lines of a crontab have no lexer of their own.
lexers["cron"] = TextLexer()
