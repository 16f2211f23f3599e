import type { Kind } from '../domain/support/states.ts';
import { KINDS, rowsOf } from '../domain/support/tables.ts';
import { gatesTable } from './gates.ts';
import { markdownTable } from './markdown.ts';
import { MODEL_RUN } from './model-run.ts';
import { promises, propertiesTable } from './properties.ts';
import { rolesTable } from './roles.ts';
import { storiesTable } from './stories.ts';

export const PAGE = new URL('../../docs/rules.md', import.meta.url);

function statusTable(kind: Kind): string {
  const rows = rowsOf(kind).map((row, at) =>
    row.map((cell) => (at === 0 || cell === '·' ? cell : `\`${cell}\``)),
  );
  return `### ${kind[0]?.toUpperCase()}${kind.slice(1)}\n\n${markdownTable(rows)}`;
}

/** The page of rules, from what runs: its tables are tests, its gates and roles are asked of the domain. */
export function rulesPage(): string {
  return `<!-- Made by \`npm run rules\`; test/rules/page.test.ts holds it up to date. -->

# Rules

What the domain decides, printed from the tables and samples that the tests run.

## Status × command

A row is a state of a release, a column what is asked of it. \`status\`: it is taken, and the release is now that; ·: it is taken,
and the status stays; \`!rule\`: that rule refuses it. After the colon: \`errored:deploy\` and \`errored:verify\` say in which step,
\`errored:broke\` that a deploy ended by a fault of ours; \`:retry\` is a retry that waits, \`:interrupted\` one whose worker died,
\`:idle\` a verification that no worker has begun, \`:begun\` and \`:never\` whether its deploy had begun,
\`:remote\` that another system carries the step out.

The commands are those of people, by somebody who may. \`prepare\` asks for the same commit again, \`override\` comes during a freeze,
\`adopt\` is of another commit. \`begin\` is a worker's claim; \`success\` and \`failure\` are reports of the latest attempt; \`renew\`
is a sign of life; \`lease\` is the end of a worker's lease, \`day\` that of the request, \`gone\` a start of the embedded tier, \`built\`
the end of the build.

${KINDS.map(statusTable).join('\n\n')}

## Gates

All gates are decided in the one write that begins the deploy. Each cell is what the domain answered about a sample release that
had everything but this gate.

${gatesTable()}

## Default roles

Who may, where the configuration does not say. A member is a full, active member of the workspace.

${rolesTable()}

## Properties

Each is tried with so many cases at every run of the tests.

${propertiesTable()}

The random world (\`test/domain/model/world.test.ts\`) keeps these at every decision:

${promises()}

## Stories

Told through the running bot by signed requests, those of \`by-hand\` by clicks in a real browser, on both tiers.

${storiesTable()}

## The model run

${MODEL_RUN}
`;
}
