"""PyTorch as a peer: answers the requests of lib/peer.ts, one line of JSON each, with the given number of threads.

    OMP_NUM_THREADS=2 OPENBLAS_NUM_THREADS=2 python3 bench/peers/torch_peer.py 2

A spec becomes one or more closures that do the same work in different memory layouts (channels_last and PyTorch's
own); `prepare` times each and keeps the fastest, so that PyTorch is shown at its best.
"""

import gc
import json
import resource
import sys
import time

import torch
import torch.nn.functional as F

from attention import tiled_attention
from nlrn import NLRN, training_step

torch.manual_seed(0)
FORMATS = (torch.channels_last, torch.contiguous_format)


def filled(*shape):
    return torch.rand(shape) - 0.5


def matmul(M, K, N):
    a, b = filled(M, K), filled(K, N)
    return [lambda: a @ b]


def conv2d(image, K, size, stride=1, dilation=1, groups=1, **rest):
    B, H, W, C = image
    shapes = (B, C, H, W), (K, C // groups, size, size), (B, K, -(-H // stride), -(-W // stride))
    move = stride, dilation * (size // 2), dilation, groups
    return [convolution(*(filled(*s).to(memory_format=f) for s in shapes), *move, **rest) for f in FORMATS]


def convolution(x, w, g, stride, border, dilation, groups, **rest):
    if rest["pass"] == "forward":
        return lambda: F.conv2d(x, w, stride=stride, padding=border, dilation=dilation, groups=groups)
    wanted = [rest["pass"] == "input", rest["pass"] == "filter", False]
    strides, pad, dilations = [stride] * 2, [border] * 2, [dilation] * 2
    backward = torch.ops.aten.convolution_backward
    return lambda: backward(g, x, w, None, strides, pad, dilations, False, [0, 0], groups, wanted)


def attention(image, q, l, m, **rest):
    B, H, W = image
    dense = q == H == W
    inputs = [filled(B, H * W, c) if dense else filled(B, H, W, c) for c in (l, l, m)]
    gZ = torch.rand_like(inputs[2])
    function = dense_attention if dense else lambda *given: tiled_attention(*given, q)
    if rest["pass"] == "forward":
        return [no_grad(lambda: function(*inputs))]
    for x in inputs:
        x.requires_grad_()
    if rest["pass"] == "both":
        return [lambda: torch.autograd.grad(function(*inputs), inputs, gZ)]
    Z = function(*inputs)
    return [lambda: torch.autograd.grad(Z, inputs, gZ, retain_graph=True)]


def dense_attention(theta, psi, g):
    return (theta @ psi.transpose(1, 2)).softmax(-1) @ g


def batch_norm(image, **rest):
    B, H, W, C = image
    return [normalisation(filled(B, C, H, W).to(memory_format=f), **rest) for f in FORMATS]


def normalisation(x, **rest):
    scale, shift = filled(x.shape[1]), filled(x.shape[1])
    forward = lambda: F.batch_norm(x, None, None, scale, shift, True, 0.0, 1e-5)
    if rest["pass"] == "forward":
        return no_grad(forward)
    inputs = [tensor.requires_grad_() for tensor in (x, scale, shift)]
    y, g = forward(), torch.rand_like(x)
    return lambda: torch.autograd.grad(y, inputs, g, retain_graph=True)


def chain(n):
    a, b, c = filled(n), filled(n), filled(n)
    # addcmul is a b + c in one pass.
    return [lambda: (a * b + c).relu_(), lambda: torch.addcmul(c, a, b).relu_()]


def adam(n):
    value = torch.nn.Parameter(filled(n))
    value.grad = filled(n)
    optimizers = [torch.optim.Adam([value], lr=1e-3, foreach=foreach) for foreach in (False, True)]
    return [optimizer.step for optimizer in optimizers]


def step(batch, patch, **size):
    pixels = lambda f: torch.rand(batch, 1, patch, patch).to(memory_format=f)
    return [training_step(NLRN(**size).to(memory_format=f), pixels(f), pixels(f)) for f in FORMATS]


def restoration(batch, side, **size):
    model = NLRN(**size).eval().to(memory_format=torch.channels_last)
    x = torch.rand(batch, 1, side, side)
    return [no_grad(lambda: model(x))]


def plain(config, side):
    return [plain_network(f, torch.rand(1, 1, side, side), **config) for f in FORMATS]


def plain_network(memory_format, x, network, channels, depth=None, filters=None):
    if network == "srcnn":
        stack = stack_of(filters, [1, *channels, 1], "replicate").to(memory_format=memory_format)
        return no_grad(lambda: stack(x))
    stack = stack_of([3] * depth, [1] + [channels] * (depth - 1) + [1], "zeros").to(memory_format=memory_format)
    return no_grad((lambda: x + stack(x)) if network == "vdsr" else (lambda: x - stack(x)))


def stack_of(sides, sizes, border):
    convs = [torch.nn.Conv2d(c, k, n, padding=n // 2, padding_mode=border) for n, c, k in zip(sides, sizes, sizes[1:])]
    return torch.nn.Sequential(*[layer for conv in convs for layer in (conv, torch.nn.ReLU(inplace=True))][:-1])


def no_grad(function):
    return torch.no_grad()(function)


KINDS = dict(matmul=matmul, conv2d=conv2d, attention=attention, batchNorm=batch_norm, chain=chain, adam=adam,
             step=step, restore=restoration, plain=plain)


def fastest(candidates):
    """Each is run once to warm up, and three times or, if that takes long, once to be timed."""
    if len(candidates) == 1:
        return candidates[0]
    tries = 3 if sum(seconds(run) for run in candidates) < 1 else 1
    return min(candidates, key=lambda run: min(seconds(run) for _ in range(tries)))


def seconds(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def forget_peak():
    """Begins a new high-water mark of memory; Linux alone has that."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass


def peak_bytes():
    try:
        with open("/proc/self/status") as file:
            return next(1024 * int(line.split()[1]) for line in file if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class Peer:
    """Holds the work that is ready."""

    run = None

    def answer(self, request):
        return self.prepare(request["prepare"]) if "prepare" in request else self.timed(**request)

    def prepare(self, spec):
        self.run = None
        gc.collect()
        forget_peak()
        self.run = fastest(KINDS[spec.pop("kind")](**spec))
        return {"ready": {}}

    def timed(self, run, warmUp):
        for _ in range(warmUp):
            self.run()
        start = time.perf_counter()
        for _ in range(run):
            self.run()
        return {"milliseconds": 1000 * (time.perf_counter() - start) / run, "peakBytes": peak_bytes()}


def blas():
    """Without OpenBLAS PyTorch's matrix products are 30 times slower on Debian."""
    try:
        with open("/proc/self/maps") as file:
            return "OpenBLAS" if "openblas" in file.read() else "no OpenBLAS"
    except OSError:
        return "unknown BLAS"


def say(reply):
    print(json.dumps(reply), flush=True)


def serve(peer, version, **more):
    say({"version": version, **more})
    for line in sys.stdin:
        try:
            say(peer.answer(json.loads(line)))
        except Exception as error:
            say({"error": f"{type(error).__name__}: {error}"})


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]))
    serve(Peer(), f"{torch.__version__} ({blas()})")
