"""Attention by blocks of keys with a running maximum and sum, as FlashAttention; products in other orders.

The blocked backward keeps y and lse = max + log Σ, computes p again as exp(z − lse), and has Σ g y in place of Σ p dp.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..case import Case
from ._make import TOTALS, Array, Total, each_format, product


def settings(q: Array, k: Array, causal: str | None, scale: float | None) -> tuple[Array, Any]:
    """Which keys are seen [T × S], and the scale in the type of q."""
    T, S = q.shape[1], k.shape[1]
    behind = S - T if causal == "end" else 0
    seen = np.arange(S) <= np.arange(T)[:, None] + behind if causal else np.ones((T, S), bool)
    return seen, q.dtype.type(1 / np.sqrt(q.shape[2]) if scale is None else scale)


def capped(z: Array, softcap: float | None) -> tuple[Array, Any]:
    """The logits after the softcap, and how they move with those before it."""
    if softcap is None:
        return z, z.dtype.type(1)
    u = np.tanh(z / z.dtype.type(softcap))
    return z.dtype.type(softcap) * u, 1 - u * u


def blocked(block: int, scaled_queries: bool = False, base_2: bool = False) -> tuple[Any, Any]:
    """FlashAttention: keys a block at a time, forward and backward; every query at once."""

    def exp(z: Array) -> Array:
        return np.exp2(z * z.dtype.type(1.4426950408889634)) if base_2 else np.exp(z)

    def logits(q: Array, k: Array, scale: Any) -> Array:
        return (q * scale) @ k.swapaxes(1, 2) if scaled_queries else (q @ k.swapaxes(1, 2)) * scale

    def forward(
        q: Array,
        k: Array,
        v: Array,
        causal: str | None = None,
        scale: float | None = None,
        softcap: float | None = None,
    ) -> Any:
        seen, by = settings(q, k, causal, scale)
        B, T, S = len(q), q.shape[1], k.shape[1]
        m, s = np.full((B, T, 1), -np.inf, q.dtype), np.zeros((B, T, 1), q.dtype)
        out = np.zeros((B, T, v.shape[2]), q.dtype)
        for j in range(0, S, block):
            z, _ = capped(logits(q, k[:, j : j + block], by), softcap)
            z = np.where(seen[:, j : j + block], z, -np.inf).astype(q.dtype)
            new = np.maximum(m, z.max(axis=2, keepdims=True))
            safe = np.where(np.isfinite(new), new, 0).astype(q.dtype)
            old, p = exp(m - safe), exp(z - safe)
            s = s * old + p.sum(axis=2, keepdims=True)
            out = out * old + p @ v[:, j : j + block]
            m = new
        none = s == 0
        total = np.where(none, 1, s).astype(q.dtype)
        y = out / total
        lse = np.where(none, 0, np.where(none, 0, m) + np.log(total)).astype(q.dtype)
        return y, (q.copy(), k.copy(), v.copy(), y.copy(), lse, seen, by, softcap)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        q, k, v, y, lse, seen, by, softcap = saved
        delta = (g * y).sum(axis=2, keepdims=True)
        dq, dk, dv = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
        for j in range(0, k.shape[1], block):
            there = slice(j, j + block)
            z, slope = capped(logits(q, k[:, there], by), softcap)
            p = np.where(seen[:, there], exp(np.where(seen[:, there], z - lse, 0)), 0).astype(q.dtype)
            dz = p * (g @ v[:, there].swapaxes(1, 2) - delta) * slope
            dv[:, there] = p.swapaxes(1, 2) @ g
            dk[:, there] = dz.swapaxes(1, 2) @ q * by
            dq += dz @ k[:, there] * by
        return {"q": dq, "k": dk, "v": dv}

    return forward, backward


def by_products(total: Total, with_delta: bool = False) -> tuple[Any, Any]:
    """All logits at once; the sums of the products by `total`. dz by Σ p dp, or by Σ g y."""

    def forward(
        q: Array,
        k: Array,
        v: Array,
        causal: str | None = None,
        scale: float | None = None,
        softcap: float | None = None,
    ) -> Any:
        seen, by = settings(q, k, causal, scale)
        z, slope = capped(product(total, q, k.swapaxes(1, 2)) * by, softcap)
        z = np.where(seen, z, -np.inf).astype(q.dtype)
        m = z.max(axis=2, keepdims=True)
        p = np.exp(z - np.where(np.isfinite(m), m, 0).astype(q.dtype))
        s = p.sum(axis=2, keepdims=True)
        p = p / np.where(s > 0, s, 1).astype(q.dtype)
        y = product(total, p, v)
        return y, (q.copy(), k.copy(), v.copy(), p, y.copy(), slope, by)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        q, k, v, p, y, slope, by = saved
        dp = product(total, g, v.swapaxes(1, 2))
        row = total(g * y) if with_delta else total(p * dp)
        dz = p * (dp - row[..., None]) * slope * by
        return {
            "q": product(total, dz, k),
            "k": product(total, dz.swapaxes(1, 2), q),
            "v": product(total, p.swapaxes(1, 2), g),
        }

    return forward, backward


def by_queries() -> tuple[Any, Any]:
    """One query at a time: the order of a decoder with a cache."""

    def forward(
        q: Array,
        k: Array,
        v: Array,
        causal: str | None = None,
        scale: float | None = None,
        softcap: float | None = None,
    ) -> Any:
        seen, by = settings(q, k, causal, scale)
        y, kept = np.zeros((len(q), q.shape[1], v.shape[2]), q.dtype), []
        for t in range(q.shape[1]):
            keys = np.flatnonzero(seen[t])
            if len(keys):
                z, slope = capped(np.einsum("bi,bsi->bs", q[:, t], k[:, keys]) * by, softcap)
                e = np.exp(z - z.max(axis=1, keepdims=True))
                p = e / e.sum(axis=1, keepdims=True)
                y[:, t] = np.einsum("bs,bsj->bj", p, v[:, keys])
                kept.append((t, keys, p, slope))
        return y, (q.copy(), k.copy(), v.copy(), kept, by)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        q, k, v, kept, by = saved
        dq, dk, dv = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
        for t, keys, p, slope in kept:
            dp = np.einsum("bj,bsj->bs", g[:, t], v[:, keys])
            dz = p * (dp - (p * dp).sum(axis=1, keepdims=True)) * slope * by
            dq[:, t] = np.einsum("bs,bsi->bi", dz, k[:, keys])
            dk[:, keys] += dz[:, :, None] * q[:, t][:, None, :]
            dv[:, keys] += p[:, :, None] * g[:, t][:, None, :]
        return {"q": dq, "k": dk, "v": dv}

    return forward, backward


def cases() -> list[Case]:
    found: list[Case] = []
    for block in (1, 2, 3):
        found += each_format(f"attention/blocks of {block} keys", "attention", *blocked(block))
    found += each_format("attention/blocks of 2, queries scaled first", "attention", *blocked(2, scaled_queries=True))
    found += each_format("attention/blocks of 2, base 2", "attention", *blocked(2, base_2=True))
    found += each_format("attention/a query at a time", "attention", *by_queries())
    for order in ("sequential", "reversed", "pairwise", "split-K", "Kahan", "float64 accumulator"):
        found += each_format(f"attention/products {order}", "attention", *by_products(TOTALS[order]))
        found += each_format(f"attention/products {order}, Σ g y", "attention", *by_products(TOTALS[order], True))
    return found
