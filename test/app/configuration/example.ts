/** The whole of what this version takes, as the design writes it. */
export const EXAMPLE = `
products:
  storefront:
    repository: https://github.com/acme/storefront.git
    branch: trunk
    poll: 90s
    channel: "#storefront-releases"
    webhook: { secret: env:STOREFRONT_WEBHOOK_SECRET }
    env: { NODE_ENV: production, NPM_TOKEN: env:STOREFRONT_NPM_TOKEN }
    build: { run: npm ci && npm run build, test: npm test, timeout: 15m }
    links: { tickets: { pattern: "[A-Z]+-[0-9]+", url: "https://tickets.acme.dev/browse/{key}" } }
    environments:
      - name: integration
        mode: continuous
        url: https://integration.example.com
        deploy: { run: ./deploy.sh, timeout: 90s }
        verify: { run: ./smoke.sh, timeout: 2m }
      - name: preprod
        mode: approval
        deploy: { run: ./deploy.sh }
        approvals: { required: 1, from: [U0123ABCD, W0456EFGH], self: true }
        accept: { from: [U0789IJKL, "@testers"] }
      - name: prod
        mode: approval
        deploy: { run: ./deploy.sh, timeout: 1h, idempotent: true, start: approved }
        verify: { run: ./smoke.sh }
        approvals:
          rules:
            - { required: 2, from: ["@release-managers", U0123ABCD] }
            - { from: ["@security"] }
          authors: false
          validFor: 7d
        roles: { deploy: ["@release-managers"], lock: [U0123ABCD], adopt: [U0123ABCD] }
        onFailure: rollback
        soak: 1h
        freeze:
          - { from: "Fri 16:00", to: "Mon 08:00", timezone: Europe/Amsterdam, reason: Weekend }
          - { from: "2026-12-24 12:00", to: "2027-01-02 08:00", timezone: UTC, reason: Holidays }
  shop:
    repository: git@gitlab.com:acme/web/shop.git
    channel: "#storefront-releases"
    environments:
      - { name: prod, mode: approval, deploy: { run: ./deploy.sh } }
`;

export const VARIABLES = {
  STOREFRONT_WEBHOOK_SECRET: 'a-long-webhook-secret',
  STOREFRONT_NPM_TOKEN: 'npm_0123456789',
};
