"""What differs from site to site: a profile in TOML, or nothing but an address."""

from crawler.sites.finding import find_site, profiles, site_of
from crawler.sites.profile import read_profile
from crawler.sites.site import Site, site_from_url
from crawler.sites.theme import SiteTheme

__all__ = ["Site", "SiteTheme", "find_site", "profiles", "read_profile", "site_from_url", "site_of"]
