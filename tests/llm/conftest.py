"""The vendors' server, for every test of this folder."""

from tests.vendors.fixtures import vendors as vendors
