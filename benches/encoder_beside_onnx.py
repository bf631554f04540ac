#!/usr/bin/env python3
"""How fast is the encoder alone, beside ONNX Runtime on the same weights?

    cargo build --release -p chancery-ner --example encoder
    pip install -r benches/requirements-encoder.txt
    python benches/encoder_beside_onnx.py     # about 5 minutes

Chancery runs the shipped model file, the others the 32-bit numbers that its
8-bit weights stand for. Both get the windows of conll2003's test set, first one
a sentence, then of neighbouring sentences up to 160 pieces as the program makes
them, sorted by length, and run on one and the same core, in turns. Chancery
reads them without padding. ONNX Runtime gets the model as torch.onnx exports it
(legacy exporter), with its own graph optimisations and dynamic quantisation to
QInt8 by channel, one thread, in padded batches of the size at which it was
fastest. Both compute the scores of the words' first pieces. The ratio is that
of the medians.

`--kernel avx2` takes Chancery's AVX-512 and VNNI away (CHANCERY_KERNEL). ONNX
Runtime has no such switch (its kernels ask the processor): measure it on a
processor without AVX-512.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before numpy is loaded

import argparse
import json
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "training/accurate"))
SIZES = (4, 8, 16, 32, 64)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--model", type=Path, default=ROOT / "crates/models/data/accurate.model")
    parser.add_argument("--binary", type=Path, default=ROOT / "target/release/examples/encoder")
    parser.add_argument("--text", type=Path, default=ROOT.parent / "shared/data/ner/conll2003/test.tsv")
    parser.add_argument("--sentences", type=int, default=1200, help="of the text, from its start")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--kernel", help="for Chancery, instead of its best")
    parser.add_argument("--json", type=Path, help="also write the result here")
    return parser.parse_args()


def document(path, most, text):
    """The first sentences as one document of words of which nothing is known."""
    sentences = [[]]
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            sentences.append([])
        elif not line.startswith("-DOCSTART-"):
            sentences[-1].append(text.Word(line.split("\t")[0].split(" ")[0], 1, (0, 0), 0, ()))
    return text.Document("", 0, False, [s for s in sentences if s][:most])


def pack(windows):
    """The windows as crates/ner/examples/encoder.rs reads them."""
    parts = [struct.pack("<I", len(windows))]
    for window in windows:
        parts.append(struct.pack("<2I", len(window), len(window.first)))
        for piece, shape, part in zip(window.pieces, window.shapes, window.parts):
            parts.append(struct.pack("<HBBHHH", piece, shape, part, 0, 0, 0))
        parts.append(struct.pack(f"<{len(window.first)}I", *window.first))
    return b"".join(parts)


class Ours:
    def __init__(self, binary, model, windows, kernel, folder):
        file, self.scores = folder / "windows", folder / "scores"
        file.write_bytes(pack(windows))
        environment = dict(os.environ) | ({"CHANCERY_KERNEL": kernel} if kernel else {})
        command = [binary, model, file, self.scores]
        self.child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env=environment,
        )  # fmt: skip
        assert self.child.stdout.readline() == "ready\n", "the encoder did not start"

    def seconds(self):
        self.child.stdin.write("\n")
        self.child.stdin.flush()
        return float(self.child.stdout.readline())

    def close(self):
        self.child.stdin.close()
        self.child.wait()


def exported(net, batch, folder):
    """The net as ONNX, with 8-bit weights."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    from windows import collate

    class Flat(torch.nn.Module):
        """ONNX has no nested inputs."""

        def __init__(self):
            super().__init__()
            self.net = net

        def forward(self, ids, shapes, parts, clusters, bits, mask, first):
            return self.net((ids, shapes, parts, clusters, bits), mask, first)

    inputs, mask, first = collate(batch)
    names = ["ids", "shapes", "parts", "clusters", "bits"]
    axes = {name: {0: "rows", 1: "width"} for name in names}
    axes |= {"mask": {0: "rows", 3: "width"}, "first": {0: "words"}}
    plain, ready, small = (str(folder / f"{name}.onnx") for name in ("plain", "ready", "small"))
    torch.onnx.export(
        Flat(), (*inputs, mask, first), plain, input_names=[*names, "mask", "first"],
        output_names=["scores"], dynamic_axes=axes, opset_version=17, dynamo=False,
    )  # fmt: skip
    quant_pre_process(plain, ready, skip_symbolic_shape=True)
    quantize_dynamic(ready, small, per_channel=True, weight_type=QuantType.QInt8)
    return small


