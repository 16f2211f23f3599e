/** Runs after all tests and ends the servers and databases that belong to the whole run. */
export default async function teardown(): Promise<void> {
  for (const server of globalThis.slipwayTestServers ?? []) await server.close();
}
