import { isBuiltin } from 'node:module';
import type { Import } from './source-scan.js';

/** Why an import must not be; undefined where it may. */
type Rule = (use: Import) => string | undefined;

const DOMAIN = 'src/domain/';
/** Open formats: pure, and known to whoever makes or judges a proof. */
const PROOF = 'src/proof/';
/** What an auditor runs: nothing of the service is in it. */
const VERIFIER = 'src/verifier/';
/** What an auditor runs beside the ledger. */
const WITNESS = 'src/witness/';
/** The mapping to another vocabulary. */
const EPCIS = 'src/epcis/';
const PROJECTIONS = 'src/projections/';
const INFRASTRUCTURE = 'src/infrastructure/';
const API = 'src/api/';
const EVENT_STORE = 'src/infrastructure/event-store/';

const isInside = (path: string, ...folders: readonly string[]): boolean =>
  folders.some((folder) => path.startsWith(folder));
const isPackage = (path: string): boolean => !path.startsWith('src/');
const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Nest stands in the domain only where commands are handed over. */
const NEST_IN_DOMAIN: Readonly<Record<string, readonly string[]>> = {
  '@nestjs/cqrs': ['commands.ts', 'handlers.ts'],
  '@nestjs/common': ['handlers.ts'],
};

function domainKnowsNobody({ from, to }: Import): string | undefined {
  if (!isInside(from, DOMAIN) || isInside(to, DOMAIN)) return undefined;
  if (to === 'class-validator' || to === 'class-transformer') return undefined;
  const files = NEST_IN_DOMAIN[to];
  if (files === undefined) return 'the domain imports the domain alone';
  return files.includes(fileName(from))
    ? undefined
    : `in the domain only ${files.join(' and ')} import ${to}`;
}

function projectionsKnowTheDomain({ from, to, typeOnly }: Import): string | undefined {
  if (!isInside(from, PROJECTIONS) || isInside(to, DOMAIN, PROJECTIONS, PROOF)) return undefined;
  if (to === 'better-sqlite3' && typeOnly) return undefined;
  return 'projections import the domain and the formats of proofs, and of SQLite its types';
}

function infrastructureKnowsNoInterface({ from, to }: Import): string | undefined {
  if (!isInside(from, INFRASTRUCTURE) || isPackage(to)) return undefined;
  return isInside(to, DOMAIN, PROJECTIONS, PROOF, INFRASTRUCTURE)
    ? undefined
    : 'infrastructure does not know how it is asked';
}

/** How it is kept is none of the interface's business: it goes through the ports. */
const KEPT_FROM_API = [
  `${EVENT_STORE}embedded/`,
  `${EVENT_STORE}eventstoredb/`,
  'src/infrastructure/custody/',
  'src/infrastructure/key-index/',
];

function apiKnowsPortsAlone({ from, to }: Import): string | undefined {
  if (!isInside(from, API)) return undefined;
  if (to === 'better-sqlite3') return 'the interface knows no database';
  if (isInside(to, ...KEPT_FROM_API)) return 'the interface goes through the ports';
  if (isPackage(to) || isInside(to, DOMAIN, PROJECTIONS, PROOF, EPCIS, INFRASTRUCTURE, API)) return undefined;
  return 'nobody imports what starts the program';
}

const CLIENTS_OF_THE_SERVER = ['@eventstore/db-client', '@grpc/grpc-js'];

function onlyTheEngineKnowsItsServer({ from, to }: Import): string | undefined {
  if (!CLIENTS_OF_THE_SERVER.includes(to) || isInside(from, EVENT_STORE)) return undefined;
  return `only ${EVENT_STORE} imports ${to}`;
}

function proofsKnowNobody({ from, to }: Import): string | undefined {
  if (!isInside(from, PROOF) || isInside(to, PROOF) || to === 'node:crypto') return undefined;
  return 'formats of proofs import each other and node:crypto alone';
}

/** Programs for those who do not trust the service. */
function auditorsTrustNobody({ from, to }: Import): string | undefined {
  const program = [VERIFIER, WITNESS].find((folder) => isInside(from, folder));
  if (program === undefined || isInside(to, PROOF, program)) return undefined;
  if (to === 'better-sqlite3' || isBuiltin(to)) return undefined;
  return "an auditor's program has nothing of the service in it";
}

function theMappingIsPure({ from, to }: Import): string | undefined {
  if (!isInside(from, EPCIS) || isInside(to, EPCIS, DOMAIN) || to === 'node:crypto') return undefined;
  return 'a mapping imports the domain alone';
}

const RULES: readonly Rule[] = [
  domainKnowsNobody,
  projectionsKnowTheDomain,
  infrastructureKnowsNoInterface,
  apiKnowsPortsAlone,
  onlyTheEngineKnowsItsServer,
  proofsKnowNobody,
  auditorsTrustNobody,
  theMappingIsPure,
];

/** Every import that goes against the arrows of the house, with the reason. */
export function arrowsBroken(imports: readonly Import[]): string[] {
  return imports.flatMap((use) =>
    RULES.flatMap((rule) => {
      const reason = rule(use);
      return reason === undefined ? [] : [`${use.from} imports ${use.to}: ${reason}`];
    }),
  );
}

/** Circles of files that import each other, each told once, from its first file in order. */
export function circles(imports: readonly Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const finished = new Set<string>();
  const found = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.add(fromFirst(path.slice(start)));
    if (start >= 0 || finished.has(file)) return;
    for (const to of next.get(file) ?? []) visit(to, [...path, file]);
    finished.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return [...found];
}

function fromFirst(circle: readonly string[]): string {
  const first = circle.indexOf([...circle].sort()[0] as string);
  return [...circle.slice(first), ...circle.slice(0, first), circle[first]].join(' → ');
}
