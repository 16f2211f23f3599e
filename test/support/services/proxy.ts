import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './servers.ts';

/** A proxy before a server on 127.0.0.1 that can drop answers. */
export interface CuttingProxy {
  port: number;
  /**
   * Requests that contain one of these words reach the server and are carried out, but their connection is closed
   * when the answer comes. `times`: the number of such requests; later ones are answered.
   */
  cutAnswersTo(words: readonly string[], times: number): void;
  /** Number of answers dropped so far. */
  cuts(): number;
  /** true: drops all answers while connections stay open. false: closes all connections, and answers on new ones. */
  mute(muted: boolean): void;
  close(): Promise<void>;
}

/** Starts the proxy on a free port. `serverPort`: port of the server on 127.0.0.1. */
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
