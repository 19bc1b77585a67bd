#!/usr/bin/python3
"""Makes two_layer.txt, the stored values that the unit tests compare the program with.

    /usr/bin/python3 tests/ref/make_reference.py            write two_layer.txt beside this script
    /usr/bin/python3 tests/ref/make_reference.py --check    make it again, compare with the stored one

The network, what is needed, and the file's format are in common.py; W is W^1, H is h^1.

Nothing here shares a formula with the program: the analytic kernels are numerical integrals. Where a
value can be had in two ways, both are computed and must agree, or the script stops.
"""

import numpy as np
import scipy.integrate
import scipy.linalg
import scipy.special
import torch

import common
from common import Network, agree, trace_kernel
from make_losses import Batch, batch_loss, triplet_linear

D, INPUTS, WIDTH, OUTPUTS = 7, 12, 20, 4
STEPS, ETA = 5, 0.1
RHO = [-1.0, -0.9, -0.5, 0.0, 0.3, 0.5, 0.9, 0.99, 1.0]

# Anchor, positive, negative. All 12 inputs occur; 4 is positive twice, 0 an anchor here and a positive
# there, 2 an anchor and a negative: sums over repeated indices are tested. The anchors are distinct
# because the frozen cases need k+1 = 5 positive eigenvalues, and there are at most as many as anchors.
TRIPLETS = np.array([[0, 4, 7], [1, 4, 8], [2, 5, 9], [3, 0, 10], [6, 11, 2]])


# ---- the network --------------------------------------------------------------------------------


def loss_with(similarity):
    return batch_loss(triplet_linear, Batch(TRIPLETS), similarity)


def normalised(F):
    return F / F.norm(dim=0)


def polar(Z):
    """(Z Z^T)^{-1/2} Z: by the eigenvectors of the Gram, and by SVD as a check."""
    values, U = np.linalg.eigh(Z @ Z.T)
    Q = U @ np.diag(values**-0.5) @ U.T @ Z
    agree("polar factor", Q, scipy.linalg.polar(Z, side="left")[0], 1e-13)
    return Q


def finite_difference(network, weights, loss):
    """Autograd's gradient by V and W, checked along one random direction."""
    rng = np.random.default_rng(5)
    line = [torch.as_tensor(rng.normal(size=A.shape)) for A in weights]
    gradient = network.gradients(weights, loss)[3]
    h = 1e-6
    up, down = (loss(network.outputs([A + s * v for A, v in zip(weights, line)])) for s in (h, -h))
    agree("gradient", sum((g * v).sum() for g, v in zip(gradient, line)), (up - down) / (2 * h), 1e-8)


def two_layer(put, X, weights):
    for name, phi in common.ACTIVATIONS.items():
        network = Network(X, phi)
        kernels = {
            "F0": network.outputs(weights),
            "ntk": network.kernel(weights),
            "ntk_normalised": network.kernel(weights, of=normalised),
        }
        kernels["ntk_trace"] = trace_kernel(kernels["ntk"], INPUTS)
        for similarity in ("cosine", "dot"):
            case, loss = f"{name}.{similarity}", loss_with(similarity)
            finite_difference(network, weights, loss)
            value, _, gF, (gW, gV) = network.gradients(weights, loss)
            put(f"{case}.loss", value)
            put(f"{case}.gF", gF)
            put(f"{case}.gV", gV)
            put(f"{case}.gW", gW)
            for key, kernel in kernels.items():  # at the start: the same for both similarities
                put(f"{case}.{key}", kernel)
            after = network.descend(weights, loss, ETA, STEPS)
            put(f"{case}.F5", network.outputs(after))
            put(f"{case}.V5", after[-1])
            put(f"{case}.H5", network.pre_activations(after)[0])
            put(f"{case}.ntk5", network.kernel(after))


def orthogonal(put, X, weights):
    W, V = weights[0], torch.as_tensor(polar(weights[1].numpy()))
    put("relu.dot.orthogonal.V0", V)
    network = Network(X, torch.relu)
    for _ in range(STEPS):
        W, V = network.step([W, V], loss_with("dot"), ETA)
        V = torch.as_tensor(polar(V.numpy()))
    put("relu.dot.orthogonal.F5", network.outputs([W, V]))
    put("relu.dot.orthogonal.V5", V)
    put("relu.dot.orthogonal.H5", network.pre_activations([W, V])[0])


