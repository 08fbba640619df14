#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Do the tests bite?

Finds every dma_sync, barrier, phase check, check and undo in the core and its
inline headers, takes each out in turn, and runs the tests against the broken
core.  A mutation that no test notices is a survivor; survivors must be
explained in explained.txt, and an explanation that is no longer needed is an
error too.

	bite.py --build DIR [--jobs N] [--only REGEX] [--tests T1,T2,...]
		[--list] [--verbose]

A mutation is named FILE:FUNCTION:KIND:N, N counting within the function, so
that names stay put when other code moves.  N.M is a part of number N.

sync, wmb, rmb, mb  the call does nothing
check	the condition of an if that leaves (a function, a loop, the straight
	path), latches a fault or caps a value: never true; N.M: part M of a
	condition with || or && does not count
phase	the same, where a phase bit is looked at
loop	a part of the condition of a loop does not count
return	a part of a condition that is returned does not count
undo	a call or an assignment that takes something back does nothing;
	in the table of steps: that step has no undo
fault	a fault is not latched
branch	the condition of any other if: never true; parts as for check

All mutations are compiled at once, each behind a number that the program
reads from its environment when it starts.  A first run of each test, with no
mutation switched on, must succeed; it tells how long the test takes and which
mutations it passes.  A mutation is tried against those tests only, short ones
and those that have killed others of the same file first.  A test that uses
many times the processor time of its first run has noticed, too.

All this happens twice: as it is, and without __LP64__, on the paths of 32-bit
machines.  A sync or barrier is needed if it is on one of the two; the rest is
tried again only where the first half did not get.

DIR is a configured meson build with the device model built; the rest is
compiled in a temporary directory.  Tests are all those that link the core,
but SABOTAGE: that one counts how many operations can be left out.
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
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SABOTAGE = 'sim_sabotage'
# what may be missed on one width of machine only
WIDTH_MATTERS = ('sync', 'wmb', 'rmb', 'mb', 'phase')

# what an if must do to be a check
LEAVES = re.compile(r'\b(return|goto|break|continue)\b|'
                    r'\b(ena_fault|ena_gone|ena_[tr]x_bad)\(|\bbad = ')
CAPS = re.compile(r'\s*([\w.>-]+) = ')
BARRIER = re.compile(r'^\t+(ena_os_(dma_sync|wmb|rmb|mb)\()', re.M)
UNDO = re.compile(r'^\t+((ena_os_dma_free|ena_memory_release|ena_admin_stop|'
                  r'ena_reset_abandon|ena_reg_resp_clear|'
                  r'ena_fault|ena_gone)\()', re.M)
# functions that only take back: what they assign and write, too
UNDOING = re.compile(r'ena_down_\w+|ena_reset_abandon|ena_reg_resp_clear|'
                     r'ena_admin_stop|ena_step_start')
ASSIGN = re.compile(r'^\t+([\w.>\[\]-]+ = )', re.M)
WRITE = re.compile(r'^\t+(ena_reg_write\()', re.M)

SWITCH_H = '''
extern unsigned int ena_bite_now;
extern unsigned char ena_bite_seen[];
static inline __attribute__((__unused__)) int
ena_bite(unsigned int n)
{
	ena_bite_seen[n] = 1;
	return (ena_bite_now == n);
}
'''
SWITCH_C = '''
#include <stdio.h>
#include <stdlib.h>
unsigned int ena_bite_now;
unsigned char ena_bite_seen[%d];
static __attribute__((__constructor__)) void
start(void)
{
	if (getenv("ENA_BITE") != NULL)
		ena_bite_now = (unsigned int)atoi(getenv("ENA_BITE"));
}
static __attribute__((__destructor__)) void
stop(void)
{
	FILE *f;

	if (getenv("ENA_BITE_SEEN") == NULL)
		return;
	f = fopen(getenv("ENA_BITE_SEEN"), "wb");
	if (f == NULL)
		return;
	fwrite(ena_bite_seen, 1, sizeof(ena_bite_seen), f);
	fclose(f);
}
'''


# ---- finding

class Mutation:
    def __init__(self, ident, path, line, what):
        self.ident, self.path, self.line = ident, path, line
        self.what = ' '.join(what.split())
        self.kind = ident.split(':')[2]
        self.number = 0

    def where(self):
        return '%s:%d' % (self.path, self.line)