def session(model):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


class Theirs:
    """ONNX Runtime over batches of a number of windows."""

    def __init__(self, session, windows, size):
        from windows import collate

        self.session, self.feeds = session, []
        for at in range(0, len(windows), size):
            inputs, mask, first = collate(windows[at : at + size])
            names = ["ids", "shapes", "parts", "clusters", "bits", "mask", "first"]
            self.feeds.append({n: t.numpy() for n, t in zip(names, [*inputs, mask, first])})

    def run(self):
        return [self.session.run(None, feed)[0] for feed in self.feeds]

    def seconds(self):
        begun = time.perf_counter()
        self.run()
        return time.perf_counter() - begun


def agreement(scores, truth):
    """Mean distance of probabilities from those of the net, and share of
    words whose best tag is the same."""
    import numpy as np

    def softmax(x):
        e = np.exp(x - x.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)

    off = float(np.abs(softmax(scores) - softmax(truth)).mean())
    return off, float((scores.argmax(1) == truth.argmax(1)).mean())


def main():
    options = arguments()
    core = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})  # and so for every child
    import numpy as np
    import onnxruntime
    import torch

    import export
    import text
    from windows import collate, windows

    torch.set_num_threads(1)
    net, pieces = export.read(options.model)
    net.eval()
    cut = text.Pieces(pieces)
    whole = document(options.text, options.sentences, text)
    alone = [text.Document("", 0, False, [sentence]) for sentence in whole.sentences]
    kinds = {
        "sentences": [w for one in alone for w in windows(one, cut, 160)],
        "windows": windows(whole, cut, 160),
    }
    result = {"onnxruntime": onnxruntime.__version__, "kernel": options.kernel or "best"}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        runtime = session(exported(net, kinds["windows"][:2], folder))
        for kind, items in kinds.items():
            items.sort(key=len)
            count = sum(map(len, items))
            ours = Ours(options.binary, options.model, items, options.kernel, folder)
            tried = [Theirs(runtime, items, size) for size in SIZES]
            for one in tried:
                one.seconds()
            fastest = min(range(len(SIZES)), key=lambda at: tried[at].seconds())
            theirs = tried[fastest]
            speeds = {"chancery": [], "onnxruntime": []}
            for number in range(1, options.rounds + 1):
                speeds["chancery"].append(count / ours.seconds())
                speeds["onnxruntime"].append(count / theirs.seconds())
                print(f"{kind} round {number}: chancery {speeds['chancery'][-1]:>7,.0f}  "
                      f"ONNX Runtime {speeds['onnxruntime'][-1]:>7,.0f} pieces/s", flush=True)
            ours.close()
            with torch.no_grad():
                steps = range(0, len(items), 16)
                truth = np.concatenate([net(*collate(items[at : at + 16])).numpy() for at in steps])
            mine = np.fromfile(ours.scores, "<f4").reshape(-1, truth.shape[1])
            medians = {name: statistics.median(values) for name, values in speeds.items()}
            figures = {
                "windows": len(items),
                "pieces": count,
                "batch": SIZES[fastest],
                "pieces_per_second": {name: round(speed) for name, speed in medians.items()},
                "ratio": round(medians["chancery"] / medians["onnxruntime"], 2),
                "mean_error": {"chancery": agreement(mine, truth)[0],
                               "onnxruntime": agreement(np.concatenate(theirs.run()), truth)[0]},
                "same_best_tag": {"chancery": agreement(mine, truth)[1],
                                  "onnxruntime": agreement(np.concatenate(theirs.run()), truth)[1]},
            }  # fmt: skip
            result[kind] = figures
            print(f"""
{kind:<21}{len(items):,}, {count:,} pieces
chancery             {medians['chancery']:,.0f} pieces/s ({result['kernel']} kernel)
ONNX Runtime {result['onnxruntime']:<8}{medians['onnxruntime']:,.0f} pieces/s (int8, {SIZES[fastest]} a batch)
ratio                {figures['ratio']}
mean error           {figures['mean_error']['chancery']:.2e} and {figures['mean_error']['onnxruntime']:.2e} of a probability, from PyTorch fp32
""")
    print(json.dumps(result))
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
