import { openChanges } from '../../../src/git/changes/changes.ts';

/** Adds a line to a file by a push, and says when it begins and what came of it: directory, repository, line. */
const [directory = '', repository = '', line = ''] = process.argv.slice(2);
process.stdout.write('begins\n');
const changed = await openChanges({ directory, repository }).change({
  branch: 'main',
  file: 'lines.yaml',
  edit: (present) => `${present ?? ''}${line}: 1\n`,
  author: { name: 'Slipway', email: 'noreply@slipway.invalid' },
  message: 'Add a line',
  trailers: { 'Slipway-Attempt': line },
  withinMs: 60_000,
});
process.stdout.write(JSON.stringify(changed));
