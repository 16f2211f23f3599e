import { commandEnvironment, type SlipwayVariables } from '../../src/runner/environment.ts';

const variables: SlipwayVariables = {
  product: 'storefront',
  environment: 'prod',
  commit: 'a'.repeat(40),
  ref: 'main',
  previousCommit: null,
  release: 'storefront/prod#42',
  kind: 'promotion',
};
const machine = { home: '/data/homes/storefront', node: '/opt/node/bin/node' };

describe('the environment of a command', () => {
  it('has the product’s variables, Slipway’s, and PATH, HOME and LANG', () => {
    expect(
      commandEnvironment({
        variables,
        productEnv: { NODE_ENV: 'production' },
        stepEnv: {},
        machine,
        lang: null,
      }),
    ).toEqual({
      PATH: '/opt/node/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/data/homes/storefront',
      LANG: 'C.UTF-8',
      NODE_ENV: 'production',
      SLIPWAY_PRODUCT: 'storefront',
      SLIPWAY_ENVIRONMENT: 'prod',
      SLIPWAY_COMMIT: 'a'.repeat(40),
      SLIPWAY_REF: 'main',
      SLIPWAY_PREVIOUS_COMMIT: '',
      SLIPWAY_RELEASE: 'storefront/prod#42',
      SLIPWAY_KIND: 'promotion',
    });
  });

  it('lets the product replace PATH, but not Slipway’s variables', () => {
    const productEnv = { PATH: '/mine', SLIPWAY_COMMIT: 'other', MODE: 'product' };
    const env = commandEnvironment({ variables, productEnv, stepEnv: { MODE: 'step' }, machine, lang: null });
    expect(env.MODE).toBe('step');
    expect(env.PATH).toBe('/mine');
    expect(env.SLIPWAY_COMMIT).toBe('a'.repeat(40));
  });

  it('leaves PATH to an image', () => {
    const inImage = { variables, productEnv: {}, stepEnv: {}, machine: null, lang: 'nl_NL.UTF-8' };
    expect(commandEnvironment(inImage)).not.toHaveProperty('PATH');
    expect(commandEnvironment(inImage)).toMatchObject({ HOME: '/tmp', LANG: 'nl_NL.UTF-8' });
    expect(commandEnvironment({ ...inImage, stepEnv: { PATH: '/mine' } }).PATH).toBe('/mine');
  });
});
