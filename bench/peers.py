#!/usr/bin/python3
"""The same work done by widecheck's engine, by PyTorch and by NumPy, in one session and in turns.

    bench/peers.py BUILD/bench [--rounds 7] [--turn 3] [--threads 2] [--step I]

First checks, on small sizes and from the same weights, that all compute the same thing; then times.
Prints medians, ratios with a 95 % interval (bootstrap over rounds) and the project's targets.
Exit: 0 measured (whether a target is met or missed), 1 the programs disagree, 2 usage, 3 something could not run.

Needs Debian's python3-torch and python3-numpy. Everything is float64.
"""
import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

ETA = 0.05  # wk_bench_eta of problem.c
AGREE = 1e-11  # greatest relative difference allowed, in the maximum norm

# ---- the contestants ----


class TorchPrimal:
    """A step as PyTorch users write it: weights, forward, autograd, SGD. X/√d is formed once, outside."""

    def __init__(self, torch, X, W, V, triplets):
        self.torch, (self.M, d) = torch, W.shape
        self.inputs = torch.tensor(X.T / d**0.5).contiguous()  # (n, d)
        self.W = torch.tensor(W, requires_grad=True)
        self.V = torch.tensor(V, requires_grad=True)
        self.a, self.p, self.m = (torch.tensor(t) for t in triplets.T)
        self.optimiser = torch.optim.SGD([self.W, self.V], lr=ETA)

    def outputs(self):
        return self.torch.relu(self.inputs @ self.W.T) @ self.V.T / self.M**0.5  # (n, k)

    def step(self):
        cosine = self.torch.nn.functional.cosine_similarity
        self.optimiser.zero_grad()
        f = self.outputs()
        a, p, m = f[self.a], f[self.p], f[self.m]
        loss = (cosine(a, m) - cosine(a, p)).mean()
        loss.backward()
        self.optimiser.step()

    def state(self):
        with self.torch.no_grad():
            return {"H": (self.W @ self.inputs.T).numpy(), "V": self.V.numpy(), "F": self.outputs().T.numpy()}


class TorchDual:
    """The engine's own algorithm in PyTorch: no W, gradients by hand, everything in place."""

    def __init__(self, torch, G, H, V, triplets):
        self.torch, (self.M, self.n) = torch, H.shape
        self.G, self.H, self.V = torch.tensor(G), torch.tensor(H), torch.tensor(V)
        self.phi, self.D = torch.empty_like(self.H), torch.empty_like(self.H)
        self.a, self.p, self.m = (torch.tensor(t) for t in triplets.T)

    def outputs(self):
        self.torch.clamp_min(self.H, 0, out=self.phi)
        return self.V @ self.phi / self.M**0.5  # (k, n)

    def gradient(self, F):
        norm = F.norm(dim=0)
        u = F / norm
        a, p, m = u[:, self.a], u[:, self.p], u[:, self.m]
        am, ap = (a * m).sum(0), (a * p).sum(0)
        g = self.torch.zeros_like(F)
        g.index_add_(1, self.a, (m - am * a) - (p - ap * a))
        g.index_add_(1, self.m, a - am * m)
        g.index_add_(1, self.p, ap * p - a)
        return g / (norm * len(self.a))

    def step(self):
        g, rate = self.gradient(self.outputs()), ETA / self.M**0.5
        self.torch.mm(self.V.T, g, out=self.D)
        self.torch.ops.aten.threshold_backward(self.D, self.phi, 0, grad_input=self.D)  # D ∘ φ'(H), one pass
        self.V.addmm_(g, self.phi.T, alpha=-rate)
        self.H.addmm_(self.D, self.G, alpha=-rate)

    def state(self):
        return {"H": self.H.numpy(), "V": self.V.numpy(), "F": self.outputs().numpy()}


def numpy_ntk_blocks(X, H, V):
    """The closed form by blocks of outputs: Θ_ab = δ_ab ΦᵀΦ/M + G ∘ (φ'ᵀ diag(v_a v_b) φ')/M, a ≥ b."""
    (k, M), n = V.shape, H.shape[1]
    G, phi = X.T @ X / len(X), np.maximum(H, 0)
    K, slope = phi.T @ phi / M, np.ascontiguousarray((H > 0).T, dtype=float)  # (n, M): faster than (M, n)
    theta, weighted = np.empty((k, n, k, n)), np.empty_like(slope)
    for a in range(k):
        for b in range(a + 1):
            np.multiply(slope, V[a] * V[b], out=weighted)
            block = G * (weighted @ slope.T) / M
            if a == b:
                block += K
            theta[a, :, b, :] = theta[b, :, a, :] = block
    return theta.reshape(k * n, k * n)


