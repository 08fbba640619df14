#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Do the tests bite?

Finds every dma_sync, barrier, phase check, range check and undo in the core
and its inline header, takes each out in turn, and runs the tests against the
broken core.  A mutation that no test notices is a survivor; survivors must be
explained in explained.txt, and an explanation that is no longer needed is an
error too.

A mutation is named FILE:FUNCTION:KIND:N, N counting within the function, so
that names stay put when other code moves.

	bite.py --build DIR --tests T1,T2,...	[--jobs N] [--only REGEX] [--list]

DIR is a configured meson build; the mutated core is compiled beside it, never
in the source tree.
"""
import argparse
import concurrent.futures
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ERRORS = (r'ENA_(INVAL|PROTOCOL|STATE|BUSY|NO_ROOM|NO_MEMORY|UNSUPPORTED|'
          r'TIMEOUT|GONE|FAULTED|REFUSED)\b')
LAW = re.compile(r'return \((' + ERRORS + r'|ena_\w*bad\(|false\))|'
                 r'ena_fault\(|ena_gone\(|\bbreak;')


def blank(text):
    """Same length, comments and strings blanked, so offsets agree."""
    def cover(m):
        return re.sub(r'[^\n]', ' ', m.group(0))
    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"', cover, text, flags=re.S)


def closing(text, at):
    """Offset behind the bracket that closes the one at `at`."""
    depth = 0
    for i in range(at, len(text)):
        if text[i] in '({':
            depth += 1
        elif text[i] in ')}':
            depth -= 1
            if depth == 0:
                return i + 1
    raise ValueError('unbalanced brackets')


def functions(code):
    """(name, start, end) of each function body, KNF: name at column 0."""
    for m in re.finditer(r'^(\w+)\([^;{]*?\)\n\{', code, re.M | re.S):
        start = m.end() - 1
        yield m.group(1), start, closing(code, start)


def body_after(code, at):
    """The statement or block that an if governs."""
    while code[at] in ' \t\n':
        at += 1
    if code[at] == '{':
        return code[at:closing(code, at)]
    return code[at:code.index(';', at) + 1]


def mutations_of(path):
    text = open(path).read()
    code = blank(text)
    name = os.path.basename(path)
    for fn, start, end in functions(code):
        count = {}

        def entry(kind, a, b, new):
            count[kind] = count.get(kind, 0) + 1
            ident = '%s:%s:%s:%d' % (name, fn, kind, count[kind])
            line = text.count('\n', 0, a) + 1
            return (ident, path, line, text[:a] + new + text[b:],
                    ' '.join(text[a:b].split()))

        for m in re.finditer(r'\bena_os_(dma_sync|wmb|rmb|mb)\(', code):
            if start < m.start() < end:
                stop = closing(code, m.end() - 1)
                kind = 'sync' if m.group(1) == 'dma_sync' else m.group(1)
                yield entry(kind, m.start(), stop, '(void)0')
        for m in re.finditer(r'\bif \(', code):
            if not start < m.start() < end:
                continue
            stop = closing(code, m.end() - 1)
            cond = text[m.end() - 1:stop]
            if 'phase' in cond and 'PHASE' in cond:
                yield entry('phase', m.end() - 1, stop, '(0 && %s)' % cond)
            elif LAW.search(body_after(code, stop)):
                yield entry('check', m.end() - 1, stop, '(0 && %s)' % cond)
        for m in re.finditer(r'return (\([^;]*PHASE\) == phase\));', code):
            if start < m.start() < end:
                yield entry('phase', m.start(1), m.end(1), '(1)')
    table = re.search(r'ena_steps\[\] = \{(.*?)\n\};', code, re.S)
    if table is None:
        return
    for m in re.finditer(r'\bena_down_\w+', code[:table.end()]):
        if m.start() > table.start():
            yield ('%s:ena_steps:undo:%s' % (name, m.group(0)), path,
                   text.count('\n', 0, m.start()) + 1,
                   text[:m.start()] + 'NULL' + text[m.end():], m.group(0))


def find_all():
    files = sorted(os.path.join(ROOT, 'ena_core', f)
                   for f in os.listdir(os.path.join(ROOT, 'ena_core'))
                   if f.endswith('.c'))
    files.append(os.path.join(ROOT, 'include', 'ena.h'))
    return [m for f in files for m in mutations_of(f)]


def explained():
    table = {}
    with open(os.path.join(HERE, 'explained.txt')) as f:
        for line in f:
            line = line.split('#')[0].strip()
            if line:
                ident, _, why = line.partition(' ')
                table[ident] = why.strip()
    return table


class Build:
    """How things were built, from meson's compile database."""

    def __init__(self, directory, tests):
        self.dir = os.path.abspath(directory)
        self.tests = tests
        with open(os.path.join(self.dir, 'compile_commands.json')) as f:
            self.db = json.load(f)
        self.core = self.target('libena_mock.a')
        self.sim = (self.target('libcore_fix.a') +
                    self.target('libmock_sim.a'))
        self.test = {t: self.target('test_' + t) for t in tests}
        self.libs = [os.path.join(base, n)
                     for base, _, names in os.walk(self.dir) for n in names
                     if n == 'libmock_dev.a']

    def target(self, name):
        found = [e for e in self.db if '/%s.p/' % name in e['output']]
        if not found:
            sys.exit('bite: %s has no %s' % (self.dir, name))
        return found

    def built(self, entry):
        return os.path.join(self.dir, entry['output'])


