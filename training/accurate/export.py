"""Write and read the encoder's model file. crates/ner/src/encoder/model_file.rs
reads it in the program and describes the format.

Weights are quantised to 8 bits, per output channel in linear layers and per row
in embeddings, both symmetric: value = scale × number in -127..=127.
"""

import math
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
import xxhash
from torch import nn

from model import Encoder

Array: TypeAlias = np.ndarray[Any, Any]
# Weight of the CRF, sharpness, 9×9 pair scores.
Mixing = tuple[float, float, Array]

MAGIC = b"chancery encoder"
VERSION = 1
PANEL, STEP = 32, 4
MOST = 24_000_000


def numbers(values: Array) -> bytes:
    return np.ascontiguousarray(values, dtype="<f4").tobytes()


def rounded(rows: Array) -> tuple[Array, Array]:
    """Return the scales and 8-bit numbers of the rows of a matrix."""
    largest = np.abs(rows).max(axis=1)
    scales = np.where(largest > 0, largest / 127.0, 1.0).astype(np.float32)
    return scales, np.clip(np.rint(rows / scales[:, None]), -127, 127).astype(np.int8)


def simulated(rows: Array) -> Array:
    """Return the matrix after quantisation, as the program uses it."""
    scales, small = rounded(rows)
    return small.astype(np.float32) * scales[:, None]


def table(rows: Array) -> bytes:
    scales, small = rounded(rows)
    return numbers(scales) + small.tobytes()


def linear(weight: Array, bias: Array) -> bytes:
    """Return the bytes of a linear layer: scales, biases, then the weights plus 128
    in panels of 32 channels and steps of 4 inputs."""
    scales, small = rounded(weight)
    channels, inputs = small.shape
    biased = (small.astype(np.int16) + 128).astype(np.uint8)
    panels = biased.reshape(channels // PANEL, PANEL, inputs // STEP, STEP).transpose(0, 2, 1, 3)
    return numbers(scales) + numbers(bias) + np.ascontiguousarray(panels).tobytes()


def array(parameter: torch.Tensor) -> Array:
    return parameter.detach().float().cpu().numpy()


def of(part: nn.Linear | nn.LayerNorm) -> tuple[Array, Array]:
    return array(part.weight), array(part.bias)


def body(net: Encoder, pieces: list[str], mixing: Mixing, provenance: str) -> Iterator[bytes]:
    """Yield the parts of the file."""
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


def head(content: bytes) -> bytes:
    return MAGIC + struct.pack("<IQ", VERSION, xxhash.xxh3_64_intdigest(content))


def write(path: Path, net: Encoder, pieces: list[str], mixing: Mixing, provenance: str) -> int:
    """Write the file and return its size in bytes."""
    content = b"".join(body(net, pieces, mixing, provenance))
    whole = head(content) + content
    if len(whole) >= MOST:
        raise ValueError(f"the file has {len(whole)} bytes, more than {MOST}")
    with open(path, "wb") as file:
        file.write(whole)
    return len(whole)


class Reader:
    """A reader over the remaining bytes of a model file."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def take(self, kind: str, *shape: int) -> Array:
        values: Array = np.frombuffer(self.content, kind, math.prod(shape), self.at).reshape(shape)
        self.at += values.nbytes
        return values

    def text(self, length_kind: str) -> str:
        return self.take("u1", int(self.take(length_kind, 1)[0])).tobytes().decode()

    def rows(self, count: int, size: int) -> Array:
        scales = self.take("<f4", count, 1)
        return self.take("i1", count, size) * scales

    def floats(self, part: nn.Linear | nn.LayerNorm) -> None:
        fill(part, *(self.take("<f4", *parameter.shape) for parameter in (part.weight, part.bias)))

    def linear(self, part: nn.Linear) -> None:
        channels, inputs = part.weight.shape
        scales, bias = self.take("<f4", channels, 1), self.take("<f4", channels)
        panels = self.take("u1", channels // PANEL, inputs // STEP, PANEL, STEP)
        small = panels.transpose(0, 2, 1, 3).reshape(channels, inputs).astype(np.int16) - 128
        fill(part, small * scales, bias)


def fill(part: nn.Linear | nn.LayerNorm | nn.Embedding, weight: Array, bias: Array | None = None) -> None:
    with torch.no_grad():
        part.weight.copy_(torch.from_numpy(np.array(weight)))
        if bias is not None:
            part.bias.copy_(torch.from_numpy(np.array(bias)))


def read(path: Path) -> tuple[Encoder, list[str]]:
    """Return the net of a file, with its weights converted back to 32 bits, and its
    word pieces."""
    with open(path, "rb") as file:
        whole = file.read()
    content = whole[len(head(b"")) :]
    if whole != head(content) + content:
        raise ValueError(f"{path} is not a model of this version, or is damaged")
    reader = Reader(content)
    reader.text("<u4")
    pieces, _, _, _, _, _, size, inner, layers, heads, _ = map(int, reader.take("<u4", 11))
    net = Encoder(pieces, size, inner, layers, heads)
    vocabulary = [reader.text("u1") for _ in range(pieces)]
    for part in (net.word, net.position, net.shape, net.part, net.coarse, net.fine):
        fill(part, reader.rows(*part.weight.shape))
    fill(net.known, reader.rows(*net.known.weight.T.shape).T)
    reader.floats(net.norm)
    for layer in net.layers:
        reader.linear(layer.qkv)
        reader.linear(layer.out)
        reader.floats(layer.norm1)
        reader.linear(layer.up)
        reader.linear(layer.down)
        reader.floats(layer.norm2)
    reader.floats(net.head)
    return net, vocabulary