# ---- analytic kernels at q1 = q2 = 1 ------------------------------------------------------------
# With (u, v) standard normal of correlation rho: K = E phi(u) phi(v), Kdot = E phi'(u) phi'(v).


def normal_density(u):
    return np.exp(-u * u / 2) / np.sqrt(2 * np.pi)


def relu_by_conditioning(rho):
    """Given u, v is normal with mean rho u and deviation s; E[relu(v)|u] and P(v>0|u) are elementary.
    What is left is one integral over u > 0 (the kink is its end point)."""
    s = np.sqrt((1 - rho) * (1 + rho))
    if s == 0:  # v = +-u
        inner, gate = (lambda u: max(rho * u, 0.0)), (lambda u: float(rho > 0))
    else:
        inner = lambda u: rho * u * scipy.special.ndtr(rho * u / s) + s * normal_density(rho * u / s)
        gate = lambda u: scipy.special.ndtr(rho * u / s)

    def integral(h):
        # Split so that the steep part near u = 0 (when s is small) has pieces of its own.
        ends = [0, 0.25, 0.5, 1, 2, 4, 8, 13]
        parts = [scipy.integrate.quad(h, a, b, epsabs=1e-15, epsrel=1e-13)[0]
                 for a, b in zip(ends, ends[1:])]
        return sum(parts)

    return (integral(lambda u: u * inner(u) * normal_density(u)),
            integral(lambda u: gate(u) * normal_density(u)))


def relu_by_polar_angle(rho):
    """u = r cos t, v = r cos(t - angle): the radius integrates to 2 (for K) and 1 (for Kdot); over t the
    integrand lives where both cosines are positive, between the kinks, where it is smooth."""
    angle = np.arctan2(np.sqrt((1 - rho) * (1 + rho)), rho)
    low, high = angle - np.pi / 2, np.pi / 2
    x, w = np.polynomial.legendre.leggauss(40)
    t = low + (high - low) * (x + 1) / 2
    K = np.sum(w * np.cos(t) * np.cos(t - angle)) * (high - low) / 2 * 2 / (2 * np.pi)
    return K, (high - low) / (2 * np.pi)


def tanh_by_trapezoid(rho, h):
    """The trapezoidal rule over the plane, u = x, v = rho x + s y. tanh's nearest pole is pi/2 off the real
    axis, so the error falls like exp(-pi^2/h): none in doubles at h = 1/8."""
    x = np.arange(-round(9.5 / h), round(9.5 / h) + 1) * h
    weight = h * normal_density(x)
    u, v = x[:, None], rho * x[:, None] + np.sqrt((1 - rho) * (1 + rho)) * x[None, :]
    W2 = weight[:, None] * weight[None, :]
    K = np.sum(W2 * np.tanh(u) * np.tanh(v))
    return K, np.sum(W2 * np.cosh(u) ** -2 * np.cosh(v) ** -2)


def tanh_by_dblquad(rho):
    s = np.sqrt((1 - rho) * (1 + rho))
    plane = lambda h: scipy.integrate.dblquad(
        lambda y, x: h(x, rho * x + s * y) * normal_density(x) * normal_density(y),
        -8.5, 8.5, -8.5, 8.5, epsabs=1e-12, epsrel=1e-12)[0]
    return (plane(lambda u, v: np.tanh(u) * np.tanh(v)),
            plane(lambda u, v: np.cosh(u) ** -2 * np.cosh(v) ** -2))


def plane_by_trapezoid(phi, slope, rho, h):
    """The trapezoidal rule over the plane, for entire functions: erf's and gelu's."""
    x = np.arange(-round(9.5 / h), round(9.5 / h) + 1) * h
    weight = h * normal_density(x)
    u, v = x[:, None], rho * x[:, None] + np.sqrt((1 - rho) * (1 + rho)) * x[None, :]
    W2 = weight[:, None] * weight[None, :]
    return np.sum(W2 * phi(u) * phi(v)), np.sum(W2 * slope(u) * slope(v))


