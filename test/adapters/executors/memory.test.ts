import { executorContract } from '../../contract/executor.contract.ts';
import { memorySystem } from '../../support/executors/memory.ts';

const can = { cancel: true, log: true, rerun: true };
const open = (findBegins: boolean) => async () => memorySystem({ findBegins });

executorContract({ name: 'in memory', open: open(false), can: { ...can, findBegins: false } });
executorContract({ name: 'in memory, asked again', open: open(true), can: { ...can, findBegins: true } });
