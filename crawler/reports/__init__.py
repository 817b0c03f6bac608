"""The pages that people read: of a run, of a site's runs, of all sites. Pure: what to show in, HTML out.

Everything that comes from pages of the web is untrusted here: escaped, made printable, and linked only where it is an
address of http or https. The pages hold all that they need and ask for nothing, neither a script nor a font.
"""

from crawler.reports.entry import entry_of, unreported
from crawler.reports.pages import render_overview, render_run, render_site

__all__ = ["entry_of", "render_overview", "render_run", "render_site", "unreported"]
