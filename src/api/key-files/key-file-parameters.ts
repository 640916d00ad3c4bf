import { ReceiveLotBody } from '../../domain/key-registry/commands.js';
import { readFormat, type KeyFileFormat } from '../../domain/key-file/format.js';
import type { QueryParameter } from '../openapi/route.js';
import { flag, text, time } from '../openapi/schema.js';
import { ParameterReader, type QueryParameters } from '../queries/asked.js';
import { parseStrictJson } from '../http/strict-json.js';
import { ApiProblem } from '../problems/problem.js';

const FORMAT_LENGTH_MAX = 4000;

const FORMAT_SCHEMA = {
  type: 'object',
  title: 'KeyFileFormat',
  properties: {
    separator: { type: 'string', description: 'between cells; empty: the whole line is one cell' },
    quoted: { type: 'boolean', default: false },
    header: { type: 'boolean', default: false },
    columns: {
      oneOf: [
        {
          type: 'array',
          items: { type: 'string' },
          description: 'without header: what each cell is, in order',
        },
        {
          type: 'object',
          additionalProperties: { type: 'string' },
          description: "with header: the columns' names",
        },
      ],
    },
  },
  required: ['columns'],
  additionalProperties: false,
};

export const KEY_FILE_PARAMETERS: readonly QueryParameter[] = [
  { name: 'sku', schema: text, description: "the purchase order's line", required: true },
  {
    name: 'format',
    schema: { type: 'string', contentMediaType: 'application/json', contentSchema: FORMAT_SCHEMA },
    description:
      'JSON, as a pack\'s operations have it: `{"separator":",","quoted":true,"header":true,"columns":{"number":"卡号","secret":"卡密","expires":"有效期"}}`',
    required: true,
  },
  { name: 'expiresAt', schema: time, description: 'when the whole lot expires; never unless told' },
  { name: 'fileName', schema: text, description: 'as the sender calls the file; the lot unless told' },
  {
    name: 'dryRun',
    schema: flag,
    description: '`true`: answers with the plan and the line ledger, and records nothing',
  },
];

export interface OfferedUpload {
  readonly body: ReceiveLotBody;
  readonly format: KeyFileFormat;
  readonly fileName: string;
  readonly dryRun: boolean;
}

/** @throws Refusal `invalid` */
export function readUpload(parameters: QueryParameters, poId: string, lotId: string): OfferedUpload {
  const reader = new ParameterReader(parameters);
  const sku = reader.required('sku');
  const expiresAt = reader.text('expiresAt');
  const fileName = reader.text('fileName', 200) ?? lotId;
  if (/[\u0000-\u001f\u007f]/.test(fileName)) reader.fault('fileName', 'must have no control characters');
  const dryRun = reader.choice('dryRun', ['true', 'false']) === 'true';
  const format = readKeyFileFormat(reader);
  reader.done(KEY_FILE_PARAMETERS);
  const body = Object.assign(new ReceiveLotBody(), {
    lotId,
    poId,
    sku,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
  return { body, format, fileName, dryRun };
}

type RawFormat = Readonly<Record<string, unknown>>;

/** What each field of a format must be; undefined where it may be left out and is. */
const FORMAT_FIELDS: Readonly<
  Record<string, { readonly fits: (value: unknown, raw: RawFormat) => boolean; readonly message: string }>
> = {
  separator: {
    fits: (value) => value === undefined || typeof value === 'string',
    message: 'must be a text',
  },
  quoted: { fits: isFlag, message: 'must be true or false' },
  header: { fits: isFlag, message: 'must be true or false' },
  columns: {
    fits: (value, raw) => areColumns(value, raw['header'] === true),
    message: 'must be a list of names or, with a header, map number, secret and expires to names',
  },
};

function isFlag(value: unknown): boolean {
  return value === undefined || typeof value === 'boolean';
}

/** Stricter than the domain's reader, which takes what packs hold: here a caller is there to be told. */
function readKeyFileFormat(reader: ParameterReader): KeyFileFormat {
  const text = reader.text('format', FORMAT_LENGTH_MAX) ?? '';
  const raw = parseFormat(reader, text);
  if (raw === undefined) return readFormat({});
  for (const [name, { fits, message }] of Object.entries(FORMAT_FIELDS)) {
    if (!fits(raw[name], raw)) reader.fault(`format.${name}`, message);
  }
  for (const name of Object.keys(raw)) {
    if (!(name in FORMAT_FIELDS)) reader.fault(`format.${name.slice(0, 80)}`, 'is no field of a format');
  }
  return readFormat(raw);
}

function areColumns(columns: unknown, header: boolean): boolean {
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns) === header) return false;
  return Object.values(columns).every((name) => typeof name === 'string');
}

function parseFormat(reader: ParameterReader, text: string): RawFormat | undefined {
  try {
    const raw = parseStrictJson(Buffer.from(text));
    if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as RawFormat;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
  }
  // Told with the other parameters' faults.
  return reader.fault('format', 'must be given as a JSON object');
}
