import { parse } from 'yaml';
import * as z from 'zod';
import { loadEnvironment } from '../../src/app/configuration/environment.ts';
import { readPage } from './markdown.ts';

const service = z.object({
  image: z.string(),
  build: z.string().optional(),
  command: z.array(z.string()),
  user: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.array(z.string()),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.literal('service_healthy') })).default({}),
  restart: z.literal('unless-stopped'),
});
const compose = z.object({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.object({})),
});

const file = compose.parse(parse(readPage('compose.yaml'), { merge: true }));
const services = Object.entries(file.services);
const { bot, worker } = file.services as { bot: z.infer<typeof service>; worker: z.infer<typeof service> };

/** Names that a text takes from `.env`. */
const named = (text: string) => [...text.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name);

/** The variables of `.env.example`, and what it gives them. */
const example = Object.fromEntries(
  readPage('.env.example')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('=') as [string, string]),
);

/** The variables of a service as its process sees them. `given`: what `.env` has. */
function variables(of: typeof bot, given: Record<string, string>): Record<string, string> {
  const filled = Object.entries(of.environment).map(([name, value]) => [
    name,
    value.replace(/\$\{(\w+)[^}]*\}/g, (_all, variable: string) => given[variable] ?? ''),
  ]);
  return Object.fromEntries(filled);
}

describe('compose.yaml', () => {
  test.each(services)(
    '%s can change nothing but its volumes, and is not root',
    (_name, { user, build, ...of }) => {
      expect(of.security_opt).toContain('no-new-privileges:true');
      // The image of Slipway says so itself.
      if (build === undefined) expect(user).toMatch(/^(?!root|0)\w+$/);
      else expect(readPage('Dockerfile')).toMatch(/^USER node$/m);
    },
  );

  test.each(services)('%s says whether it is well', (_name, { build, healthcheck }) => {
    if (build === undefined) expect(healthcheck?.test[0]).toBe('CMD');
    else expect(readPage('Dockerfile')).toContain('HEALTHCHECK');
  });

  test.each(services)('%s waits for what is there, and is in networks and volumes that are', (_name, of) => {
    const names = services.map(([name]) => name);
    const volumes = of.volumes
      .filter((volume) => !volume.startsWith('./'))
      .map((volume) => volume.split(':')[0]);
    expect(names).toEqual(expect.arrayContaining(Object.keys(of.depends_on)));
    expect(Object.keys(file.networks)).toEqual(expect.arrayContaining(of.networks));
    expect(Object.keys(file.volumes)).toEqual(expect.arrayContaining(volumes));
  });

  test.each(services.filter(([, { build }]) => build === undefined))(
    '%s is of a version that is named, and nothing outside reaches it',
    (_name, { image, ports, networks }) => {
      expect(image).toMatch(/^\w+:\d+\.\d+$/);
      expect(ports).toEqual([]);
      expect(networks.map((name) => file.networks[name]?.internal)).toEqual([true]);
    },
  );

  test('no secret is in it, and .env.example names all that it takes', () => {
    const given = services.flatMap(([, { environment }]) => Object.entries(environment));
    const inline = given.filter(
      ([name, value]) => /TOKEN|SECRET|PASSWORD|KEY/.test(name) && !value.startsWith('${'),
    );
    expect(inline).toEqual([]);
    expect([...new Set(named(readPage('compose.yaml')))].toSorted()).toEqual(Object.keys(example).toSorted());
    expect(Object.entries(example).filter(([, value]) => value !== '')).toEqual([['SLIPWAY_PORT', '3000']]);
    expect(readPage('.gitignore').split('\n')).toContain('.env');
  });

  test.each([
    ['over HTTP', { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 's'.repeat(32) }],
    ['in Socket Mode', { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' }],
  ])('bot and worker start with the variables that they get, %s', (_how, slack) => {
    expect(loadEnvironment(variables(bot, slack), 'bot').kind).toBe('ok');
    expect(loadEnvironment(variables(worker, slack), 'worker').kind).toBe('ok');
    expect(bot.command).toEqual(['start', '--role', 'bot']);
    expect(worker.command).toEqual(['start', '--role', 'worker']);
  });

  test('a worker gets no key to Slack, and no secret of a webhook', () => {
    expect(
      Object.keys(worker.environment).filter((name) => name.startsWith('SLACK_') || name.includes('WEBHOOK')),
    ).toEqual([]);
  });
});
