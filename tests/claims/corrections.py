from graphs import car as car_graph

from claims import Claims


def computed() -> Claims:
    car = car_graph()
    total = car.forward(price=20, count=2, tax=1.1)
    v = car.values
    yield f"nodes as {total:g}/{total:g}, {total:g}/{v['subtotal']:g} and 40/{v['price']:g}"
    yield f"with a fee of 2 the ratio {total + 2:g}/{total:g} is wrong"
    yield f"with 200 points, {200 * 0.0001:g} takes the same steps"


GIVEN = (
    r"ReLU has gradient 0 for $x \le 0$",
    "At $x = 0$ there is no derivative; 0 is a choice",
    "for example 0.0001",
    "a distance of at least 0.1",
    *(f"[chapter {number}" for number in (1, 2, 3, 4, 5, 6, 8)),
)
