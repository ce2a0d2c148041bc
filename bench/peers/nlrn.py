"""The NLRN as a PyTorch user would write it: embedded Gaussian, batch normalisation for each state.

Where q is the patch's side, a circular neighbourhood is the whole patch, and attention is dense matrix products over
all pixels; on a larger image it is attention.py's. Sizes are named as in this project: m channels, l embedding.
"""

import torch
import torch.nn as nn

from attention import tile_for, tiled_attention


class NLRN(nn.Module):
    def __init__(self, channels, embedding, states, neighborhood):
        super().__init__()
        m, l = channels, embedding
        self.q = neighborhood
        self.input_norm, self.input_conv = nn.BatchNorm2d(1), nn.Conv2d(1, m, 3, padding=1)
        self.theta, self.psi, self.g = nn.Conv2d(m, l, 1), nn.Conv2d(m, l, 1), nn.Conv2d(m, m, 1)
        self.conv1, self.conv2 = nn.Conv2d(m, m, 3, padding=1), nn.Conv2d(m, m, 3, padding=1)
        self.norms = nn.ModuleList(nn.ModuleList(nn.BatchNorm2d(m) for _ in range(3)) for _ in range(states))
        self.output_norm, self.output_conv = nn.BatchNorm2d(m), nn.Conv2d(m, 1, 3, padding=1)

    def forward(self, x):
        s0 = s = self.input_conv(self.input_norm(x))
        attend = self.dense if x.shape[2] <= self.q else self.windowed
        S = None
        for before, between, after in self.norms:
            X = before(s).relu_()
            Z, S = attend(X, S)
            first = self.conv1(between(X + Z).relu_())
            s = self.conv2(after(first).relu_()) + s0
        return x + self.output_conv(self.output_norm(s).relu_())

    def dense(self, X, S):
        """S [B, N, N] is carried from state to state."""
        theta, psi, g = (conv(X).flatten(2).transpose(1, 2) for conv in (self.theta, self.psi, self.g))
        logits = theta @ psi.transpose(1, 2)
        # With the way back, at least as fast as baddbmm.
        S = logits if S is None else logits + S
        return (S.softmax(-1) @ g).transpose(1, 2).reshape(X.shape), S

    def windowed(self, X, S):
        S = S or [None] * (X.shape[2] // tile_for(*X.shape[2:]))
        theta, psi, g = (conv(X).permute(0, 2, 3, 1) for conv in (self.theta, self.psi, self.g))
        return tiled_attention(theta, psi, g, self.q, S).permute(0, 3, 1, 2), S


def training_step(model, noisy, truth):
    """A closure: forward, backward, clipping at norm 0.5, Adam."""
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def run():
        optimizer.zero_grad(set_to_none=True)
        loss = 0.5 * (model(noisy) - truth).square().mean()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        return float(loss)

    return run
