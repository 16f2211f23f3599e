import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './servers.ts';

/** Stands between a client and a server of 127.0.0.1, and can take answers away. */
export interface CuttingProxy {
  port: number;
  /**
   * Requests that hold one of these words still reach the server, and are carried out; their connection is cut when the
   * answer comes. `times`: how many of them; then all is well again.
   */
  cutAnswersTo(words: readonly string[], times: number): void;
  /** How many answers were cut. */
  cuts(): number;
  /** No answer to anything, on connections that stay open; false: all is well again, on new connections. */
  mute(muted: boolean): void;
  close(): Promise<void>;
}

export async function openProxy(serverPort: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let words: readonly string[] = [];
  let left = 0;
  let cuts = 0;
  let muted = false;
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    let doomed = false;
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (request) => {
      if (left > 0 && words.some((word) => request.includes(word))) {
        left -= 1;
        doomed = true;
      }
      upstream.write(request);
    });
    upstream.on('data', (answer) => {
      if (doomed) {
        cuts += 1;
        client.destroy();
      } else if (!muted) client.write(answer);
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const closeAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    cutAnswersTo(these, times) {
      words = these;
      left = times;
    },
    cuts: () => cuts,
    mute(next) {
      muted = next;
      if (!muted) closeAll();
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      closeAll();
      await closed;
    },
  };
}
