import { runVerifier } from './command-line.js';

async function main(): Promise<void> {
  process.exitCode = await runVerifier(process.argv.slice(2), process);
}

void main();