def blank(text):
    """Comments and macros blanked, literals filled: offsets agree."""
    def cover(m):
        return re.sub(r'[^\n]', ' ' if m.group(0)[0] in '/#' else 'x',
                      m.group(0))
    text = re.sub(r"/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])'",
                  cover, text, flags=re.S)
    return re.sub(r'^#[ \t]*define\b(?:[^\n]*\\\n)*[^\n]*', cover, text,
                  flags=re.M)


def closing(code, at):
    """Offset behind the bracket that closes the one at `at`."""
    depth = 0
    for i in range(at, len(code)):
        if code[i] in '({[':
            depth += 1
        elif code[i] in ')}]':
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


def split(code, a, b, op):
    """Parts of code[a:b] between operators outside of brackets."""
    parts, i = [], a
    while i < b:
        if code[i] in '([{':
            i = closing(code, i)
        elif code.startswith(op, i):
            parts.append(i)
            i += len(op)
        elif code[i] in '?:' and op not in '?:':
            return [(a, b)]
        else:
            i += 1
    edges = [a] + [p for cut in parts for p in (cut, cut + len(op))] + [b]
    return list(zip(edges[::2], edges[1::2]))


def trim(code, a, b):
    while code[a] in ' \t\n':
        a += 1
    while code[b - 1] in ' \t\n':
        b -= 1
    return a, b


def operands(code, a, b):
    """(number, start, end, neutral value) of the parts of a condition."""
    a, b = trim(code, a, b)
    if code[a] == '(' and closing(code, a) == b:
        yield from operands(code, a + 1, b - 1)
        return
    pair = split(code, a, b, '?')
    if len(pair) == 2:
        for i, (pa, pb) in enumerate(split(code, *pair[1], ':'), 1):
            for sub, sa, sb, n in operands(code, pa, pb):
                yield '%d.%s' % (i, sub), sa, sb, n
        return
    for op, neutral in (('||', 0), ('&&', 1)):
        parts = split(code, a, b, op)
        if len(parts) == 1:
            continue
        for i, (pa, pb) in enumerate(parts, 1):
            pa, pb = trim(code, pa, pb)
            yield str(i), pa, pb, neutral
            for sub, sa, sb, n in operands(code, pa, pb):
                yield '%d.%s' % (i, sub), sa, sb, n
        return


