import { existsSync, renameSync, rmSync } from 'node:fs';
import { PACK_FILES } from '../../proof/evidence/manifest.js';
import { buildEvidence, type BuiltEvidence, type EvidenceRequest } from './build-evidence.js';
import { PackFolder } from './pack-folder.js';
import { EvidenceRefused, type BuildSurroundings, type EvidenceSources } from './ports.js';
import { zipFolder } from './zip-writer.js';

/**
 * Writes a pack to a place that nothing lies at: a zip where its name ends so, else a folder. It appears there whole or
 * not at all.
 * @throws EvidenceRefused
 */
export async function writePack(
  sources: EvidenceSources,
  request: EvidenceRequest,
  out: string,
  surroundings: BuildSurroundings = {},
): Promise<BuiltEvidence> {
  if (existsSync(out))
    throw new EvidenceRefused('occupied', `${out} is there already; name another place for the pack`);
  const folder = new PackFolder(`${out}.partial`);
  const zip = `${out}.partial.zip`;
  try {
    const built = await buildEvidence(sources, request, folder, surroundings);
    if (!out.endsWith('.zip')) {
      renameSync(folder.directory, out);
      return built;
    }
    const paths = [...built.manifest.files.map(({ path }) => path), PACK_FILES.manifest];
    await zipFolder(folder.directory, paths, zip);
    renameSync(zip, out);
    return built;
  } finally {
    folder.remove();
    rmSync(zip, { force: true });
  }
}