def numpy_ntk_tiles(X, H, V, tile=2048):
    """The same by tiles of hidden units and one symmetric product a tile: the fastest NumPy form found."""
    (k, M), n = V.shape, H.shape[1]
    G, phi, slope = X.T @ X / len(X), np.maximum(H, 0), (H > 0).astype(float)
    theta = np.zeros((k * n, k * n))
    for m in range(0, M, tile):
        B = (V.T[m:m + tile, :, None] * slope[m:m + tile, None, :]).reshape(-1, k * n)
        theta += B.T @ B
    theta = theta.reshape(k, n, k, n)
    theta *= G[None, :, None, :] / M
    K = phi.T @ phi / M
    for a in range(k):
        theta[a, :, a, :] += K
    return theta.reshape(k * n, k * n)


NUMPY_NTK = {"numpy-blocks": numpy_ntk_blocks, "numpy-tiles": numpy_ntk_tiles}


# ---- check, then time ----


def load(folder, *names):
    return [np.load(f"{folder}/{name}.npy") for name in names]


def ours(program, build, **options):
    return [os.path.join(build, program)] + [f"{name}={value}" for name, value in options.items()]


def environment(blas_threads):
    return {**os.environ, "OPENBLAS_NUM_THREADS": str(blas_threads), "OMP_NUM_THREADS": str(blas_threads)}


def save_ours(program, build, folder, **options):
    subprocess.run(ours(program, build, save=folder, **options), check=True, env=environment(1))


def report_difference(what, mine, theirs):
    difference = float(np.abs(mine - theirs).max() / np.abs(mine).max())
    agree = difference <= AGREE  # a NaN does not
    print(f"  {what:34} relative difference {difference:.1e}  {'agree' if agree else 'DISAGREE'}")
    return agree


def check_steps(torch, build, steps, threads, **size):
    agree = True
    with tempfile.TemporaryDirectory() as folder:
        save_ours("bench_step", build, folder, steps=steps, threads=threads, **size)
        X, W, H0, V0, triplets = load(folder, "X", "W", "H0", "V0", "triplets")
        H, V, F = load(folder, "H", "V", "F")
        d = len(X)
        for name, peer in (("torch primal", TorchPrimal(torch, X, W, V0, triplets)),
                           ("torch dual", TorchDual(torch, X.T @ X / d, H0, V0, triplets))):
            for _ in range(steps):
                peer.step()
            state = peer.state()
            moved = np.abs(H - H0).max() / np.abs(H0).max()
            for array, mine in (("H", H), ("V", V), ("F", F)):
                agree &= report_difference(f"{name}: {array} after {steps} steps", mine, state[array])
        print(f"  (the steps moved H by {moved:.1e} of itself)")
    return agree


def check_ntk(build, threads, **size):
    with tempfile.TemporaryDirectory() as folder:
        save_ours("bench_ntk", build, folder, threads=threads, **size)
        X, H0, V0, ntk = load(folder, "X", "H0", "V0", "ntk")
        p = size["inputs"]
        return all([report_difference(f"{name}: full NTK", ntk, kernel(X[:, :p], H0[:, :p], V0))
                    for name, kernel in NUMPY_NTK.items()])


def check(build, threads):
    import torch
    print("check: same weights, same result?")
    agree = check_steps(torch, build, 20, threads, width=300, triplets=5, dim=40, outputs=3)
    agree &= check_steps(torch, build, 5, threads, width=1024, triplets=64, dim=50, outputs=10)
    agree &= check_steps(torch, build, 5, threads, width=300, triplets=200, dim=10, outputs=10)  # primal form
    return check_ntk(build, threads, width=300, inputs=11, dim=20, outputs=3) and agree


# ---- a worker: one peer in a process of its own ----


def draw(width, inputs, dim, outputs):
    """The law of the engine's own draw; not its numbers, on which no time here depends."""
    rng = np.random.default_rng(1)
    X = rng.standard_normal((dim, inputs))
    X *= np.sqrt(dim) / np.linalg.norm(X, axis=0)
    return X, rng.standard_normal((width, dim)), rng.standard_normal((outputs, width))


