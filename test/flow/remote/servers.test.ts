import { Servers } from '../../../src/flow/remote/servers.ts';

/** Calls that end when they are told to. */
function calls(servers: Servers) {
  const running = new Map<string, () => void>();
  const begin = (server: string, id: string) =>
    servers.run(server, id, () => new Promise<void>((resolve) => running.set(id, resolve)));
  const end = (id: string) => {
    running.get(id)?.();
    running.delete(id);
  };
  return { running, begin, end };
}

describe('attempts of one server', () => {
  it('are asked about a few at a time; the others come after them, and other servers do not wait', async () => {
    const { running, begin, end } = calls(new Servers(2));
    const first = begin('slow', 'a');
    void begin('slow', 'b');
    expect(await begin('slow', 'c')).toBeNull();
    expect(await begin('slow', 'd')).toBeNull();
    void begin('quick', 'e');
    expect([...running.keys()]).toEqual(['a', 'b', 'e']);
    end('a');
    expect(await first).toBe('c');
    const third = begin('slow', 'c');
    expect([...running.keys()]).toEqual(['b', 'e', 'c']);
    end('c');
    expect(await third).toBe('d');
  });

  it('are not asked about twice at the same time', async () => {
    const { running, begin, end } = calls(new Servers(2));
    const first = begin('one', 'a');
    expect(await begin('one', 'a')).toBeNull();
    end('a');
    expect(await first).toBeNull();
    void begin('one', 'a');
    expect([...running.keys()]).toEqual(['a']);
  });

  it('make room also when a call fails', async () => {
    const servers = new Servers(1);
    await expect(servers.run('one', 'a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await servers.run('one', 'b', async () => {})).toBeNull();
  });
});