def plane_by_hermite(phi, slope, rho, points):
    """Gauss-Hermite in both directions."""
    x, w = np.polynomial.hermite_e.hermegauss(points)
    w = w / w.sum()
    u, v = x[:, None], rho * x[:, None] + np.sqrt((1 - rho) * (1 + rho)) * x[None, :]
    return w @ (phi(u) * phi(v)) @ w, w @ (slope(u) * slope(v)) @ w


SMOOTH = {
    "erf": (scipy.special.erf, lambda h: 2 / np.sqrt(np.pi) * np.exp(-h * h)),
    "gelu": (lambda h: h * scipy.special.ndtr(h),
             lambda h: scipy.special.ndtr(h) + h * normal_density(h)),
    "linear": (lambda h: h, np.ones_like),
}

# Golden values of the closed forms (rho, K, Kdot), to 12 digits: the science's I6.
GOLDEN = {
    "erf": [(1.0, .464559054398, .569410034734), (0.5, .216346895939, .450158158079),
            (0.0, 0, .424413181578)],
    "gelu": [(1.0, .425221482570, .455850865649), (0.5, .227294915022, .342267242459),
             (0.0, .079577471546, .25)],
}


def smooth_kernels(put):
    for name, (phi, slope) in SMOOTH.items():
        table = [plane_by_trapezoid(phi, slope, rho, 1 / 12) for rho in RHO]
        agree(f"{name} kernels, step", table,
              [plane_by_trapezoid(phi, slope, rho, 1 / 9) for rho in RHO], 1e-14)
        agree(f"{name} kernels, Hermite", table,
              [plane_by_hermite(phi, slope, rho, 100) for rho in RHO], 1e-10)
        for rho, *golden in GOLDEN.get(name, []):
            agree(f"{name} kernels, golden", table[RHO.index(rho)], golden, 1e-12)
        put(f"kernel.{name}", [[rho, *row] for rho, row in zip(RHO, table)])


def kernels(put):
    relu = [relu_by_conditioning(rho) for rho in RHO]
    agree("relu kernels", relu, [relu_by_polar_angle(rho) for rho in RHO], 1e-14)
    tanh = [tanh_by_trapezoid(rho, 1 / 16) for rho in RHO]
    agree("tanh kernels, step", tanh, [tanh_by_trapezoid(rho, 1 / 11) for rho in RHO], 1e-14)
    for j in (1, 4, 7):
        agree("tanh kernels, dblquad", tanh[j], tanh_by_dblquad(RHO[j]), 1e-12)
    put("kernel.relu", [[rho, *row] for rho, row in zip(RHO, relu)])
    put("kernel.tanh", [[rho, *row] for rho, row in zip(RHO, tanh)])
    smooth_kernels(put)


# ---- frozen features, dot triplet-linear: I7 and I8 of the science ------------------------------


def frozen(put, X, weights):
    """loss = -tr(V C V^T) with the explicit M x M matrix C = Phi S Phi^T / M."""
    network, (W, V) = Network(X, torch.relu), weights
    Phi = np.maximum(network.pre_activations(weights)[0].numpy(), 0)
    S = np.zeros((INPUTS, INPUTS))
    for a, p, m in TRIPLETS:
        S[a, p] += 1
        S[a, m] -= 1
    S = (S + S.T) / (2 * len(TRIPLETS))
    C = Phi @ S @ Phi.T / WIDTH
    values, U = np.linalg.eigh(C)
    values, U = values[::-1], U[:, ::-1]
    if not values[OUTPUTS] > 1e-3 * values[0]:
        common.stop("fewer than k+1 positive eigenvalues: the top-k space is degenerate")
    loss, _, _, (_, gV) = network.gradients(weights, loss_with("dot"))
    agree("loss = -tr(V C V^T)", loss, -np.trace(V.numpy() @ C @ V.numpy().T), 1e-14)
    agree("gradient = -2 V C", gV, -2 * V.numpy() @ C, 1e-14)

    put("frozen.C", C)
    put("frozen.values", values[None, :])
    put("frozen.projector", U[:, :OUTPUTS] @ U[:, :OUTPUTS].T)

    V10 = V.numpy() @ np.linalg.matrix_power(np.eye(WIDTH) + 2 * ETA * C, 10)
    stepped = V
    for _ in range(10):
        stepped = network.step([W, stepped], loss_with("dot"), ETA)[1]
    agree("frozen gradient descent", V10, stepped, 1e-14)
    put("frozen.V10", V10)

    rows = V.numpy() @ scipy.linalg.expm(2 * 3.0 * C)
    Q = scipy.linalg.orth(rows.T)
    agree("row span", Q @ Q.T, np.linalg.pinv(rows) @ rows, 1e-12)
    put("frozen.flow_projector", Q @ Q.T)


