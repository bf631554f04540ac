"""The encoder: BERT's layers (Devlin et al. 2019) at MiniLM's size (Wang et
al. 2020), with embeddings of shape, clusters and list membership added to its
input. These start at zero, so training starts from the base model itself.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

from text import BITS, CLUSTERS, LABELS, SHAPES

POSITIONS = 256


class Layer(nn.Module):
    def __init__(self, size: int, inner: int, heads: int, drop: float) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(size, 3 * size)
        self.out = nn.Linear(size, size)
        self.norm1 = nn.LayerNorm(size, eps=1e-12)
        self.up = nn.Linear(size, inner)
        self.down = nn.Linear(inner, size)
        self.norm2 = nn.LayerNorm(size, eps=1e-12)
        self.drop = nn.Dropout(drop)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        rows, width, size = x.shape
        q, k, v = self.qkv(x).view(rows, width, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        a = a.transpose(1, 2).reshape(rows, width, size)
        x = self.norm1(x + self.drop(self.out(a)))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


class Encoder(nn.Module):
    def __init__(self, pieces: int, size: int = 384, inner: int = 1536, layers: int = 6, heads: int = 12, drop: float = 0.1) -> None:
        super().__init__()
        self.word = nn.Embedding(pieces, size)
        self.position = nn.Embedding(POSITIONS, size)
        self.shape = nn.Embedding(len(SHAPES), size)
        self.part = nn.Embedding(2 * len(SHAPES), size)
        self.coarse = nn.Embedding(CLUSTERS[0] + 1, size)
        self.fine = nn.Embedding(CLUSTERS[1] + 1, size)
        self.known = nn.Linear(BITS, size, bias=False)
        for added in (self.shape, self.part, self.coarse, self.fine, self.known):
            nn.init.zeros_(added.weight)
        self.norm = nn.LayerNorm(size, eps=1e-12)
        self.drop = nn.Dropout(drop)
        self.layers = nn.ModuleList(Layer(size, inner, heads, drop) for _ in range(layers))
        self.head = nn.Linear(size, len(LABELS))
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def begin(self, path: Path, numbers: np.ndarray[Any, Any]) -> None:
        """Copy the base model's weights. `numbers` are the kept pieces."""
        w = load_file(path)
        w = {name.removeprefix("bert."): value for name, value in w.items()}
        with torch.no_grad():
            self.word.weight.copy_(w["embeddings.word_embeddings.weight"][torch.from_numpy(numbers)])
            token_type = w["embeddings.token_type_embeddings.weight"][0]
            self.position.weight.copy_(w["embeddings.position_embeddings.weight"][:POSITIONS] + token_type)
            copy(self.norm, w, "embeddings.LayerNorm")
            for number, layer in enumerate(self.layers):
                base = f"encoder.layer.{number}."
                for kind in ("weight", "bias"):
                    parts = [w[f"{base}attention.self.{p}.{kind}"] for p in ("query", "key", "value")]
                    getattr(layer.qkv, kind).copy_(torch.cat(parts))
                copy(layer.out, w, base + "attention.output.dense")
                copy(layer.norm1, w, base + "attention.output.LayerNorm")
                copy(layer.up, w, base + "intermediate.dense")
                copy(layer.down, w, base + "output.dense")
                copy(layer.norm2, w, base + "output.LayerNorm")

    def forward(self, inputs: list[torch.Tensor], mask: torch.Tensor, first: torch.Tensor) -> torch.Tensor:
        """Return the scores of the nine tags for each word, at its first piece."""
        ids, shapes, parts, clusters, bits = inputs
        x = self.word(ids) + self.position.weight[: ids.shape[1]]
        x = x + self.shape(shapes) + self.part(parts)
        x = x + self.coarse(clusters[..., 0]) + self.fine(clusters[..., 1]) + self.known(bits)
        x = self.drop(self.norm(x))
        for layer in self.layers:
            x = layer(x, mask)
        x = x.reshape(-1, x.shape[-1])[first]
        return self.head(self.drop(x))

    def added(self) -> list[nn.Parameter]:
        """Return the parameters that the base model does not have."""
        parts = (self.shape, self.part, self.coarse, self.fine, self.known, self.head)
        return [p for part in parts for p in part.parameters()]


def copy(part: nn.Linear | nn.LayerNorm, weights: dict[str, torch.Tensor], name: str) -> None:
    part.weight.copy_(weights[name + ".weight"])
    part.bias.copy_(weights[name + ".bias"])
