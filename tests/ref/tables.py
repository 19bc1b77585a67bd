#!/usr/bin/python3
"""Real tables, as pandas, R, spreadsheets and scikit-learn write them: each must end in the inputs that pandas reads,
or in a message that says what to type next.

    tests/ref/tables.py WIDECHECK [FOLDER]     TAP; FOLDER keeps the files and the transcripts

A table is a file and the attempts that a user makes at it: keys of the suite, and what must come of them: a part of a
message (exit code 2), or the frame whose rows, scaled to norm sqrt(d), the inputs must be (--save-arrays). A warning that
must be seen stands before the frame.
"""

import glob
import gzip
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import pandas as pd
    import sklearn
    from sklearn import datasets
    from sklearn.preprocessing import StandardScaler
except ImportError as lacking:
    print(f"1..0 # SKIP no {lacking.name} here (ci/packages --reference)")
    sys.exit(0)

SUITE = """widecheck: 1
title: "a table"
data:
  t: {{file: {file}, triplets: 40, {keys}}}
experiments:
  e:
    data: t
    model: {{outputs: 4, width: 8}}
    loss: {{name: triplet-linear, similarity: dot}}
    train: {{step: 0.1, until: 0.1}}
    seeds: 1
"""
shipped = os.path.join(os.path.dirname(sklearn.__file__), "datasets", "data")


def frame(name):
    """Inputs, and a column of classes as text."""
    bunch = getattr(datasets, "load_" + name)(as_frame=True)
    inputs = bunch.data.copy()
    return inputs, bunch.target.map(lambda i: str(bunch.target_names[i]))


def with_label(name, label):
    inputs, classes = frame(name)
    return inputs.assign(**{label: classes})


def r_csv(table, separator, decimal, header=True):
    """write.csv, write.csv2 and write.table: texts and row names in quotes, the first name empty or left out."""
    number = lambda x: f'"{x}"' if isinstance(x, str) else "NA" if x != x else repr(x).replace(".", decimal)
    names = ([] if not header else ['""']) + [f'"{c}"' for c in table.columns]
    lines = [separator.join(names)]
    lines += [separator.join([f'"{i + 1}"'] + [number(x) for x in row]) for i, row in enumerate(table.values.tolist())]
    return "\n".join(lines) + "\n"


