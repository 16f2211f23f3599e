/** How many builds, and how many deploys and checks, one process runs at a time. */
export interface AtATime {
  builds: number;
  deploys: number;
}

/** A build takes a core; deploys mostly wait for others. */
export const AT_A_TIME: AtATime = { builds: 2, deploys: 8 };
