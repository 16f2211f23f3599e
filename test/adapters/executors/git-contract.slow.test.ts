import { executorContract } from '../../contract/executor.contract.ts';
import { gitWorld } from '../../support/executors/git.ts';

// Each of its tests makes a repository and runs git some thirty times.
executorContract({
  name: 'a push to a repository',
  open: gitWorld,
  can: { cancel: false, log: false, rerun: false, findBegins: false, atOnce: true },
});
