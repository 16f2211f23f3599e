import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { namesIn, unknownWords } from '../../src/adapters/executors/words.ts';
import { fences, readPage } from './markdown.ts';

const PAGE = readPage('docs/deploys.md');

/** The yaml of the page that fits a schema. */
function shown<S extends z.ZodType>(schema: S): z.infer<S> {
  const documents = fences(PAGE, 'yaml').flatMap((text) => parseAllDocuments(text));
  const all = documents.map((document) => schema.safeParse(document.toJS()));
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

describe('the pipeline of GitLab to copy', () => {
  const { inputs: declared } = shown(
    z.object({ spec: z.object({ inputs: z.record(z.string(), z.object({ default: z.literal('') })) }) }),
  ).spec;
  const pipeline = shown(
    z.looseObject({
      workflow: z.object({
        name: z.literal('$PIPELINE_NAME'),
        rules: z.array(z.looseObject({ variables: z.record(z.string(), z.string()).optional() })),
      }),
    }),
  );
  const { inputs } = shown(
    z.object({
      deploy: z.object({ gitlab: z.object({ ref: z.string(), inputs: z.record(z.string(), z.string()) }) }),
    }),
  ).deploy.gitlab;
  const used = (text: string) => Array.from(text.matchAll(/\$\[\[ inputs\.(\w+) \]\]/g), ([, name]) => name);

  test('declares the inputs that the configuration beside it passes, and uses no others', () => {
    expect(Object.keys(inputs).sort()).toEqual(Object.keys(declared).sort());
    expect(Object.values(inputs).flatMap(unknownWords)).toEqual([]);
    expect(Object.keys(declared)).toEqual(expect.arrayContaining(used(JSON.stringify(pipeline))));
    expect(used(JSON.stringify(pipeline.deploy))).toContain('commit');
  });

  test('has the attempt in the name of its pipelines', () => {
    const [carrier] = Object.entries(inputs).find(([, text]) => namesIn(text).includes('attempt')) ?? [];
    expect(used(pipeline.workflow.rules[0]?.variables?.PIPELINE_NAME ?? '')).toContain(carrier);
  });
});

test('the pipeline of Jenkins to copy declares the parameters that the configuration beside it passes', () => {
  const { parameters } = shown(
    z.object({ deploy: z.object({ jenkins: z.object({ parameters: z.record(z.string(), z.string()) }) }) }),
  ).deploy.jenkins;
  const file = fences(PAGE, 'groovy').join('');
  const declared = Array.from(file.matchAll(/string\(name: '(\w+)'/g), ([, name]) => name);
  expect(Object.keys(parameters)).toEqual(declared);
  expect(Object.values(parameters).flatMap(unknownWords)).toEqual([]);
  expect(Object.values(parameters).flatMap(namesIn)).toContain('attempt');
});
