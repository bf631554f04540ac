"""How far the posts of an archive lie on its map from their cities.

    chancery serve ARCHIVE --port 8470 --no-open &
    python benches/posts_on_map.py http://localhost:8470

Prints the 60 posts that sent most documents with their place on the map, that of the city
(cities_of_posts.tsv) and the distance, and ends with 1 if one is more than 50 km away or has
no city in the table. Needs nothing but Python.
"""

import argparse
import json
import math
import urllib.request
from pathlib import Path

POSTS = 60
FARTHEST_KM = 50
EARTH_DIAMETER_KM = 12_742

Point = tuple[float, float]


def cities() -> dict[str, Point]:
    """The posts with the coordinates of their cities."""
    lines = Path(__file__).with_name("cities_of_posts.tsv").read_text().splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {name: (float(north), float(east)) for name, north, east in rows}


def kilometres(one: Point, other: Point) -> float:
    """The distance of two points in degrees north and east."""
    (north, east), (other_north, other_east) = (map(math.radians, point) for point in (one, other))
    squared = (
        math.sin((other_north - north) / 2) ** 2
        + math.cos(north) * math.cos(other_north) * math.sin((other_east - east) / 2) ** 2
    )
    return EARTH_DIAMETER_KM * math.asin(math.sqrt(squared))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("url", help="the address of a reading room")
    with urllib.request.urlopen(f"{parser.parse_args().url.rstrip('/')}/api/v1/map") as answer:
        posts = json.load(answer)["posts"]
    posts.sort(key=lambda post: -post["documents"])
    known, far = cities(), 0
    print("| post | documents | on the map | city | km |\n|---|---|---|---|---|")
    for post in posts[:POSTS]:
        shown, city = tuple(post["coordinates"]), known.get(post["name"])
        distance = kilometres(shown, city) if city else math.inf
        far += distance > FARTHEST_KM
        words = f"{city[0]:.2f}, {city[1]:.2f} | {distance:.0f}" if city else "unknown |"
        print(f"| {post['name']} | {post['documents']} | {shown[0]:.2f}, {shown[1]:.2f} | {words} |")
    print(f"\n{far} of {len(posts[:POSTS])} are more than {FARTHEST_KM} km from their city")
    return 1 if far else 0


if __name__ == "__main__":
    raise SystemExit(main())
