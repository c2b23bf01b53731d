"""Load on the orders service: people who look around, and people who buy.

Run by the plugin, in a process of its own; to try it by hand:
``locust -f tests/performance/locustfile_orders.py --headless -u 8 -r 8 -t 4s --host URL``
"""

import random
import uuid

from locust import HttpUser, constant_throughput, task

# Several products: buyers of a single one would queue for its row in the database.
SKUS = ("book", "lamp", "mug", "pen", "poster")


class Reader(HttpUser):
    """Looks around, ten requests a second."""

    wait_time = constant_throughput(10)

    @task(3)
    def list_orders(self) -> None:
        """Look at the newest orders."""
        self.client.get("/orders?limit=20")

    @task(1)
    def show_product(self) -> None:
        """Look at a product; this goes on to inventory."""
        sku = random.choice(SKUS)  # noqa: S311 - no secret
        self.client.get(f"/products/{sku}", name="/products/{sku}")


class Buyer(HttpUser):
    """Orders something and pays or cancels, five requests a second."""

    wait_time = constant_throughput(2.5)

    @task
    def buy(self) -> None:
        """Place an order, then decide."""
        skus = random.sample(SKUS, k=2)
        with self.client.post(
            "/orders",
            json={"customer": "load", "lines": [{"sku": sku, "quantity": 1} for sku in skus]},
            headers={"Idempotency-Key": uuid.uuid4().hex},
            catch_response=True,
        ) as placed:
            if placed.status_code != 201:
                placed.failure(f"got {placed.status_code}, wanted 201")
                return
        action = random.choice(("pay", "cancel"))  # noqa: S311 - no secret
        order_id = placed.json()["id"]
        self.client.post(f"/orders/{order_id}/{action}", name="/orders/{id}/{action}")