class Source:
    """One file of the core: its mutations, and its text with all of them."""

    def __init__(self, path):
        self.path = path
        with open(os.path.join(ROOT, path)) as f:
            self.text = f.read()
        self.code = blank(self.text)
        self.found = []		# (mutation, start, end, before, after)
        for fn, start, end in functions(self.code):
            self.function(fn, start, end)
        self.table()
        self.complete()

    def add(self, ident, a, b, before, after):
        name = '%s:%s' % (os.path.basename(self.path), ident)
        line = self.text.count('\n', 0, a) + 1
        self.found.append((Mutation(name, self.path, line, self.text[a:b]),
                           a, b, before, after))

    def function(self, fn, start, end):
        count = {}
        code = self.code

        def ident(kind):
            count[kind] = count.get(kind, 0) + 1
            return '%s:%s:%d' % (fn, kind, count[kind])

        def calls(regex, kind_of):
            for m in regex.finditer(code, start, end):
                stop = closing(code, m.end() - 1)
                self.add(ident(kind_of(m)), m.start(1), stop,
                         '(ena_bite(@) ? (void)0 : (void)', ')')

        def condition(name, a, b, whole):
            if whole is not None:
                self.add(name, a, b, '(ena_bite(@) ? %d : ' % whole, ')')
            for n, pa, pb, neutral in operands(code, a, b):
                self.add('%s.%s' % (name, n), pa, pb,
                         '(ena_bite(@) ? %d : (' % neutral, '))')

        calls(BARRIER, lambda m: 'sync' if m.group(2) == 'dma_sync'
              else m.group(2))
        for m in re.compile(r'\bif (\()').finditer(code, start, end):
            stop = closing(code, m.start(1))
            body = body_after(code, stop)
            cap = CAPS.match(body)
            cond = code[m.start(1):stop]
            kind = 'branch'
            if LEAVES.search(body) or (cap and cap.group(1) in cond and
                                       re.search(r'[<>]', cond)):
                kind = 'phase' if 'PHASE' in cond else 'check'
            condition(ident(kind), m.start(1), stop, 0)
        for m in re.compile(r'\b(while|for) (\()').finditer(code, start,
                                                            end):
            a, b = m.start(2), closing(code, m.start(2))
            if m.group(1) == 'for':
                a, b = split(code, a + 1, b - 1, ';')[1]
            if code[a:b].strip():
                condition(ident('loop'), a, b, None)
        for m in re.compile(r'\breturn (\()').finditer(code, start, end):
            stop = closing(code, m.start(1))
            if 'PHASE' in code[m.start(1):stop]:
                condition(ident('phase'), m.start(1), stop, None)
            elif next(operands(code, m.start(1), stop), None):
                condition(ident('return'), m.start(1), stop, None)
        calls(UNDO, lambda m: 'fault' if m.group(2) in ('ena_fault',
              'ena_gone') else 'undo')
        if not UNDOING.fullmatch(fn):
            return
        calls(WRITE, lambda m: 'undo')
        for m in ASSIGN.finditer(code, start, end):
            stop = code.index(';', m.end())
            if '(' not in code[m.end():stop]:
                # with an else of its own: one may follow
                self.add(ident('undo'), m.start(1), stop,
                         'if (ena_bite(@)) ; else ', '')

    def table(self):
        """Undos in the table of steps."""
        table = re.search(r'^static const struct ena_step ena_steps\[\] = '
                          r'\{(.*?)\n\};', self.code, re.M | re.S)
        if table is None:
            return
        for m in re.finditer(r'\bena_down_\w+', table.group(0)):
            name = m.group(0)
            at = table.start() + m.start()
            self.add('ena_steps:undo:' + name, at, at + len(name),
                     'bite_', '')
            self.found[-1] += (table.start(),
                               'static enum ena_result\nbite_%s('
                               'struct ena_dev *d)\n{\nreturn (ena_bite(@) ? '
                               'ENA_OK : %s(d));\n}\n' % (name, name))

    def complete(self):
        """Nothing of what is looked for hides, in a macro for example."""
        text = re.sub(r'/\*.*?\*/|^ENA_CTASSERT\([^;]*;',
                      lambda m: re.sub(r'[^\n]', ' ', m.group(0)),
                      self.text, flags=re.S | re.M)
        for m in re.finditer(r'\bena_os_(dma_sync|wmb|rmb|mb)\b|\bif \(|'
                             r'[!=]=[^;=]*PHASE|PHASE[^;=]*[!=]=', text):
            if not any(e[1] <= m.end() - 1 < e[2] for e in self.found):
                sys.exit('bite: %s:%d: not understood: %s' % (
                    self.path, text.count('\n', 0, m.start()) + 1,
                    ' '.join(m.group(0).split())))

    def mutated(self):
        """The text, each mutation behind its number."""
        inserts = []
        for entry in self.found:
            m, a, b, before, after = entry[:5]
            no = '%dU' % m.number
            # outer before inner, and the other way round behind
            inserts.append((a, 1, -b, before.replace('@', no)))
            inserts.append((b, 0, -a, after))
            if len(entry) > 5:
                inserts.append((entry[5], 1, 0, entry[6].replace('@', no)))
        out, last = [], 0
        for at, _, _, new in sorted(inserts, key=lambda i: i[:3]):
            out += [self.text[last:at], new]
            last = at
        return ''.join(out) + self.text[last:]


def sources():
    """Sources and headers of the core; bindings are no part of it."""
    paths = []
    for d, last in (('ena_core', r'\.[ch]'), ('include', r'\.h')):
        paths += [d + '/' + f
                  for f in sorted(os.listdir(os.path.join(ROOT, d)))
                  if re.search(last + '$', f) and
                  (d == 'ena_core' or not f.startswith('ena_os'))]
    return [Source(p) for p in paths]


def explained():
    table = {}
    with open(os.path.join(HERE, 'explained.txt')) as f:
        for line in f:
            line = line.strip()
            if line and not line.startswith('#'):
                ident, *why = line.split(None, 1)
                table[ident] = why[0] if why else ''
    return table


# ---- building

def run(cmd, cwd):
    r = subprocess.run(cmd, cwd=cwd, capture_output=True, text=True,
                       check=False)
    if r.returncode != 0:
        raise RuntimeError('%s\n%s' % (' '.join(cmd), r.stderr.strip()[:2000]))


