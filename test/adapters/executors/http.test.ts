import { executorContract } from '../../contract/executor.contract.ts';
import { deployServerWorld } from '../../support/executors/http.ts';

executorContract({
  name: 'HTTP, at a server that names addresses',
  open: () => deployServerWorld({ addresses: true }),
  can: { cancel: true, log: true, rerun: true, findBegins: true },
});
executorContract({
  name: 'HTTP, at a server that names none',
  open: () => deployServerWorld({ addresses: false }),
  can: { cancel: false, log: false, rerun: true, findBegins: true },
});
