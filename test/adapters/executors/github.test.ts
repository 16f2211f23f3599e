import { executorContract } from '../../contract/executor.contract.ts';
import { actionsWorld } from '../../support/executors/github/world.ts';

const can = { cancel: true, log: true, rerun: true, findBegins: false };

executorContract({
  name: 'GitHub Actions, with a token, at a server that names the run',
  open: () => actionsWorld({ knowsDetails: true }),
  can,
});
executorContract({
  name: 'GitHub Actions, as an App, at a server that does not',
  open: () => actionsWorld({ knowsDetails: 400, login: 'app' }),
  can,
});
