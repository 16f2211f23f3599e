import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { enclosure } from '../../../src/runner/isolation/bubblewrap.ts';
import { findIsolation } from '../../../src/runner/isolation/isolation.ts';
import { compiledRunner, runs, startWorker, taggedWith, until } from '../processes.ts';

interface Attack {
  what: string;
  /** Ends with 0 when it has what it wants. `$BOT`, `$DATA`, `$TREE`, `$SECRET`, `$LINK`, `$MOUNT`, and `$UP` and `$TOP` above it, say where that is. */
  script: string;
  /** Only where it is kept from something: elsewhere it would do harm to this machine. */
  inside?: boolean;
}

const reads = (path: string): Attack => ({ what: `read ${path}`, script: `cat "${path}" | grep -q .` });
const writes = (path: string): Attack => ({
  what: `write ${path}`,
  script: `mkdir -p "$(dirname "${path}")" && echo forged >> "${path}"`,
});

const ATTACKS: Attack[] = [
  {
    what: "read the bot's secrets in /proc",
    script: `cat /proc/[0-9]*/environ 2>/dev/null | grep -aq BOT_SECRET=`,
  },
  {
    what: 'read what another command is given',
    script: `cat /proc/[0-9]*/environ 2>/dev/null | grep -aq STEP_SECRET=`,
  },
  { what: 'see the bot in a list of processes', script: `test -e "/proc/$BOT/stat"` },
  { what: 'signal the bot', script: `kill -s CONT "$BOT"` },
  { what: 'look into its memory as a tracer does', script: `cat "/proc/$BOT/maps" | grep -q .` },
  { what: 'see its open files', script: `ls -l "/proc/$BOT/fd" | grep -q .` },
  { what: 'come to the database by its root', script: `cat "/proc/$BOT/root$DATA/pglite/db" | grep -q .` },
  { what: 'come to the database by its directory', script: `cat "/proc/$BOT/cwd/pglite/db" | grep -q .` },
  { what: 'signal its guard', script: `kill -s CONT "$(cat "$DATA/locks/command.lock")"` },
  { what: 'find the guards of others', script: `kill -s CONT "$(cat "$DATA/locks/other.lock")"` },
  reads('$DATA/pglite/db'),
  writes('$DATA/pglite/db'),
  reads('$DATA/trees/shop/2/file'),
  writes('$DATA/trees/shop/2/file'),
  writes('$DATA/trees/shop/1.json'),
  reads('$DATA/homes/other/.npmrc'),
  writes('$DATA/homes/other/.npmrc'),
  reads('$DATA/artifacts/shop/1.tgz'),
  writes('$DATA/artifacts/shop/1.tgz'),
  reads('$DATA/logs/shop/prod/1.log'),
  reads('$DATA/mirrors/shop.git.access/key'),
  writes('$DATA/mirrors/shop.git/objects/aa'),
  writes('$DATA/mirrors/shop.git/refs/heads/main'),
  writes('$DATA/mirrors/shop.git/config'),
  writes('$DATA/new'),
  {
    what: 'replace the database',
    script: `mv "$DATA/pglite" "$DATA/away" && mkdir "$DATA/pglite" && rmdir "$DATA/pglite" && mv "$DATA/away" "$DATA/pglite"`,
  },
  { what: 'move the data directory away', script: `mv "$DATA" "$DATA.away" && mv "$DATA.away" "$DATA"` },
  {
    what: 'move away what the data directory is in',
    script: `mv "$UP" "$UP.away" && mv "$UP.away" "$UP"`,
  },
  {
    what: 'move away what is above that',
    script: `mv "$TOP" "$TOP.away" && mv "$TOP.away" "$TOP"`,
  },
  {
    what: 'move away what a secret file is in',
    script: `mv "$TOP/secrets" "$TOP/secrets.away" && mv "$TOP/secrets.away" "$TOP/secrets"`,
  },
  {
    what: 'move away what the link to a secret file is in',
    script: `mv "$TOP/links" "$TOP/links.away" && mv "$TOP/links.away" "$TOP/links"`,
  },
  {
    what: 'write through a link that it leaves',
    script: `ln -sf "$DATA/pglite/db" link && echo forged >> link`,
  },
  { what: 'link the database into its tree', script: `ln -f "$DATA/pglite/db" hard && grep -q . hard` },
  reads('$LINK/pglite/db'),
  reads('$MOUNT/pglite/db'),
  writes('$MOUNT/pglite/db'),
  reads('$SECRET'),
  { what: 'read a secret file by a link', script: `ln -sf "$SECRET" secret && cat secret | grep -q .` },
  {
    what: 'link a secret file into its tree',
    script: `ln -f "$SECRET" hard-secret && grep -q . hard-secret`,
  },
  {
    what: 'uncover a secret file',
    script: `mv "$SECRET" "$SECRET.away" && grep -q . "$SECRET.away" && mv "$SECRET.away" "$SECRET"`,
  },
  {
    what: 'uncover the database',
    script: `umount -l "$DATA"; cat "$DATA/pglite/db" | grep -q .`,
    inside: true,
  },
  {
    what: 'uncover the database in namespaces of its own',
    script: `unshare --user --map-root-user --mount sh -c 'umount -l "$DATA"; cat "$DATA/pglite/db"' | grep -q .`,
    inside: true,
  },
  {
    what: 'uncover the processes of the machine',
    script: `umount -l /proc; test -e "/proc/$BOT/stat"`,
    inside: true,
  },
  {
    what: 'make a /proc of the machine',
    script: `mount -t proc proc "$TREE" && test -e "$TREE/$BOT/stat"`,
    inside: true,
  },
  {
    what: 'enter the namespace of the machine',
    script: `nsenter -t 1 -m -- cat "$DATA/pglite/db" | grep -q .`,
    inside: true,
  },
  { what: 'come to a disk', script: `ls -l /dev | grep -q ^b && test "$(id -u)" = 0`, inside: true },
  { what: 'make a disk', script: `mknod disk b 254 0 && head -c 1 disk | grep -q .`, inside: true },
  {
    what: 'set what the kernel starts',
    script: `echo '|/bin/true' > /proc/sys/kernel/core_pattern`,
    inside: true,
  },
];

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const isolation = await findIsolation('auto');
const program = isolation.kind === 'bubblewrap' ? isolation.bubblewrap.program : null;
const USERS: [string, number | undefined][] = [
  [isRoot ? 'root' : 'a plain user', undefined],
  ...(isRoot ? ([['a plain user', NOBODY]] as [string, number][]) : []),
];

