import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClients } from '../../../src/app/forges.ts';
import { forgeFinding } from '../../../src/app/online/forge.ts';
import type { ForgeSettings } from '../../../src/flow/settings/forges.ts';

const directory = mkdtempSync(join(tmpdir(), 'slipway-unreachable-'));
const open: Server[] = [];
afterAll(() => {
  for (const server of open) server.close();
  rmSync(directory, { recursive: true, force: true });
});

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  return (server.address() as AddressInfo).port;
}

/** The address of what has a certificate that nobody signed but itself. */
async function selfSigned(): Promise<string> {
  const [key, cert] = [join(directory, 'key'), join(directory, 'cert')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', ['req', '-x509', ...curve, ...names, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  });
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) =>
    response.end('{}'),
  );
  return `https://localhost:${await listening(server)}`;
}

async function gone(): Promise<string> {
  const server = createServer();
  const port = await listening(server);
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

test.each<[what: string, api: () => string | Promise<string>, said: string, todo: string]>([
  [
    'has a certificate that nobody vouches for',
    selfSigned,
    'did not answer: its certificate is not trusted here',
    'NODE_EXTRA_CA_CERTS',
  ],
  [
    'has a name that nobody knows',
    () => 'https://nowhere.invalid',
    'did not answer: its name is not known here',
    'check its name and api, or the name server',
  ],
  ['is not there', gone, 'did not answer: the connection was refused', 'see whether this machine reaches it'],
  [
    'closes the connection',
    async () => `http://127.0.0.1:${await listening(createServer((socket) => socket.destroy()))}`,
    'did not answer: the connection was closed',
    'see whether this machine reaches it',
  ],
  [
    'speaks no TLS',
    async () => `https://localhost:${await listening(createServer((socket) => socket.end('no')))}`,
    'did not answer: the connection was closed',
    'see whether this machine reaches it',
  ],
  [
    'says nothing',
    async () => `http://127.0.0.1:${await listening(createServer((socket) => socket.resume().unref()))}`,
    'did not answer',
    'see whether this machine reaches it',
  ],
])('of a forge that %s, it is told what to do', async (_what, api, said, todo) => {
  const access = { kind: 'token', token: 'glpat-S3CRET', user: null } as const;
  const settings: ForgeSettings = {
    name: 'git.acme.dev',
    kind: 'gitlab',
    api: await api(),
    access,
    report: [],
  };
  const clients = openClients({ settings: { forges: [settings] }, now: Date.now, timeoutMs: 2_000 });
  const client = await clients(settings.name);
  const { finding } = await forgeFinding(settings, client!.forge);
  expect(finding).toMatchObject({
    ok: false,
    said: `git.acme.dev was asked who Slipway is, and ${said}`,
    todo: expect.stringContaining(todo),
  });
  expect(JSON.stringify(finding)).not.toContain('S3CRET');
});
