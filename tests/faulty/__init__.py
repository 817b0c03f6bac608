"""Bad answers by name, for `tests.test_crawl_fault_matrix`: what servers and pages do that they should not."""

import pytest

pytest.register_assert_rewrite("tests.faulty.crawls")
