"""Windowed attention in PyTorch, without copying q x q neighbours for each pixel.

The image is cut into tiles, 16 x 16 pixels where its sides allow it. The neighbours of a tile's pixels all lie in the
square of tile + q - 1 pixels around it, so that a tile needs two ordinary matrix products with that square; what lies
outside of a pixel's own window is masked before the softmax. For q = 45 this computes 1.8 times the logits that are
needed, at the speed of matrix products. A plain unfold, q² neighbours for each pixel, computes no more than it must, at
the speed of memory.
"""

import functools
import math

import torch
import torch.nn.functional as F


def tile_for(H, W):
    """The largest side of tiles that fill the image, up to 20."""
    return max(side for side in range(1, 21) if math.gcd(H, W) % side == 0)


def tiles(x, tile):
    """[B, H, W, c] -> [rows of tiles, B * tiles in a row, tile * tile, c]"""
    B, H, W, c = x.shape
    cut = x.reshape(B, H // tile, tile, W // tile, tile, c).permute(1, 0, 3, 2, 4, 5)
    return cut.reshape(H // tile, B * (W // tile), tile * tile, c)


def whole(rows, shape, tile):
    """The inverse of `tiles`."""
    B, H, W, c = shape
    pieces = rows.reshape(H // tile, B, W // tile, tile, tile, c).permute(1, 0, 3, 2, 4, 5)
    return pieces.reshape(shape)


def squares(x, tile, q):
    """[B, H, W, c] -> [rows of tiles, B * tiles in a row, (tile + q - 1)², c], circular at the border."""
    c, r, side = x.shape[3], q // 2, tile + q - 1
    around = F.pad(x.permute(0, 3, 1, 2), (r, r, r, r), mode="circular").permute(0, 2, 3, 1)
    cut = around.unfold(1, side, tile).unfold(2, side, tile).permute(1, 0, 2, 4, 5, 3)
    return cut.reshape(cut.shape[0], -1, side * side, c)


@functools.lru_cache(maxsize=4)
def mask(tile, q):
    """[tile², (tile + q - 1)²]: zero within a pixel's window, else minus infinity."""
    pixel = torch.arange(tile)[:, None]
    neighbour = torch.arange(tile + q - 1)[None, :]
    near = (neighbour >= pixel) & (neighbour < pixel + q)
    inside = (near[:, None, :, None] & near[None, :, None, :]).reshape(tile * tile, -1)
    return torch.zeros(inside.shape).masked_fill(~inside, float("-inf"))


def tiled_attention(theta, psi, g, q, S=None):
    """theta, psi [B, H, W, l], g [B, H, W, m] -> Z [B, H, W, m].

    S, a list with an entry for each row of tiles, holds the logits of the states before, or None; they are replaced.
    """
    tile, Z = tile_for(*g.shape[1:3]), []
    for i, (t, p, v) in enumerate(zip(tiles(theta, tile), squares(psi, tile, q), squares(g, tile, q))):
        previous = S[i] if S else None
        base = mask(tile, q).expand(t.shape[0], -1, -1) if previous is None else previous
        logits = torch.baddbmm(base, t, p.transpose(1, 2))
        if S:
            S[i] = logits
        Z.append(logits.softmax(-1) @ v)
    return whole(torch.stack(Z), g.shape, tile)
