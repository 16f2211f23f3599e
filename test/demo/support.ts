import { execFile } from 'node:child_process';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Ran {
  code: number;
  output: string;
}

/** Runs a command with nothing of our own environment but `PATH` and what is given. */
export function run(
  command: string,
  args: string[],
  options: { cwd: string; env?: Record<string, string> },
): Promise<Ran> {
  const env = { PATH: process.env.PATH, ...options.env };
  return new Promise((resolve) => {
    execFile(command, args, { cwd: options.cwd, env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
    });
  });
}

export const runNode = (args: string[], options: { cwd: string; env?: Record<string, string> }) =>
  run(process.execPath, args, options);

export interface Heard {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Stands where the bot's webhook would be. */
export async function listener(status = 202): Promise<{ url: string; heard: Heard[]; server: Server }> {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const body = (await request.setEncoding('utf8').toArray()).join('');
    heard.push({ path: request.url ?? '', headers: request.headers, body });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard, server };
}

/** The commit that the app at this address says it is. */
export async function versionOf(url: string): Promise<string> {
  const answer = await fetch(`${url}/version`);
  return ((await answer.json()) as { commit: string }).commit;
}
