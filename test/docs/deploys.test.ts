import { parse } from 'yaml';
import * as z from 'zod';
import { namesIn, unknownWords } from '../../src/adapters/executors/words.ts';
import { fences, readPage } from './markdown.ts';

const PAGE = readPage('docs/deploys.md');

/** The yaml of the page that fits a schema. */
function shown<S extends z.ZodType>(schema: S): z.infer<S> {
  const all = fences(PAGE, 'yaml').map((text) => schema.safeParse(parse(text)));
  const [found, ...others] = all.flatMap(({ data }) => (data === undefined ? [] : [data]));
  if (found === undefined || others.length > 0) throw new Error(`the page shows ${1 + others.length}`);
  return found;
}

const workflow = z.object({
  'run-name': z.string(),
  on: z.object({
    workflow_dispatch: z.object({
      inputs: z.record(z.string(), z.object({ type: z.literal('string'), required: z.literal(true) })),
    }),
  }),
  jobs: z.unknown(),
});
const configured = z.object({
  deploy: z.object({
    github: z.object({ workflow: z.string(), ref: z.string(), inputs: z.record(z.string(), z.string()) }),
  }),
});

describe('the workflow of GitHub Actions to copy', () => {
  const { 'run-name': runName, on, jobs } = shown(workflow);
  const { inputs, workflow: file } = shown(configured).deploy.github;
  const used = (text: string) => Array.from(text.matchAll(/\$\{\{ inputs\.(\w+) \}\}/g), ([, name]) => name);

  test('declares the inputs that the configuration beside it passes, and uses no others', () => {
    const declared = Object.keys(on.workflow_dispatch.inputs);
    expect(Object.keys(inputs).sort()).toEqual(declared.sort());
    expect(Object.values(inputs).flatMap(unknownWords)).toEqual([]);
    expect(declared).toEqual(expect.arrayContaining(used(`${runName} ${JSON.stringify(jobs)}`)));
    expect(used(JSON.stringify(jobs))).toContain('commit');
    expect(PAGE).toContain(`\`.github/workflows/${file}\``);
  });

  test('has the attempt in the name of its runs', () => {
    const [carrier] = Object.entries(inputs).find(([, text]) => namesIn(text).includes('attempt')) ?? [];
    expect(used(runName)).toContain(carrier);
  });
});