def make_work(kind, width, inputs, dim, outputs, threads):
    X, W, V = draw(width, inputs, dim, outputs)
    if kind in NUMPY_NTK:
        H = W @ X / dim**0.5
        return lambda: NUMPY_NTK[kind](X, H, V)
    import torch
    torch.set_num_threads(threads)
    triplets = np.arange(inputs).reshape(-1, 3)
    if kind == "torch-primal":
        return TorchPrimal(torch, X, W, V, triplets).step
    return TorchDual(torch, X.T @ X / dim, W @ X / dim**0.5, V, triplets).step


def worker(kind, turn, sizes):
    work, samples = make_work(kind, *sizes), []
    print("ok", flush=True)
    for _ in sys.stdin:
        work()  # warms up
        for _ in range(turn):
            start = time.perf_counter()
            work()
            samples.append(time.perf_counter() - start)
        print("ok", flush=True)
    print("samples_s=" + ",".join(f"{s:.6g}" for s in samples))


# ---- the session ----


class Contestant:
    """A process that takes a turn for each line that it is sent; see bench/common.h."""

    def __init__(self, name, command, blas_threads, key="samples_s"):
        self.name, self.key, self.found = name, key, {}
        self.process = subprocess.Popen(command, env=environment(blas_threads), text=True, bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.read()  # set up

    def read(self):
        for line in self.process.stdout:
            if line == "ok\n":
                return
            key, _, value = line.rstrip("\n").partition("=")
            self.found[key] = value
        if self.process.wait() != 0 or self.key not in self.found:
            raise RuntimeError(f"{self.name} ended with status {self.process.returncode}")

    def take_turn(self):
        time.sleep(0.02)  # the threads of the one before may still be spinning
        self.process.stdin.write("\n")
        self.read()

    def finish(self, turn):
        self.process.stdin.close()
        self.read()
        samples = np.array([float(s) for s in self.found[self.key].split(",")])
        self.rounds = samples.reshape(-1, turn)
        self.median = statistics.median(samples)


def busy_seconds():
    """Processor time that the whole machine spent on anything, and that the hypervisor took."""
    with open("/proc/stat") as stat:
        t = [int(x) for x in stat.readline().split()[1:9]]
    return (t[0] + t[1] + t[2] + t[5] + t[6] + t[7]) / os.sysconf("SC_CLK_TCK")


def own_seconds():
    use = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in use)


def session(contestants, rounds, turn):
    """Lets all take turns, in a new order each round; the order is the same in each session."""
    for r in range(rounds):
        order = list(contestants)
        random.Random(r).shuffle(order)
        for contestant in order:
            contestant.take_turn()
    for contestant in contestants:
        contestant.finish(turn)


def ratio_of(peer, mine):
    """median(peer)/median(mine), with a 95 % interval by resampling rounds, the same for both."""
    rng = np.random.default_rng(0)
    rounds = len(mine.rounds)
    drawn = rng.integers(rounds, size=(2000, rounds))
    ratios = [np.median(peer.rounds[i]) / np.median(mine.rounds[i]) for i in drawn]
    low, high = np.quantile(ratios, (0.025, 0.975))
    return peer.median / mine.median, low, high


def judge(value, target):
    return f"target >= {target:g}: {'met' if value >= target else 'missed'}"


def print_result(mine, peers, targets):
    print(f"  {mine.name:14} {1e3 * mine.median:9.2f} ms")
    for peer in peers:
        ratio, low, high = ratio_of(peer, mine)
        verdict = judge(ratio, targets[peer.name]) if peer.name in targets else "no target"
        print(f"  {peer.name:14} {1e3 * peer.median:9.2f} ms   ratio {ratio:6.2f} [{low:.2f}, {high:.2f}]   {verdict}")


def print_rates(found):
    percent = float(found["percent_of_tile_gemm"])
    print(f"  step {found['step_gflops']} GF/s = {percent} % of the GEMM rate at the tile's shape "
          f"{found['tile_gemm_shape']} ({found['tile_gemm_gflops']} GF/s, {found['form']} form)   {judge(percent, 85)}")
    print(f"       = {found['percent_of_large_gemm']} % of a large DGEMM ({found['large_gemm_shape']}: "
          f"{found['large_gemm_gflops']} GF/s)")
    peak, bound = float(found["peak_bytes"]), float(found["peak_bound_bytes"])
    print(f"  peak memory of the whole process {peak / 2**20:.0f} MiB, bound 1.3 (8Mn + 8Mk) + 64 MiB = "
          f"{bound / 2**20:.0f} MiB: {'met' if peak <= bound else 'missed'}")


