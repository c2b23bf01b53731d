import pytest

# Shared between layers and therefore no test module: its asserts want the same explanations.
pytest.register_assert_rewrite("inventory_contract")
