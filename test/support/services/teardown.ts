/** Runs after all tests and ends the servers that `setup.ts` started. */
export default async function teardown(): Promise<void> {
  for (const server of globalThis.slipwayTestServers ?? []) await server.close();
}