def tables():
    iris, classes = frame("iris")
    labelled = iris.assign(species=classes)
    yield "iris, to_csv(index=False)", "iris.csv", labelled.to_csv(index=False), [
        ("", "`label: species` if it is the class, else `drop: species`"), ("label: species", iris)]
    yield "iris, to_csv()", "iris-index.csv", labelled.to_csv(), [
        ("label: species", "`drop: 1` leaves it out", iris.assign(i=range(150))[["i", *iris.columns]]),
        ("label: species, drop: 1", iris)]
    yield "iris, R's write.csv", "iris-r.csv", r_csv(labelled, ",", "."), [("label: species, drop: 1", iris)]
    yield "iris, R's write.csv2", "iris-r2.csv", r_csv(labelled, ";", ","), [
        ("label: species, drop: 1", "has a decimal comma: say `decimal: comma`"),
        ("label: species, drop: 1, decimal: comma", iris)]
    yield "iris, R's write.table", "iris-r.txt", r_csv(labelled, " ", ".", header=False), [
        ("label: species, drop: 1", iris)]
    yield "iris, tabs, gzipped", "iris.tsv.gz", gzip.compress(labelled.to_csv(sep="\t", index=False).encode()), [
        ("label: species", iris)]
    yield "iris, as scikit-learn ships it", "iris-shipped.csv", read("iris.csv"), [
        ("skip: 1, header: false, label: 5",
         pd.read_csv(os.path.join(shipped, "iris.csv"), skiprows=1, header=None).iloc[:, :4])]

    wine, classes = frame("wine")
    labelled = wine.assign(target=classes)
    scaled = pd.DataFrame(StandardScaler().fit_transform(wine))
    yield "wine, unscaled", "wine.csv", labelled.to_csv(index=False), [
        ("label: target", "Say `standardise: true`", wine), ("label: target, standardise: true", scaled)]
    text = labelled.to_csv(index=False, lineterminator="\r\n") + "\r\n\r\n"
    yield "wine, a byte order mark, CRLF and blank last lines", "wine-excel.csv", b"\xef\xbb\xbf" + text.encode(), [
        ("label: target, standardise: true", scaled)]
    yield "wine, UTF-16", "wine-unicode.txt", labelled.to_csv(sep="\t", index=False).encode("utf-16"), [
        ("label: target", "UTF-16 text: save it as UTF-8, or `iconv")]
    yield "wine, as scikit-learn ships it", "wine-shipped.csv", read("wine_data.csv"), [
        ("label: 14", "`skip: N` passes over lines before the table"),
        ("skip: 1, header: false, label: 14, standardise: false",
         pd.read_csv(os.path.join(shipped, "wine_data.csv"), skiprows=1, header=None).iloc[:, :13])]

    cancer, classes = frame("breast_cancer")
    holes = cancer.mask(np.random.default_rng(1).random(cancer.shape) < 0.01)
    labelled = holes.assign(diagnosis=classes)
    yield "breast cancer, missing values as NA", "cancer-na.csv", labelled.to_csv(index=False, na_rep="NA"), [
        ("label: diagnosis", "`missing: drop` leaves out such rows"),
        ("label: diagnosis, missing: drop, standardise: false", "lack a value and are left out", holes.dropna())]
    yield "breast cancer, missing values empty", "cancer-empty.csv", labelled.to_csv(index=False), [
        ("label: diagnosis, missing: drop, standardise: true",
         pd.DataFrame(StandardScaler().fit_transform(holes.dropna())))]
    uci = cancer.copy()
    uci.insert(0, "diagnosis", classes.map(lambda c: c[0].upper()))
    uci.insert(0, "id", 842302 + 7 * np.arange(len(uci)))
    yield "breast cancer, as UCI ships it", "wdbc.data", uci.to_csv(index=False, header=False), [
        ("", "say `header: true`|`header: false`|holds text"),
        ("header: false, label: 2, drop: 1, standardise: false", cancer)]

    digits = pd.read_csv(os.path.join(shipped, "digits.csv.gz"), header=None)
    yield "digits, as scikit-learn ships it", "digits.csv.gz", read("digits.csv.gz"), [
        ("label: 65", "If it is an input, say `header: false`", digits.iloc[1:, :64]),
        ("header: false, label: 65, standardise: false", digits.iloc[:, :64])]
    array = io.BytesIO()
    np.save(array, np.asfortranarray(digits.iloc[:, :64].to_numpy(np.float32)))
    yield "digits, a NumPy array of float32 in Fortran order", "digits.npy", array.getvalue(), [
        ("source: csv", "a NumPy array: say `source: npy`"),
        ("source: npy, labels: digits-labels.npy, standardise: false", digits.iloc[:, :64])]

    raw = pd.read_csv(os.path.join(shipped, "diabetes_data_raw.csv.gz"), header=None, sep=r"\s+")
    yield "diabetes, as scikit-learn ships it", "diabetes.csv.gz", read("diabetes_data_raw.csv.gz"), [
        ("header: false, positive: noise, standardise: false", raw)]
    signed = datasets.load_diabetes(as_frame=True).data
    text = signed.to_csv(index=False, float_format="%+.15E")
    yield "diabetes, plus signs", "diabetes-plus.csv", text, [
        ("positive: noise", pd.read_csv(io.StringIO(text)))]
    yield "diabetes, a target to be predicted", "diabetes-target.csv", datasets.load_diabetes(as_frame=True).frame.to_csv(
        index=False), [("label: target", "is the label a number to be predicted, not a class"),
                       ("drop: target, positive: noise", signed)]

    for name in ("exercise", "physiological"):
        rows = pd.read_csv(os.path.join(shipped, f"linnerud_{name}.csv"), sep=r"\s+")
        yield f"linnerud, {name}, as scikit-learn ships it", f"linnerud-{name}.csv", read(f"linnerud_{name}.csv"), [
            ("positive: noise, standardise: true", pd.DataFrame(StandardScaler().fit_transform(rows)))]
    people = rows.assign(name=[f'O\'Hara, "{i}"' for i in range(20)], sex=["f", "m"] * 10, group=["a", "a", "b", "b"] * 5)
    yield "linnerud with columns of text, quoted", "people.csv", people.to_csv(index=False), [
        ("", "`drop: [name, sex, group]` leaves them out"),
        ("label: group", "`drop: [name, sex]` leaves them out"),
        ("label: group, drop: [name, sex], standardise: false", rows)]
    trailing = rows.to_csv(index=False).replace("\n", ",\n")
    yield "linnerud, a separator at the end of each line", "trailing.csv", trailing, [
        ("positive: noise, standardise: false", "`drop: 4` the column; does every line end with a separator?"),
        ("positive: noise, standardise: false, drop: 4", rows)]
    yield "a workbook", "book.xlsx", b"PK\x03\x04" + bytes(200), [("", "save the table in it as CSV or .npy")]