# ---- subspaces and representations --------------------------------------------------------------


def centred(A):
    """Each row less its mean over the n columns (the inputs)."""
    return A - A.mean(axis=1, keepdims=True)


def linear_cka(A, B):
    """From the n x n Grams, centred from both sides; the k x k way as a check."""
    n = A.shape[1]
    J = np.eye(n) - np.ones((n, n)) / n
    K, L = J @ A.T @ A @ J, J @ B.T @ B @ J
    value = np.sum(K * L) / np.sqrt(np.sum(K * K) * np.sum(L * L))
    A, B = centred(A), centred(B)
    norm = np.linalg.norm
    agree("CKA", value, norm(A @ B.T) ** 2 / (norm(A @ A.T) * norm(B @ B.T)), 1e-14)
    return value


def procrustes(A, B):
    """min over orthogonal Q of ||A/||A|| - Q B/||B|| ||_F, both row-centred (mean over the inputs 0)."""
    A, B = centred(A), centred(B)
    A, B = A / np.linalg.norm(A), B / np.linalg.norm(B)
    R, _ = scipy.linalg.orthogonal_procrustes(B.T, A.T)
    value = np.linalg.norm(A - R.T @ B)
    nuclear = np.linalg.svd(A @ B.T, compute_uv=False).sum()
    agree("Procrustes distance", value, np.sqrt(2 - 2 * nuclear), 1e-14)
    return value


def effective_rank(A):
    """exp of the Shannon entropy (nats) of the singular values scaled to sum 1; A is not centred."""
    p = np.linalg.svd(A, compute_uv=False)
    p = p / p.sum()
    return np.exp(-np.sum(p * np.log(p)))


def subspaces(put):
    rng = np.random.default_rng(30)
    P, Q = rng.normal(size=(3, 30)), rng.normal(size=(3, 30))
    near = P + 1e-7 * rng.normal(size=P.shape)  # sines near 1e-7: acos would see nothing of them
    sines = lambda A, B: np.sin(scipy.linalg.subspace_angles(A.T, B.T))[None, :]  # descending
    by_projectors = scipy.linalg.svdvals(
        (np.eye(30) - np.linalg.pinv(P) @ P) @ np.linalg.pinv(Q) @ Q)[:3]
    agree("sines", sines(P, Q)[0], by_projectors, 1e-13)
    put("sub.P", P)
    put("sub.Q", Q)
    put("sub.near", near)
    put("sub.sines", sines(P, Q))
    put("sub.near_sines", sines(P, near))

    A = rng.normal(size=(OUTPUTS, INPUTS)) * np.array([[3.0], [1.0], [0.5], [0.1]]) + 0.3
    B = 0.7 * rng.normal(size=(OUTPUTS, OUTPUTS)) @ A + rng.normal(size=A.shape) - 0.2
    put("sub.A", A)
    put("sub.B", B)
    put("sub.cka", linear_cka(A, B))
    put("sub.procrustes", procrustes(A, B))
    put("sub.effective_rank", [[effective_rank(A), effective_rank(B)]])


# ---- the file -----------------------------------------------------------------------------------


def make(put):
    rng = np.random.default_rng(2403_08673)
    X = rng.normal(size=(D, INPUTS))
    X *= np.sqrt(D) / np.linalg.norm(X, axis=0)
    W, V = rng.normal(size=(WIDTH, D)), rng.normal(size=(OUTPUTS, WIDTH))
    put("X", X)
    put("W", W)
    put("V", V)
    put("triplets", TRIPLETS)
    put("G", X.T @ X / D)
    put("eta", ETA)
    X, weights = torch.as_tensor(X), [torch.as_tensor(W), torch.as_tensor(V)]
    two_layer(put, X, weights)
    orthogonal(put, X, weights)
    kernels(put)
    frozen(put, X, weights)
    subspaces(put)


if __name__ == "__main__":
    common.main(make, "two_layer.txt")