class Variant:
    """All tests with all mutations, compiled one way."""

    def __init__(self, name, flags, build, tree):
        self.name, self.flags = name, flags
        self.build, self.tree = os.path.abspath(build), tree
        self.dir = os.path.join(tree, name)
        self.time, self.seen = {}, {}
        os.mkdir(self.dir)

    def compile(self, entry):
        """The object of an entry, compiled against the mutated tree."""
        src = os.path.normpath(os.path.join(entry['directory'],
                                            entry['file']))
        mine = os.path.join(self.tree, os.path.relpath(src, ROOT))
        out = os.path.join(self.dir, entry['output'].replace('/', '_'))
        words, cmd = iter(shlex.split(entry['command'])), []
        for w in words:
            if w in ('-o', '-MF', '-MQ'):
                next(words)
            elif w not in ('-MD', '-c') and w != entry['file']:
                cmd.append(w)
        # mutated headers first; quoted includes find neighbours anyway
        cmd[1:1] = ['-I' + os.path.join(self.tree, d)
                    for d in ('include', 'ena_core')]
        cmd += self.flags + ['-w', '-include',
                             os.path.join(self.tree, 'switch.h'), '-c',
                             mine if os.path.exists(mine) else src, '-o', out]
        run(cmd, entry['directory'])
        return out

    def make(self, pool, db, names):
        def target(name):
            entries = [e for e in db if '/%s.p/' % name in e['output']]
            if not entries:
                sys.exit('bite: %s has no %s' % (self.build, name))
            return list(pool.map(self.compile, entries))

        common = [os.path.join(self.dir, 'switch.o')]
        run(['cc', '-c', os.path.join(self.tree, 'switch.c'), '-o',
             common[0]], self.dir)
        for lib in ('libena_mock.a', 'libcore_fix.a', 'libmock_sim.a'):
            common += target(lib)
        common.append(os.path.join(self.build, 'tests', 'libmock_dev.a'))

        def link(name):
            run(['cc', '-o', os.path.join(self.dir, name)] + objects[name] +
                common + ['-lcmocka'], self.dir)

        objects = {n: target('test_' + n) for n in names}
        list(pool.map(link, names))

    def start(self, test, number, limit):
        """Exit code and processor seconds of a test."""
        env = dict(os.environ, ENA_BITE=str(number), CMOCKA_TEST_ABORT='1')
        if number == 0:
            env['ENA_BITE_SEEN'] = os.path.join(self.dir, test + '.seen')
        # no core files; loops end
        shell = 'ulimit -c 0 && ulimit -t %d && exec "$0"' % limit
        p = subprocess.Popen(['sh', '-c', shell,
                              os.path.join(self.dir, test)],
                             stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, cwd=self.dir,
                             env=env)
        try:
            _, status, used = os.wait4(p.pid, 0)
        except BaseException:
            p.kill()
            raise
        p.returncode = os.waitstatus_to_exitcode(status)
        return p.returncode, used.ru_utime + used.ru_stime

    def measure(self, test):
        code, self.time[test] = self.start(test, 0, 300)
        if code != 0:
            raise RuntimeError('%s (%s) fails without a mutation' % (
                test, self.name))
        with open(os.path.join(self.dir, test + '.seen'), 'rb') as f:
            self.seen[test] = f.read()

    def attack(self, number, favour):
        """The test that noticed, '' if none did, None if none gets there."""
        reached = None
        for test in sorted(self.time, key=lambda t: self.time[t] /
                           (1 + favour.get(t, 0))):
            if self.seen[test][number] == 0:
                continue
            reached = ''
            limit = int(5 * self.time[test]) + 2
            if self.start(test, number, limit)[0] != 0:
                return test
        return reached


class Hunt:
    """Tries mutations; remembers which test was good for which file."""

    def __init__(self, variants, pool):
        self.variants, self.pool = variants, pool
        self.favour = {}

    def one(self, variant, m):
        favour = self.favour.setdefault(m.path, {})
        by = variant.attack(m.number, favour)
        if by:
            favour[by] = favour.get(by, 0) + 1
        return by

    def all(self, todo):
        """(mutation, killed?, words), as they come."""
        reached = set()
        for v in self.variants:
            left = []
            jobs = {self.pool.submit(self.one, v, m): m for m in todo}
            for job in concurrent.futures.as_completed(jobs):
                m, by = jobs[job], job.result()
                if by is not None:
                    reached.add(m)
                if by:
                    yield m, True, 'killed by %s (%s)' % (by, v.name)
                elif v is not self.variants[-1] and (
                        by is None or m.kind in WIDTH_MATTERS):
                    left.append(m)
                else:
                    yield m, False, 'survived' if m in reached else \
                        'survived: no test gets there'
            todo = left


