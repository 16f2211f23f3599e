import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A git server over HTTP that requires a login and records the logins it received. */
export interface GitServer {
  /** `http://127.0.0.1:PORT` */
  origin: string;
  /** The login of each request as `user:password`, newest last. null: none. */
  logins: (string | null)[];
  /** How often git came to ask or fetch, by path of the repository below the directory. */
  visits: Map<string, number>;
  /** A web page that every request is answered with instead, with status 200; null: none. */
  page: string | null;
  /** Stores a file in LFS and returns its pointer file. */
  keep(content: string): string;
  close(): Promise<void>;
}

interface ServedTo {
  user: string;
  /** Or which passwords are accepted now. */
  password: string | { has(password: string): boolean };
}

/** Serves the repositories below a directory over HTTP, with Git LFS. All of them require this login. */
export async function gitServer(root: string, { user, password }: ServedTo): Promise<GitServer> {
  const backend = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  const isWanted = (login: string | null) => {
    if (!login?.startsWith(`${user}:`)) return false;
    const given = login.slice(user.length + 1);
    return typeof password === 'string' ? given === password : password.has(given);
  };
  const objects = new Map<string, string>();
  const logins: (string | null)[] = [];
  const visits = new Map<string, number>();
  let origin = '';
  let served: GitServer | null = null;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    const said = request.headers.authorization ?? null;
    const login = said === null ? null : Buffer.from(said.slice('Basic '.length), 'base64').toString();
    logins.push(login);
    if (served?.page != null) {
      response.writeHead(200, { 'content-type': 'text/html' }).end(served.page);
      return;
    }
    if (!isWanted(login)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('Who are you?');
    } else if (url.pathname.endsWith('/info/lfs/objects/batch')) {
      const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
      const found = body.objects.map(({ oid, size }: { oid: string; size: number }) => ({
        oid,
        size,
        ...(objects.has(oid)
          ? { actions: { download: { href: `${origin}/lfs/${oid}`, header: { Authorization: said } } } }
          : { error: { code: 404, message: 'no such object' } }),
      }));
      response.setHeader('content-type', 'application/vnd.git-lfs+json');
      response.end(JSON.stringify({ transfer: 'basic', objects: found }));
    } else if (url.pathname.startsWith('/lfs/')) {
      const content = objects.get(url.pathname.slice('/lfs/'.length));
      response.writeHead(content === undefined ? 404 : 200).end(content);
    } else {
      const [, visited] = /^\/(.+)\/info\/refs$/.exec(url.pathname) ?? [];
      if (visited !== undefined) visits.set(visited, (visits.get(visited) ?? 0) + 1);
      await byGit(url, request, response);
    }
  }

  async function byGit(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const child = spawn(backend, {
      env: {
        PATH: process.env.PATH,
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        ...(request.headers['git-protocol'] ? { GIT_PROTOCOL: String(request.headers['git-protocol']) } : {}),
      },
    });
    request.pipe(child.stdin);
    const output = Buffer.concat(await child.stdout.toArray());
    const end = output.indexOf('\r\n\r\n');
    for (const line of output.subarray(0, end).toString().split('\r\n')) {
      const [name = '', value = ''] = line.split(': ');
      if (name === 'Status') response.statusCode = Number(value.slice(0, 3));
      else response.setHeader(name, value);
    }
    response.end(output.subarray(end + 4));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  served = {
    origin,
    logins,
    visits,
    page: null,
    keep(content) {
      const oid = createHash('sha256').update(content).digest('hex');
      objects.set(oid, content);
      return `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${Buffer.byteLength(content)}\n`;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return served;
}
