/** After all tests: ends the servers that were started for them. */
export default async function teardown(): Promise<void> {
  for (const server of globalThis.slipwayTestServers ?? []) await server.close();
}
