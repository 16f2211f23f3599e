import { loadEnvironment, type Role } from '../app/configuration/environment.ts';
import { loadConfiguration } from '../app/configuration/load.ts';
import { examine } from '../app/doctor/doctor.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { findingsText } from './findings-text.ts';
import { printConfigurationErrors } from './print-errors.ts';

/** Options of `slipway doctor`. */
export interface DoctorCommand {
  config: string;
  /** The process whose needs are looked at. */
  role: Role;
  json: boolean;
}

/** Looks at everything that Slipway depends on, and prints a line for each. */
export async function doctor({ config, role, json }: DoctorCommand): Promise<ExitCode> {
  const configuration = loadConfiguration(config, process.env, {
    webhookSecrets: role === 'worker',
    commandVariables: role === 'bot',
  });
  const environment = loadEnvironment(process.env, role);
  if (configuration.kind === 'wrong' || environment.kind === 'wrong') {
    return printConfigurationErrors([
      ...(configuration.kind === 'wrong' ? configuration.errors : []),
      ...(environment.kind === 'wrong' ? environment.errors : []),
    ]);
  }
  const findings = await examine({
    settings: configuration.settings,
    environment: environment.environment,
    role,
    now: Date.now,
  });
  console.log(
    json
      ? JSON.stringify(findings, ['what', 'ok', 'said', 'todo'], 2)
      : findingsText(findings, process.stdout.columns),
  );
  return findings.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
}