def python_worker(kind, options, width, inputs, dim, outputs):
    sizes = [str(x) for x in (width, inputs, dim, outputs, options.threads)]
    return [sys.executable, os.path.abspath(__file__), "--worker", kind, str(options.turn), *sizes]


# n = 3 triplets inputs, and how many times as fast as PyTorch's primal step ours is to be.
STEPS = [{"triplets": 200, "width": 16384, "dim": 784, "target": 4.3},
         {"triplets": 64, "width": 16384, "dim": 784, "target": 15},
         {"triplets": 467, "width": 4096, "dim": 10, "target": 6},
         {"triplets": 667, "width": 4096, "dim": 30, "target": 4},
         {"triplets": 3000, "width": 1024, "dim": 784, "target": 1.2}]
MOST_DUAL = 1000  # inputs: beyond them nobody would train with G


def time_step(options, triplets, width, dim, target):
    size = {"width": width, "dim": dim, "outputs": 10}
    print(f"GD step: cosine triplet-linear, relu, N={triplets} triplets (n={3 * triplets}), "
          f"M={width}, d={dim}, k={size['outputs']}, {options.threads} threads")
    program = ours("bench_step", options.build, triplets=triplets, steps=options.turn, threads=options.threads,
                   pace="stdin", **size)
    mine = Contestant("ours", program, 1, "step_samples_s")
    peers = [Contestant("ours again", program, 1, "step_samples_s")]
    for kind in ("torch-primal", "torch-dual") if 3 * triplets <= MOST_DUAL else ("torch-primal",):
        command = python_worker(kind, options, inputs=3 * triplets, **size)
        peers.append(Contestant(kind, command, options.threads))
    session([mine, *peers], options.rounds, options.turn)
    print_result(mine, peers, {"torch-primal": target})
    print_rates(mine.found)


def time_ntk(options):
    size = {"width": 16384, "inputs": 100, "dim": 784, "outputs": 10}
    print(f"full NTK: {size['inputs']} inputs, M={size['width']}, k={size['outputs']}, {options.threads} threads")
    program = ours("bench_ntk", options.build, times=options.turn, threads=options.threads, pace="stdin", **size)
    mine = Contestant("ours", program, 1, "ntk_samples_s")
    peers = [Contestant("ours again", program, 1, "ntk_samples_s")]
    for kind in NUMPY_NTK:
        peers.append(Contestant(kind, python_worker(kind, options, **size), options.threads))
    session([mine, *peers], options.rounds, options.turn)
    print_result(mine, peers, dict.fromkeys(NUMPY_NTK, 1))
    print(f"  {mine.found['ntk_gflops']} GF/s = {mine.found['percent_of_large_gemm']} % of a large DGEMM")


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "--worker":
        return worker(sys.argv[2], int(sys.argv[3]), [int(x) for x in sys.argv[4:]])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", help="the folder with bench_step and bench_ntk")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--turn", type=int, default=3, help="timed repetitions a turn, after one to warm up")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--step", type=int, choices=range(len(STEPS)), help="one of the steps alone, from 0")
    options = parser.parse_args()
    if not (2 <= options.rounds <= 100 and 1 <= options.turn <= 40 and options.threads >= 1):
        parser.error("--rounds must be 2 to 100, --turn 1 to 40, --threads at least 1")
    try:
        if not check(options.build, options.threads):
            print("the programs disagree: nothing was timed")
            return 1
        wall, busy, own = time.perf_counter(), busy_seconds(), own_seconds()
        for i, step in enumerate(STEPS):
            if options.step in (None, i):
                time_step(options, **step)
        if options.step is None:
            time_ntk(options)
    except (OSError, RuntimeError, ImportError, subprocess.CalledProcessError) as failure:
        print(f"peers.py: {failure}", file=sys.stderr)
        return 3
    others = (busy_seconds() - busy - (own_seconds() - own)) / (time.perf_counter() - wall)
    print(f"others on this machine used {max(others, 0):.2f} processors meanwhile"
          + (": BUSY, measure again" if others > 0.1 else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
