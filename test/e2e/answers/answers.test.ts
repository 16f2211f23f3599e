import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { newEnvironment } from '../../../src/domain/documents/environment.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { deployToProd } from '../../support/story.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  buttonsOf,
  card,
  LIN,
  MO,
  openStore,
  openWorld,
  productOf,
  push,
  sendPush,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

/** The built one, as people run it; `npm test` builds it first. */
const SLIPWAY = fileURLToPath(new URL('../../../dist/bin/slipway.js', import.meta.url));

/** Commits that one promotion brings along. */
const MANY = 120;

describeStory('answers', (tier) => {
  let world: World;
  let bot: Running;
  let stopped = false;
  /** The first commit in prod; one that is never built by itself; the one that brings it along. */
  let first: string;
  let middle: string;
  let second: { sha: string; short: string };

  beforeAll(async () => {
    world = await openWorld(tier);
    first = world.repository.commit({ 'app.txt': 'one' }, 'First');
    world.repository.push();
    // An environment that the configuration does not have any more.
    const { store, close } = await openStore(world);
    await store.save('environments', { ...newEnvironment('shop', 'old'), revision: 1 });
    await close();
    const run = `test ! -e bad || test -e ${join(world.scratch, 'mended')}`;
    const environments = [
      { name: 'integration', mode: 'continuous', people: { roles: { adopt: [ADA] } } },
      {
        name: 'prod',
        mode: 'approval',
        deploy: 'for line in $(seq 60); do echo "step $line"; done',
        people: { roles: { adopt: [ADA] } },
      },
    ] satisfies Parameters<typeof productOf>[1];
    bot = await startBot(world, productOf(world, environments, { run }));
    await deployToProd(world, first.slice(0, 7));
    await card(world, `Test ${first.slice(0, 7)} in shop/prod`);
    await typed(world, MO, 'accept prod');
    middle = world.repository.commitMany(MANY - 2)[60] ?? '';
    world.repository.commit({ 'app.txt': 'odd' }, 'Change *this* <!channel>');
    second = await push(world, bot.url, 'Many more');
    await card(world, `${second.short} accepted in shop/integration`);
    await typed(world, ADA, 'promote integration');
    await card(world, `Deploy ${second.short} to shop/prod`, 'Prepared');
  }, 120_000);

  afterAll(async () => {
    if (!stopped) await bot.stop();
    await world.close();
  });

  /** Only the one who typed sees the answer; it has these buttons. */
  async function answer(person: string, text: string) {
    const words = await typed(world, person, text);
    const message = world.sandbox.ephemerals(person).at(-1);
    return { words, ts: message?.ts ?? '', buttons: message ? buttonsOf(message) : [] };
  }

  async function audit(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
    const place: NodeJS.ProcessEnv = world.services
      ? { MONGODB_URL: world.services.mongodb }
      : { DATA_DIR: world.dataDirectory };
    const child = spawn(process.execPath, [SLIPWAY, 'audit', ...args], {
      env: { PATH: process.env.PATH, ...place },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { out: '', err: '' };
    child.stdout.on('data', (chunk) => (said.out += chunk));
    child.stderr.on('data', (chunk) => (said.err += chunk));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, ...said };
  }

  test('help fits who asks: what they may do, and what waits for them', async () => {
    const lin = await answer(LIN, 'help');
    expect(lin.words).toContain('Slipway for shop: integration → prod');
    expect(lin.words).toContain('1 approval waits for you:');
    expect(lin.words).toContain('/release history prod');
    const ada = await answer(ADA, 'help');
    expect(ada.words).toContain('You may prepare, approve, deploy, accept, roll back, lock and adopt.');
    expect(ada.words).not.toContain('waits for you');
  });

  test('diff says what would be added, by whom, with a button for the rest', async () => {
    const { words, ts, buttons } = await answer(MO, 'diff prod');
    expect(words).toContain(`${second.short} for shop/prod against ${first.slice(0, 7)}`);
    expect(words).toContain(`Adds ${MANY} commits`);
    expect(words).toMatch(/\+\d+ more by/);
    expect(buttons).toEqual(['Show Diff']);
    await world.sandbox.click(MO, ts, { text: 'Show Diff' });
    await until('the whole diff', () =>
      world.sandbox.views(MO).find(({ view }) => JSON.stringify(view).includes('Change *this* <!channel>')),
    );
    expect((await answer(MO, `diff prod ${first}`)).words).toContain('No difference.');
    expect((await answer(MO, 'diff prod no-such-branch')).words).toContain(
      'Refused: no commit, tag or branch',
    );
  });

  test('where follows a commit, alone or inside a later one, also one that was never built', async () => {
    const own = await answer(MO, `where ${second.short}`);
    expect(own.words).toContain('integration: runs exactly this, accepted');
    expect(own.words).toMatch(/prod: not there; prod#2 prepared, 0 of 1 approval/);
    const inside = await answer(MO, `where ${middle} in shop`);
    expect(inside.words).toContain('no build of its own');
    expect(inside.words).toContain(`integration: runs inside ${second.short}, accepted`);
    expect(inside.words).toContain(`prod: not there; prod#2 of ${second.short}, which contains it, prepared`);
  });

  test('a commit is found as it is pasted, and a release by its commit', async () => {
    const link = `https://github.com/acme/shop/commit/${second.sha}`;
    for (const pasted of [
      link,
      `<${link}|${second.short}>.`,
      `(*${second.short}*),`,
      'origin/main',
      `shop@${second.short}`,
    ]) {
      expect((await answer(MO, `where ${pasted}`)).words).toContain(
        'integration: runs exactly this, accepted',
      );
    }
    const strange = await answer(MO, 'where https://github.com/acme/billing/tree/main');
    expect(strange.words).toContain(
      'that belongs to github.com/acme/billing, but shop is released from shop.',
    );
    const waits = await answer(ADA, `deploy ${second.short} to prod`);
    expect(waits.words).toContain(`Refused: no release of ${second.short} in shop/prod is approved`);
    expect(waits.buttons).toEqual([]);
    const other = await answer(ADA, `deploy ${middle.slice(0, 9)} to prod`);
    expect(other.words).toContain(`Refused: no release of ${middle.slice(0, 7)} in shop/prod is approved`);
    // It was never accepted below, so preparing it would be refused.
    expect(other.buttons).toEqual([]);
    const again = await answer(ADA, `deploy ${first} to prod`);
    expect(again.buttons).toEqual([`Prepare ${first.slice(0, 7)} for prod`]);
    const swapped = await answer(ADA, 'prepare main prod');
    expect(swapped.buttons).toEqual(['prepare shop/prod main']);
  });

  test('after a rollback, where says that it was there and what took it away', async () => {
    await typed(world, LIN, 'approve *prod#2*.');
    await card(world, `Deploy ${second.short} to shop/prod`, 'Approved');
    await typed(world, ADA, `deploy ${second.short} to prod`);
    await card(world, `Test ${second.short} in shop/prod`);
    expect((await answer(MO, `where ${middle}`)).words).toContain(
      `prod: runs inside ${second.short}, not accepted: Testing there (`,
    );
    expect((await answer(MO, 'status prod')).words).toMatch(/not accepted yet, Testing there .*prod#2/);
    await typed(world, MO, 'accept prod');
    await typed(world, MO, 'rollback prod =HYPERLINK("vouchers, charge twice")');
    await card(world, `shop/prod is back on ${first.slice(0, 7)}`);
    expect((await answer(MO, `where ${second.short}`)).words).toMatch(
      /prod: was there .* to .*, rolled back by prod#3/,
    );
    expect((await answer(MO, `where ${middle}`)).words).toMatch(
      new RegExp(`prod: was there inside ${second.short} .*, rolled back by prod#3`),
    );
  }, 60_000);

  test('history pages through releases, open ones included, in place', async () => {
    for (let number = 4; number <= 13; number += 1) {
      await typed(world, ADA, `prepare prod ${second.sha}`);
      await typed(world, ADA, `cancel prod#${number} try ${number}`);
    }
    await typed(world, ADA, `prepare prod ${second.sha} now really`);
    const newest = await answer(LIN, 'history prod');
    expect(newest.words).toContain('History of shop/prod · 14 to 5 of 14');
    expect(newest.words).toContain(`prod#14 ${second.short} prepared · promotion by Ada`);
    expect(newest.words).toMatch(/prod#13 .* cancelled · promotion by Ada .*, cancelled by Ada .*: “try 13”/);
    expect(newest.buttons).toEqual(['Older']);
    const before = world.sandbox.ephemerals(LIN).length;
    const page = () => {
      const message = world.sandbox.ephemerals(LIN).find(({ ts }) => ts === newest.ts);
      return message ? { words: wordsOf(message), buttons: buttonsOf(message) } : { words: '', buttons: [] };
    };
    await world.sandbox.click(LIN, newest.ts, { text: 'Older' });
    await until('the older page', () => page().words.includes('4 to 1 of 14'));
    expect(page().words).toMatch(/prod#3 .* accepted · rollback by Mo .*charge twice/);
    expect(page().words).toMatch(/prod#2 .* approved by Lin, accepted by Mo .*; rolled back by prod#3/);
    expect(page().buttons).toEqual(['Newer']);
    await world.sandbox.click(LIN, newest.ts, { text: 'Newer' });
    await until('the newer page again', () => page().words.includes('14 to 5 of 14'));
    expect(world.sandbox.ephemerals(LIN)).toHaveLength(before);
  }, 60_000);

  test('log shows the last lines of a release and says where all of them are', async () => {
    const { words } = await answer(ADA, 'log prod#2');
    expect(words).toMatch(/(Verification|Deploy) of \w{7} (in|to) shop\/prod/);
    expect(words).toMatch(/The whole log: .*logs\/shop\/prod\/\d+\.log (below DATA_DIR|on the host)/);
    expect((await answer(ADA, 'log prod#99')).words).toContain('Refused: shop/prod has no release #99.');
    expect((await answer(ADA, 'log prod#14')).words).toContain(`Build of ${second.short} for shop`);
  });

  test('an environment that was removed keeps its history', async () => {
    expect((await answer(ADA, 'history old')).words).toContain('nothing has been released there yet');
    expect((await answer(ADA, 'status old')).words).toContain('shop has no environment "old"');
  });

  test('rebuild builds what failed again, and never what has succeeded', async () => {
    expect((await answer(LIN, `rebuild ${second.short}`)).words).toContain(
      `Refused: the build of ${second.short} has succeeded, and a commit is built only once`,
    );
    expect((await answer(LIN, `rebuild ${middle}`)).words).toContain('never had a build of its own');
    const sha = world.repository.commit({ bad: 'yes' }, 'Bad');
    const short = sha.slice(0, 7);
    world.repository.push();
    await sendPush(bot.url, world, sha);
    await card(world, `Build of ${short} for shop failed`);
    await writeFile(join(world.scratch, 'mended'), '');
    expect((await answer(LIN, `rebuild ${short}`)).words).toContain(`${short} will be built again.`);
    await card(world, `${short} accepted in shop/integration`);
  }, 60_000);

  test('the audit is exported: who asked for what, what it came to, why, and what it changed', async () => {
    if (tier === 'embedded') {
      const locked = await audit();
      expect(locked).toMatchObject({ code: 3, out: '' });
      expect(locked.err).toContain(`process ${process.pid}`);
      expect(locked.err).toContain('Stop the bot, export, and start it again');
    } else expect((await audit('--product', 'shop')).out).toContain(',rollback,Mo,');
    await bot.stop();
    stopped = true;
    const csv = await audit('--product', 'shop');
    expect(csv).toMatchObject({ code: 0, err: '' });
    const lines = csv.out.split('\r\n');
    expect(lines[0]).toBe(
      'at,product,document,command,by,by_id,result,rule,release,commit,attempt,reason,revision,changed,id',
    );
    const rollback = lines.find((line) => line.includes(',rollback,Mo,'));
    // A spreadsheet shows it and does not run it.
    expect(rollback).toContain(`"'=HYPERLINK(""vouchers, charge twice"")"`);
    expect(rollback).toContain('release 3: none to queued');
    const json = await audit('--format', 'json');
    const records = json.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records).toHaveLength(lines.length - 2);
    const of = (type: string) => records.filter((record) => record.type === type);
    expect(of('approve')[0]).toMatchObject({
      actor: { name: 'Lin', id: LIN },
      answer: { kind: 'accepted', release: 1 },
      sha: first,
      changed: [{ what: 'release', number: 1, from: 'prepared', to: 'approved' }],
    });
    expect(
      of('retryBuild').map(({ answer: { kind } = { kind: '' } }: { answer?: { kind: string } }) => kind),
    ).toEqual(['refused', 'refused', 'accepted']);
    const deployed = records.flatMap(({ changed }) => changed as { what: string; to: string | null }[]);
    expect(deployed.filter(({ what, to }) => what === 'deployed' && to === second.sha)).toHaveLength(2);
    const times = records.map(({ at }) => String(at));
    expect(times).toEqual([...times].sort());
    expect((await audit('--product', 'nobody', '--format', 'json')).out).toBe('');
    expect((await audit('--since', '2999-01-01', '--format', 'json')).out).toBe('');
    expect((await audit('--since', '1h', '--format', 'json')).out.split('\n')).toHaveLength(
      records.length + 1,
    );
    expect((await audit('--since', 'yesterday')).code).toBe(2);
  }, 60_000);
});