def tests_of(db):
    """Tests that link the core under the hostile binding, the sound one."""
    found, broken = set(), {SABOTAGE}
    for e in db:
        m = re.search(r'/test_(\w+)\.p/', e['output'])
        if m and 'ena_os_mock.h' in e['command']:
            found.add(m.group(1))
            src = os.path.join(e['directory'], e['file'])
            if os.path.relpath(src, ROOT).startswith(('build', '..')):
                broken.add(m.group(1))
    return sorted(found - broken)


# ---- reporting

class Report:
    def __init__(self, todo, verbose):
        self.known, self.todo, self.verbose = explained(), todo, verbose
        self.passed, self.failed, self.done = 0, 0, 0
        self.began = time.time()

    def bad(self, text):
        self.failed += 1
        print('not ok ' + text, flush=True)

    def one(self, m, killed, verdict):
        ok = killed
        if m.ident in self.known:
            ok = not killed
            verdict += ('' if ok else ', but explained.txt excuses it')
        self.done += 1
        self.passed += ok
        if not ok:
            self.bad('%s: %s\n%s: %s' % (m.ident, verdict, m.where(),
                                        m.what[:160]))
        elif self.verbose:
            print('%s: %s' % (m.ident, verdict), flush=True)
        if self.done % 50 == 0:
            print('... %d of %d, %d alive, %d s' % (
                self.done, len(self.todo), self.failed,
                time.time() - self.began), flush=True)

    def explanations(self, everything):
        names = {m.ident for m in everything}
        for ident, why in sorted(self.known.items()):
            if ident not in names:
                self.bad('explained.txt: %s: no such mutation' % ident)
            elif why == '':
                self.bad('explained.txt: %s: no reason' % ident)


def attack_all(args, everything, tree, files):
    todo = [m for m in everything if re.search(args.only, m.ident)]
    report = Report(todo, args.verbose)
    report.explanations(everything)
    for s in files:
        out = os.path.join(tree, s.path)
        os.makedirs(os.path.dirname(out), exist_ok=True)
        with open(out, 'w') as f:
            f.write(s.mutated())
    for name, text in (('switch.h', SWITCH_H),
                       ('switch.c', SWITCH_C % (len(everything) + 1))):
        with open(os.path.join(tree, name), 'w') as f:
            f.write(text)
    variants = [Variant('64', [], args.build, tree),
                Variant('32', ['-U__LP64__'], args.build, tree)]
    with open(os.path.join(args.build, 'compile_commands.json')) as f:
        db = json.load(f)
    tests = args.tests.split(',') if args.tests else tests_of(db)
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for v in variants:
            v.make(pool, db, tests)
            list(pool.map(v.measure, tests))
        print('compiled and measured in %d s' % (time.time() - report.began),
              flush=True)
        for result in Hunt(variants, pool).all(todo):
            report.one(*result)
    print('%d mutations in %d s' % (len(todo), time.time() - report.began))
    print('%d passed, %d failed, 0 skipped' % (report.passed, report.failed))
    return 1 if report.failed else 0


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('--build')
    ap.add_argument('--tests', default='')
    ap.add_argument('--jobs', type=int, default=os.cpu_count() or 1)
    ap.add_argument('--only', default='')
    ap.add_argument('--list', action='store_true')
    ap.add_argument('--verbose', action='store_true')
    args = ap.parse_args()
    files = sources()
    everything = [entry[0] for s in files for entry in s.found]
    for i, m in enumerate(everything, 1):
        m.number = i
    if args.list:
        for m in everything:
            if re.search(args.only, m.ident):
                print('%-46s %s %s' % (m.ident, m.where(), m.what[:70]))
        return 0
    tree = tempfile.mkdtemp(prefix='ena-bite-')
    try:
        return attack_all(args, everything, tree, files)
    except RuntimeError as e:
        print(e)
        return 2
    finally:
        shutil.rmtree(tree, ignore_errors=True)


if __name__ == '__main__':
    sys.exit(main())
