/** About whom an address is asked. */
export interface AskedAbout {
  product: string;
  environment: string;
}

/** What an address says about which commit runs. `reason`: why it does not say, in words, without a credential. */
export type Told = { kind: 'told'; text: string } | { kind: 'silent'; reason: string };