def read(name):
    with open(os.path.join(shipped, name), "rb") as file:
        return file.read()


# ---- one attempt --------------------------------------------------------------------------------


def compare(expected, noisy):
    """Every input that was drawn is a row of the frame, scaled to norm sqrt(d). Of copies with noise the anchors."""
    folder = glob.glob("out/arrays/*")[0]
    X, triplets = np.load(folder + "/X.npy").T, np.load(folder + "/triplets.npy")
    drawn = X[np.unique(triplets[:, [0, 2]])] if noisy else X
    rows = expected.to_numpy(float)
    rows = rows * (np.sqrt(rows.shape[1]) / np.linalg.norm(rows, axis=1))[:, None]
    if drawn.shape[1] != rows.shape[1]:
        return f"{drawn.shape[1]} columns, pandas has {rows.shape[1]}"
    far = np.abs(drawn[:, None, :] - rows[None]).max(axis=2).min(axis=1).max()
    return "" if far <= 1e-9 else f"an input is {far:.3g} away from every row of pandas"


def attempt(program, file, keys, *result):
    *message, expected = result
    keys = keys if "source" in keys else "source: csv, " + keys
    with open("suite.yaml", "w", encoding="utf-8") as out:
        out.write(SUITE.format(file=file, keys=keys.rstrip(", ")))
    shutil.rmtree("out", ignore_errors=True)
    done = subprocess.run([program, "run", "suite.yaml", "-o", "out", "--save-arrays", "-q"], capture_output=True,
                          text=True, check=False)
    said = done.stderr.strip()
    wanted = message if isinstance(expected, pd.DataFrame) else [expected]
    for text in wanted:
        if not re.search("|".join(map(re.escape, text.split("|"))), said):
            return said, f"does not say '{text}'"
    if not isinstance(expected, pd.DataFrame):
        return said, "" if done.returncode == 2 else f"exit code {done.returncode}, not 2"
    if done.returncode != 0:
        return said, f"exit code {done.returncode}"
    wrong = compare(expected, "positive: noise" in keys)
    return said + ("" if wrong else f"\ninputs are pandas' {len(expected)} rows of {expected.shape[1]} columns"), wrong


def main(program, folder):
    program = os.path.abspath(program)
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    np.save("digits-labels.npy", datasets.load_digits().target.astype(np.uint8))
    failed = n = 0
    for n, (law, file, content, attempts) in enumerate(tables(), 1):
        with open(file, "wb") as out:
            out.write(content.encode() if isinstance(content, str) else content)
        faults, lines = [], []
        for keys, *result in attempts:
            said, wrong = attempt(program, file, keys, *result)
            lines += [f"# {{file: {file}, {keys}}}", *said.strip().splitlines()]
            faults += [f"{keys}: {wrong}"] if wrong else []
        with open(file + ".transcript", "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
        failed += bool(faults)
        print("not ok" if faults else "ok", n, "-", law)
        for fault in faults:
            print("#  ", fault)
        print("#   last line:", lines[-1])
    print(f"1..{n}")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(main(sys.argv[1], sys.argv[2]))
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(main(sys.argv[1], temporary))