def source_of(entry):
    return os.path.normpath(os.path.join(entry['directory'], entry['file']))


def recompile(build, entry, tree):
    """The object of an entry, compiled against the mutated tree."""
    src = source_of(entry)
    mine = os.path.join(tree, os.path.relpath(src, ROOT))
    out = os.path.join(tree, entry['output'].replace('/', '_'))
    words, cmd = iter(shlex.split(entry['command'])), []
    for w in words:
        if w in ('-o', '-MF', '-MQ'):
            next(words)
        elif w not in ('-MD', '-c') and w != entry['file']:
            cmd.append(w)
    # mutated headers first; quoted includes find their neighbours anyway
    cmd[1:1] = ['-I' + os.path.join(tree, d) for d in ('include', 'ena_core')]
    cmd += ['-w', '-c', mine if os.path.exists(mine) else src, '-o', out]
    r = subprocess.run(cmd, cwd=entry['directory'], capture_output=True,
                       text=True)
    if r.returncode != 0:
        raise RuntimeError('does not compile: ' + r.stderr.strip()[:300])
    return out


def objects(build, entries, tree, path):
    """Objects of a target: recompiled only where the mutation reaches."""
    header = path.endswith('.h')
    return [recompile(build, e, tree)
            if header or os.path.samefile(source_of(e), path)
            else build.built(e) for e in entries]


def try_one(build, mutation, keep):
    """'killed by X', 'survived', or what stopped the attempt."""
    _, path, _, text, _ = mutation
    tree = tempfile.mkdtemp(prefix='bite-', dir=keep)
    try:
        for d in ('include', 'ena_core'):
            shutil.copytree(os.path.join(ROOT, d), os.path.join(tree, d))
        with open(os.path.join(tree, os.path.relpath(path, ROOT)), 'w') as f:
            f.write(text)
        common = objects(build, build.core, tree, path)
        common += objects(build, build.sim, tree, path)
        for test in build.tests:
            if run_one(build, test, common, tree, path) != 0:
                return 'killed by ' + test
        return 'survived'
    except RuntimeError as e:
        return str(e)
    finally:
        shutil.rmtree(tree, ignore_errors=True)


def run_one(build, test, common, tree, path):
    exe = os.path.join(tree, test)
    r = subprocess.run(['cc', '-o', exe] +
                       objects(build, build.test[test], tree, path) +
                       common + build.libs + ['-lcmocka'],
                       capture_output=True, text=True)
    if r.returncode != 0:
        raise RuntimeError('does not link: ' + r.stderr.strip()[:300])
    try:
        return subprocess.run([exe], capture_output=True, timeout=120,
                              cwd=tree).returncode
    except subprocess.TimeoutExpired:
        return -1


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('--build')
    ap.add_argument('--tests', default='')
    ap.add_argument('--jobs', type=int, default=os.cpu_count() or 1)
    ap.add_argument('--only', default='')
    ap.add_argument('--list', action='store_true')
    args = ap.parse_args()
    todo = [m for m in find_all() if re.search(args.only, m[0])]
    if args.list:
        for ident, path, line, _, what in todo:
            print('%-50s %s:%d %s' % (ident, os.path.relpath(path, ROOT),
                                      line, what[:60]))
        return 0
    build = Build(args.build, args.tests.split(','))
    known, bad, done = explained(), [], 0
    lock = threading.Lock()
    keep = tempfile.mkdtemp(prefix='ena-bite-')
    passed = 0

    def work(m):
        return m, try_one(build, m, keep)

    try:
        with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
            for m, verdict in pool.map(work, todo):
                with lock:
                    done += 1
                    ident = m[0]
                    ok = verdict.startswith('killed')
                    if verdict == 'survived' and ident in known:
                        ok, verdict = True, 'explained: ' + known[ident]
                    elif ok and ident in known:
                        ok = False
                        verdict += ', but explained.txt excuses it'
                    passed += ok
                    if not ok:
                        bad.append((m, verdict))
                        print('%s:%d: %s: %s\n\t%s' % (
                            os.path.relpath(m[1], ROOT), m[2], ident,
                            verdict, m[4]))
                    if sys.stderr.isatty():
                        sys.stderr.write('\r%d/%d, %d alive ' % (
                            done, len(todo), len(bad)))
                    elif done % 25 == 0:
                        print('... %d of %d, %d alive' % (
                            done, len(todo), len(bad)), flush=True)
    finally:
        shutil.rmtree(keep, ignore_errors=True)
    names = {m[0] for m in todo}
    if not args.only:
        for ident in sorted(set(known) - names):
            bad.append(ident)
            print('explained.txt: %s: no such mutation' % ident)
    print('%d passed, %d failed, 0 skipped' % (passed, len(bad)))
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
