"""Writes the encoder's model file, which crates/ner/src/encoder/file.rs reads
and describes.

Weights of linear layers are rounded to 8 bits by output channel, those of
embeddings by row, both symmetric: value = scale × number in -127..=127.
"""

import struct

import numpy as np
import xxhash

MAGIC = b"chancery encoder"
VERSION = 1
PANEL, STEP = 32, 4
MOST = 24_000_000


def numbers(values):
    return np.ascontiguousarray(values, dtype="<f4").tobytes()


def rounded(rows):
    """Scales and 8-bit numbers of the rows of a matrix."""
    largest = np.abs(rows).max(axis=1)
    scales = np.where(largest > 0, largest / 127.0, 1.0).astype(np.float32)
    return scales, np.clip(np.rint(rows / scales[:, None]), -127, 127).astype(np.int8)


def simulated(rows):
    """The matrix as the program sees it."""
    scales, small = rounded(rows)
    return small.astype(np.float32) * scales[:, None]


def table(rows):
    scales, small = rounded(rows)
    return numbers(scales) + small.tobytes()


def linear(weight, bias):
    """Panels of 32 channels by steps of 4 inputs, 128 added."""
    scales, small = rounded(weight)
    channels, inputs = small.shape
    biased = (small.astype(np.int16) + 128).astype(np.uint8)
    panels = biased.reshape(channels // PANEL, PANEL, inputs // STEP, STEP).transpose(0, 2, 1, 3)
    return numbers(scales) + numbers(bias) + np.ascontiguousarray(panels).tobytes()


def array(parameter):
    return parameter.detach().float().cpu().numpy()


def of(part):
    return array(part.weight), array(part.bias)


def body(net, pieces, mixing, provenance):
    """`mixing` is (weight of the linear model, sharpness, 9×9 pair scores)."""
    text = provenance.encode()
    yield struct.pack("<I", len(text)) + text
    size, inner = net.head.in_features, net.layers[0].up.out_features
    heads, tags = net.layers[0].heads, net.head.out_features
    yield struct.pack(
        "<11I", len(pieces), net.position.num_embeddings, net.shape.num_embeddings,
        net.coarse.num_embeddings, net.fine.num_embeddings, net.known.in_features,
        size, inner, len(net.layers), heads, tags,
    )  # fmt: skip
    for piece in pieces:
        text = piece.encode()
        yield struct.pack("<B", len(text)) + text
    for part in (net.word, net.position, net.shape, net.part, net.coarse, net.fine):
        yield table(array(part.weight))
    yield table(array(net.known.weight).T)
    yield b"".join(map(numbers, of(net.norm)))
    for layer in net.layers:
        yield linear(*of(layer.qkv)) + linear(*of(layer.out))
        yield b"".join(map(numbers, of(layer.norm1)))
        yield linear(*of(layer.up)) + linear(*of(layer.down))
        yield b"".join(map(numbers, of(layer.norm2)))
    yield b"".join(map(numbers, of(net.head)))
    weight, sharpness, pairs = mixing
    yield struct.pack("<2f", weight, sharpness) + numbers(np.reshape(pairs, (tags, tags)))


def write(path, net, pieces, mixing, provenance):
    """Writes the file; the size of it in bytes."""
    content = b"".join(body(net, pieces, mixing, provenance))
    head = MAGIC + struct.pack("<IQ", VERSION, xxhash.xxh3_64_intdigest(content))
    size = len(head) + len(content)
    assert size < MOST, f"{size} bytes are more than {MOST}"
    with open(path, "wb") as file:
        file.write(head + content)
    return size
