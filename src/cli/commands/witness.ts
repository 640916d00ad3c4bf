import { once } from 'node:events';
import { startWitness, type RunningWitness, type WitnessSettings } from '../../witness/start.js';
import { required, type Call, type CliCommand } from '../command.js';
import { UsageError } from '../usage-error.js';

const LISTEN_DEFAULT = '127.0.0.1:8787';
const PORT_MAX = 65_535;

export const witnessCommand: CliCommand = {
  name: 'witness',
  summary: 'watches logs for others: cosigns what continues, tells what was rewritten',
  usage: `witness --state DIR --key FILE --name NAME --log VKEY... [--listen HOST:PORT] [--new-state]

Runs the C2SP tlog-witness protocol until it is stopped, and prints the witness's verifier key.

  --state DIR          what it has cosigned; keep it, and never start from an older copy
  --key FILE           its signing key; made with mode 0600 where there is none
  --name NAME          its key's name, such as auditor.example/witness
  --log VKEY           a log to watch; again for more logs, or for a second key of one log
  --listen HOST:PORT   ${LISTEN_DEFAULT} unless told; port 0 takes any free one
  --new-state          the key is there without its state, and has never cosigned anything`,
  options: {
    state: { type: 'string' },
    key: { type: 'string' },
    name: { type: 'string' },
    log: { type: 'string', multiple: true },
    listen: { type: 'string' },
    'new-state': { type: 'boolean' },
  },
  positionals: { min: 0, max: 0 },
  async run(call) {
    const witness = await startWitness(settingsOf(call), {
      nowSeconds: () => Math.floor(Date.now() / 1000),
      alarm: (message) => call.output.warn(call.output.colours.bad(message)),
      onFailure: (error) => call.output.warn(`the witness has failed: ${String(error)}`),
    });
    try {
      tell(call, witness);
      if (!call.signal.aborted) await once(call.signal, 'abort');
    } finally {
      await witness.close();
    }
  },
};

function settingsOf(call: Call): WitnessSettings {
  const logs = call.values['log'];
  if (!Array.isArray(logs)) throw new UsageError('--log is missing');
  return {
    state: required(call, 'state'),
    keyFile: required(call, 'key'),
    name: required(call, 'name'),
    logs: logs.map(String),
    listen: listenAddress(call.values['listen']),
    newState: call.values['new-state'] === true,
  };
}

function listenAddress(given: unknown): WitnessSettings['listen'] {
  const text = typeof given === 'string' ? given : LISTEN_DEFAULT;
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, Math.max(0, colon)).replace(/^\[(.*)\]$/, '$1');
  const port = /^[0-9]{1,5}$/.test(text.slice(colon + 1)) ? Number(text.slice(colon + 1)) : Infinity;
  if (host === '' || port > PORT_MAX)
    throw new UsageError('--listen is a host and a port, such as 127.0.0.1:8787 or [::1]:8787');
  return { host, port };
}

function tell({ json, output }: Call, { vkey, url, logs }: RunningWitness): void {
  if (json) output.json({ vkey, url, logs });
  else {
    output.line(`the witness's verifier key: ${vkey}`);
    output.line(`watches ${logs} ${logs === 1 ? 'log' : 'logs'} at ${url}`);
  }
}
