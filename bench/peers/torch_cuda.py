"""PyTorch on a GPU as a peer: the work of torch_peer.py, in float32, timed by CUDA's events.

    python3 bench/peers/torch_cuda.py           answers the requests of lib/peer.ts, without TF32
    python3 bench/peers/torch_cuda.py --tf32    with it
"""

import gc
import subprocess
import sys

try:
    import torch
except ImportError:
    sys.exit("no PyTorch: this python3 has none")
if not torch.cuda.is_available():
    sys.exit("no PyTorch: it sees no GPU")
import torch.nn.functional as F

from torch_peer import KINDS, Peer, filled, serve

TRIES = 3


def peak():
    """Operations a second of all lanes outside the tensor cores at the highest clock; None where the driver does not tell it."""
    card = torch.cuda.get_device_properties(0)
    lanes = 64 if (card.major, card.minor) in [(7, 0), (7, 5), (8, 0)] else 128
    query = ["nvidia-smi", "--query-gpu=clocks.max.sm", "--format=csv,noheader,nounits", "--id=0"]
    try:
        megahertz = float(subprocess.run(query, capture_output=True, text=True, check=True).stdout)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None
    return 2 * lanes * card.multi_processor_count * megahertz * 1e6


def fused_attention(image, l, m, **rest):
    """Forward by PyTorch's own fused function, which torch_peer.py's products are compared with."""
    B, H, W = image
    theta, psi, g = (filled(B, 1, H * W, c) for c in (l, l, m))
    return torch.no_grad()(lambda: F.scaled_dot_product_attention(theta, psi, g, scale=1.0))


def candidates(kind, spec):
    ways = KINDS[kind](**spec)
    dense = kind == "attention" and spec["q"] == spec["image"][1] == spec["image"][2]
    return ways + [fused_attention(**spec)] if dense and spec["pass"] == "forward" else ways


def milliseconds(run, repetitions):
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    for _ in range(repetitions):
        run()
    end.record()
    end.synchronize()
    return start.elapsed_time(end) / repetitions


class CudaPeer(Peer):
    def prepare(self, spec):
        self.run = None
        gc.collect()
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        ways = candidates(spec.pop("kind"), spec)
        for way in ways:
            milliseconds(way, 1)
        self.run = min(ways, key=lambda way: min(milliseconds(way, 1) for _ in range(TRIES)))
        return {"ready": {}}

    def timed(self, run, warmUp):
        for _ in range(warmUp):
            self.run()
        return {"milliseconds": milliseconds(self.run, run), "peakBytes": torch.cuda.max_memory_allocated()}


tf32 = sys.argv[1:] == ["--tf32"]
torch.backends.cuda.matmul.allow_tf32 = tf32
torch.backends.cudnn.allow_tf32 = tf32
torch.backends.cudnn.benchmark = True
torch.set_default_device("cuda")
card = torch.cuda.get_device_name(0)
version = f"{torch.__version__}, cuDNN {torch.backends.cudnn.version()}, {card}, TF32 {'on' if tf32 else 'off'}"
serve(CudaPeer(), version, peak=peak())
