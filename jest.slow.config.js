import { configuration } from './jest.config.js';

/** @type {import('jest').Config} */
export default configuration(true);
