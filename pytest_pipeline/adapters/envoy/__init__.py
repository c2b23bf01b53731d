"""The router: Envoy from PyPI, told what to do by files that are renamed into a watched folder."""
