import { readFileSync } from 'node:fs';
import { markdownTable } from './markdown.ts';

const E2E = new URL('../e2e/', import.meta.url);

/** What a release team lives by, and the story of each that is told by signed requests or by clicks in a browser. */
const STORIES: [about: string, file: string, test: string][] = [
  [
    'approvals',
    'releases/approvals',
    'two groups that overlap never deadlock: who fits both is moved to where they are needed',
  ],
  [
    'approvals',
    'releases/approvals',
    'another policy at the next start voids what was given, and tells who gave it',
  ],
  [
    'order, soak',
    'answers/why',
    'every gate is named, and Deploy pressed while it soaks starts by itself when that ends',
  ],
  ['freeze', 'answers/why', 'a freeze refuses Deploy and says until when; over, the same release can go'],
  [
    'freeze',
    'releases/by-hand',
    'an approval, an override with its reason, a deploy that asks first, and an accept',
  ],
  ['locks', 'releases/holds', 'a lock is taken over, kept and handed over, each told to whom it concerns'],
  [
    'locks',
    'releases/by-hand',
    'a lock, the wish that it ends, the question in a direct message, and Unlock',
  ],
  ['continuous mode', 'releases/holds', 'paused, a push is built and not deployed; Resume deploys it'],
  ['continuous mode', 'releases/burst', 'deploy one at a time, and the newest head ends deployed'],
  [
    'approval mode',
    'releases/queue',
    'Deploy over a release in Testing asks first, and supersedes it before it is accepted',
  ],
  ['rollback', 'releases/path', 'rolling back needs a reason, then deploys what was accepted before'],
  ['rollback', 'answers/dialogs', 'Roll Back offers what was accepted here, and revokes what it leaves'],
  [
    'hotfix',
    'releases/holds',
    'a hotfix goes past order, and the next candidate says that it would remove it',
  ],
  [
    'cancel, retry',
    'processes/runner-in-flow',
    'is cancelled while it runs: all that it started ends, and the card says so',
  ],
  ['cancel, retry', 'answers/dialogs', 'a failed verification: Retry Verification runs it alone'],
  [
    'roles',
    'releases/approvals',
    'roles: preparing, deploying, rolling back and accepting are for those who have them',
  ],
  ['adopt', 'releases/holds', 'adopt records what runs there already'],
  [
    'retired environments',
    'releases/configurations',
    'is retired: what waits is cancelled with that reason, its history is kept, and nothing new goes there',
  ],
  [
    'newest configuration',
    'releases/configurations',
    'the newest recorded one decides; who holds another says so, to people and in /readyz',
  ],
];

/** Throws where a story is not told any more. */
export function storiesTable(): string {
  for (const [, file, name] of STORIES) {
    const source = readFileSync(new URL(`${file}.test.ts`, E2E), 'utf8');
    if (!source.includes(`'${name}'`)) throw new Error(`test/e2e/${file}.test.ts does not tell: ${name}`);
  }
  return markdownTable([
    ['about', 'story', 'in'],
    ...STORIES.map(([about, file, name]) => [about, name, `\`test/e2e/${file}.test.ts\``]),
  ]);
}
