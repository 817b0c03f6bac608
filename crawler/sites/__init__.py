"""What differs from site to site: a profile in TOML, or nothing but an address."""

from crawler.sites.profile import find_site, read_profile
from crawler.sites.site import Site, site_from_url

__all__ = ["Site", "find_site", "read_profile", "site_from_url"]
