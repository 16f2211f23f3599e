import { readFileSync } from 'node:fs';
import { markdownTable } from './markdown.ts';

const E2E = new URL('../e2e/', import.meta.url);

/** What a release team lives by, and the story of each that is told by signed requests or by clicks in a browser. */
const STORIES: [about: string, file: string, test: string][] = [
  [
    'approvals',
    'releases/approvals',
    'two overlapping groups never deadlock, as a person in both counts where they are needed',
  ],
  [
    'approvals',
    'releases/approvals',
    'a changed policy at the next start voids approvals, and informs those who gave them',
  ],
  [
    'order, soak',
    'answers/why',
    'names every gate, and a deploy queued during soak starts by itself when soak ends',
  ],
  [
    'freeze',
    'answers/why',
    'a freeze refuses Deploy and says until when, and the same release can go when it is over',
  ],
  [
    'freeze',
    'releases/by-hand',
    'people approve, override with a reason, deploy after a confirmation, and accept',
  ],
  [
    'locks',
    'releases/holds',
    'a lock is taken over, kept and handed over, and the people concerned are notified',
  ],
  ['locks', 'releases/by-hand', 'people lock, ask to unlock, and unlock from the direct message'],
  [
    'continuous mode',
    'releases/holds',
    'a push is built but not deployed during a pause, and Resume deploys it',
  ],
  ['continuous mode', 'pushes/burst', 'deploy one at a time, and the newest head ends deployed'],
  ['approval mode', 'releases/queue', 'Deploy over a release in Testing asks first, and supersedes it'],
  ['rollback', 'releases/path', 'rolling back needs a reason, and deploys what was accepted before'],
  ['rollback', 'answers/dialogs', 'Roll Back offers accepted commits, and revokes the one it leaves'],
  ['hotfix', 'releases/holds', 'a hotfix skips order, and the next candidate says that it would remove it'],
  [
    'cancel, retry',
    'processes/runner-in-flow',
    'is cancelled while it runs, everything it started ends, and the card says so',
  ],
  ['cancel, retry', 'answers/dialogs', 'Retry Verification runs only the verification again'],
  [
    'roles',
    'releases/approvals',
    'preparing, deploying, rolling back and accepting are reserved to their roles',
  ],
  ['adopt', 'releases/holds', 'adopt records what already runs there'],
  [
    'retired environments',
    'releases/configurations',
    'is retired: waiting releases are cancelled with that reason, history is kept, and nothing new goes there',
  ],
  [
    'newest configuration',
    'releases/configurations',
    'the newest recorded configuration decides, and a process with another says so, to people and in /readyz',
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