if (program === null) test.skip('bubblewrap is not available here', () => {});
else {
  describe.each(USERS)('an attack by a command of %s', (_user, uid) => {
    const runner = compiledRunner();
    let directory: string;
    let variables: Record<string, string>;
    let others: ChildProcess[];

    const data = (...path: string[]) => join(directory, 'lib', 'data', ...path);
    const FILES = [
      'pglite/db',
      'trees/shop/1/own',
      'trees/shop/1.json',
      'trees/shop/2/file',
      'homes/shop/.npmrc',
      'homes/other/.npmrc',
      'artifacts/shop/1.tgz',
      'logs/shop/prod/1.log',
      'mirrors/shop.git/objects/aa',
      'mirrors/shop.git/refs/heads/main',
      'mirrors/shop.git/config',
      'mirrors/shop.git.access/key',
    ];

    beforeAll(() => {
      directory = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-attack-')));
      for (const file of FILES) {
        mkdirSync(dirname(data(file)), { recursive: true });
        writeFileSync(data(file), `this is ${file}\n`);
      }
      mkdirSync(join(directory, 'secrets'));
      writeFileSync(join(directory, 'secrets', 'kube'), 'a secret\n');
      mkdirSync(join(directory, 'links'));
      symlinkSync(join(directory, 'secrets', 'kube'), join(directory, 'links', 'kube'));
      symlinkSync(data(), join(directory, 'link'));
      mkdirSync(join(directory, 'mount'));
      const other = (name: string) => {
        const options = {
          cwd: data(),
          stdio: 'ignore',
          ...(uid === undefined ? {} : { uid, gid: uid }),
        } as const;
        return spawn('sleep', ['600'], { ...options, env: { [name]: 'marker' } });
      };
      others = [other('BOT_SECRET'), other('STEP_SECRET')];
      mkdirSync(data('locks'));
      writeFileSync(data('locks', 'other.lock'), `${others[1]?.pid}\n`);
      if (uid !== undefined) execFileSync('chown', ['-R', `${uid}:${uid}`, directory]);
      chmodSync(data(), 0o700);
      if (isRoot) execFileSync('mount', ['--bind', data(), join(directory, 'mount')]);
      variables = {
        PATH: process.env.PATH ?? '',
        BOT: String(others[0]?.pid),
        DATA: data(),
        UP: dirname(data()),
        TOP: directory,
        TREE: data('trees/shop/1'),
        SECRET: join(directory, 'secrets', 'kube'),
        LINK: join(directory, 'link'),
        MOUNT: join(directory, isRoot ? 'mount' : 'data'),
      };
    });
    afterAll(() => {
      runner.remove();
      if (isRoot) execFileSync('umount', [join(directory, 'mount')]);
      for (const child of others) child.kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    });
    function place() {
      const shown = {
        own: [data('trees/shop/1'), data('homes/shop')],
        borrowed: [data('mirrors/shop.git/objects')],
      };
      const hidden = { directory: data(), files: [join(directory, 'links', 'kube')] };
      return enclosure({ program: program ?? '', asRoot: isRoot && uid === undefined }, hidden, shown);
    }

    async function run(command: string, enclosed: boolean): Promise<{ exitCode: number; lines: string[] }> {
      const worker = startWorker(
        runner.worker,
        {
          command,
          cwd: data('trees/shop/1'),
          env: variables,
          enclosure: enclosed ? place() : null,
          logFile: data('logs/command.log'),
          secrets: [],
          timeoutMs: 30_000,
          lockFile: data('locks/command.lock'),
          leaseMs: 60_000,
        },
        uid,
      );
      await until('it ended', () => worker.outcome() !== null, 40_000);
      const outcome = worker.outcome();
      if (outcome?.kind !== 'exited')
        throw new Error(`${JSON.stringify(outcome)}\n${worker.lines().join('\n')}`);
      return { exitCode: outcome.exitCode, lines: worker.lines() };
    }
    const exitCode = async (command: string, enclosed: boolean) => (await run(command, enclosed)).exitCode;

    /** What each of these came to, one after the other in one command. */
    async function tried(attacks: readonly Attack[], enclosed: boolean): Promise<Record<string, string>> {
      const script = attacks
        .map(
          ({ script: one }, index) =>
            `if ( ${one} ) > /dev/null 2>&1; then echo ${index} done; else echo ${index} failed; fi`,
        )
        .join('\n');
      const { lines } = await run(script, enclosed);
      const said = lines.map((line) => line.split(' '));
      return Object.fromEntries(
        attacks.map(({ what }, index) => [
          what,
          said.find(([number]) => number === String(index))?.[1] ?? 'not tried',
        ]),
      );
    }
    const all = (attacks: readonly Attack[], came: string) =>
      Object.fromEntries(attacks.map(({ what }) => [what, came]));

    /** What is in the files that are not the command's own. */
    const ours = () =>
      [...FILES, 'new']
        .filter((file) => !/^(trees\/shop\/1|homes\/shop)\//.test(file))
        .map((file) => [file, existsSync(data(file)) && readFileSync(data(file), 'utf8')]);

    it('fails in bubblewrap', async () => {
      const before = ours();
      expect(await tried(ATTACKS, true)).toEqual(all(ATTACKS, 'failed'));
      expect(ours()).toEqual(before);
      expect(others.map(({ pid = 0 }) => runs(pid))).toEqual([true, true]);
    }, 60_000);

    it('succeeds without bubblewrap, so that nothing else prevents it', async () => {
      const outside = ATTACKS.filter(({ inside = false }) => !inside);
      expect(await tried(outside, false)).toEqual(all(outside, 'done'));
    }, 60_000);

    it('ends with the command, even as a daemon', async () => {
      const daemon = `setsid sh -c '(touch "$TREE/left"; exec sleep 300) &' > /dev/null 2>&1; while [ ! -e "$TREE/left" ]; do sleep 0.02; done`;
      const left = () => taggedWith(`TREE=${data('trees/shop/1')}`).filter(runs);
      expect(await exitCode(daemon, true)).toBe(0);
      expect(left()).toEqual([]);
      rmSync(data('trees/shop/1/left'));
      expect(await exitCode(daemon, false)).toBe(0);
      expect(left()).toHaveLength(1);
      for (const pid of left()) process.kill(pid, 'SIGKILL');
    });

    it('leaves a command what it needs: its tree, its home, what it borrows, and the rest of the machine', async () => {
      const script = `
        echo mine >> own && test "$PWD" = "$TREE" && grep -q mine "$TREE/own"
        echo kept > "$DATA/homes/shop/kept"
        cat "$DATA/mirrors/shop.git/objects/aa"
        cat /etc/passwd > /dev/null && test -e /usr && echo x > /dev/null && head -c 1 /dev/urandom > /dev/null
        echo out > "$(dirname "$SECRET")/out"
        ls /proc/self/ns/net | grep -q . && test "$(readlink /proc/self/ns/net)" = "${'$'}NET"`;
      variables.NET = execFileSync('readlink', ['/proc/self/ns/net'], { encoding: 'utf8' }).trim();
      expect(await exitCode(script, true)).toBe(0);
      expect(readFileSync(data('homes/shop/kept'), 'utf8')).toBe('kept\n');
      expect(readFileSync(data('trees/shop/1/own'), 'utf8')).toContain('mine');
      expect(statSync(data('trees/shop/1/own')).uid).toBe(uid ?? process.getuid?.());
      expect(readdirSync(join(directory, 'secrets')).toSorted()).toEqual(['kube', 'out']);
    });
  });
}
