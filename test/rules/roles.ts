import { parseConfiguration } from '../../src/app/configuration/load.ts';
import type { EnvironmentPolicy } from '../../src/domain/approvals/policy.ts';
import { ROLES, type Role } from '../../src/domain/people/people.ts';
import { markdownTable } from './markdown.ts';

const APPROVER = 'U0123ABCD';

/** As little as can be written, so that everything else is a default. */
const WRITTEN = `
products:
  shop:
    repository: https://example.com/shop.git
    branch: main
    channel: "#shop"
    webhook: { secret: env:SECRET }
    environments:
      - { name: integration, mode: continuous, deploy: { run: ./deploy.sh } }
      - { name: preprod, mode: approval, deploy: { run: ./deploy.sh } }
      - { name: prod, mode: approval, deploy: { run: ./deploy.sh }, approvals: { from: [${APPROVER}] } }
`;

const CALLED: Record<string, string> = {
  integration: 'continuous',
  preprod: 'approval, nobody named',
  prod: 'approval, approvers named',
};

function policies(): EnvironmentPolicy[] {
  const loaded = parseConfiguration(WRITTEN, { SECRET: 'a-long-webhook-secret' });
  if (loaded.kind === 'wrong') throw new Error(JSON.stringify(loaded.errors));
  return loaded.settings.products.flatMap(({ environments }) => environments.map(({ policy }) => policy));
}

function who(policy: EnvironmentPolicy, role: Role): string {
  const { roles } = policy as { roles?: Record<Role, string[] | null> };
  const from = roles?.[role] ?? null;
  if (from?.length === 0) return 'nobody';
  return from === null
    ? 'any member'
    : from.map((id) => (id === APPROVER ? 'those approvers' : id)).join(', ');
}

/** Who may do what where the configuration does not say. */
export function rolesTable(): string {
  const all = policies();
  const tester = ({ acceptFrom }: EnvironmentPolicy) =>
    acceptFrom === null ? 'any member but the requester' : acceptFrom.join(', ');
  return markdownTable([
    ['may', ...all.map(({ name }) => CALLED[name] ?? name)],
    ...ROLES.map((role) => [`\`${role}\``, ...all.map((policy) => who(policy, role))]),
    ['`accept`, `fail`', ...all.map(tester)],
  ]);
}
